"""The 3.1 form of a contract is valid, and accepts and refuses what the 3.0 form does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from mock_platform.bootstrap.sharing import bundle_specs
from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.generation import Generators, Pretender, Unsatisfiable
from mock_platform.engine.modernising import DIALECT, VERSION, TooNew, modernise
from mock_platform.engine.modernising.modern_schemas import modern_schema
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.infra.spec_files import load
from mock_platform.infra.spec_writing import to_json
from mock_platform.shared.contracts import Json
from tests.property.near_values import nearly, some_value

SPECS = Path(__file__).parents[3] / "specs"
NAMES = ("order-service", "callback-server", "shared-contracts")
VALIDATORS = {"": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"nullable": True, "maxLength": 2, "description": "a"},
            {"description": "a", "anyOf": [{"type": "null"}, {"maxLength": 2}]},
        ),
        ({"nullable": True, "description": "a"}, {"description": "a"}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a"]},
        ),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMaximum": True}, {}),
        ({"example": None}, {"examples": [None]}),
        (
            {"type": "string", "format": "binary"},
            {"type": "string", "contentMediaType": "application/octet-stream"},
        ),
        (
            {"type": "string", "format": "byte"},
            {"type": "string", "format": "byte", "contentEncoding": "base64"},
        ),
        ({"type": "string", "format": "uuid"}, {"type": "string", "format": "uuid"}),
        (
            {"$ref": "#/a", "nullable": True, "description": "b", "x-c": 1},
            {"$ref": "#/a", "description": "b", "x-c": 1},
        ),
        (
            {"properties": {"nullable": {"type": "string", "nullable": True}}},
            {"properties": {"nullable": {"type": ["string", "null"]}}},
        ),
        ({"default": {"nullable": True}}, {"default": {"nullable": True}}),
        (True, True),
    ],
)
def test_a_schema_says_the_same_in_the_words_of_3_1(old: Json, new: Json) -> None:
    assert modern_schema(old) == new


def document(version: str = "3.0.4", **root: Json) -> Document:
    whole = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **root}
    return Document(name="t", root=whole, dialect="3.0" if version < "3.1" else "3.1")


def test_what_is_sent_is_listed_as_a_webhook_and_stays_a_callback() -> None:
    sent = {"post": {"operationId": "told", "responses": {"200": {"description": "ok"}}}}
    operation = {"callbacks": {"told": {"{$request.body#/url}": sent}}, "responses": {}}
    other = {"callbacks": {"told": {"{$request.query.url}": sent}}, "responses": {}}

    root = modernise(document(paths={"/a": {"post": operation}, "/b": {"post": other}})).root

    assert root["components"]["pathItems"] == {"told": sent, "told2": sent}
    assert root["webhooks"]["told"] == {"$ref": "#/components/pathItems/told"}
    callback = root["paths"]["/a"]["post"]["callbacks"]["told"]
    assert callback == {"{$request.body#/url}": {"$ref": "#/components/pathItems/told"}}


def test_a_document_without_callbacks_gets_no_webhooks() -> None:
    root = modernise(document()).root

    assert root == {
        "openapi": VERSION,
        "info": {"title": "T", "version": "1"},
        "jsonSchemaDialect": DIALECT,
        "paths": {},
    }


def test_what_stands_beside_a_reference_is_not_heard_after_either() -> None:
    answers = {"200": {"$ref": "#/components/responses/A", "content": {}, "description": "b"}}
    before = document(
        paths={"/a": {"get": {"responses": answers}}},
        components={"responses": {"A": {"description": "A"}}},
    )

    told = modernise(before).root["paths"]["/a"]["get"]["responses"]["200"]

    assert told == {"$ref": "#/components/responses/A", "description": "b"}


def test_a_document_of_3_1_is_left_alone_and_one_of_3_2_refused() -> None:
    modern = document("3.1.0")

    assert modernise(modern) is modern
    with pytest.raises(TooNew, match=r"OpenAPI 3\.2\.0"):
        modernise(document("3.2.0"))


def whole_floats(value: Json) -> bool:
    """Tell whether ``1.0`` is in it, an integer to JSON Schema since Draft 6."""
    if isinstance(value, dict | list):
        return any(map(whole_floats, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()


@pytest.mark.parametrize("spec", NAMES)
def test_both_forms_of_our_contracts_accept_and_refuse_the_same(spec: str) -> None:
    old = load(SPECS / f"{spec}.spec.yaml")
    new = modernise(old)
    olds, news = Schemas(old), Schemas(new)
    random = Random(7)  # noqa: S311 - repeatable, not secret
    accepted = refused = 0
    for pointer, node, kind in everything(old.root, "document"):
        if kind != "schemas" or "/callbacks/" in pointer:
            continue
        direction = random.choice([*Direction])
        generators = Generators(old.root, dialect="3.0", direction=direction, pretender=Pretender())
        try:
            values = [generators.compile(node)(seed) for seed in (1, 2)]
        except Unsatisfiable:
            values = []
        values += [nearly(random.choice(values or [None]), random) for _ in range(10)]
        values += [some_value(random) for _ in range(4)]
        for value in values:
            if not whole_floats(value):
                verdict = not olds.validator(pointer, direction)(value)
                assert verdict == (not news.validator(pointer, direction)(value)), (pointer, value)
                accepted, refused = accepted + verdict, refused + (not verdict)
    assert min(accepted, refused) > 100


# Bundles


@pytest.mark.parametrize("openapi", ["", "3.1"])
@pytest.mark.parametrize("keep", ["contract", "default", "behaviour"])
@pytest.mark.parametrize("spec", NAMES)
def test_every_bundle_is_valid_and_says_no_more_than_it_should(
    spec: str, keep: str, openapi: str
) -> None:
    root = bundle_specs([SPECS / f"{spec}.spec.yaml"], keep=keep, openapi=openapi)

    assert [*VALIDATORS[openapi](root).iter_errors()] == []
    text = to_json(root).decode()
    present = {key for key in ("x-mock", "x-lint", "x-state-machine") if f'"{key}"' in text}
    wanted = {
        "contract": set(),
        "default": {"x-state-machine"},
        "behaviour": {"x-mock", "x-lint", "x-state-machine"},
    }[keep]
    has = {"x-lint"} | ({"x-mock", "x-state-machine"} if spec == "order-service" else set())
    assert present == wanted & has
    assert root["openapi"].startswith(openapi or "3.0")


@pytest.mark.parametrize("spec", NAMES)
def test_a_bundle_of_3_1_can_be_served_like_the_spec(spec: str, tmp_path: Path) -> None:
    file = tmp_path / "shared.json"
    file.write_bytes(to_json(bundle_specs([SPECS / f"{spec}.spec.yaml"], openapi="3.1")))

    served = load(file, strict=True)

    assert served.dialect == "3.1"
    assert served.root["info"]["title"]


def test_several_specs_make_one_document() -> None:
    specs = [SPECS / f"{name}.spec.yaml" for name in NAMES[:2]]

    root = bundle_specs(specs, openapi="3.1")

    assert root["info"]["title"] == "Order service and Callback server"
    assert {"/orders", "/inboxes/{inboxId}/policy"} <= root["paths"].keys()
    assert "orderStatusChanged" in root["webhooks"]
    assert [*OpenAPIV31SpecValidator(root).iter_errors()] == []


def test_documents_of_different_versions_are_not_merged(tmp_path: Path) -> None:
    for name, version in (("a", "3.0.4"), ("b", "3.1.0")):
        text = f"openapi: {version}\ninfo: {{title: {name}, version: '1'}}\npaths: {{}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)

    with pytest.raises(SpecBroken, match="b is of another version of OpenAPI than a"):
        bundle_specs([tmp_path / "a.yaml", tmp_path / "b.yaml"])


def test_a_document_of_3_2_has_no_form_of_3_1(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("openapi: 3.2.0\ninfo: {title: a, version: '1'}\npaths: {}\n")

    with pytest.raises(SpecBroken, match="has no words for"):
        bundle_specs([file], openapi="3.1")


def test_modernising_changes_nothing_of_the_document_it_was_given() -> None:
    before = load(SPECS / "order-service.spec.yaml")
    copy = to_json(before.root)

    modernise(replace(before))

    assert to_json(before.root) == copy


def test_a_document_with_integers_of_more_than_64_bits_is_written_as_any_other() -> None:
    assert to_json(
        {"maximum": 2**64, "name": "ä"}
    ) == b'{\n  "maximum": %d,\n  "name": "\xc3\xa4"\n}\n' % (2**64)
