"""A bundle says what its files say, needs none of them, and knows where each part came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mock_platform.engine.bundling import bundle
from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.references import FileUnusable
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.sharing import strip_behaviour
from mock_platform.infra.spec_files import load
from mock_platform.shared.contracts import Json

SPECS = Path(__file__).parents[3] / "specs"


def spec(schemas: Json | None = None, **rest: Json) -> Json:
    return {"openapi": "3.0.4", "paths": {}, "components": {"schemas": schemas or {}}, **rest}


def bundled(files: Mapping[str, Json]) -> tuple[Document, tuple[Finding, ...]]:
    def read(file: str) -> Json:
        if file not in files:
            raise FileUnusable(f"no {file}")
        return files[file]

    return bundle("main", "main.yaml", read)


def sound(files: Mapping[str, Json]) -> Document:
    document, findings = bundled(files)
    assert findings == ()
    return document


def ref(target: str) -> Json:
    return {"$ref": target}


def test_a_borrowed_component_brings_along_everything_it_reaches() -> None:
    document = sound(
        {
            "main.yaml": spec({"A": {"properties": {"p": ref("lib.yaml#/components/schemas/P")}}}),
            "lib.yaml": spec(
                {"P": {"items": ref("#/components/schemas/Q")}, "Q": {"type": "null"}, "R": {}}
            ),
        }
    )

    assert document.root["components"]["schemas"] == {
        "A": {"properties": {"p": ref("#/components/schemas/P")}},
        "P": {"items": ref("#/components/schemas/Q")},
        "Q": {"type": "null"},
    }


def test_a_part_knows_the_file_it_was_written_in() -> None:
    document = sound(
        {
            "main.yaml": spec({"A": ref("parts/lib.yaml#/components/schemas/P")}),
            "parts/lib.yaml": spec({"P": {"properties": {"x": {}}}}),
        }
    )

    assert document.origin("/components/schemas/P/properties/x") == Origin(
        "parts/lib.yaml", "/components/schemas/P/properties/x"
    )
    assert document.origin("/components/schemas/A") == Origin("main.yaml", "/components/schemas/A")
    assert document.origin("/components/schemas/Px") == Origin(
        "main.yaml", "/components/schemas/Px"
    )


def test_each_kind_of_object_moves_to_its_own_section() -> None:
    pointers = {
        "parameters": "P",
        "responses": "R",
        "headers": "H",
        "examples": "E",
        "requestBodies": "B",
        "callbacks": "C",
        "links": "L",
        "schemas": "S",
    }
    there = {section: f"lib.yaml#/{name}" for section, name in pointers.items()}
    media = {"a/b": {"schema": ref(there["schemas"]), "examples": {"e": ref(there["examples"])}}}
    operation = {
        "parameters": [ref(there["parameters"])],
        "requestBody": ref(there["requestBodies"]),
        "callbacks": {"c": ref(there["callbacks"])},
        "responses": {
            "200": ref(there["responses"]),
            "400": {
                "headers": {"h": ref(there["headers"])},
                "content": media,
                "links": {"l": ref(there["links"])},
            },
        },
    }
    document = sound(
        {
            "main.yaml": spec(paths={"/": {"get": operation}}),
            "lib.yaml": {name: {"description": name} for name in pointers.values()},
        }
    )

    assert {
        section: list(members)
        for section, members in document.root["components"].items()
        if members
    } == {section: [name] for section, name in pointers.items()}


def test_a_path_item_is_written_out_where_it_is_used() -> None:
    lib = spec({"S": {"type": "string"}}, paths={"/h": {"get": {"x": 1, "responses": {}}}})
    document = sound(
        {"main.yaml": spec(paths={"/health": ref("lib.yaml#/paths/~1h")}), "lib.yaml": lib}
    )

    assert document.root["paths"] == {"/health": {"get": {"x": 1, "responses": {}}}}
    assert document.origin("/paths/~1health/get") == Origin("lib.yaml", "/paths/~1h/get")


def test_two_things_of_one_name_get_a_number_and_the_same_thing_twice_is_kept_once() -> None:
    twin = {"Same": {"items": ref("#/components/schemas/Item")}, "Item": {"type": "string"}}
    document = sound(
        {
            "main.yaml": spec(
                {
                    **twin,
                    "Other": {"type": "integer"},
                    "Use": {
                        "allOf": [
                            ref("a.yaml#/components/schemas/Same"),
                            ref("a.yaml#/components/schemas/Other"),
                            ref("b.yaml#/components/schemas/Other"),
                            ref("c.yaml#/components/schemas/Other"),
                        ]
                    },
                }
            ),
            "a.yaml": spec({**twin, "Other": {"type": "string"}}),
            "b.yaml": spec({"Other": {"type": "boolean"}}),
            "c.yaml": spec({"Other": {"type": "string"}}),
        }
    )

    schemas = document.root["components"]["schemas"]
    assert [each["$ref"].rpartition("/")[2] for each in schemas["Use"]["allOf"]] == [
        "Same",
        "Other2",
        "Other3",
        "Other2",
    ]
    assert (schemas["Other2"], schemas["Other3"]) == ({"type": "string"}, {"type": "boolean"})


def test_the_same_words_that_mean_different_things_are_not_the_same() -> None:
    same = {"items": ref("#/components/schemas/Item")}
    document = sound(
        {
            "main.yaml": spec(
                {
                    "List": same,
                    "Item": {"minimum": 1},
                    "Use": ref("a.yaml#/components/schemas/List"),
                }
            ),
            "a.yaml": spec({"List": same, "Item": {"minimum": True}}),
        }
    )

    schemas = document.root["components"]["schemas"]
    assert schemas["Use"] == ref("#/components/schemas/List2")
    assert schemas["List2"] == {"items": ref("#/components/schemas/Item2")}


def test_references_may_go_round_in_circles() -> None:
    tree = {"properties": {"children": {"items": ref("#/components/schemas/Tree")}}}
    document = sound(
        {
            "main.yaml": spec({"Tree": tree, "Wood": ref("lib.yaml#/components/schemas/Tree")}),
            "lib.yaml": spec({"Tree": tree}),
        }
    )

    assert document.root["components"]["schemas"] == {
        "Tree": tree,
        "Wood": ref("#/components/schemas/Tree"),
    }


def _row(count: int, file: str = "") -> Json:
    links = {f"S{n}": {"items": ref(f"{file}#/components/schemas/S{n + 1}")} for n in range(count)}
    return {**links, f"S{count}": {"type": "string"}}


def test_borrowed_schemas_may_lead_through_thousands_of_others() -> None:
    main = spec({"A": ref("lib.yaml#/components/schemas/S0")})

    document = sound({"main.yaml": main, "lib.yaml": spec(_row(2_000))})

    assert document.root["components"]["schemas"] == {
        "A": ref("#/components/schemas/S0"),
        **_row(2_000),
    }


def test_the_same_thing_twice_is_kept_once_however_far_it_reaches() -> None:
    borrowed = {file: spec(_row(1_000)) for file in ("one.yaml", "two.yaml")}
    main = spec({file[:3]: ref(f"{file}#/components/schemas/S0") for file in borrowed})

    document = sound({"main.yaml": main, **borrowed})

    assert document.root["components"]["schemas"].keys() == {"one", "two", *_row(1_000)}


def test_path_items_that_lead_to_path_items_are_followed_as_far_as_anybody_writes_them() -> None:
    items = {f"/{n}": ref(f"#/paths/~1{n + 1}") for n in range(2_000)}
    main = spec(paths={"/": ref("lib.yaml#/paths/~10")})

    _, findings = bundled({"main.yaml": main, "lib.yaml": spec(paths=items)})

    assert "more than 100 references" in findings[0].message


def test_a_borrowed_part_may_point_back_and_into_the_middle_of_things() -> None:
    document = sound(
        {
            "main.yaml": spec({"A": {"type": "string"}, "B": ref("lib/x.yaml#/deep/the%20er/0")}),
            "lib/x.yaml": {
                "deep": {
                    "the er": [
                        {"allOf": [ref("../main.yaml#/components/schemas/A"), ref("y.yaml")]}
                    ]
                }
            },
            "lib/y.yaml": {"type": "string"},
        }
    )

    schemas = document.root["components"]["schemas"]
    assert schemas["B"] == ref("#/components/schemas/0")
    assert schemas["0"]["allOf"] == [ref("#/components/schemas/A"), ref("#/components/schemas/y")]


def test_discriminators_and_security_schemes_move_without_references() -> None:
    lib = spec(
        {
            "Pet": {
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"cat": "Cat", "dog": "#/components/schemas/Dog"},
                }
            },
            "Cat": {"type": "object"},
            "Dog": {"type": "object"},
        },
        paths={"/p": {"get": {"security": [{"key": []}], "responses": {}}}},
    )
    lib["components"]["securitySchemes"] = {"key": {"type": "apiKey"}}
    document = sound(
        {
            "main.yaml": spec(
                {"Cat": {"type": "string"}, "Use": ref("lib.yaml#/components/schemas/Pet")},
                paths={"/p": ref("lib.yaml#/paths/~1p")},
            ),
            "lib.yaml": lib,
        }
    )

    components = document.root["components"]
    assert components["schemas"]["Pet"]["discriminator"]["mapping"] == {
        "cat": "#/components/schemas/Cat2",
        "dog": "#/components/schemas/Dog",
    }
    assert components["securitySchemes"] == {"key": {"type": "apiKey"}}


def test_a_tree_that_is_made_stricter_means_the_strict_one_wherever_it_means_itself() -> None:
    home = "https://example.com/schemas/"
    again = {"type": "array", "items": {"$dynamicRef": "#node"}}
    loose = {"$id": home + "tree", "$dynamicAnchor": "node", "properties": {"children": again}}
    strict = {
        "$id": home + "strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "required": ["leaf"],
    }
    used = {"Loose": loose, "Strict": strict, "Used": {"$ref": home + "strict"}}

    document = sound({"main.yaml": {**spec(used), "openapi": "3.1.0"}})
    wrong = Schemas(document).validator("/components/schemas/Used", Direction.ANSWER)

    assert not wrong({"leaf": 1, "children": [{"leaf": 2}]})
    assert [each.pointer for each in wrong({"leaf": 1, "children": [{}]})] == ["/children/0"]


def test_a_discriminator_names_components_whatever_id_is_around() -> None:
    pet = {
        "$id": "https://example.com/schemas/pet",
        "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat"}},
    }

    document = sound({"main.yaml": {**spec({"Pet": pet, "Cat": {}}), "openapi": "3.1.0"}})

    mapping = document.root["components"]["schemas"]["Pet"]["discriminator"]["mapping"]
    assert mapping == {"c": "#/components/schemas/Cat"}


def test_what_only_looks_like_a_reference_is_left_alone() -> None:
    schemas = {
        "A": {
            "properties": {"$ref": {"type": "string"}, "example": {"type": "string"}},
            "example": {"$ref": "#/not/a/reference"},
            "enum": [{"$ref": "nor.yaml#/this"}],
            "x-note": {"$ref": "nor this"},
        }
    }

    assert sound({"main.yaml": spec(schemas)}).root["components"]["schemas"] == schemas


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("https://example.com/x.yaml#/a", "is a remote reference; nothing is fetched"),
        ("//example.com/x.yaml", "is a remote reference"),
        ("../x.yaml#/a", "lies outside the spec's folder"),
        ("/etc/passwd", "lies outside the spec's folder"),
        ("a/../../x.yaml", "lies outside the spec's folder"),
        ("absent.yaml#/a", "no absent.yaml"),
        ("lib.yaml#/components/schemas/Absent", "leads nowhere: there is no 'Absent'"),
        ("#/components/schemas/Absent", "leads nowhere: there is no 'Absent'"),
        ("#/components/schemas/A", "refers to itself"),
        ("#/components/parameters/P", "it is one of the parameters, where one of the schemas"),
        ("#nonsense", "is no JSON pointer"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_told_where_it_stands(
    target: str, told: str
) -> None:
    main = spec({"A": ref(target)})
    main["components"]["parameters"] = {"P": {}}

    _, findings = bundled({"main.yaml": main, "lib.yaml": spec()})

    assert told in findings[0].message
    assert (findings[0].file, findings[0].pointer) == ("main.yaml", "/components/schemas/A/$ref")


def test_a_mistake_in_a_borrowed_part_names_the_file_it_is_in() -> None:
    _, findings = bundled(
        {
            "main.yaml": spec({"A": ref("lib.yaml#/components/schemas/P")}),
            "lib.yaml": spec({"P": {"items": ref("#/components/schemas/Q")}}),
        }
    )

    assert (findings[0].file, findings[0].pointer) == (
        "lib.yaml",
        "/components/schemas/P/items/$ref",
    )


def test_path_items_that_are_each_other_are_told() -> None:
    _, findings = bundled(
        {
            "main.yaml": spec(paths={"/a": ref("lib.yaml#/a")}),
            "lib.yaml": {"a": ref("#/b"), "b": ref("#/a")},
        }
    )

    assert "in a circle" in findings[0].message


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("a: {type: string}")
    folder = tmp_path / "specs"
    folder.mkdir()
    (folder / "lib.yaml").symlink_to(tmp_path / "secret.yaml")
    main = folder / "main.yaml"
    schemas = "{A: {$ref: 'lib.yaml#/a'}, B: {$ref: 'lib.yaml#/a'}}"
    main.write_text(f"openapi: 3.0.4\ncomponents: {{schemas: {schemas}}}")

    with pytest.raises(SpecBroken, match="leads outside the spec's folder") as broken:
        load(main, strict=True)

    assert (broken.value.findings[0].line, broken.value.findings[0].column) == (2, 28)


@pytest.mark.parametrize("name", ["order-service", "callback-server"])
def test_our_specs_become_self_contained(name: str) -> None:
    document = load(SPECS / f"{name}.spec.yaml")

    assert ".yaml#" not in json.dumps(document.root)
    assert document.origin("/components/schemas/Problem").file.endswith(
        "shared-contracts.spec.yaml"
    )


def test_the_pure_contract_has_no_behaviour_but_keeps_its_machines() -> None:
    behaviour = {"x-mock": {"order": "none"}}
    schemas = {
        "S": {
            "x-state-machine": {},
            "properties": {"x-mock": {"type": "string"}},
            "example": behaviour,
        }
    }
    callback = {"{$url}": {"post": {"responses": {}, **behaviour}}}
    root = spec(
        schemas, paths={"/": {"get": {"callbacks": {"c": callback}, **behaviour}}}, **behaviour
    )

    assert strip_behaviour(root) == spec(
        schemas, paths={"/": {"get": {"callbacks": {"c": {"{$url}": {"post": {"responses": {}}}}}}}}
    )
    assert "x-mock" in root
