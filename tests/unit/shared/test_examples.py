"""What has no handler is answered from the contract: by its example, or the least that would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.examples import example_reply, least
from mock_platform.engine.operations import operations
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.infra.spec_files import load
from mock_platform.shared.contracts import Json, Reply

SPECS = Path(__file__).parents[3] / "specs"


def reply(responses: Json, **components: Json) -> Reply:
    root = {"paths": {"/a": {"get": {"responses": responses}}}, "components": components}
    document = Document(name="t", root=root)
    return example_reply(operations(document)[0], document)


def content(media_type: Json, name: str = "application/json") -> Json:
    return {"description": "", "content": {name: media_type}}


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["404", "202", "201"], 201),
        (["404", "default"], 200),
        (["2XX", "404"], 200),
        (["204", "2XX"], 200),
        (["503", "404"], 404),
        (["4XX"], 400),
        ([], 204),
    ],
)
def test_the_lowest_success_is_answered(statuses: list[str], status: int) -> None:
    assert reply({each: content({"example": 1}) for each in statuses}).status == status


def test_no_content_has_no_body() -> None:
    assert reply({"204": content({"example": 1})}) == Reply(status=204)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ({"example": 1, "schema": {"example": 2}}, 1),
        ({"examples": {"a": {"value": "first"}, "b": {"value": "second"}}}, "first"),
        ({"examples": {"a": {"externalValue": "x"}, "b": {"value": "second"}}}, "second"),
        ({"examples": {"a": {"$ref": "#/components/examples/E"}}}, {"shared": True}),
        ({"example": None, "schema": {"example": 2}}, None),
        ({"schema": {"$ref": "#/components/schemas/S"}}, "from the schema"),
        ({}, None),
    ],
)
def test_the_first_example_wins(media_type: Json, body: Json) -> None:
    found = reply(
        {"200": content(media_type)},
        examples={"E": {"value": {"shared": True}}},
        schemas={"S": {"type": "string", "example": "from the schema"}},
    )

    assert found.body == body


def test_json_is_preferred_and_anything_else_is_named() -> None:
    text = content({"example": "a,b"}, "text/csv")
    both = {"description": "", "content": {**text["content"], "application/json": {"example": 1}}}

    assert reply({"200": text}) == Reply(body="a,b", headers={"Content-Type": "text/csv"})
    assert reply({"200": both}) == Reply(body=1)


def test_required_headers_are_sent_with_their_examples() -> None:
    headers = {
        "ETag": {"$ref": "#/components/headers/Tag"},
        "X-Count": {"required": True, "schema": {"type": "integer", "minimum": 3}},
        "X-Flag": {"required": True, "schema": {"type": "boolean"}},
        "X-List": {"required": True, "example": ["a", "b"]},
        "X-Maybe": {"example": "not sent"},
        "X-Trace-Id": {"required": True, "example": "every answer gets its own"},
    }

    found = reply(
        {"200": {"description": "", "headers": headers}},
        headers={"Tag": {"required": True, "example": '"1"'}},
    )

    assert found.headers == {"ETag": '"1"', "X-Count": "3", "X-Flag": "false", "X-List": "a,b"}


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


@pytest.mark.parametrize("name", ["order-service", "callback-server"])
def test_our_operations_are_answered_as_their_contract_says(name: str) -> None:
    document = load(SPECS / f"{name}.spec.yaml")
    schemas = Schemas(document)

    broken = {}
    for operation in operations(document):
        found = example_reply(operation, document)
        for media_type in operation.responses[str(found.status)].content.values():
            if media_type.schema_pointer is not None:
                fits = schemas.validator(media_type.schema_pointer, Direction.ANSWER)
                broken[operation.id] = list(fits(found.body))

    assert broken
    assert all(violations == [] for violations in broken.values())
