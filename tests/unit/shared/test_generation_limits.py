"""What cannot be generated is said so, with the place and the reason, and soon."""

from __future__ import annotations

import json

import pytest

from mock_platform.engine.generation import Unsatisfiable, generate
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json


def ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


IMPOSSIBLE: dict[str, tuple[Json, str, str]] = {
    "false": (False, "", "its schema is false"),
    "bounds": ({"type": "integer", "minimum": 3, "maximum": 2}, "", "between the bounds 3 and 2"),
    "no whole number": ({"type": "integer", "minimum": 1.2, "maximum": 1.8}, "", "whole number"),
    "no multiple": (
        {"type": "number", "multipleOf": 10, "minimum": 1, "maximum": 9},
        "",
        "multiple",
    ),
    "types": ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "", "type in common"),
    "lengths": ({"type": "string", "minLength": 3, "maxLength": 2}, "", "minLength 3"),
    "empty enum": ({"enum": []}, "", "enum"),
    "enum against type": ({"enum": ["a"], "type": "integer"}, "", "enum"),
    "pattern against length": ({"type": "string", "pattern": "^a{5}$", "maxLength": 4}, "", "a{5}"),
    "patterns against each other": (
        {"type": "string", "allOf": [{"pattern": "^a+$"}, {"pattern": "^b+$"}]},
        "",
        "no text was found",
    ),
    "format against length": ({"type": "string", "format": "uuid", "maxLength": 9}, "", "uuid"),
    "few different items": (
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3},
        "/items",
        "no more than 2 different",
    ),
    "items": ({"type": "array", "minItems": 2, "items": False}, "/items", "false"),
    "counts": ({"type": "array", "minItems": 2, "maxItems": 1}, "", "maxItems 1"),
    "contains": ({"type": "array", "contains": {}, "maxItems": 0}, "", "maxItems 0"),
    "members": ({"type": "object", "required": ["a", "b"], "maxProperties": 1}, "", "maxProp"),
    "required and forbidden": (
        {"type": "object", "required": ["a"], "additionalProperties": False},
        "/properties/a",
        "false",
    ),
    "deep inside": (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "array", "minItems": 1, "items": {"not": {}}}},
        },
        "/properties/a/items",
        "",
    ),
    "not what it is": ({"type": "string", "not": {"type": "string"}}, "", ""),
    "two that are the same": ({"oneOf": [{"type": "null"}, {"type": "null"}]}, "", ""),
    "requires itself": (
        {
            **ref("a"),
            "$defs": {"a": {"type": "object", "required": ["b"], "properties": {"b": ref("a")}}},
        },
        "/properties/b",
        "requires itself",
    ),
    "two that require each other": (
        {
            **ref("a"),
            "$defs": {
                "a": {"type": "object", "required": ["b"], "properties": {"b": ref("b")}},
                "b": {"type": "array", "minItems": 1, "items": ref("a")},
            },
        },
        "/properties/b/items",
        "requires itself",
    ),
    "nowhere": ({"$ref": "#/$defs/missing"}, "", "$defs"),
    "elsewhere": ({"$ref": "https://example.com/other"}, "", "does not point into"),
    "no regular expression": ({"type": "string", "pattern": "("}, "", "no regular expression"),
    "far too long": ({"type": "string", "minLength": 10**9}, "", "longer than we make"),
    "far too many": ({"type": "array", "minItems": 10**9}, "", "more than we make"),
}

ENDLESS: dict[str, Json] = {
    "itself": {"$ref": "#"},
    "itself beside": {"allOf": [{"$ref": "#"}], "type": "integer"},
    "itself as a choice": {"anyOf": [{"$ref": "#"}, {"type": "integer"}]},
    "itself without": {"type": "object", "not": {"$ref": "#"}},
    "a list of lists": {"type": "array", "items": {"$ref": "#"}, "minItems": 0},
    "a tree that doubles": {
        "type": "object",
        "required": ["l", "r"],
        "properties": {
            "l": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
            "r": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        },
    },
    "thirty levels that double": {
        "$ref": "#/$defs/0",
        "$defs": {
            str(level): {
                "type": "object",
                "required": ["l", "r"],
                "properties": {
                    side: {"$ref": f"#/$defs/{level + 1}"} if level < 30 else {"type": "null"}
                    for side in "lr"
                },
            }
            for level in range(31)
        },
    },
    "a hundred and fifty levels": {
        "$ref": "#/$defs/0",
        "$defs": {
            str(level): {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{level + 1}"}}
            for level in range(150)
        }
        | {"150": {"type": "null"}},
    },
    "choices upon choices": {
        "allOf": [{"oneOf": [{"required": [f"{a}{b}"]} for b in range(8)]} for a in "abcdefghijkl"],
        "type": "object",
    },
    "a backtracking pattern": {"type": "string", "pattern": "^(a+)+$", "not": {"pattern": "a"}},
    "many repetitions": {"type": "string", "pattern": "^((a|bb){1,50}){1,50}$", "minLength": 900},
}


def made(schema: Json) -> Json:
    return generate(schema, schema, dialect="2020-12", direction=Direction.ANSWER)


@pytest.mark.parametrize(("schema", "place", "reason"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_an_impossible_schema_is_said_to_be_so(schema: Json, place: str, reason: str) -> None:
    with pytest.raises(Unsatisfiable) as refusal:
        made(schema)

    assert refusal.value.pointer == place
    assert reason in refusal.value.reason


@pytest.mark.parametrize("schema", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_schema_goes_on_for_ever(schema: Json) -> None:
    try:
        size = len(json.dumps(made(schema)))
    except Unsatisfiable as refusal:
        size = len(refusal.reason)

    assert size < 100_000


def test_an_optional_part_that_is_impossible_is_left_out() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": False, "c": {"not": {}}},
    }

    assert set(made(schema)) == {"a"}


def test_recursion_ends_where_it_may() -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "parent": {"$ref": "#"},
            "children": {"type": "array", "items": {"$ref": "#"}},
        },
    }

    value = made(schema)

    assert value["children"] == []
    assert set(value) == {"name", "children"}


def test_what_requires_itself_is_null_where_it_may_be() -> None:
    schema = {
        "$ref": "#/components/schemas/Next",
    }
    root = {
        "components": {
            "schemas": {
                "Next": {
                    "type": "object",
                    "nullable": True,
                    "required": ["next"],
                    "properties": {"next": {"$ref": "#/components/schemas/Next"}},
                }
            }
        }
    }

    value = generate(schema, root, dialect="3.0", direction=Direction.ANSWER)

    assert value == {"next": None}


def test_the_nearest_to_the_impossible_is_handed_over() -> None:
    same = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}

    with pytest.raises(Unsatisfiable) as refusal:
        made({"oneOf": [same, {**same}]})

    assert set(refusal.value.nearest) == {"a"}


def test_null_is_the_last_resort_where_strict_validators_do_not_take_it() -> None:
    text = {"nullable": True, "allOf": [{"type": "string"}]}
    nothing = {"nullable": True, "allOf": [{"type": "string"}, {"type": "integer"}]}
    schema = {"type": "object", "required": ["a", "b"], "properties": {"a": text, "b": nothing}}

    values = [
        generate(schema, {}, dialect="3.0", direction=Direction.ANSWER, seed=seed)
        for seed in range(20)
    ]

    assert all(isinstance(value["a"], str) and value["b"] is None for value in values)


def test_a_search_in_vain_for_a_text_is_done_once_however_deep_it_is_needed() -> None:
    never = {"type": "string", "pattern": "^[a-z]+$", "allOf": [{"not": {"pattern": "^[a-y]*z*"}}]}
    schema = {"type": "array", "minItems": 2, "items": {"oneOf": [{"$ref": "#"}, never]}}

    with pytest.raises(Unsatisfiable):
        made(schema)


def test_bytes_in_a_text_are_written_as_base64_but_nobody_has_to() -> None:
    encoded = {"type": "string", "contentEncoding": "base64"}
    either = {"oneOf": [{**encoded, "maxLength": 5}, {"type": "string", "minLength": 4}]}

    assert made(encoded) is not None
    assert len(made(either)) not in {4, 5}


def test_one_impossible_part_does_not_take_the_whole_with_it() -> None:
    never = {"type": "string", "minLength": 5, "maxLength": 3}
    schema = {
        "type": "object",
        "required": ["a", "b", "c", "d"],
        "properties": {
            "a": {"type": "integer"},
            "b": never,
            "c": {"type": "string", "enum": [1, 2]},
            "d": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": {"type": "integer", "enum": ["x"]},
            },
            "e": never,
        },
    }

    with pytest.raises(Unsatisfiable) as refusal:
        made(schema)

    nearest = refusal.value.nearest
    assert isinstance(nearest["a"], int)
    assert {name: nearest[name] for name in "bcd"} == {"b": "tex", "c": 1, "d": ["x", "x"]}
    assert "e" not in nearest


def test_what_is_required_and_forbidden_is_nearly_there() -> None:
    closed = {"type": "object", "additionalProperties": False, "properties": {"a": {}}}
    asking = {"type": "object", "required": ["b"], "properties": {"b": {"type": "boolean"}}}

    with pytest.raises(Unsatisfiable) as refusal:
        made({"allOf": [closed, asking]})

    assert isinstance(refusal.value.nearest["b"], bool)
