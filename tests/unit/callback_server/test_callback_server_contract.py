"""What the handlers answer is what ``specs/callback-server.spec.yaml`` promises."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
import yaml
from openapi_schema_validator import OAS30ReadValidator

from handlers import callback_server as handlers
from mock_platform.domain.policies import plays, policy_from
from mock_platform.domain.receipts import InboxService
from mock_platform.shared.contracts import Answer, Arrival, Json, Play, Reply, Violation, Wait
from mock_platform.shared.errors import NotReady, PlatformError
from tests.unit.callback_server.inbox_kit import (
    BROKEN,
    EVENT,
    INBOX,
    SECRET,
    call,
    last,
    play,
    send,
    service,
)

SPECS = Path(__file__).parents[3] / "specs"
NAME = "callback-server.spec.yaml"
METHODS = {"get", "put", "post", "delete"}


@cache
def _file(name: str) -> Json:
    return yaml.safe_load((SPECS / name).read_text("utf-8"))


def _whole(value: Json, file: str) -> Json:
    """Return a part of a spec with all references followed; no schema of ours contains itself."""
    if isinstance(value, list):
        return [_whole(item, file) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" not in value:
        # A discriminator names schemas by reference; without it, oneOf says the same.
        return {name: _whole(item, file) for name, item in value.items() if name != "discriminator"}
    target, _, pointer = value["$ref"].partition("#/")
    found = _file(target or file)
    for step in pointer.split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return _whole(found, target or file)


@cache
def contract() -> Json:
    return _whole(_file(NAME), NAME)


def operations() -> dict[str, Json]:
    return {
        operation["operationId"]: operation
        for item in contract()["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }


def contents() -> Iterator[Json]:
    """Yield every media type object of every request and answer."""
    for operation in operations().values():
        yield from operation.get("requestBody", {}).get("content", {}).values()
        for response in operation["responses"].values():
            yield from response.get("content", {}).values()


def answered(operation: str, answer: Answer) -> Reply:
    """Check an answer against the contract, and return it."""
    match answer:
        case Play():
            reply = answer.reply
        case Wait():
            reply = answer.ready() or answer.otherwise()
        case _:
            reply = answer
    response = operations()[operation]["responses"][str(int(reply.status))]
    assert set(reply.headers) <= set(response["headers"])
    for media in response.get("content", {}).values():
        OAS30ReadValidator(media["schema"]).validate(reply.body)
    return reply


def snake(operation_id: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation_id).lower()


def test_every_operation_has_a_function_and_every_function_an_operation() -> None:
    functions = {
        name
        for name, found in inspect.getmembers(handlers, inspect.isfunction)
        if found.__module__ == handlers.__name__
    }

    assert functions == {snake(operation) for operation in operations()}


def test_every_request_and_answer_has_an_example_that_keeps_the_contract() -> None:
    for media in contents():
        named = [example["value"] for example in media.get("examples", {}).values()]
        examples = [media["example"]] if "example" in media else named
        assert examples
        for example in examples:
            OAS30ReadValidator(media["schema"]).validate(example)


def test_every_status_that_a_policy_may_play_is_an_answer_of_receive_callback() -> None:
    statuses = contract()["components"]["schemas"]["PlayedStatus"]["enum"]
    responses = operations()["receiveCallback"]["responses"]

    for status in statuses:
        assert "X-Mock-Policy" in responses[str(status)]["headers"]


def test_every_kind_of_policy_in_the_contract_is_known() -> None:
    kinds = contract()["components"]["schemas"]["PolicyKind"]["enum"]
    schemas = _file(NAME)["components"]["schemas"]["Policy"]["discriminator"]["mapping"]
    told = {"rate": 0, "count": 1, "status": 503}
    first = Arrival(seq=1, since_policy=0, same_since_policy=0, original=None)

    assert set(kinds) == set(schemas)
    for kind in kinds:
        assert plays(policy_from({"kind": kind, **told}, since=0), first, None) in {True, False}


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "ok"},
        {"kind": "status", "status": 404, "retryAfterSeconds": 0},
        {"kind": "fail_first", "count": 1, "per": "inbox"},
        {"kind": "fail_rate", "rate": 1, "seed": 7, "status": 400},
        {"kind": "delay", "milliseconds": 5},
        {"kind": "timeout"},
        {"kind": "reject_signature"},
    ],
    ids=lambda told: told["kind"],
)
def test_what_happens_under_a_policy_keeps_the_contract(told: Json) -> None:
    inboxes = service()

    assert answered("setPolicy", handlers.set_policy(inboxes, INBOX, told)).body == (
        answered("getPolicy", handlers.get_policy(inboxes, INBOX)).body
    )
    answer = received(inboxes)
    assert isinstance(answer, Play) == (told["kind"] in {"delay", "timeout"})
    if told["kind"] != "timeout":
        answered("receiveCallback", answer)
    answered("getRecord", handlers.get_record(inboxes, INBOX, last(inboxes).id))
    answered("clearPolicy", handlers.clear_policy(inboxes, INBOX))


@pytest.mark.parametrize("secret", ["", SECRET], ids=["unsigned", "rejected"])
@pytest.mark.parametrize("broken", [(), BROKEN], ids=["valid", "invalid"])
def test_whatever_a_callback_is_worth_its_answer_keeps_the_contract(
    secret: str, broken: tuple[Violation, ...]
) -> None:
    inboxes = service(secret=secret)

    for _ in range(2):
        answered("receiveCallback", send(inboxes, "evt_1", EVENT, broken))


def test_a_list_says_where_its_next_page_is() -> None:
    inboxes = service()
    send(inboxes)
    send(inboxes)

    first = answered("listRecords", listed(inboxes, limit=1))
    second = answered("listRecords", listed(inboxes, limit=1, cursor=first.body["nextCursor"]))

    assert first.headers["Link"].endswith('>; rel="next"')
    assert [item["seq"] for item in first.body["items"] + second.body["items"]] == [1, 2]
    assert "nextCursor" not in second.body
    assert second.headers == {}


def test_the_longest_cursor_that_can_be_made_is_a_cursor_to_the_contract() -> None:
    inboxes = service()
    longest, inbox = "x" * 64, "i" * 63
    for _ in range(2):
        send(inboxes, body={**EVENT, "orderId": longest, "type": longest}, inbox=inbox)

    page = handlers.list_records(
        inboxes,
        inbox_id=inbox,
        call=call(),
        limit=1,
        order_id=longest,
        type=longest,
        outcome="accepted",
    )

    assert answered("listRecords", page).body["nextCursor"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_wait_keeps_the_contract_in_time_and_too_late(count: int) -> None:
    inboxes = service()
    send(inboxes)

    told = answered(
        "waitForRecords",
        handlers.wait_for_records(inboxes, inbox_id=INBOX, count=count, timeout=0),
    )

    assert told.body["satisfied"] == (count == 1)


@pytest.mark.parametrize("cursor", [None, "now"])
def test_a_wait_for_what_is_new_keeps_the_contract(cursor: str | None) -> None:
    inboxes = service()
    send(inboxes)
    wait = partial(handlers.wait_for_records, inbox_id=INBOX, count=1, timeout=0)

    first = answered("waitForRecords", wait(inboxes, cursor=cursor))
    anew = answered("waitForRecords", wait(service(), cursor=first.body["nextCursor"]))

    assert anew.body["anew"]


@pytest.mark.parametrize(
    "expected",
    [{"exactly": 1.0}, {"atLeast": 2, "outcome": "invalid", "type": "order.paid"}],
    ids=["holds", "does not"],
)
def test_a_verification_keeps_the_contract_and_repeats_the_question(expected: Json) -> None:
    inboxes = service()
    send(inboxes)

    told = answered("verifyRecords", handlers.verify_records(inboxes, INBOX, expected))

    assert told.body["expected"] == expected
    assert told.body["verified"] == ("exactly" in expected)


def test_health_and_readiness_keep_the_contract() -> None:
    inboxes = service()

    answered("getHealth", handlers.get_health(inboxes))
    answered("getReadiness", handlers.get_readiness(inboxes))


def test_a_store_that_is_not_well_makes_the_service_unready() -> None:
    inboxes = replace(service(), readiness=lambda: {"store": "the disk is full"})

    with pytest.raises(NotReady) as refusal:
        handlers.get_readiness(inboxes)

    assert refusal.value.detail == "store: the disk is full"


def test_what_was_paused_on_purpose_takes_work_and_says_so() -> None:
    inboxes = replace(service(), readiness=lambda: {"store": "ok", "dispatcher": "paused"})

    told = answered("getReadiness", handlers.get_readiness(inboxes))

    assert told.body["checks"]["dispatcher"] == "paused"


def test_the_codes_that_the_domain_answers_with_are_registered() -> None:
    inboxes = service()
    play(inboxes, kind="status", status=410)

    assert answered("receiveCallback", send(inboxes)).body["code"] in PlatformError.registry


def listed(inboxes: InboxService, *, limit: int, cursor: str | None = None) -> Reply:
    return handlers.list_records(inboxes, inbox_id=INBOX, call=call(), limit=limit, cursor=cursor)


def received(inboxes: InboxService) -> Answer:
    return handlers.receive_callback(inboxes, INBOX, EVENT, call(), ())
