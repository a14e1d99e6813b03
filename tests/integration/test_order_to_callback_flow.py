"""An order changes, and its callback arrives: both modes, both stores, over real HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.platform_process import (
    EAGER,
    SECRET,
    Edit,
    Platform,
    edited_specs,
    free_port,
    running,
)

HASTY: Edit = ("order-service", "timeout: 10s", "timeout: 2s")
OTHER_SECRET = "whsec_YW5vdGhlci1zZWNyZXQtZm9yLXRlc3RzLTMyLWJ5dGU="
INBOX_SECRETS = json.dumps({"strange": OTHER_SECRET, "rotated": f"{OTHER_SECRET} {SECRET}"})


@dataclass(frozen=True, slots=True)
class Pair:
    """The two services: two processes, or one that is both."""

    orders: Platform
    inboxes: Platform
    options: tuple[str, ...]

    def create(self, inbox: str, /, **request: Any) -> Any:
        return self.orders.create(self.inboxes.inbox(inbox), **request)


@pytest.fixture(scope="module", params=["two processes", "one process"])
def processes(request: pytest.FixtureRequest) -> int:
    return 2 if request.param == "two processes" else 1


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def pair(
    request: pytest.FixtureRequest, processes: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    home: Path = tmp_path_factory.mktemp("pair")
    specs = edited_specs(home / "specs", EAGER, HASTY)

    def options(name: str) -> tuple[str, ...]:
        url = "memory://" if request.param == "memory" else f"sqlite:///{home}/{name}.db"
        return ("--specs", specs, "--store", url)

    env = {"MOCK_PLATFORM_INBOX_SECRETS": INBOX_SECRETS}
    with ExitStack() as stack:
        if processes == 1:
            both = stack.enter_context(running("up", *options("both"), env=env))
            yield Pair(both, both, options("later"))
        else:
            orders = stack.enter_context(running("order-service", *options("orders"), env=env))
            inboxes = stack.enter_context(running("callback-server", *options("inboxes"), env=env))
            yield Pair(orders, inboxes, options("later"))


def header(of: Any, name: str) -> str:
    [value] = [one["value"] for one in of if one["name"] == name]
    text: str = value
    return text


def test_every_change_arrives_signed_and_in_order(pair: Pair) -> None:
    order = pair.create("changes")
    for step in ("pay", "ship", "deliver", "refund"):
        order = pair.orders.advance(order, step)

    records = pair.inboxes.wait("changes", 5)
    events = pair.orders.events(order)

    assert [one["outcome"] for one in records] == ["accepted"] * 5
    assert [one["signature"] for one in records] == ["valid"] * 5
    assert [one["orderVersion"] for one in records] == [1, 2, 3, 4, 5]
    assert [json.loads(one["bodyText"]) for one in records] == events
    assert [one["webhookId"] for one in records] == [event["id"] for event in events]
    assert [event["type"] for event in events] == [
        "order.created",
        "order.paid",
        "order.shipped",
        "order.delivered",
        "order.refunded",
    ]
    assert [one["headers"] for one in records if one["violations"]] == []


def test_the_attempt_that_is_listed_is_the_request_that_arrived(pair: Pair) -> None:
    order = pair.create("fidelity")
    [record] = pair.inboxes.wait("fidelity", 1)
    [delivery] = pair.orders.settled(order)
    [attempt] = delivery["history"]

    assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)
    assert (attempt["outcome"], attempt["status"]) == ("delivered", 200)
    assert attempt["address"] == "127.0.0.1"
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature", "user-agent"):
        assert header(attempt["requestHeaders"], name) == header(record["headers"], name)
    assert json.loads(attempt["responseBody"])["recordId"] == record["id"]


def test_each_callback_carries_the_trace_of_the_request_that_caused_it(pair: Pair) -> None:
    creating, paying = "4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"
    order = pair.create(
        "traces",
        headers={"X-Trace-Id": "my-test.1", "traceparent": f"00-{creating}-00f067aa0ba902b7-01"},
    )
    pair.orders.advance(order, "pay", headers={"X-Trace-Id": paying})

    created, paid = pair.inboxes.wait("traces", 2)

    assert (created["traceId"], paid["traceId"]) == ("my-test.1", paying)
    assert header(created["headers"], "traceparent").split("-")[1] == creating
    assert header(paid["headers"], "traceparent").split("-")[1] == paying


def test_three_failures_then_success_keep_the_order_and_are_all_visible(pair: Pair) -> None:
    pair.inboxes.play("flaky", "fail_first", count=3)
    order = pair.create("flaky")
    pair.orders.advance(order, "pay")

    pair.inboxes.wait("flaky", 2, outcome="accepted")
    records = pair.inboxes.records("flaky")

    told = [(one["orderVersion"], one["outcome"], one["status"]) for one in records]
    failed = [(1, "played", 503)] * 3, [(2, "played", 503)] * 3
    assert told == [*failed[0], (1, "accepted", 200), *failed[1], (2, "accepted", 200)]
    for delivery in pair.orders.settled(order, 8):
        assert (delivery["state"], delivery["attempts"]) == ("delivered", 4)
        assert [one["number"] for one in delivery["history"]] == [1, 2, 3, 4]
        assert [one["outcome"] for one in delivery["history"]] == ["http_503"] * 3 + ["delivered"]
        assert [one["trigger"] for one in delivery["history"]] == ["auto"] * 4
        assert ["retryAt" in one for one in delivery["history"]] == [True] * 3 + [False]


def test_many_senders_see_exactly_as_many_failures_as_were_asked_for(pair: Pair) -> None:
    pair.inboxes.play("counted", "fail_first", count=7, per="inbox")

    for _ in range(16):
        pair.create("counted")
    pair.inboxes.wait("counted", 16, outcome="accepted")

    outcomes = [one["outcome"] for one in pair.inboxes.records("counted")]
    assert (outcomes.count("played"), outcomes.count("accepted")) == (7, 16)
    assert len(outcomes) == 23


def test_a_receiver_that_comes_up_later_gets_everything_in_order(pair: Pair) -> None:
    port = free_port()
    order = pair.orders.create(f"http://127.0.0.1:{port}/v1/inboxes/late/callbacks")
    pair.orders.advance(order, "pay")
    pair.orders.logged("callback.failed", outcome="connect", event_id=created_id(pair, order))

    with running("callback-server", *pair.options, port=port) as late:
        records = late.wait("late", 2)
        first, second = pair.orders.settled(order, 3)

    assert [one["orderVersion"] for one in records] == [1, 2]
    assert [one["outcome"] for one in records] == ["accepted"] * 2
    assert (first["state"], second["state"]) == ("delivered", "delivered")
    assert {one["outcome"] for one in first["history"][:-1]} == {"connect"}
    assert first["history"][-1]["outcome"] == "delivered"
    assert second["attempts"] == 1


def test_a_receiver_that_is_gone_kills_the_delivery_which_can_be_replayed(pair: Pair) -> None:
    pair.inboxes.play("gone", "status", status=410)
    order = pair.create("gone")
    [dead] = pair.orders.settled(order)
    assert (dead["state"], dead["attempts"]) == ("dead", 1)
    assert "http_410" in dead["reason"]

    assert pair.inboxes.call("DELETE", "/inboxes/gone/policy").status_code == 204
    assert pair.orders.call("POST", f"/deliveries/{dead['id']}/replay").status_code == 202
    [delivered] = pair.orders.settled(order, 2)
    assert pair.orders.call("POST", f"/deliveries/{dead['id']}/replay").status_code == 202
    [again] = pair.orders.settled(order, 3)

    played, accepted, duplicate = pair.inboxes.records("gone")
    assert (delivered["state"], again["state"]) == ("delivered", "delivered")
    assert [one["trigger"] for one in again["history"]] == ["auto", "replay", "replay"]
    assert played["webhookId"] == accepted["webhookId"] == duplicate["webhookId"]
    assert played["bodyText"] == accepted["bodyText"] == duplicate["bodyText"]
    assert (played["outcome"], accepted["outcome"]) == ("played", "accepted")
    assert (duplicate["outcome"], duplicate["duplicateOf"]) == ("duplicate", accepted["id"])


def test_a_dead_delivery_does_not_hold_up_those_behind_it(pair: Pair) -> None:
    pair.inboxes.play("hurdle", "fail_first", count=1, status=410, per="inbox")
    order = pair.create("hurdle")
    pair.orders.advance(order, "pay")

    first, second = pair.orders.settled(order, 2)

    assert (first["state"], second["state"]) == ("dead", "delivered")


def test_a_receiver_with_another_secret_refuses_and_the_reason_is_kept(pair: Pair) -> None:
    order = pair.create("strange")
    [dead] = pair.orders.settled(order)
    [record] = pair.inboxes.records("strange")

    assert (dead["state"], dead["attempts"]) == ("dead", 1)
    assert dead["history"][0]["status"] == 401
    assert dead["reason"].startswith("http_401")
    assert "SIGNATURE_REFUSED" in dead["history"][0]["responseBody"]
    assert (record["outcome"], record["signature"]) == ("rejected", "invalid")


def test_a_receiver_that_knows_the_old_secret_beside_the_new_one_accepts(pair: Pair) -> None:
    pair.create("rotated")

    [record] = pair.inboxes.wait("rotated", 1)

    assert (record["outcome"], record["signature"]) == ("accepted", "valid")


def test_a_receiver_that_never_answers_is_given_up_for_now_and_tried_again(pair: Pair) -> None:
    pair.inboxes.play("silent", "timeout")
    order = pair.create("silent")
    pair.orders.logged("callback.failed", outcome="timeout", event_id=created_id(pair, order))
    assert pair.inboxes.call("DELETE", "/inboxes/silent/policy").status_code == 204

    pair.inboxes.wait("silent", 1, outcome="accepted")
    records = pair.inboxes.records("silent")
    [delivery] = pair.orders.settled(order, len(records))

    assert (records[0]["outcome"], "status" in records[0]) == ("played", False)
    assert {one["outcome"] for one in delivery["history"][:-1]} == {"timeout"}
    assert delivery["history"][-1]["outcome"] == "delivered"


def test_waiting_does_not_hold_up_the_callback_that_is_waited_for(pair: Pair) -> None:
    more_than_there_are_threads = 40
    waiting = [
        http.client.HTTPConnection("127.0.0.1", pair.inboxes.port, timeout=40)
        for _ in range(more_than_there_are_threads)
    ]
    for one in waiting:
        one.request("GET", "/v1/inboxes/awaited/wait?count=2&timeout=30")
    pair.inboxes.get("/health")  # by then those before it have been read, too

    order = pair.create("awaited")
    pair.orders.advance(order, "pay")
    answers = [json.load(one.getresponse()) for one in waiting]
    for one in waiting:
        one.close()

    assert [answer["satisfied"] for answer in answers] == [True] * more_than_there_are_threads
    assert [one["orderVersion"] for one in answers[0]["records"]] == [1, 2]


def test_an_order_without_a_callback_url_owes_nobody_anything(pair: Pair) -> None:
    order = pair.orders.create()

    assert pair.orders.deliveries(order) == []
    assert [event["type"] for event in pair.orders.events(order)] == ["order.created"]


def created_id(pair: Pair, order: Any) -> Any:
    return pair.orders.events(order)[0]["id"]
