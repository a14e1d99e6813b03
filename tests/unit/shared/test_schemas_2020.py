"""Schemas of OpenAPI 3.1 and 3.2 mean what JSON Schema 2020-12 says, and who speaks counts."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.engine.documents import Document, dialect_of
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json

REQUEST, ANSWER = Direction.REQUEST, Direction.ANSWER

PERSON: Json = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": {"type": "string"},
        "secret": {"$ref": "#/components/schemas/Word", "writeOnly": True},
    },
    "unevaluatedProperties": False,
}
WORD: Json = {"type": "string"}


def rules(schema: Json, value: Json, direction: Direction = REQUEST, **others: Json) -> list[str]:
    """What is broken, by keyword."""
    root = {"openapi": "3.1.0", "components": {"schemas": {"It": schema, **others}}}
    schemas = Schemas(Document(name="test", root=root, dialect="3.1"))
    check = schemas.validator("/components/schemas/It", direction)
    return sorted(one.rule for one in check(value))


@pytest.mark.parametrize(
    ("version", "dialect"),
    [("3.0.4", "3.0"), ("3.1.0", "3.1"), ("3.1.2", "3.1"), ("3.2.0", "3.1"), (3.1, "3.1")],
)
def test_the_dialect_follows_from_the_version(version: object, dialect: str) -> None:
    assert dialect_of(version) == dialect


@pytest.mark.parametrize(
    ("schema", "value", "broken"),
    [
        (True, 1, []),
        (False, 1, ["not"]),
        ({"type": ["string", "null"]}, None, []),
        ({"type": ["string", "null"]}, 1, ["type"]),
        ({"type": "integer"}, 1.0, []),
        ({"const": 1}, 2, ["const"]),
        ({"type": "integer", "format": "int32"}, 2**31, ["maximum"]),
        ({"type": ["integer", "null"], "format": "int32"}, None, []),
        ({"type": "string", "format": "uuid"}, "a", ["format"]),
        ({"exclusiveMinimum": 1}, 1, ["exclusiveMinimum"]),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a", 1], ["items"]),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 1], ["contains"]),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, ["propertyNames"]),
        ({"patternProperties": {"^a": {"type": "string"}}}, {"ab": 1}, ["type"]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, ["required"]),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}, ["required"]),
        ({"if": {"type": "string"}, "then": {"minLength": 2}}, "a", ["minLength"]),
        ({"if": {"type": "string"}, "else": {"minimum": 2}}, 1, ["minimum"]),
        ({"$ref": "#/components/schemas/Word", "minLength": 2}, "a", ["minLength"]),
        ({"$ref": "#/components/schemas/Word", "minLength": 2}, 1, ["type"]),
        ({"nullable": True, "type": "string"}, None, ["type"]),
        ({"examples": ["a"], "$comment": "c", "title": "t", "xml": {"name": "a"}}, None, []),
    ],
    ids=str,
)
def test_a_keyword_means_what_it_means_in_2020_12(
    schema: Json, value: Json, broken: list[str]
) -> None:
    assert rules(schema, value, Word=WORD) == broken


def test_a_request_must_not_have_what_is_read_only() -> None:
    assert rules(PERSON, {"name": "a", "secret": "b"}, Word=WORD) == []
    assert rules(PERSON, {"name": "a", "secret": "b", "id": "c"}, Word=WORD) == ["readOnly"]


def test_an_answer_must_not_have_what_is_write_only_beside_a_reference() -> None:
    assert rules(PERSON, {"name": "a", "id": "b"}, ANSWER, Word=WORD) == []
    assert "writeOnly" in rules(PERSON, {"name": "a", "id": "b", "secret": ""}, ANSWER, Word=WORD)


def test_who_refers_to_a_schema_and_asks_for_more_does_not_ask_for_what_is_hidden() -> None:
    open_person = {k: v for k, v in PERSON.items() if k != "unevaluatedProperties"}
    stricter = {
        "$ref": "#/components/schemas/Person",
        "required": ["id", "age"],
        "dependentRequired": {"name": ["id"]},
    }

    value = {"name": "a", "secret": "b", "age": 1}
    assert rules(stricter, value, Person=open_person, Word=WORD) == []


def test_schemas_may_refer_to_themselves_without_end() -> None:
    knot = {"anyOf": [{"$ref": "#/components/schemas/It"}, {"type": "string"}]}

    assert rules(knot, "a") == []


_SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "abc"])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)
_TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
_SCHEMAS = st.recursive(
    st.booleans()
    | st.fixed_dictionaries(
        {}, optional={"type": _TYPES | st.lists(_TYPES, min_size=1, unique=True)}
    )
    | st.builds(lambda value: {"const": value}, _SCALARS),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "required": st.lists(st.sampled_from("abc"), unique=True),
            "additionalProperties": inner,
            "unevaluatedProperties": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "items": inner,
            "unevaluatedItems": inner,
            "contains": inner,
            "minContains": st.integers(0, 2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "dependentSchemas": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
        },
    ),
    max_leaves=5,
)


@given(schema=_SCHEMAS, value=_VALUES)
def test_accepting_and_refusing_agrees_with_the_jsonschema_library(
    schema: Json, value: Json
) -> None:
    assert (rules(schema, value) == []) == jsonschema.Draft202012Validator(schema).is_valid(value)
