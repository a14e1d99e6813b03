"""What tools in the wild get wrong is mended and told with its place; strictly, it is refused."""

from __future__ import annotations

import pytest
import yaml

from mock_platform.engine.documents import Document
from mock_platform.engine.mending import mend
from mock_platform.engine.operations import operations
from mock_platform.engine.pointers import lookup
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json

OK: Json = {"responses": {"200": {"description": "ok"}}}


def mended(root: Json, dialect: str = "3.0") -> tuple[Json, list[str]]:
    """The document after mending, and what was told: pointer and message."""
    whole = {"openapi": "3.0.4", "info": {"title": "T", "version": "1"}, "paths": {}} | root
    document, findings = mend(Document(name="test", root=whole, dialect=dialect))
    assert all(finding.level == "warning" for finding in findings)
    return document.root, [f"{f.pointer} {f.message}" for f in findings]


def schema(written: Json, dialect: str = "3.0", **others: Json) -> tuple[Json, list[str]]:
    root, told = mended({"components": {"schemas": {"It": written, **others}}}, dialect)
    document = Document(name="test", root=root, dialect=dialect)
    Schemas(document).validator("/components/schemas/It", Direction.ANSWER)  # can be compiled
    prefix = "/components/schemas/It"
    return root["components"]["schemas"]["It"], [one.removeprefix(prefix) for one in told]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"type": "int"}, {"type": "integer"}),
        ({"type": "String"}, {"type": "string"}),
        ({"type": "datetime"}, {"type": "string", "format": "date-time"}),
        ({"type": "any"}, {}),
        ({"type": 3}, {}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"type": "null"}, {}),
        ({"required": True}, {}),
        ({"required": ["a", 1, "a"]}, {"required": ["a"]}),
        ({"type": "string", "enum": [1, True, "a"]}, {"type": "string", "enum": ["1", "true", "a"]}),
        ({"type": "integer", "enum": ["1", 2]}, {"type": "integer", "enum": [1, 2]}),
        ({"enum": "a"}, {}),
        ({"enum": []}, {}),
        ({"enum": ["a", "a"]}, {"enum": ["a"]}),
        (
            {"type": "array", "enum": ["1", 2], "items": {"type": "integer"}},
            {"type": "array", "items": {"type": "integer", "enum": [1, 2]}},
        ),
        (
            {"type": "array", "items": {"enum": ["a"]}, "enum": ["b"]},
            {"type": "array", "items": {"enum": ["a"]}},
        ),
        ({"type": "array", "enum": ["a"]}, {"type": "array", "items": {"enum": ["a"]}}),
        ({"minLength": "3"}, {"minLength": 3}),
        ({"minLength": -1}, {}),
        ({"maximum": "1.5"}, {"maximum": 1.5}),
        ({"maximum": "much"}, {}),
        ({"multipleOf": 0}, {}),
        ({"exclusiveMinimum": 3}, {"minimum": 3, "exclusiveMinimum": True}),
        ({"uniqueItems": "true"}, {"uniqueItems": True}),
        ({"pattern": "("}, {}),
        ({"pattern": "/^a$/i"}, {"pattern": "^a$"}),
        ({"pattern": 1}, {}),
        ({"format": 1}, {}),
        ({"properties": []}, {}),
        ({"properties": {"a": None, "b": "c"}}, {"properties": {"a": {}, "b": {}}}),
        ({"items": [{"type": "string"}]}, {"items": {"type": "string"}}),
        ({"items": [{}, {}]}, {"items": {"anyOf": [{}, {}]}}),
        ({"allOf": {"type": "string"}}, {"allOf": [{"type": "string"}]}),
        ({"anyOf": []}, {}),
        ({"additionalProperties": "false"}, {"additionalProperties": False}),
        ({"additionalProperties": None}, {}),
        ({"discriminator": "kind"}, {"discriminator": {"propertyName": "kind"}}),
        ({"discriminator": {}}, {}),
        ({"nullable": "true", "type": "string"}, {"nullable": True, "type": "string"}),
        ({"readOnly": "maybe"}, {}),
        ({"xml": "a"}, {}),
        ({"$ref": 1}, {}),
        ({"$ref": "#/components/schemas/Absent"}, {}),
        ({"$ref": "#/components/schemas/It"}, {}),
        ({"$ref": "#/info/title"}, {}),
        ({"$ref": "#nonsense"}, {}),
        ({"properties": {"a": {"not": None}}}, {"properties": {"a": {"not": {}}}}),
    ],
    ids=str,
)  # fmt: skip
def test_a_schema_of_3_0_is_mended_and_that_is_told(written: Json, meant: Json) -> None:
    found, told = schema(written)

    assert found == meant
    assert told


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"items": [{"type": "string"}]}, {"prefixItems": [{"type": "string"}]}),
        ({"type": ["int", "null"]}, {"type": ["integer", "null"]}),
        ({"type": "any"}, {}),
        ({"patternProperties": {"(": {}, "a": {}}}, {"patternProperties": {"a": {}}}),
        ({"dependentRequired": {"a": "b", "c": ["d"]}}, {"dependentRequired": {"c": ["d"]}}),
        ({"$ref": "#/components/schemas/Absent", "type": "string"}, {"type": "string"}),
    ],
    ids=str,
)
def test_a_schema_of_3_1_is_mended_and_that_is_told(written: Json, meant: Json) -> None:
    found, told = schema(written, "3.1")

    assert found == meant
    assert told


@pytest.mark.parametrize(
    ("written", "dialect"),
    [
        (True, "3.1"),
        ({"type": ["string", "null"], "items": False, "format": "whatever", "const": 1}, "3.1"),
        ({"type": "string", "nullable": True, "enum": ["a", None], "x-a": 1}, "3.0"),
        ({"minimum": 1, "exclusiveMinimum": True, "pattern": "^(?!a)\\d+$"}, "3.0"),
        ({"properties": {"required": {"type": "boolean"}, "enum": {"type": "string"}}}, "3.0"),
        ({"example": {"$ref": "#/nowhere", "type": 3}, "default": {"enum": 3}}, "3.0"),
    ],
    ids=str,
)
def test_what_is_right_is_left_as_it_is(written: Json, dialect: str) -> None:
    copy = yaml.safe_load(yaml.safe_dump(written))

    assert schema(copy, dialect) == (written, [])


def test_a_reference_may_lead_through_another() -> None:
    found, told = schema(
        {"$ref": "#/components/schemas/Alias/properties/name"},
        Alias={"$ref": "#/components/schemas/Person"},
        Person={"properties": {"name": {"type": "string"}}},
    )

    assert found == {"$ref": "#/components/schemas/Person/properties/name"}
    assert told == []


def test_what_is_referred_to_is_mended_wherever_it_is_written() -> None:
    root, told = mended(
        {"definitions": {"A": {"type": "int"}}, "components": {"schemas": {"B": {"$ref": "#/definitions/A"}}}}
    )  # fmt: skip

    assert root["definitions"] == {"A": {"type": "integer"}}
    assert told == ["/definitions/A/type there is no type 'int' here; it is taken for integer"]


def served(paths: Json, **root: Json) -> tuple[Json, list[str]]:
    """Mended, and every operation can be read."""
    whole, told = mended({"paths": paths, **root})
    operations(Document(name="test", root=whole))
    return whole["paths"], [one.removeprefix("/paths") for one in told]


@pytest.mark.parametrize(
    ("operation", "pointer", "meant"),
    [
        ({}, "/responses", {"200": {"description": ""}}),
        ({"responses": None}, "/responses", {"200": {"description": ""}}),
        ({"responses": {"2xx": {}}}, "/responses", {"2XX": {"description": ""}}),
        ({"responses": {"200 OK": {}}}, "/responses", {"200": {"description": ""}}),
        ({"responses": {"fine": {}, "204": None}}, "/responses", {"204": {"description": ""}}),
        ({"responses": {"404": {"$ref": "#/x"}, "200": {}}}, "/responses", OK["responses"]),
        (
            {"responses": {"200": {"$ref": "#/components/schemas/S"}}},
            "/responses/200/content/application~1json/schema",
            {"$ref": "#/components/schemas/S"},
        ),
        (
            {"responses": {"200": {"schema": {"type": "string"}}}},
            "/responses/200/content/application~1json/schema",
            {"type": "string"},
        ),
        (
            {"responses": {"200": {"content": {"text/plain": {"examples": {"a": "b"}}}}}},
            "/responses/200/content/text~1plain/examples",
            {"a": {"value": "b"}},
        ),
        (
            {"responses": {"200": {"content": {"text/plain": {"examples": ["b"]}}}}},
            "/responses/200/content/text~1plain/examples",
            {"example1": {"value": "b"}},
        ),
        ({"responses": {"200": {"headers": {"A": {"$ref": "#/x"}}}}}, "/responses/200/headers", {}),
        ({"parameters": [{"name": "a"}, {"name": "b", "in": "query"}]}, "/parameters/0/name", "b"),
        ({"parameters": [{"name": "a", "in": "Query"}]}, "/parameters/0/in", "query"),
        ({"parameters": [{"$ref": "#/absent"}]}, "/parameters", []),
        ({"parameters": [{"$ref": "#/components/schemas/S"}]}, "/parameters", []),
        ({"parameters": {"name": "a"}}, "/responses", OK["responses"]),
        ({"parameters": [{"name": "id", "in": "path"}]}, "/parameters", []),
        (
            {"parameters": [{"name": "a", "in": "query", "style": "simple", "explode": "yes"}]},
            "/parameters/0",
            {"name": "a", "in": "query", "explode": False, "schema": {}},
        ),
        (
            {"parameters": [{"name": "a", "in": "query", "content": {"text/plain": None}}]},
            "/parameters/0/content",
            {"text/plain": {"schema": {}}},
        ),
        ({"requestBody": {"content": {}}}, "/responses", OK["responses"]),
        ({"security": [{"absent": []}]}, "/security", [{}]),
        ({"security": "none"}, "/responses", OK["responses"]),
        ({"operationId": 7}, "/responses", OK["responses"]),
        ({"callbacks": {"a": 1, "b": {"{$url}": None}}}, "/callbacks", {"b": {"{$url}": {}}}),
        ({"callbacks": {"b": {"{$url}": {"post": {}}}}}, "/callbacks/b/{$url}/post", OK),
        ({"tags": "a"}, "/responses", OK["responses"]),
    ],
    ids=str,
)
def test_an_operation_is_mended_and_that_is_told(
    operation: Json, pointer: str, meant: Json
) -> None:
    written = dict(OK) | operation
    if "responses" in operation or not operation:
        written = operation

    paths, told = served({"/a": {"post": written}}, components={"schemas": {"S": {}}})

    found = lookup(paths, "/~1a/post" + pointer)
    if isinstance(found, dict) and "description" in found:
        found = {**found, "description": meant.get("description", "")}
    if found != meant and isinstance(meant, dict) and "200" in meant:
        assert [*found] == [*meant]
    else:
        assert found == _without_words(meant, found)
    assert told or "style" not in str(operation)


def _without_words(meant: Json, found: Json) -> Json:
    """Added responses have an empty description."""
    if meant == OK:
        return {"responses": {"200": {"description": ""}}} if found != OK else OK
    return meant
