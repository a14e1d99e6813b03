"""What changed is told once, with all it touches, however the two versions are written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mock_platform.engine.documents import Document
from mock_platform.engine.evolution import Change, appeared, compare, major_of, vanished
from mock_platform.engine.evolution.verdict import Comparison
from mock_platform.infra.spec_files import load
from mock_platform.shared.contracts import Json
from tests.unit.shared.evolution_kit import (
    asks,
    changes,
    document,
    found_rules,
    rules_in,
    service,
)

_S = {"type": "string"}
_THING = {"$ref": "#/components/schemas/Thing"}


def shared(thing: Json, *paths: str) -> Json:
    """Write operations that all take and give the same schema."""
    content = {"content": {"application/json": {"schema": _THING}}}
    operation = {"requestBody": content, "responses": {"200": {"description": "", **content}}}
    items = {path: {"post": operation} for path in paths or ("/a", "/b", "/c")}
    return {"paths": items, "components": {"schemas": {"Thing": thing}}}


def test_a_shared_schema_is_told_once_for_each_direction_with_all_operations() -> None:
    found = changes(shared(_S), shared({**_S, "maxLength": 3}))

    assert [(each.rule, each.operations) for each in found] == [
        ("request-bound-set", ("POST /a", "POST /b", "POST /c")),
        ("answer-bound-set", ("POST /a", "POST /b", "POST /c")),
    ]


def test_what_several_schemas_have_from_one_base_is_told_once() -> None:
    def derived(base: Json) -> Json:
        whole = shared(
            {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}
        )
        for name in "AB":
            whole["components"]["schemas"][name] = {
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"properties": {"kind": {"const": name}}},
                ]
            }
        whole["components"]["schemas"]["Base"] = base
        return whole

    old = derived({"type": "object", "properties": {"a": _S}, "required": ["a"]})
    new = derived({"type": "object", "properties": {"b": _S}})

    assert sorted(each.rule for each in changes(old, new)) == [
        "answer-property-added",
        "answer-property-removed-required",
        "request-property-added",
        "request-property-removed",
    ]


def test_a_member_that_base_and_derived_both_name_is_followed_once_into_what_holds_itself() -> None:
    def folders(name: Json) -> Json:
        whole = shared({"allOf": [{"$ref": "#/components/schemas/Node"}, {"properties": up}]}, "/a")
        whole["components"]["schemas"]["Node"] = {"type": "object", "properties": {**up, "n": name}}
        return whole

    up = {"parent": _THING}

    assert found_rules(folders(_S), folders({"type": "integer"})) == {
        "B request-type-changed",
        "B answer-type-changed",
    }


@pytest.mark.parametrize("link", ["allOf", "anyOf", "not"])
def test_schemas_that_lead_through_thousands_of_others_are_compared_to_the_end(link: str) -> None:
    def chain(last: Json) -> Json:
        whole = shared({"$ref": "#/components/schemas/S0"}, "/a")
        for index in range(3_000):
            following = {"$ref": f"#/components/schemas/S{index + 1}"}
            part = following if link == "not" else [following]
            whole["components"]["schemas"][f"S{index}"] = {link: part}
        whole["components"]["schemas"]["S3000"] = last
        return whole

    assert found_rules(chain(_S), chain(_S)) == set()
    assert len(found_rules(chain(_S), chain({"type": "integer"}))) == 2


_WHOLE = {"type": "integer"}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ({"exclusiveMinimum": 0}, {"minimum": 1}, ""),
        ({"exclusiveMaximum": 10}, {"maximum": 9.5}, ""),
        ({"exclusiveMinimum": 0}, {"minimum": 2}, "B request-bound-tightened"),
        ({"minimum": -(10**400)}, {"minimum": 10**400}, "B request-bound-tightened"),
        ({"multipleOf": 3}, {"multipleOf": 3 * 10**400}, "B request-multiple-tightened"),
        ({"multipleOf": 10**400}, {"multipleOf": 0.5}, "A request-multiple-loosened"),
        ({"multipleOf": 0.1}, {"multipleOf": 0.3}, "B request-multiple-tightened"),
        ({"multipleOf": 1e-300}, {"multipleOf": 1e300}, "B request-multiple-tightened"),
    ],
)
def test_numbers_are_compared_as_what_they_leave_however_large(
    old: Json, new: Json, wanted: str
) -> None:
    assert found_rules(asks(_WHOLE | old), asks(_WHOLE | new)) == rules_in(wanted)


def test_a_bound_is_told_with_all_its_digits() -> None:
    def sized(bytes_: Json) -> Json:
        return asks({**_S, "maxLength": bytes_})

    assert [
        each.message.partition(": ")[2] for each in changes(sized(1048576), sized(1048577.0))
    ] == ["maxLength 1048576 → maxLength 1048577"]


def test_branches_of_a_very_wide_choice_find_their_like_by_what_they_say_of_themselves() -> None:
    def wide(inner: Json) -> Json:
        kinds = [{"const": f"k{index}"} for index in range(1_000)]
        if inner != _S:
            kinds.reverse()
        branches = [{"properties": {"kind": kind, "x": inner}} for kind in kinds]
        return shared({"oneOf": branches}, "/a")

    found = {change.rule for change in changes(wide(_S), wide({"type": "integer"}))}

    assert found == {"request-type-changed", "answer-type-changed"}


def test_schemas_that_hold_themselves_are_compared_to_the_end() -> None:
    def tree(leaf: Json) -> Json:
        children = {"type": "array", "items": _THING}
        return shared({"type": "object", "properties": {"leaf": leaf, "children": children}}, "/a")

    assert found_rules(tree(_S), tree(_S)) == set()
    assert found_rules(tree(_S), tree({**_S, "pattern": "a"})) == {
        "B request-pattern-set",
        "A answer-pattern-set",
    }


def test_an_all_of_that_holds_itself_ends() -> None:
    whole = shared({"allOf": [_THING], "maxLength": 3})

    assert found_rules(whole, shared({**_S, "maxLength": 3})) == {
        "B request-type-narrowed",
        "A answer-type-narrowed",
    }


def test_a_component_may_be_called_otherwise() -> None:
    old = shared(_S)
    text = yaml.safe_dump(old).replace("Thing", "Item")

    assert changes(old, yaml.safe_load(text)) == []


def test_what_nobody_reaches_is_not_compared() -> None:
    old = service({}, components={"schemas": {"Unused": {"enum": ["a"]}}})
    new = service({}, components={"schemas": {}})

    assert changes(old, new) == []


def test_references_that_lead_nowhere_stop_nobody() -> None:
    assert found_rules(shared({"$ref": "#/nowhere"}), shared(_S)) == {
        "B request-type-narrowed",
        "A answer-type-narrowed",
    }


def test_both_dialects_say_the_same_in_their_own_words() -> None:
    older = shared({"type": "number", "nullable": True, "minimum": 0, "exclusiveMinimum": True})
    newer = shared({"type": ["number", "null"], "exclusiveMinimum": 0})
    found = compare(
        document({**older, "openapi": "3.0.4"}), document({**newer, "openapi": "3.1.0"})
    )

    assert [each for each in found if each.level != "docs"] == []


def test_beside_a_reference_nothing_counts_in_3_0() -> None:
    def beside(version: str, **more: Json) -> Document:
        whole = service(
            {"parameters": [{"name": "q", "in": "query", "schema": {**_THING, **more}}]},
            components={"schemas": {"Thing": _S}},
            openapi=version,
        )
        return document(whole)

    assert compare(beside("3.0.4"), beside("3.0.4", maxLength=3)) == ()
    assert [each.rule for each in compare(beside("3.1.0"), beside("3.1.0", maxLength=3))] == [
        "request-bound-set"
    ]


def test_swagger_2_is_compared_as_what_it_was_upgraded_to(tmp_path: Path) -> None:
    old = {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "basePath": "/v1",
        "paths": {
            "/a": {
                "post": {
                    "parameters": [
                        {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Thing"}}
                    ],
                    "responses": {"200": {"description": ""}},
                }
            }
        },
        "definitions": {"Thing": {"type": "object", "properties": {"a": _S}}},
    }
    new = {
        **old,
        "definitions": {"Thing": {"type": "object", "required": ["a"], "properties": {"a": _S}}},
    }
    files = [tmp_path / "old.yaml", tmp_path / "new.yaml"]
    for file, content in zip(files, (old, new), strict=True):
        file.write_text(yaml.safe_dump(content), encoding="utf-8")

    found = compare(load(files[0]), load(files[1]))

    assert [(each.rule, each.operations) for each in found] == [
        ("request-property-required", ("POST /v1/a",))
    ]
    assert found[0].new is not None
    assert found[0].new.pointer == "/definitions/Thing/properties/a"


def test_the_gravest_comes_first_and_the_order_is_that_of_the_document() -> None:
    old = shared({"type": "object", "properties": dict.fromkeys("abc", _S)}, "/a")
    new = shared(
        {"type": "object", "properties": {name: {**_S, "maxLength": 1} for name in "abc"}}, "/a"
    )

    found = [f"{each.level} {each.message[:7]}" for each in compare(document(old), document(new))]

    assert found == [
        *(f"breaking Thing.{name}" for name in "abc"),
        *(f"additive Thing.{name}" for name in "abc"),
    ]


def test_words_are_told_for_themselves() -> None:
    old = service({"summary": "Make", "tags": ["a"]}, info={"title": "T", "version": "1.0"})
    new = service({"summary": "Create", "tags": ["b"]}, info={"title": "T", "version": "1.1"})

    found = compare(document(old), document(new))

    assert [(each.level, each.rule, each.message) for each in found] == [
        ("docs", "version-moved", "the version 1.0 → 1.1"),
        ("docs", "docs-changed", "POST /things: summary, tags changed"),
    ]


def test_sections_of_components_are_no_words() -> None:
    old = service({}, components={"examples": {}})
    new = service({}, components={"examples": {"a": {"value": 1}}})

    assert compare(document(old), document(new)) == ()


def test_a_document_that_comes_or_goes_is_one_change_that_names_its_operations() -> None:
    whole = document(shared(_S))

    assert appeared(whole).level == "additive"
    assert vanished(whole).level == "breaking"
    assert vanished(whole).operations == ("POST /a", "POST /b", "POST /c")


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("1.4.0", "2.0.0", True),
        ("1.4.0", "1.5.0", False),
        ("2.0.0", "1.0.0", False),
        ("0.4.0", "0.5.0", True),
        ("0.4.0", "0.4.1", False),
        ("v1", "v2", True),
        ("9.0", "10.0", True),
        ("first", "second", False),
    ],
)
def test_a_major_version_is_the_first_number_and_before_1_0_the_second(
    old: str, new: str, moved: bool
) -> None:
    assert (major_of(new) > major_of(old)) is moved


@pytest.mark.parametrize(
    ("level", "unless_major", "fails"),
    [
        ("breaking", False, True),
        ("breaking", True, False),
        ("risky", False, True),
        ("additive", False, True),
        ("never", False, False),
    ],
)
def test_what_is_refused_depends_on_how_grave_and_on_the_version(
    level: str, unless_major: bool, fails: bool
) -> None:
    breaking: Change = vanished(document(shared(_S)))
    comparison = Comparison(
        old="old", new="new", old_version="1.0", new_version="2.0", changes=[breaking]
    )

    assert comparison.fails(level, unless_major=unless_major) is fails


def test_additive_changes_fail_only_who_asks_for_it() -> None:
    added = appeared(document(shared(_S)))
    comparison = Comparison(old="", new="", old_version="1", new_version="1", changes=[added])

    assert not comparison.fails("risky", unless_major=False)
    assert comparison.fails("additive", unless_major=False)
