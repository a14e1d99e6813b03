"""Headers that the contract documents for an answer are there, with values that mean something."""

from __future__ import annotations

import pytest

from mock_platform.shared.contracts import Json
from tests.unit.shared.answering_kit import get, mock
from tests.unit.shared.api_kit import Answered


def headed(name: str, header: Json) -> Answered:
    return get({"204": {"description": "", "headers": {name: header}}})


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ({"example": "a", "schema": {"type": "string"}}, "a"),
        ({"examples": {"x": {"value": "b"}}}, "b"),
        ({"schema": {"type": "integer", "example": 3}}, "3"),
        ({"schema": {"type": "boolean", "default": True}}, "true"),
        ({"schema": {"enum": ["c", "d"]}}, "c"),
        ({"schema": {"type": "integer", "x-generated": 4}, "example": "wrong"}, "4"),
        ({"schema": {"type": "array", "example": ["a", 1]}}, "a,1"),
        ({"schema": {"type": "object", "example": {"a": 1, "b": 2}}}, "a,1,b,2"),
        ({"schema": {"type": "object", "example": {"a": 1}}, "explode": True}, "a=1"),
        ({"content": {"application/json": {"example": {"a": 1}}}}, '{"a":1}'),
        ({"schema": {"type": "string", "x-generated": "many\r\nlines\u20ac"}}, "many lines"),
        ({}, "x-a"),
    ],
)
def test_a_header_says_what_the_contract_gives(header: Json, value: str) -> None:
    assert headed("X-A", header).headers["x-a"] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Max-Age", "600"),
        ("ETag", '"1"'),
        ("Retry-After", "1"),
        ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ],
)
def test_a_header_that_is_well_known_is_used_as_it_is_used(name: str, value: str) -> None:
    schema = {"type": "integer" if value.isdecimal() else "string", "x-generated": "string"}

    assert headed(name, {"schema": schema}).headers[name.lower()] == value


@pytest.mark.parametrize(
    "name", ["Content-Length", "Content-Encoding", "Transfer-Encoding", "Date"]
)
def test_headers_of_the_connection_are_left_to_the_server(name: str) -> None:
    answer = headed(name, {"required": True, "schema": {"type": "string", "example": "gzip"}})

    assert answer.status == 204
    assert name.lower() not in answer.headers


def test_a_header_that_cannot_be_made_is_left_out_even_if_it_is_required() -> None:
    answer = headed("X-A", {"required": True, "schema": {"type": "integer"}})

    assert answer.status == 204
    assert "x-a" not in answer.headers


def test_headers_are_found_over_references() -> None:
    shared = {"schema": {"$ref": "#/components/schemas/Limit"}}
    responses = {"204": {"description": "", "headers": {"X-A": shared, "X-B": {}}}}
    service = mock(
        {"/x": {"get": {"responses": responses}}},
        schemas={"Limit": {"type": "integer", "x-generated": 10}},
    )

    assert service.get("/v1/x").headers["x-a"] == "10"


def test_a_seed_is_honoured_where_a_header_is_generated() -> None:
    header = {"schema": {"type": "integer", "x-generated": "SEED"}}
    responses = {"204": {"description": "", "headers": {"X-A": header}}}

    answer = get(responses, prefer="seed=7")

    assert answer.headers["x-a"] == "7"
    assert answer.headers["preference-applied"] == "seed=7"
