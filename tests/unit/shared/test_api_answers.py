"""What we answer keeps the contract, or is not sent."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.answering_kit import content
from tests.unit.shared.api_kit import Answered, Served, document, ok, serve

ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "key": {"type": "string", "writeOnly": True}},
}


def served(responses: Json, reply: Reply) -> Served:
    paths = {"/x": {"get": {"operationId": "x", "responses": responses}}}
    return serve(document(paths), {"x": lambda: reply})


def answered(responses: Json, reply: Reply, **headers: str) -> Answered:
    with structlog.testing.capture_logs():
        return served(responses, reply).get("/v1/x", **headers)


def test_a_valid_answer_is_sent_as_json() -> None:
    answer = answered(ok(ITEM), Reply(body={"id": "ä"}))

    assert (answer.status, answer.body) == (200, '{"id":"ä"}'.encode())
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    ("reply", "violation"),
    [
        (Reply(body={}), ("", "required")),
        (Reply(body={"id": 1}), ("/id", "type")),
        (Reply(body={"id": "a", "key": "s3cret"}), ("/key", "writeOnly")),
        (Reply(body=None), ("", "type")),
        (Reply(status=201, body={"id": "a"}), ("", "responses")),
        (Reply(status=204, body={"id": "a"}), ("", "content")),
        (
            Reply(body={"id": "a"}, headers={"Link": "a\r\nset-cookie: b"}),
            ("header/Link", "format"),
        ),
        (Reply(body={"id": "a"}, headers={"a b": "c"}), ("header/a b", "format")),
        (Reply(body={"id": "a"}, headers={"x": "€"}), ("header/x", "format")),
        (Reply(body={"id": "a", "more": {1}}), ("", "json")),
        (Reply(body={"id": "\ud800"}), ("", "json")),
        (Reply(status=100), ("", "responses")),
    ],
    ids=str,
)
def test_an_answer_that_breaks_the_contract_is_a_500_that_says_where(
    reply: Reply, violation: tuple[str, str]
) -> None:
    responses = ok(ITEM, s204={"description": ""}, s100={"description": ""})

    with structlog.testing.capture_logs() as logged:
        answer = served(responses, reply).get("/v1/x")

    assert (answer.status, answer.json["code"]) == (500, "ANSWER_INVALID")
    assert answer.violations == [violation]
    assert [line["event"] for line in logged] == ["answer.invalid"]
    assert logged[0]["operation"] == "x"
    assert b"s3cret" not in answer.body


def test_a_required_header_must_be_there() -> None:
    responses = ok()
    responses["200"]["headers"] = {"ETag": {"required": True}, "Link": {"required": False}}

    assert answered(responses, Reply(body=1)).violations == [("header/etag", "required")]
    assert answered(responses, Reply(body=1, version=3)).headers["etag"] == '"3"'
    assert answered(responses, Reply(body=1, headers={"ETag": '"x"'})).status == 200


@pytest.mark.parametrize(
    ("key", "status", "is_declared"),
    [("200", 200, True), ("4XX", 409, True), ("4XX", 500, False), ("default", 503, True)],
)
def test_a_status_is_declared_exactly_by_its_class_or_by_default(
    key: str, status: int, is_declared: bool
) -> None:
    answer = answered({key: content(application_json={})}, Reply(status=status, body=1))

    assert answer.status == (status if is_declared else 500)


def test_the_exact_status_goes_before_its_class_and_that_before_default() -> None:
    def only(value: str) -> Json:
        return content(application_json={"schema": {"enum": [value]}})

    responses = {"default": only("any"), "4XX": only("class"), "404": only("exact")}

    assert answered(responses, Reply(status=404, body="exact")).json == "exact"
    assert answered(responses, Reply(status=409, body="class")).json == "class"
    assert answered(responses, Reply(status=500, body="any")).json == "any"


def test_an_answer_without_body_has_no_type() -> None:
    answer = answered({"204": {"description": ""}}, Reply(status=204))

    assert (answer.status, answer.body) == (204, b"")
    assert sorted(answer.headers) == ["x-trace-id"]


def test_null_is_a_body_where_the_contract_takes_it() -> None:
    answer = answered(ok({"type": "object", "nullable": True}), Reply(body=None))

    assert answer.body == b"null"


@pytest.mark.parametrize("body", [0, False, "", [], {}], ids=repr)
def test_what_is_empty_is_still_a_body(body: Json) -> None:
    assert answered(ok({}), Reply(body=body)).json == body


@pytest.mark.parametrize(
    ("declared", "body", "content_type", "raw"),
    [
        (("application_problem+json",), {"a": 1}, "application/problem+json", b'{"a":1}'),
        (("text_plain",), "ä", "text/plain; charset=utf-8", "ä".encode()),
        (("application_pdf",), b"%PDF", "application/pdf", b"%PDF"),
        (("text_csv", "application_json"), [1], "application/json", b"[1]"),
        (("text_csv", "application_json"), "a,b", "text/csv; charset=utf-8", b"a,b"),
        (("application_json",), "a", "application/json", b'"a"'),
        (("*_*",), {"a": 1}, "application/json", b'{"a":1}'),
    ],
    ids=str,
)
def test_the_declared_type_fits_the_body(
    declared: tuple[str, ...], body: Json, content_type: str, raw: bytes
) -> None:
    answer = answered({"200": content(**{name: {} for name in declared})}, Reply(body=body))

    assert (answer.headers["content-type"], answer.body) == (content_type, raw)


def test_integers_beyond_64_bits_are_sent_exactly() -> None:
    assert answered(ok(), Reply(body={"n": 10**30})).json == {"n": 10**30}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Length", "3"),
        ("Content-Type", "text/x"),
        ("Transfer-Encoding", "chunked"),
        ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("X-Trace-Id", "mine"),
    ],
)
def test_what_belongs_to_the_answer_as_it_is_sent_is_not_the_handlers_to_say(
    name: str, value: str
) -> None:
    plain = answered(ok(), Reply(body=1), x_trace_id="t")

    assert answered(ok(), Reply(body=1, headers={name: value}), x_trace_id="t") == plain


def test_headers_are_sent_as_given() -> None:
    answer = answered(ok(), Reply(body=1, headers={"X-Mock-Policy": "delay", "Link": "</v1/é>"}))

    assert (answer.headers["x-mock-policy"], answer.headers["link"]) == ("delay", "</v1/é>")


def test_what_cannot_be_json_at_all_is_an_unexpected_failure() -> None:
    with structlog.testing.capture_logs() as logged:
        answer = served(ok({"type": "object"}), Reply(body={1, 2})).get("/v1/x")

    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert [line["event"] for line in logged] == ["request.broken"]


# What the caller accepts


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/*", 200),
        ("APPLICATION/JSON", 200),
        ("text/html, application/json;q=0.1", 200),
        ("application/problem+json", 200),
        ("text/html", 406),
        ("application/json;q=0, text/*", 406),
        ("application/*;q=0", 406),
        ("*/*;q=0", 406),
        ("*/*, application/json;q=0", 200),
        ("", 200),
        ("nonsense", 200),
        ("application/json;q=high", 200),
        (";;,,/", 200),
        ('application/json; a="x, y"', 200),
    ],
)
def test_only_who_excludes_everything_is_refused(accept: str, status: int) -> None:
    responses = ok(s404=content(**{"application_problem+json": {}}))

    assert answered(responses, Reply(body=1), accept=accept).status == status


def test_an_answer_without_body_is_acceptable_to_everybody() -> None:
    answer = answered({"204": {"description": ""}}, Reply(status=204), accept="image/png")

    assert answer.status == 204


def test_what_was_accepted_is_remembered_but_not_without_end() -> None:
    serving = served(ok(), Reply(body=1))
    for number in range(500):
        serving.get("/v1/x", accept=f"text/x{number}")

    accepts: Any = serving.app.app._endpoints[0].plan.answers._accepts
    assert 0 < sum(accepts.get(b"text/x%d" % number) is not None for number in range(500)) <= 64
