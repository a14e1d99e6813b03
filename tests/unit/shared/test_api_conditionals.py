"""Conditional requests mean what RFC 9110 says, against versions that are numbers."""

from __future__ import annotations

import pytest

from mock_platform.api.conditionals import already_there, expected_versions
from mock_platform.shared.contracts import Call, Json, Reply
from tests.unit.shared.api_kit import JSON, document, ok, serve


@pytest.mark.parametrize(
    ("if_match", "versions"),
    [
        (None, None),
        (b"*", None),
        (b" * ", None),
        (b'"3"', {3}),
        (b'"3", "5"', {3, 5}),
        (b'W/"3"', set()),
        (b'W/"3", "4"', {4}),
        (b'"abc"', set()),
        (b'"03"', set()),
        (b'"0"', set()),
        (b'"-1"', set()),
        (b"3", set()),
        (b"", set()),
        (b'"' + b"9" * 500 + b'"', set()),
    ],
    ids=repr,
)
def test_if_match_allows_strong_tags_of_ours_only(
    if_match: bytes | None, versions: set[int] | None
) -> None:
    assert expected_versions(if_match) == versions


@pytest.mark.parametrize(
    ("if_none_match", "is_there"),
    [
        (b'"3"', True),
        (b'W/"3"', True),
        (b"*", True),
        (b'"1", "3"', True),
        (b'"2"', False),
        (b"3", False),
    ],
    ids=repr,
)
def test_if_none_match_is_compared_weakly(if_none_match: bytes, is_there: bool) -> None:
    assert already_there(if_none_match, 3) is is_there


def read(version: int | None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    responses = ok(s304={"description": ""}, s404={"description": ""})
    served = serve(
        document({"/x": {"get": {"operationId": "x", "responses": responses}}}),
        {"x": lambda: Reply(body="x", version=version)},
    )
    answer = served.get("/v1/x", **headers)
    return answer.status, dict(answer.headers), answer.body


def test_a_version_becomes_a_strong_tag() -> None:
    status, headers, _ = read(3)

    assert (status, headers["etag"]) == (200, '"3"')


def test_who_has_the_present_version_gets_nothing_but_its_tag_and_trace() -> None:
    status, headers, body = read(3, if_none_match='"3"', x_trace_id="t")

    assert (status, headers, body) == (304, {"etag": '"3"', "x-trace-id": "t"}, b"")


def test_who_has_another_version_gets_the_present_one() -> None:
    assert read(3, if_none_match='"2"')[0] == 200


def test_without_a_version_there_is_nothing_to_compare() -> None:
    assert read(None, if_none_match="*")[0] == 200


def test_an_operation_without_304_never_answers_it() -> None:
    served = serve(
        document({"/x": {"get": {"operationId": "x", "responses": ok()}}}),
        {"x": lambda: Reply(body="x", version=3)},
    )

    assert served.get("/v1/x", if_none_match='"3"').status == 200


def test_head_may_be_304_and_other_methods_never() -> None:
    responses = ok(s304={"description": ""})
    paths = {
        "/x": {
            "get": {"operationId": "x", "responses": responses},
            "post": {"operationId": "y", "responses": responses},
        }
    }
    reply = Reply(body="x", version=3)
    served = serve(document(paths), {"x": lambda: reply, "y": lambda: reply})
    condition = {"if-none-match": '"3"'}

    assert served.ask("HEAD", "/v1/x", condition).status == 304
    assert served.ask("POST", "/v1/x", condition).status == 200


def changed(headers: dict[str, str], *, documented: bool = True, body: Json = None) -> Json:
    responses = ok(s428={"description": ""}) if documented else ok()
    operation = {
        "operationId": "x",
        "parameters": [
            {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": responses,
    }

    def handler(call: Call) -> Reply:
        return Reply(body=sorted(call.expected_versions or ()))

    served = serve(document({"/x": {"patch": operation}}), {"x": handler})
    answer = served.ask("PATCH", "/v1/x", JSON | headers, {} if body is None else body)
    return answer.json if answer.status == 200 else answer.json["code"]


def test_if_match_reaches_the_handler_as_versions() -> None:
    assert changed({"if-match": '"3", "4"'}) == [3, 4]


def test_a_missing_if_match_has_its_own_status_where_the_operation_documents_it() -> None:
    assert changed({}) == "PRECONDITION_REQUIRED"
    assert changed({}, documented=False) == "PARAMETER_INVALID"


def test_a_broken_body_is_told_before_a_missing_if_match() -> None:
    assert changed({}, body=[]) == "BODY_INVALID"
