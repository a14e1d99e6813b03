"""The least value of a schema is valid, and made of its examples where it has any."""

from __future__ import annotations

import orjson
import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.examples import least
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 9},
        {"type": "string", "maxLength": 2},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "email"},
        {"type": "string", "enum": ["b", "a"]},
        {"type": "integer", "minimum": 5},
        {"type": "integer", "minimum": 5, "exclusiveMinimum": True},
        {"type": "integer", "maximum": -5, "exclusiveMaximum": True},
        {"type": "integer", "minimum": 7, "multipleOf": 5},
        {"type": "number", "maximum": -0.5},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
        {"required": ["a"], "properties": {"a": {"type": "string", "nullable": True}}},
        {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"required": ["b"], "properties": {"b": {"type": "integer", "minimum": 2}}},
            ]
        },
        {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        {"anyOf": [{"$ref": "#/components/schemas/Base"}]},
        {"$ref": "#/components/schemas/Tree"},
        {},
    ],
    ids=str,
)
def test_the_least_value_fits_its_schema(schema: Json) -> None:
    schemas = {
        "Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        "Tree": {
            "type": "object",
            "required": ["children"],
            "properties": {
                "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
            },
        },
        "It": schema,
    }
    root = {"openapi": "3.0.4", "paths": {}, "components": {"schemas": schemas}}
    fits = Schemas(Document(name="t", root=root)).validator(
        "/components/schemas/It", Direction.ANSWER
    )

    assert fits(least(schema, root)) == ()


def test_an_object_is_put_together_from_the_examples_of_its_properties() -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret", "state"],
        "properties": {
            "id": {"type": "string", "example": "ord_1"},
            "state": {"type": "string", "default": "new"},
            "note": {"type": "string", "example": "optional, but stated"},
            "silent": {"type": "string"},
            "secret": {"type": "string", "writeOnly": True},
        },
    }

    assert least(schema, {}) == {"id": "ord_1", "state": "new", "note": "optional, but stated"}


def test_a_schema_that_requires_itself_comes_to_an_end() -> None:
    endless = {"type": "object", "required": ["self"], "properties": {"self": {"$ref": "#"}}}

    assert "self" in least(endless, endless)


def test_a_schema_that_requires_several_of_its_kind_comes_to_an_end() -> None:
    names = ["left", "right", "up"]
    endless: Json = {"type": "object", "required": names}
    endless["properties"] = {name: {"$ref": "#"} for name in names}

    assert least(endless, endless).keys() == set(names)


@pytest.mark.parametrize("kind", [{"type": "array", "items": {}}, {"type": "string"}])
def test_nobody_gets_a_million_of_anything(kind: Json) -> None:
    asked = kind | {"minItems": 10**12, "minLength": 10**12}

    assert len(least(asked, {})) == 10_000


def test_lists_in_lists_are_no_longer_together_than_one() -> None:
    schema: Json = {"type": "integer"}
    for _ in range(10):
        schema = {"type": "array", "minItems": 100, "items": schema}

    assert len(orjson.dumps(least(schema, {}))) < 100_000
