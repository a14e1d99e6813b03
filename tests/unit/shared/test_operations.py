"""What a document says about its operations is read once, with every reference followed."""

from __future__ import annotations

import pytest

from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.operations import Operation, operations
from mock_platform.shared.contracts import Json

OK: Json = {"200": {"description": "ok"}}


def read(root: Json) -> tuple[Operation, ...]:
    return operations(Document(name="t", root=root))


def one(operation: Json, **rest: Json) -> Operation:
    item = {"post": {"responses": OK, **operation}}
    return read({"paths": {"/things/{id}": item}, **rest})[0]


def test_operations_come_in_the_documents_order_with_the_base_path() -> None:
    found = read(
        {
            "servers": [
                {"url": "https://h/{area}/v1/", "variables": {"area": {"default": "shop"}}},
                {"url": "/ignored"},
            ],
            "paths": {
                "/b": {"get": {"operationId": "b", "responses": OK}},
                "/a/{x}": {"delete": {"operationId": "a", "responses": OK}},
                "x-note": {},
            },
        }
    )

    assert [(o.id, o.method, o.path, o.pointer) for o in found] == [
        ("b", "GET", "/shop/v1/b", "/paths/~1b/get"),
        ("a", "DELETE", "/shop/v1/a/{x}", "/paths/~1a~1{x}/delete"),
    ]


@pytest.mark.parametrize("servers", [[], [{"url": "/"}], [{"url": "http://localhost:1"}]])
def test_without_a_base_path_paths_are_as_written(servers: Json) -> None:
    assert one({}, servers=servers).path == "/things/{id}"


def test_a_missing_or_repeated_operation_id_is_replaced_by_one_of_its_own() -> None:
    found = read(
        {
            "paths": {
                "/orders/{orderId}": {"get": {"responses": OK}},
                "/a": {"get": {"operationId": "same", "responses": OK}},
                "/b": {"get": {"operationId": "same", "responses": OK}},
            }
        }
    )

    assert [o.id for o in found] == ["getOrdersOrderId", "same", "same2"]


def test_the_operations_parameters_win_over_the_paths() -> None:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    found = read(
        {
            "paths": {
                "/things/{id}": {
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {}},
                        {"name": "X-A", "in": "header", "schema": {"type": "string"}},
                        {"$ref": "#/components/parameters/Limit"},
                    ],
                    "get": {
                        "parameters": [
                            {"name": "x-a", "in": "header", "required": True, "schema": {}},
                            {"name": "Content-Type", "in": "header", "schema": {}},
                            {"name": "c", "in": "cookie", "content": {"a/b": {"schema": {}}}},
                        ],
                        "responses": OK,
                    },
                }
            },
            "components": {"parameters": {"Limit": limit}},
        }
    )[0]

    assert [(p.name, p.location, p.required) for p in found.parameters] == [
        ("id", "path", True),
        ("x-a", "header", True),
        ("limit", "query", False),
        ("c", "cookie", False),
    ]
    assert [p.schema_pointer for p in found.parameters] == [
        "/paths/~1things~1{id}/parameters/0/schema",
        "/paths/~1things~1{id}/get/parameters/0/schema",
        "/components/parameters/Limit/schema",
        "/paths/~1things~1{id}/get/parameters/2/content/a~1b/schema",
    ]


@pytest.mark.parametrize(
    ("written", "style", "explode"),
    [
        ({"in": "path"}, "simple", False),
        ({"in": "header"}, "simple", False),
        ({"in": "query"}, "form", True),
        ({"in": "cookie"}, "form", True),
        ({"in": "query", "style": "pipeDelimited"}, "pipeDelimited", False),
        ({"in": "query", "explode": False}, "form", False),
        ({"in": "path", "style": "matrix", "explode": True}, "matrix", True),
    ],
)
def test_style_and_explode_default_by_location(written: Json, style: str, explode: bool) -> None:
    found = one({"parameters": [{"name": "p", "schema": {}, **written}]}).parameters[0]

    assert (found.style, found.explode) == (style, explode)


def test_bodies_answers_headers_and_callbacks_are_followed_to_where_they_stand() -> None:
    found = one(
        {
            "requestBody": {"$ref": "#/components/requestBodies/Thing"},
            "responses": {
                "201": {"$ref": "#/components/responses/Made"},
                "default": {"description": "no", "x-a": 1},
                "x-note": {},
            },
            "callbacks": {"done": {"$ref": "#/components/callbacks/Done"}},
        },
        components={
            "requestBodies": {
                "Thing": {"required": True, "content": {"application/json": {"schema": {}}}}
            },
            "responses": {
                "Made": {
                    "description": "made",
                    "headers": {"ETag": {"$ref": "#/components/headers/Tag"}, "Content-Type": {}},
                    "content": {"text/*": {}},
                }
            },
            "headers": {"Tag": {"required": True}},
            "callbacks": {"Done": {"x-a": 1, "{$request.body#/url}": {"post": {"responses": OK}}}},
        },
    )

    assert found.body is not None
    assert found.body_required
    assert (
        found.body["application/json"].schema_pointer
        == "/components/requestBodies/Thing/content/application~1json/schema"
    )
    assert list(found.responses) == ["201", "default"]
    assert found.responses["201"].headers == {"ETag": {"required": True}}
    assert found.responses["201"].content["text/*"].schema_pointer is None
    assert found.callbacks == {"done": "{$request.body#/url}"}


def test_a_shared_path_item_is_followed() -> None:
    found = read(
        {
            "paths": {
                "/a": {"$ref": "#/x-items/a"},
            },
            "x-items": {"a": {"get": {"operationId": "a", "responses": OK}}},
        }
    )[0]

    assert (found.path, found.pointer) == ("/a", "/x-items/a/get")


@pytest.mark.parametrize(
    ("written", "security"),
    [
        ({}, ({"key": ()},)),
        ({"security": []}, ()),
        ({"security": [{"a": ["x"], "b": []}, {}]}, ({"a": ("x",), "b": ()}, {})),
    ],
)
def test_security_is_the_operations_or_else_the_documents(written: Json, security: Json) -> None:
    assert one(written, security=[{"key": []}]).security == security


@pytest.mark.parametrize("ref", ["#/nowhere", "other.yaml#/a", "#/paths/~1things~1{id}/post/x-me"])
def test_a_reference_that_leads_nowhere_is_a_lookup_error(ref: str) -> None:
    with pytest.raises(LookupError):
        one({"requestBody": {"$ref": ref}, "x-me": {"$ref": "#/paths/~1things~1{id}/post/x-me"}})


def test_a_part_without_a_known_file_is_its_documents() -> None:
    assert Document(name="orders", root={}).origin("/a") == Origin("orders.spec.yaml", "/a")
