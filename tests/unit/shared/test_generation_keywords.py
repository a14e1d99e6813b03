"""Every keyword is kept by what is generated, in both dialects; judged by another library."""

from __future__ import annotations

from collections.abc import Callable

import jsonschema
import jsonschema_rs
import pytest

from mock_platform.engine.generation import compile_generator, generate
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

SEEDS = range(12)

MODERN: dict[str, Json] = {
    "true": True,
    "nothing said": {},
    "type list": {"type": ["integer", "null", "boolean"]},
    "enum": {"enum": [1, "a", None, {"b": [2]}]},
    "const object": {"const": {"a": [1, 2]}},
    "enum cut by type": {"enum": [1, "a", 2.5], "type": "string"},
    "integer range": {"type": "integer", "minimum": 7, "maximum": 8},
    "exclusive both ways": {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    "narrow fraction": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e-7},
    "one fraction": {"type": "number", "minimum": 0.1, "maximum": 0.1},
    "only negative": {"type": "number", "maximum": -3.5},
    "multiple of three": {"type": "integer", "multipleOf": 3, "minimum": 10},
    "cents": {"type": "number", "multipleOf": 0.01, "minimum": 1, "maximum": 2},
    "quarters that are whole": {"type": "integer", "multipleOf": 0.75},
    "two steps": {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer"},
    "far away": {"type": "integer", "minimum": 9_007_199_254_740_993},
    "int32": {"type": "integer", "format": "int32", "minimum": 2_147_483_640},
    "length": {"type": "string", "minLength": 11, "maxLength": 11},
    "empty text": {"type": "string", "maxLength": 0},
    "long text": {"type": "string", "minLength": 3000},
    "pattern": {"type": "string", "pattern": r"^[A-Z]{3}-\d{4}$"},
    "pattern without anchors": {"type": "string", "pattern": "needle", "minLength": 30},
    "pattern and length": {"type": "string", "pattern": "^(ab)+$", "minLength": 9},
    "alternatives of patterns": {"type": "string", "pattern": "^(?:GET|PO?ST|[a-c]{2,4})$"},
    "lookahead": {
        "type": "string",
        "pattern": r"^(?=.*[A-Z])(?=.*\d)(?=.*[!@#])[A-Za-z\d!@#]{8,12}$",
    },
    "negative lookahead": {"type": "string", "pattern": "^(?!foo)[a-z]{3}$"},
    "back reference": {"type": "string", "pattern": r"^([a-f])-\1$"},
    "two patterns": {"allOf": [{"pattern": "[0-9]"}, {"pattern": "[A-Z]"}], "type": "string"},
    "no such pattern": {"type": "string", "maxLength": 3, "not": {"pattern": "[a-m]"}},
    "pattern with format": {"type": "string", "format": "date", "pattern": "^202"},
    "items": {"type": "array", "items": {"type": "integer"}, "minItems": 4},
    "no items": {"type": "array", "items": False},
    "unique from few": {
        "type": "array",
        "items": {"enum": ["a", "b", "c", "d"]},
        "minItems": 4,
        "uniqueItems": True,
    },
    "unique booleans": {"items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    "unique objects": {"items": {"type": "object"}, "minItems": 3, "uniqueItems": True},
    "tuple": {"type": "array", "prefixItems": [{"const": 1}, {"type": "null"}], "items": False},
    "tuple and more": {"prefixItems": [{"const": 1}], "items": {"const": 2}, "minItems": 3},
    "contains": {
        "type": "array",
        "items": {"type": "integer", "maximum": 9, "minimum": 1},
        "contains": {"const": 5},
        "minContains": 2,
        "maxContains": 3,
        "minItems": 6,
    },
    "contains nothing": {"type": "array", "contains": {"const": 5}, "minContains": 0},
    "unevaluated items": {
        "type": "array",
        "allOf": [{"prefixItems": [{"type": "string"}]}],
        "unevaluatedItems": {"type": "boolean"},
        "minItems": 3,
    },
    "properties": {"properties": {"a": {"type": "string"}}, "required": ["a", "b"]},
    "closed": {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
    "mapping": {"additionalProperties": {"type": "integer"}, "minProperties": 3},
    "pattern properties": {
        "type": "object",
        "patternProperties": {"^x-": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "property names": {"propertyNames": {"pattern": "^[a-z]{4}$"}, "minProperties": 2},
    "few members": {
        "properties": {"a": {}, "b": {}, "c": {}},
        "required": ["c"],
        "maxProperties": 2,
    },
    "dependent required": {
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "dependentRequired": {"a": ["b", "c"]},
    },
    "dependent schemas": {
        "type": "object",
        "required": ["a"],
        "dependentSchemas": {"a": {"required": ["z"], "properties": {"z": {"const": 1}}}},
    },
    "unevaluated properties": {
        "allOf": [{"properties": {"a": {"type": "string"}}}],
        "anyOf": [{"properties": {"b": {"type": "integer"}}, "required": ["b"]}],
        "unevaluatedProperties": False,
        "type": "object",
    },
    "all of": {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"minimum": 3}}},
            {"properties": {"a": {"type": "integer", "maximum": 3}}},
        ]
    },
    "any of": {"anyOf": [{"type": "string", "maxLength": 1}, {"type": "boolean"}]},
    "one of, overlapping": {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]},
    "one of, by members": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "not a type": {"not": {"type": ["string", "object", "array"]}},
    "not these": {"type": "integer", "minimum": 1, "maximum": 3, "not": {"enum": [1, 3]}},
    "not both": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "not": {"required": ["a", "b"]},
    },
    "not not": {"not": {"not": {"type": "string", "minLength": 5}}},
    "not a long list": {"type": "array", "minItems": 1, "not": {"minItems": 3}},
    "if, then, else": {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["forA"]},
        "else": {"properties": {"kind": {"const": "b"}, "forB": {"type": "integer"}}},
    },
    "ref with siblings": {
        "$ref": "#/$defs/text",
        "minLength": 4,
        "maxLength": 4,
        "$defs": {"text": {"type": "string", "pattern": "^[a-z]*$"}},
    },
    "anchor": {"$ref": "#number", "$defs": {"n": {"$anchor": "number", "type": "integer"}}},
    "resource with an id": {
        "$ref": "https://example.com/inner",
        "$defs": {
            "i": {
                "$id": "https://example.com/inner",
                "$ref": "#/$defs/x",
                "$defs": {"x": {"const": 4}},
            }
        },
    },
    "recursion": {
        "$defs": {
            "node": {
                "type": "object",
                "required": ["value", "children"],
                "properties": {
                    "value": {"type": "integer"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                    "parent": {"$ref": "#/$defs/node"},
                },
            }
        },
        "$ref": "#/$defs/node",
    },
    "recursion with a way out": {
        "$defs": {
            "term": {
                "oneOf": [
                    {"type": "object", "required": ["of"], "properties": {"of": {"$ref": "#"}}},
                    {"type": "integer"},
                ]
            }
        },
        "$ref": "#/$defs/term",
    },
    "dynamic reference": {
        "$id": "https://example.com/strict",
        "$dynamicAnchor": "node",
        "$ref": "https://example.com/tree",
        "unevaluatedProperties": False,
        "$defs": {
            "tree": {
                "$id": "https://example.com/tree",
                "$dynamicAnchor": "node",
                "type": "object",
                "required": ["children"],
                "properties": {
                    "children": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 1,
                        "items": {"anyOf": [{"type": "null"}, {"$dynamicRef": "#node"}]},
                    }
                },
            }
        },
    },
}

FORMATS = (
    *("date-time", "date", "time", "duration", "uuid", "uri", "uri-reference", "iri"),
    *("iri-reference", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
    *("json-pointer", "relative-json-pointer", "regex", "uri-template"),
)


def judge(schema: Json) -> Callable[[Json], bool]:
    """Return what two other libraries think, together."""
    one = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    other = jsonschema.Draft202012Validator(schema)
    return lambda value: one.is_valid(value) and other.is_valid(value)


@pytest.mark.parametrize("schema", MODERN.values(), ids=MODERN.keys())
def test_the_first_thing_made_is_valid(schema: Json) -> None:
    make = compile_generator(
        schema,
        schema,
        dialect="2020-12",
        direction=Direction.ANSWER,
        accepts=lambda _value: True,
    )

    values = [make(seed) for seed in SEEDS]

    accepts = judge(schema)
    assert [value for value in values if not accepts(value)] == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lengths", [{}, {"minLength": 24}, {"maxLength": 12}], ids=str)
def test_a_text_has_its_format(name: str, lengths: dict[str, int]) -> None:
    if name in ("uuid", "date-time") and "maxLength" in lengths:
        lengths = {"maxLength": 36}
    if name in ("date", "ipv4", "uuid") and "minLength" in lengths:
        lengths = {"minLength": 7}
    schema = {"type": "string", "format": name, **lengths}

    accepts = judge(schema)
    for seed in SEEDS:
        assert accepts(
            generate(schema, {}, dialect="2020-12", direction=Direction.ANSWER, seed=seed)
        )


def test_classes_of_unicode_are_understood() -> None:
    schema = {"type": "string", "pattern": r"^\p{Lu}\p{L}+[\u0400-\u0410]$"}
    fits = jsonschema_rs.Draft202012Validator(schema).is_valid

    for seed in SEEDS:
        assert fits(generate(schema, {}, dialect="2020-12", direction=Direction.ANSWER, seed=seed))


def test_items_that_are_looked_at_by_contains_need_not_be_like_the_unevaluated_ones() -> None:
    schema = {
        "type": "array",
        "minItems": 3,
        "unevaluatedItems": {"type": "string"},
        "allOf": [{"contains": {"type": "integer"}, "maxContains": 1}],
    }
    make = compile_generator(schema, {}, dialect="2020-12", direction=Direction.ANSWER)

    for seed in range(12):
        kinds = sorted(type(item).__name__ for item in make(seed))
        assert kinds == ["int", *["str"] * (len(kinds) - 1)]
