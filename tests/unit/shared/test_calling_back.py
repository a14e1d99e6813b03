"""A mocked document's callbacks are sent: to whom the exchange says, with what the contract says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from mock_platform.api.application import Contract
from mock_platform.bootstrap.calling import MARK, MOST_WAITING, Caller
from mock_platform.engine.answering.generating import means_of
from mock_platform.engine.answering.stand_in import stand_ins
from mock_platform.engine.calling_back import Calling, concerns, promises
from mock_platform.engine.operations import operations
from mock_platform.engine.runtime_expressions import Facts
from mock_platform.shared.contracts import Json, Outbound, Outcome
from tests.unit.shared.api_kit import JSON, Served, document, serve

TARGET = "http://receiver.test/hook"
URL = {"type": "object", "properties": {"url": {"type": "string"}}}
OK = {"200": {"description": ""}}


def event(example: Json = None, **media: Json) -> Json:
    """Return a callback's operation that sends JSON, this one unless told otherwise."""
    content = media or {"example": {"done": True} if example is None else example}
    return {"requestBody": {"content": {"application/json": content}}, "responses": OK}


def subscribing(callbacks: Json, responses: Json | None = None) -> Json:
    made = {"200": {"description": "", "content": {"application/json": {"example": {"id": 7}}}}}
    body = {"content": {"application/json": {"schema": URL}}}
    operation = {"requestBody": body, "responses": responses or made, "callbacks": callbacks}
    return {"/subscriptions": {"post": operation}}


def called(callbacks: Json, components: Json | None = None) -> list[Calling]:
    """Return what a request that names the target leads to."""
    made = document(subscribing(callbacks), components or {})
    (operation,) = operations(made)
    facts = Facts(url="http://mock.test", method="POST", body={"url": TARGET}, status=200)
    kept = [one.kept(facts) for one in promises(operation, means_of(made))]
    return [one for one in kept if one is not None]


class Inline(Executor):
    """Does at once what it is given; or nothing, while it is busy."""

    def __init__(self) -> None:
        self.is_busy = False
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given += 1
        future: Future[Any] = Future()
        if not self.is_busy:
            future.set_result(fn(*args, **kwargs))
        return future


class Desk:
    """A caller with a sender that only takes notes, and a service that uses it."""

    def __init__(self, callbacks: Json, responses: Json | None = None) -> None:
        self.sent: list[Outbound] = []
        self.threads = Inline()
        caller = Caller(lambda: self._send, lambda: self.threads)
        made = document(subscribing(callbacks, responses))
        making = means_of(made)
        stand_in, listed = stand_ins(making), {one.id: one for one in operations(made)}
        contract = Contract(
            document=made,
            resolve=lambda name: stand_in(listed[name]),
            making=making,
            announce=caller.announcing(making),
        )
        self.service: Served = serve([contract])

    def _send(self, outbound: Outbound) -> Outcome:
        self.sent.append(outbound)
        return Outcome(kind="delivered", status=200)

    def subscribe(self, body: Json, **headers: str) -> int:
        return self.service.ask("POST", "/v1/subscriptions", {**JSON, **headers}, body).status


BY_URL = {"{$request.body#/url}": {"post": event()}}


# What is sent ------------------------------------------------------------------------------------


def test_the_contract_says_what_is_sent_and_the_exchange_says_where() -> None:
    assert called({"done": BY_URL}) == [
        Calling(
            callback="done",
            method="POST",
            url=TARGET,
            media_type="application/json",
            body=b'{"done":true}',
        )
    ]


def test_every_method_of_every_url_is_called() -> None:
    item = {"put": event(1), "post": event(2)}
    sent = called({"a": {"{$request.body#/url}/x": item}, "b": {"http://b.test": item}})

    assert [(one.callback, one.method, one.url) for one in sent] == [
        ("a", "PUT", f"{TARGET}/x"),
        ("a", "POST", f"{TARGET}/x"),
        ("b", "PUT", "http://b.test"),
        ("b", "POST", "http://b.test"),
    ]


def test_without_an_example_something_is_made_up_that_the_schema_allows() -> None:
    schema = {"type": "object", "required": ["state"], "properties": {"state": {"enum": ["ok"]}}}

    (one,) = called({"done": {"{$request.body#/url}": {"post": event(schema=schema)}}})

    assert one.body == b'{"state":"ok"}'


def test_references_are_followed() -> None:
    components = {"requestBodies": {"Done": event(5)["requestBody"]}}
    body = {"$ref": "#/components/requestBodies/Done"}
    item = {"post": {"requestBody": body, "responses": OK}}

    (one,) = called({"done": {"{$request.body#/url}": item}}, components)

    assert one.body == b"5"


@pytest.mark.parametrize(
    ("operation", "media_type", "body"),
    [
        ({"responses": OK}, None, b""),
        ({"requestBody": {"content": {}}, "responses": OK}, None, b""),
        (event(2**70), "application/json", b"1180591620717411303424"),
        (
            {"requestBody": {"content": {"text/plain": {"example": "done"}}}, "responses": OK},
            "text/plain",
            b"done",
        ),
        ({"requestBody": {"$ref": "#/nowhere"}, "responses": OK}, None, b""),
    ],
    ids=["nothing", "no content", "a large number", "text", "a reference to nothing"],
)
def test_the_body_is_whatever_the_contract_has(
    operation: Json, media_type: str | None, body: bytes
) -> None:
    (one,) = called({"done": {"{$request.body#/url}": {"post": operation}}})

    assert (one.media_type, one.body) == (media_type, body)


@pytest.mark.parametrize(
    ("callbacks", "body", "may"),
    [
        ({"a": BY_URL}, {"url": TARGET}, True),
        ({"a": BY_URL}, {}, False),
        ({"a": BY_URL}, {"url": None}, False),
        ({"a": BY_URL}, None, False),
        ({"a": BY_URL, "b": {"http://b.test/{$method}": {"post": event()}}}, None, True),
        ({"a": {"{$request.body#/a/0}?{$request.body#/b}": {}}}, {"a": [1], "b": 2}, True),
        ({"a": {"{$request.body#/a/0}?{$request.body#/b}": {}}}, {"a": [1]}, False),
        ({"a": {"$request.body#/url": {}}}, {"url": TARGET}, True),
        ({"a": {"x-note": {}}}, {}, False),
    ],
    ids=str,
)
def test_a_body_tells_whether_anybody_asked(callbacks: Json, body: Json, may: bool) -> None:
    made = document(subscribing(callbacks))
    (operation,) = operations(made)

    assert concerns(operation, made.root)(body) is may


NO_TARGETS = ["{$request.body#/elsewhere}", "x-note", "{$request.nothing}", "http://a/{$url"]


@pytest.mark.parametrize("url", NO_TARGETS)
def test_what_names_no_target_is_not_sent(url: str) -> None:
    assert called({"done": {url: {"post": event()}}}) == []


@pytest.mark.parametrize("url", NO_TARGETS)
def test_its_operation_answers_all_the_same(url: str) -> None:
    desk = Desk({"done": {url: {"post": event()}}})

    assert desk.subscribe({"url": TARGET}) == 200
    assert desk.sent == []


# When it is sent ---------------------------------------------------------------------------------


def test_the_callback_is_sent_after_an_answer() -> None:
    desk = Desk({"done": BY_URL})

    assert desk.subscribe({"url": TARGET}) == 200
    (sent,) = desk.sent
    assert (sent.method, sent.url, sent.body) == ("POST", TARGET, b'{"done":true}')
    assert dict(sent.headers)["content-type"] == "application/json"
    assert dict(sent.headers)[MARK] == "done"


def test_the_target_may_be_what_was_answered() -> None:
    desk = Desk({"done": {"http://b.test/{$response.body#/id}/{$statusCode}": {"post": event()}}})

    desk.subscribe({})

    assert [one.url for one in desk.sent] == ["http://b.test/7/200"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"url": 1}, {}),
        ({"url": TARGET}, {"prefer": "code=404"}),
        ({"url": TARGET}, {MARK: "done"}),
        ({}, {}),
    ],
    ids=["refused", "an error", "a callback itself", "no target"],
)
def test_otherwise_nothing_is_sent(body: Json, headers: dict[str, str]) -> None:
    responses = {"200": {"description": ""}, "404": {"description": ""}}
    desk = Desk({"done": BY_URL}, responses)

    desk.subscribe(body, **headers)

    assert desk.sent == []


def test_what_waits_is_bounded() -> None:
    caller_of_many = {"{$request.body#/url}": {"post": event()}}
    desk = Desk({f"c{number}": caller_of_many for number in range(101)})
    desk.threads.is_busy = True

    statuses = {desk.subscribe({"url": TARGET}) for _ in range(10)}

    assert statuses == {200}
    assert desk.threads.given == MOST_WAITING < 10 * 101
