"""A body reaches its handler only whole, of a declared type, and as the contract wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from mock_platform.api.application import Limits
from mock_platform.api.bodies import MOST_TYPES_REMEMBERED
from mock_platform.shared.contracts import Call, Json, Reply, Violation
from tests.unit.shared.api_kit import (
    JSON,
    Answered,
    Sent,
    Served,
    Wire,
    document,
    ok,
    scope,
    serve,
    wire_receive,
)

DRAFT = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "count": {"type": "integer"}},
}
LIMIT = 1000


def served(
    content: Json = None,
    handler: Any = None,
    *,
    required: bool = True,
    calls: list[Json] | None = None,
) -> Served:
    def keep(body: Json) -> Reply:
        if calls is not None:
            calls.append(body)
        return Reply(body=body.hex() if isinstance(body, bytes) else body)

    body = {"required": required, "content": content or {"application/json": {"schema": DRAFT}}}
    paths = {"/x": {"post": {"operationId": "keep", "requestBody": body, "responses": ok()}}}
    return serve(document(paths), {"keep": handler or keep}, limits=Limits(body_bytes=LIMIT))


def posted(body: Sent, content_type: str | None = "application/json", **more: Any) -> Answered:
    headers = {} if content_type is None else {"content-type": content_type}
    return served(**more).ask("POST", "/v1/x", headers, body)


def verdict(answer: Answered) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_a_valid_body_reaches_the_handler_parsed() -> None:
    assert posted({"name": "ä", "count": 1}).json == {"name": "ä", "count": 1}


def test_every_violation_of_a_body_is_told() -> None:
    answer = posted({"count": "x"})

    assert verdict(answer) == (422, "BODY_INVALID")
    assert sorted(answer.violations) == [("", "required"), ("/count", "type")]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"\xff",
        b'"\xc3"',
        b"NaN",
        b'{"name": Infinity}',
        b'"\\ud800"',
        b"[" * 5 + b"]" * 4,
        b"'x'",
        b"\xef\xbb\xbf{}",
        b"{} {}",
    ],
    ids=repr,
)
def test_what_is_no_json_is_unparsable(raw: bytes) -> None:
    assert verdict(posted(raw)) == (400, "BODY_UNPARSABLE")


def test_a_pit_of_brackets_is_unparsable() -> None:
    pit = b"[" * 400_000

    headers = {"content-type": "application/json"}
    answer = serve(
        document(
            {
                "/x": {
                    "post": {
                        "operationId": "x",
                        "requestBody": {"content": {"application/json": {}}},
                        "responses": ok(),
                    }
                }
            }
        ),
        {"x": lambda body: Reply(body=body)},
    ).ask("POST", "/v1/x", headers, pit)

    assert verdict(answer) == (400, "BODY_UNPARSABLE")


def test_of_duplicate_keys_the_last_one_counts() -> None:
    assert posted(b'{"name":"a","name":"b"}').json == {"name": "b"}


def test_an_integer_beyond_64_bits_stays_exact() -> None:
    assert posted(b'{"name":"a","count":' + b"9" * 40 + b"}").json["count"] == int("9" * 40)


def test_an_integer_with_a_fraction_is_none() -> None:
    assert posted(b'{"name":"a","count":1.0}').violations == [("/count", "type")]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json ; version=1",
    ],
)
def test_parameters_and_case_of_a_media_type_do_not_matter(content_type: str) -> None:
    assert posted({"name": "a"}, content_type).status == 200


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/xml", "json", "", "application/json, x", "application/*",
     "application/json; charset=latin-1", "application/jsonx"],
    ids=repr,
)  # fmt: skip
def test_a_type_that_is_not_declared_is_unsupported(content_type: str | None) -> None:
    assert verdict(posted({"name": "a"}, content_type)) == (415, "MEDIA_TYPE_UNSUPPORTED")


def test_every_type_of_the_json_family_is_parsed() -> None:
    content = {
        "application/merge-patch+json": {"schema": DRAFT},
        "application/vnd.x+json": {"schema": DRAFT},
    }

    assert posted({"name": "a"}, "application/merge-patch+json", content=content).status == 200
    assert posted({}, "application/vnd.x+json", content=content).violations == [("", "required")]


def test_a_range_takes_what_is_within_it_and_the_exact_type_goes_first() -> None:
    content = {"text/*": {"schema": {"maxLength": 1}}, "text/csv": {"schema": {"maxLength": 3}}}

    assert posted("abc", "text/csv", content=content).json == "abc"
    assert posted("abc", "text/plain", content=content).violations == [("", "maxLength")]


@pytest.mark.parametrize(
    ("kind", "schema", "body", "verdict"),
    [
        ("text/plain", {"type": "string", "minLength": 2}, "a", [("", "minLength")]),
        ("text/plain", {"type": "integer"}, "12", 12),
        ("text/plain", {"type": "integer"}, "x", [("", "type")]),
        ("text/plain", {"type": "object"}, '{"a":1}', {"a": 1}),
        ("text/plain", {"type": "object"}, "a", "a"),
        ("application/octet-stream", {"type": "string", "maxLength": 1}, "ab", [("", "maxLength")]),
        ("application/octet-stream", {"type": "string", "maxLength": 1}, b"\xff", "ff"),
        ("application/octet-stream", {"type": "object"}, "ab", "6162"),
        ("application/zip", {"type": "object", "required": ["a"]}, "{}", [("", "required")]),
    ],
    ids=str,
)
def test_what_is_no_json_is_held_to_its_schema_too(
    kind: str, schema: Json, body: Sent, verdict: Json
) -> None:
    answer = posted(body, kind, content={kind: {"schema": schema}})

    assert (answer.violations if answer.status == 422 else answer.json) == verdict


def test_of_types_that_differ_by_a_parameter_the_one_that_was_sent_counts() -> None:
    content = {
        "application/json;version=1": {"schema": {"required": ["one"]}},
        "application/json; version=2": {"schema": {"required": ["two"]}},
    }

    assert posted({"two": 2}, "application/json; version=2", content=content).status == 200
    assert posted({"two": 2}, "application/json; version=1", content=content).status == 422


def test_text_is_decoded_by_its_charset_and_anything_else_stays_bytes() -> None:
    content = {"text/plain": {}, "application/octet-stream": {"schema": {"type": "string"}}}

    assert posted(b"\xe4", "text/plain; charset=iso-8859-1", content=content).json == "ä"
    assert posted(b"\xff\x00", "application/octet-stream", content=content).json == "ff00"
    assert verdict(posted(b"\xe4", "text/plain", content=content)) == (400, "BODY_UNPARSABLE")
    assert posted(b"x", "text/plain; charset=ebcdic", content=content).status == 415


def test_a_missing_body_is_unparsable_where_one_is_required() -> None:
    answer = posted(None)

    assert verdict(answer) == (400, "BODY_UNPARSABLE")
    assert answer.json["detail"] == "a body is required"


def test_a_missing_body_is_none_where_it_is_optional() -> None:
    assert (
        posted(None, None, required=False, handler=lambda body: Reply(body=repr(body))).json
        == "None"
    )


def test_an_empty_text_is_a_body() -> None:
    assert posted(b"", "text/plain", content={"text/plain": {}}).json == ""


def test_a_body_nobody_declared_is_ignored() -> None:
    paths = {"/x": {"post": {"operationId": "x", "responses": ok()}}}
    answer = serve(document(paths), {"x": lambda: Reply(body=1)}).ask("POST", "/v1/x", JSON, b"{")

    assert answer.status == 200


def test_media_types_seen_are_remembered_but_not_without_end() -> None:
    serving = served()
    for number in range(3 * MOST_TYPES_REMEMBERED):
        kind = {"content-type": f"application/json; n={number}"}
        assert serving.ask("POST", "/v1/x", kind, {"name": "a"}).status == 200

    plan = serving.app.app._endpoints[0].plan
    assert len(plan.bodies._remembered) <= MOST_TYPES_REMEMBERED


# How much, and how complete


async def received(
    serving: Served, parts: Sequence[bytes | None], headers: dict[str, str] | None = None
) -> Wire:
    """Send a body in parts; None is the caller going away."""
    wire = Wire()
    for index, part in enumerate(parts):
        if part is None:
            wire.disconnect()
        else:
            more = index + 1 < len(parts)
            wire.incoming.put_nowait({"type": "http.request", "body": part, "more_body": more})
    target = scope("POST", "/v1/x", JSON | (headers or {}))
    await serving.app(target, wire_receive(wire), wire.send)
    return wire


def test_a_body_in_parts_is_put_together() -> None:
    wire = asyncio.run(received(served(), [b'{"na', b'me":', b'"a"}']))

    assert wire.answered.json == {"name": "a"}


def test_a_body_that_says_it_is_too_long_is_refused_unread() -> None:
    async def refused() -> tuple[Wire, int]:
        calls: list[Json] = []
        serving, wire = served(calls=calls), Wire()
        target = scope("POST", "/v1/x", JSON | {"content-length": str(LIMIT + 1)})
        asking = asyncio.create_task(serving.app(target, wire_receive(wire), wire.send))
        await wire.until_sent(2)
        wire.disconnect()
        await asking
        return wire, len(calls)

    wire, calls = asyncio.run(refused())

    assert verdict(wire.answered) == (413, "BODY_TOO_LARGE")
    assert wire.answered.headers["connection"] == "close"
    assert calls == 0


def test_a_body_that_grows_too_long_is_refused_while_it_arrives() -> None:
    calls: list[Json] = []

    wire = asyncio.run(received(served(calls=calls), [b"x" * 600, b"x" * 600, b"x"]))

    assert verdict(wire.answered) == (413, "BODY_TOO_LARGE")
    assert wire.answered.json["limit"] == LIMIT
    assert wire.answered.complete
    assert calls == []


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    name = "a" * (LIMIT - len('{"name":""}'))

    assert posted({"name": name}).status == 200
    assert posted({"name": name + "a"}).status == 413


@pytest.mark.parametrize(
    ("parts", "headers"),
    [
        ([None], {}),
        ([b'{"name":', None], {}),
        ([b'{"name":"a"}'], {"content-length": "100"}),
    ],
    ids=["nothing came", "half came", "less came than was announced"],
)
def test_whoever_goes_away_before_the_end_changes_nothing(
    parts: list[bytes | None], headers: dict[str, str]
) -> None:
    calls: list[Json] = []
    serving = served(calls=calls)

    wire = asyncio.run(received(serving, parts, headers))

    assert (calls, wire.sent) == ([], [])
    assert [line[2] for line in serving.log] == [499]


# Handlers that want to know


def judge(body: Json, call: Call, violations: Sequence[Violation]) -> Reply:
    assert call.violations == violations
    found = [[one.pointer, one.rule] for one in violations]
    return Reply(body={"body": body, "raw": call.raw_body.decode(), "found": found})


def test_a_handler_that_asks_for_violations_gets_broken_bodies_too() -> None:
    answer = posted({"count": 1}, handler=judge)

    assert answer.json == {"body": {"count": 1}, "raw": '{"count":1}', "found": [["", "required"]]}


def test_and_those_that_cannot_be_parsed() -> None:
    assert posted(b"{", handler=judge).json == {"body": None, "raw": "{", "found": [["", "parse"]]}
    assert posted(None, handler=judge).json["found"] == [["", "parse"]]


def test_but_not_those_of_another_type() -> None:
    assert posted({"name": "a"}, "text/plain", handler=judge).status == 415
