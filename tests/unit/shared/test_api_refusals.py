"""A refusal looks as the contract says that refusals look, and tells what was wrong in any case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_platform.api.leniency import LONGEST_HEADER, violations_header
from mock_platform.shared.contracts import Json, Reply, Violation
from mock_platform.shared.errors import OrderNotFound
from tests.unit.shared.api_kit import JSON, Answered, document, ok, serve

INTEGER, STRING = {"type": "integer"}, {"type": "string"}
ERROR: Json = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": INTEGER, "message": STRING},
}
FASTAPI: Json = {
    "type": "object",
    "properties": {
        "detail": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["loc", "msg", "type"],
                "properties": {
                    "loc": {"type": "array", "items": STRING},
                    "msg": STRING,
                    "type": STRING,
                },
            },
        }
    },
    "required": ["detail"],
}


def as_json(schema: Json, **more: Json) -> Json:
    return {"description": "", "content": {"application/json": {"schema": schema, **more}}}


def contract(**responses: Json) -> Any:
    operation = {
        "operationId": "keep",
        "parameters": [{"name": "n", "in": "query", "schema": INTEGER}],
        "requestBody": {"content": {"application/json": {"schema": {"required": ["a"]}}}},
        "responses": ok(**responses),
    }
    return document({"/x": {"post": operation}})


def refused(
    body: Json = None, target: str = "/v1/x", raw: bytes | None = None, **responses: Json
) -> Answered:
    def keep() -> Reply:
        raise OrderNotFound("no order 7")

    sent = raw if raw is not None else json.dumps(body).encode()
    return serve(contract(**responses), {"keep": keep}).ask("POST", target, JSON, sent)


def test_where_nothing_is_documented_a_problem_is_told() -> None:
    answer = refused({})

    assert (answer.status, answer.json["code"]) == (422, "BODY_INVALID")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "x-mock-violations" not in answer.headers


@pytest.mark.parametrize(
    ("raw", "target", "documented", "status"),
    [
        (b"{}", "", ["400", "422"], 422),
        (b"{}", "", ["400"], 400),
        (b"{}", "", ["4XX"], 422),
        (b"{}", "", ["default"], 422),
        (b"{", "", ["400", "422"], 400),
        (b"{", "", ["422"], 422),
        (b"{", "", ["default"], 400),
        (b'{"a":1}', "?n=x", ["400", "422"], 400),
        (b'{"a":1}', "?n=x", ["422"], 422),
        (b'{"a":1}', "", ["404"], 404),
    ],
    ids=str,
)
def test_a_refusal_has_a_documented_status_and_shape(
    raw: bytes, target: str, documented: list[str], status: int
) -> None:
    responses = {f"s{key}": as_json(ERROR) for key in documented}

    answer = refused(raw=raw, target="/v1/x" + target, **responses)

    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json.keys() == {"code", "message"}
    assert answer.json["code"] == status


def test_an_example_is_given_as_it_is_written() -> None:
    example = {"code": 17, "message": "Bad request"}

    answer = refused({}, s400=as_json(ERROR, example=example))

    assert answer.json == example
    assert answer.told_violations == [("", "required")]


def test_an_example_with_a_number_beyond_64_bits_is_given_too() -> None:
    example = {"code": 10**20, "message": "Bad request"}

    assert refused({}, s400=as_json(ERROR, example=example)).json == example


def test_where_there_is_no_example_the_message_is_filled_in() -> None:
    answer = refused({}, s422=as_json(ERROR))

    assert answer.json["message"].startswith("1 violation: the body:")
    assert refused({}, s422=as_json(FASTAPI)).json["detail"][0]["msg"].startswith("1 violation")


def test_a_message_that_the_schema_does_not_allow_is_not_filled_in() -> None:
    narrow = {
        "type": "object",
        "properties": {"message": {"enum": ["no"]}},
        "required": ["message"],
    }

    assert refused({}, s400=as_json(narrow)).json == {"message": "no"}


def test_a_schema_that_says_nothing_leaves_room_for_the_problem() -> None:
    answer = refused({}, s400=as_json({"type": "object"}))

    assert answer.json["code"] == "BODY_INVALID"
    assert answer.headers["content-type"] == "application/json"


def test_a_problem_that_the_contract_documents_is_ours() -> None:
    problem: Json = {"type": "object", "required": ["type", "title"]}
    content = {"application/problem+json": {"schema": problem}}

    answer = refused({}, s400={"description": "", "content": content})

    assert (answer.status, answer.json["status"]) == (400, 400)
    assert answer.violations == [("", "required")]
    assert "x-mock-violations" not in answer.headers


def test_a_refusal_without_content_or_in_no_json_is_a_problem_of_that_status() -> None:
    assert refused({}, s400={"description": ""}).json["status"] == 400
    text = {"description": "", "content": {"text/plain": {"schema": STRING}}}
    assert refused({}, s400=text).headers["content-type"] == "application/problem+json"


def test_a_shape_that_nothing_fits_is_told_as_a_problem() -> None:
    answer = refused({}, s400=as_json({"allOf": [INTEGER, STRING]}))

    assert (answer.status, answer.json["code"]) == (400, "BODY_INVALID")


def test_a_handlers_refusal_takes_the_shape_too() -> None:
    answer = refused({"a": 1}, s404=as_json(ERROR))

    assert (answer.status, answer.json["message"]) == (404, "no order 7")


def test_a_required_header_of_the_refusal_is_there() -> None:
    header = {"X-Reason": {"required": True, "schema": {"type": "string", "enum": ["because"]}}}

    answer = refused({}, s400={**as_json(ERROR), "headers": header})

    assert answer.headers["x-reason"] == "because"


def test_parameters_and_body_are_told_together() -> None:
    answer = refused({}, "/v1/x?n=x")

    assert (answer.status, answer.json["code"]) == (400, "PARAMETER_INVALID")
    assert answer.violations == [("query/n", "type"), ("", "required")]


def test_a_challenge_goes_with_any_shape() -> None:
    operation = {
        "operationId": "x",
        "security": [{"key": []}],
        "responses": ok(s401=as_json(ERROR)),
    }
    schemes = {"key": {"type": "http", "scheme": "bearer"}}
    served = serve(document({"/x": {"get": operation}}, {"securitySchemes": schemes}), {"x": Reply})

    answer = served.get("/v1/x")

    assert (answer.status, answer.json["code"]) == (401, 401)
    assert answer.headers["www-authenticate"] == 'Bearer realm="mock-platform"'


def test_violations_in_a_header_are_bounded_and_plain() -> None:
    many = [Violation(f"/ä😀{number}", "type", "\x7f\n" + "x" * 50) for number in range(200)]

    name, value = violations_header(many)

    written = json.loads(value)
    assert name == b"x-mock-violations"
    assert len(value) < LONGEST_HEADER + 64
    assert value.decode("ascii").isprintable()
    assert written[0]["pointer"] == "/ä😀0"
    assert written[-1] == {"more": 200 - (len(written) - 1)}


def test_operations_that_refuse_alike_share_what_they_refuse_with() -> None:
    error = as_json({"$ref": "#/components/schemas/Error"})
    one = {
        "parameters": [{"name": "n", "in": "query", "required": True, "schema": INTEGER}],
        "responses": ok(s400=error),
    }
    paths = {f"/{name}": {"get": {**one, "operationId": name}} for name in "abc"}
    served = serve(document(paths, {"schemas": {"Error": ERROR}}), dict.fromkeys("abc", Reply))

    assert {served.get(f"/v1/{name}").status for name in "abc"} == {400}
    assert len(served.app.app._endpoints[0].refusing._sheets) == 1
