"""A link to try an operation out opens Swagger UI there, in the words it was seen to understand."""

from __future__ import annotations

import pytest

from mock_platform.console.docs_deep_links import deep_link
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.shared.contracts import Json


@pytest.mark.parametrize(
    ("operation", "link"),
    [
        ({"operationId": "payOrder", "tags": ["orders"]}, "#/orders/payOrder"),
        ({"operationId": "payOrder"}, "#/default/payOrder"),
        ({"tags": ["pets"]}, "#/pets/get_pets__id_"),
        ({"operationId": "a b", "tags": ["my pets & co"]}, "#/my%20pets%20%26%20co/a%20b"),
        ({"operationId": "repos/get", "tags": ["repos"]}, "#/repos"),
        ({"operationId": "get", "tags": ["a/b"]}, ""),
    ],
)
def test_an_operation_is_opened_as_near_as_can_be(operation: Json, link: str) -> None:
    paths = {"/pets/{id}": {"get": operation}}
    document = Document(name="d", root={"servers": [{"url": "/v1"}], "paths": paths})

    (one,) = operations(document)

    assert deep_link(document, one) == link
