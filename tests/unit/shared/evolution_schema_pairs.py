"""Pairs of schemas: what moved from the first to the second, what moved on the way back, how grave.

The four letters are the levels: there in a request, there in an answer, back in a request, back in
an answer.
"""

from __future__ import annotations

from mock_platform.shared.contracts import Json

_S, _I, _N = {"type": "string"}, {"type": "integer"}, {"type": "number"}
_A, _O = {"type": "array"}, {"type": "object"}

Row = tuple[str, Json, Json, str, str, str]


def _bound(name: str, base: Json, loose: Json, tight: Json) -> list[Row]:
    return [
        (f"{name} set", base, {**base, name: loose}, "bound-set", "bound-lifted", "BAAR"),
        (
            f"{name} tightened",
            {**base, name: loose},
            {**base, name: tight},
            "bound-tightened",
            "bound-loosened",
            "BAAR",
        ),
    ]


SCHEMA_PAIRS: list[Row] = [
    # Types ---------------------------------------------------------------------------------------
    ("any to string", {}, _S, "type-narrowed", "type-widened", "BAAB"),
    ("number to integer", _N, _I, "type-narrowed", "type-widened", "BAAB"),
    (
        "one of two types",
        {"type": ["string", "integer"]},
        _S,
        "type-narrowed",
        "type-widened",
        "BAAB",
    ),
    ("a schema becomes false", _S, False, "type-narrowed", "type-widened", "BAAB"),
    ("string to integer", _S, _I, "type-changed", "type-changed", "BBBB"),
    ("object to array", _O, _A, "type-changed", "type-changed", "BBBB"),
    (
        "implied object to array",
        {"properties": {"a": {}}},
        _A,
        "type-changed",
        "type-changed",
        "BBBB",
    ),
    ("null refused", {"type": ["string", "null"]}, _S, "null-refused", "null-allowed", "BAAB"),
    (
        "null branch gone",
        {"anyOf": [_S, {"type": "null"}]},
        _S,
        "null-refused",
        "null-allowed",
        "BAAB",
    ),
    # Values --------------------------------------------------------------------------------------
    (
        "enum value removed",
        {"enum": ["a", "b"]},
        {"enum": ["a"]},
        "enum-value-removed",
        "enum-value-added",
        "BAAR",
    ),
    (
        "number removed from enum",
        {"type": "integer", "enum": [1, 2, 3]},
        {"type": "integer", "enum": [1, 3]},
        "enum-value-removed",
        "enum-value-added",
        "BAAR",
    ),
    (
        "enum to one of its values",
        {"enum": ["a", "b"]},
        {"const": "a"},
        "enum-value-removed",
        "enum-value-added",
        "BAAR",
    ),
    ("enum set", _S, {"type": "string", "enum": ["a"]}, "enum-set", "enum-lifted", "BAAR"),
    ("const set", _S, {"type": "string", "const": "a"}, "enum-set", "enum-lifted", "BAAR"),
    (
        "const exchanged",
        {"const": "a"},
        {"const": "b"},
        "values-exchanged",
        "values-exchanged",
        "BBBB",
    ),
    (
        "enum exchanged",
        {"enum": ["a", "b"]},
        {"enum": ["A", "B"]},
        "values-exchanged",
        "values-exchanged",
        "BBBB",
    ),
    # Bounds --------------------------------------------------------------------------------------
    *_bound("minimum", _I, 1, 5),
    *_bound("maximum", _I, 9, 5),
    *_bound("exclusiveMinimum", _N, 1, 5),
    *_bound("exclusiveMaximum", _N, 9, 5),
    *_bound("minLength", _S, 1, 5),
    *_bound("maxLength", _S, 9, 5),
    *_bound("minItems", _A, 1, 5),
    *_bound("maxItems", _A, 9, 5),
    *_bound("minProperties", _O, 1, 5),
    *_bound("maxProperties", _O, 9, 5),
    (
        "bound becomes strict",
        {"type": "number", "maximum": 5},
        {"type": "number", "exclusiveMaximum": 5},
        "bound-tightened",
        "bound-loosened",
        "BAAR",
    ),
    # Other limits --------------------------------------------------------------------------------
    (
        "multiple set",
        _I,
        {**_I, "multipleOf": 5},
        "multiple-tightened",
        "multiple-loosened",
        "BAAR",
    ),
    (
        "a multiple of the multiple",
        {**_N, "multipleOf": 0.1},
        {**_N, "multipleOf": 0.3},
        "multiple-tightened",
        "multiple-loosened",
        "BAAR",
    ),
    (
        "another multiple",
        {**_I, "multipleOf": 5},
        {**_I, "multipleOf": 7},
        "multiple-changed",
        "multiple-changed",
        "BRBR",
    ),
    ("pattern set", _S, {**_S, "pattern": "^a"}, "pattern-set", "pattern-lifted", "BAAR"),
    (
        "another pattern",
        {**_S, "pattern": "^a"},
        {**_S, "pattern": "^b"},
        "pattern-changed",
        "pattern-changed",
        "RRRR",
    ),
    ("format set", _S, {**_S, "format": "date"}, "format-narrowed", "format-widened", "BAAR"),
    (
        "less room for a number",
        {**_I, "format": "int64"},
        {**_I, "format": "int32"},
        "format-narrowed",
        "format-widened",
        "BAAR",
    ),
    (
        "another format",
        {**_S, "format": "date"},
        {**_S, "format": "date-time"},
        "format-changed",
        "format-changed",
        "BBBB",
    ),
    ("unique set", _A, {**_A, "uniqueItems": True}, "unique-set", "unique-lifted", "BAAR"),
    ("items set", _A, {**_A, "items": _S}, "type-narrowed", "type-widened", "BAAB"),
    (
        "items closed",
        {**_A, "items": _S},
        {**_A, "items": False},
        "type-narrowed",
        "type-widened",
        "BAAB",
    ),
    (
        "a bound of items",
        {**_A, "items": _S},
        {**_A, "items": {**_S, "maxLength": 3}},
        "bound-set",
        "bound-lifted",
        "BAAR",
    ),
    # Conditions ----------------------------------------------------------------------------------
    *[
        (f"{name} set", base, {**base, name: value}, "condition-set", "condition-lifted", "BAAR")
        for base, name, value in (
            (_S, "not", {"const": "a"}),
            (_O, "if", {"required": ["a"]}),
            (_A, "contains", _S),
            (_O, "dependentRequired", {"a": ["b"]}),
            (_O, "propertyNames", {"maxLength": 3}),
            (_O, "patternProperties", {"^a": _S}),
            (_A, "prefixItems", [_S]),
            (_S, "contentMediaType", "application/json"),
        )
    ],
    (
        "another condition",
        {**_S, "not": {"const": "a"}},
        {**_S, "not": {"const": "b"}},
        "condition-changed",
        "condition-changed",
        "RRRR",
    ),
    (
        "one of two more things must hold",
        {"type": "object", "properties": {"a": _S, "b": _S}},
        {
            "type": "object",
            "properties": {"a": _S, "b": _S},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        },
        "condition-set",
        "condition-lifted",
        "BAAR",
    ),
    (
        "a bound under a pattern of names",
        {**_O, "patternProperties": {"^a": _S}},
        {**_O, "patternProperties": {"^a": {**_S, "maxLength": 1}}},
        "bound-set",
        "bound-lifted",
        "BAAR",
    ),
    # Objects -------------------------------------------------------------------------------------
    (
        "a property is required",
        {**_O, "properties": {"a": _S}},
        {**_O, "properties": {"a": _S}, "required": ["a"]},
        "property-required",
        "property-optional",
        "BAAB",
    ),
    (
        "a property that is not described is required",
        _O,
        {**_O, "required": ["a"]},
        "property-required",
        "property-optional",
        "BAAB",
    ),
    (
        "closed",
        _O,
        {**_O, "additionalProperties": False},
        "object-closed",
        "object-opened",
        "BAAR",
    ),
    (
        "others must be strings",
        _O,
        {**_O, "additionalProperties": _S},
        "object-closed",
        "object-opened",
        "BAAR",
    ),
    (
        "a map becomes closed",
        {**_O, "additionalProperties": _S},
        {**_O, "additionalProperties": False},
        "object-closed",
        "object-opened",
        "BAAR",
    ),
    (
        "the values of a map",
        {**_O, "additionalProperties": _S},
        {**_O, "additionalProperties": _I},
        "type-changed",
        "type-changed",
        "BBBB",
    ),
    # Unions --------------------------------------------------------------------------------------
    (
        "a branch is gone",
        {"oneOf": [_S, _I, {"type": "boolean"}]},
        {"oneOf": [_S, _I]},
        "branch-removed",
        "branch-added",
        "BAAR",
    ),
    (
        "a branch of references is gone",
        {"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
        {"$ref": "#/components/schemas/Cat"},
        "branch-removed",
        "branch-added",
        "BAAR",
    ),
    ("anything to a choice", {}, {"oneOf": [_S, _I]}, "branch-removed", "branch-added", "BAAR"),
    (
        "one became several others",
        {"type": "object", "properties": {"a": _S}},
        {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
        "union-changed",
        "union-changed",
        "BBBB",
    ),
    (
        "any of them to one of them",
        {"anyOf": [_S, _I]},
        {"oneOf": [_S, _I]},
        "union-tightened",
        "union-loosened",
        "RAAR",
    ),
    (
        "a bound within a branch",
        {"oneOf": [_S, _I]},
        {"oneOf": [{**_S, "maxLength": 3}, _I]},
        "bound-set",
        "bound-lifted",
        "BAAR",
    ),
    (
        "a discriminator",
        {**_O, "properties": {"kind": _S}},
        {**_O, "properties": {"kind": _S}, "discriminator": {"propertyName": "kind"}},
        "discriminator-set",
        "discriminator-lifted",
        "RAAR",
    ),
    (
        "another discriminator",
        {**_O, "discriminator": {"propertyName": "kind"}},
        {**_O, "discriminator": {"propertyName": "type"}},
        "discriminator-changed",
        "discriminator-changed",
        "BBBB",
    ),
    (
        "a value means another schema",
        {**_O, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat"}}},
        {**_O, "discriminator": {"propertyName": "kind", "mapping": {"c": "Dog"}}},
        "discriminator-changed",
        "discriminator-changed",
        "BBBB",
    ),
    (
        "a value of the discriminator is gone",
        {**_O, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}}},
        {**_O, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat"}}},
        "discriminator-value-removed",
        "discriminator-value-added",
        "BAAR",
    ),
    # What is said of a value ---------------------------------------------------------------------
    ("a default", _S, {**_S, "default": "a"}, "default-set", "default-lifted", "AARR"),
    (
        "another default",
        {**_I, "default": 0},
        {**_I, "default": 1},
        "default-changed",
        "default-changed",
        "RRRR",
    ),
    (
        "false is no zero",
        {"default": False},
        {"default": 0},
        "default-changed",
        "default-changed",
        "RRRR",
    ),
    ("deprecated", _S, {**_S, "deprecated": True}, "schema-deprecated", "schema-revived", "AAAA"),
    # References and allOf ------------------------------------------------------------------------
    (
        "a bound beside a reference",
        {"$ref": "#/components/schemas/Name"},
        {"$ref": "#/components/schemas/Name", "maxLength": 3},
        "bound-set",
        "bound-lifted",
        "BAAR",
    ),
    (
        "a further condition by allOf",
        {"allOf": [{"$ref": "#/components/schemas/Cat"}]},
        {"allOf": [{"$ref": "#/components/schemas/Cat"}, {"required": ["name"]}]},
        "property-required",
        "property-optional",
        "BAAB",
    ),
    (
        "the stricter of two bounds counts",
        {"allOf": [{**_S, "maxLength": 5}, {"maxLength": 9}]},
        {"allOf": [{**_S, "maxLength": 5}, {"maxLength": 3}]},
        "bound-tightened",
        "bound-loosened",
        "BAAR",
    ),
]

COMPONENTS: dict[str, Json] = {
    "Name": _S,
    "Cat": {"type": "object", "properties": {"name": _S, "lives": _I}},
    "Dog": {"type": "object", "properties": {"name": _S, "barks": {"type": "boolean"}}},
}

SAME_MEANING: list[tuple[str, Json, Json]] = [
    ("a reference and what it refers to", {"$ref": "#/components/schemas/Name"}, _S),
    ("allOf of one", {"allOf": [_S]}, _S),
    (
        "a base and all in one",
        {"allOf": [{"$ref": "#/components/schemas/Cat"}, {"required": ["name"]}]},
        {**COMPONENTS["Cat"], "required": ["name"]},
    ),
    ("const and enum of one", {"const": 1}, {"enum": [1]}),
    (
        "null as a type and as a branch",
        {"type": ["string", "null"]},
        {"anyOf": [_S, {"type": "null"}]},
    ),
    ("the order of values", {"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ("the order of types", {"type": ["string", "integer"]}, {"type": ["integer", "string"]}),
    ("the order of branches", {"oneOf": [_S, _I]}, {"oneOf": [_I, _S]}),
    (
        "object, said or implied",
        {"properties": {"a": _S}},
        {"type": "object", "properties": {"a": _S}},
    ),
    ("no bound and a bound of nothing", _S, {**_S, "minLength": 0}),
    ("others allowed, said or not", _O, {**_O, "additionalProperties": True}),
    ("true and an empty schema", {**_A, "items": True}, {**_A, "items": {}}),
    ("int64 and any integer", _I, {**_I, "format": "int64"}),
    ("a hint how to show it", _S, {**_S, "format": "password"}),
    ("words", {**_S, "description": "old", "title": "Old"}, {**_S, "description": "new"}),
    ("a flag that is off", _S, {**_S, "deprecated": False, "readOnly": False}),
]
"""Schemas that are written in two ways and mean the same."""
