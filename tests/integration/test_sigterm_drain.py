"""Who is asked to stop ends what is under way, writes it down, and loses nothing."""

from __future__ import annotations

import http.client
import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.platform_process import PATIENCE_S, Platform, free_port, running

ORDERS = 10
STOPS = 2
MOMENT_S = 8.0
"""What a stop may take beyond its deadline, on a busy machine."""


@contextmanager
def polling(platform: Platform) -> Iterator[http.client.HTTPConnection]:
    """A long poll for what never comes; the platform has read it already."""
    connection = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=PATIENCE_S)
    connection.request("GET", "/v1/inboxes/nothing/wait?timeout=30")
    platform.get("/health")
    yield connection
    connection.close()


def create_orders(platform: Platform, inbox_url: str) -> list[Any]:
    orders = [platform.create(inbox_url) for _ in range(ORDERS)]
    return [platform.advance(order, "pay") for order in orders]


def check_nothing_was_lost_or_spent(orders: list[Any], by: Platform, at: Platform) -> None:
    """Every callback arrived once, in order, at the first attempt."""
    at.wait("slow", 2 * len(orders))
    for order in orders:
        assert [one["state"] for one in by.delivered(order)] == ["delivered"] * 2
        assert [one["attempts"] for one in by.deliveries(order)] == [1, 1]
    records = at.records("slow")
    assert Counter(one["outcome"] for one in records) == {"accepted": 2 * len(orders)}
    for order in orders:
        arrived = [one["orderVersion"] for one in records if one["orderId"] == order["id"]]
        assert arrived == [1, 2]


def test_stops_under_load_lose_nothing_and_spend_nothing(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/orders.db")
    orders: list[Any] = []
    with running("callback-server") as receiver:
        receiver.play("slow", "delay", milliseconds=200)
        for stop in range(1, STOPS + 1):
            with running("order-service", *store) as platform:
                orders += create_orders(platform, receiver.inbox("slow"))
                receiver.wait("slow", 6 * stop)
                assert platform.terminate() == 0
        with running("order-service", *store) as platform:
            check_nothing_was_lost_or_spent(orders, by=platform, at=receiver)


def test_one_process_that_is_its_own_receiver_stops_as_cleanly(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/platform.db")
    port = free_port()
    orders: list[Any] = []
    for stop in range(1, STOPS + 1):
        with running("up", *store, port=port) as platform:
            platform.play("slow", "delay", milliseconds=200)
            orders += create_orders(platform, platform.inbox("slow"))
            platform.wait("slow", 6 * stop)
            assert platform.terminate() == 0
    with running("up", *store, port=port) as platform:
        check_nothing_was_lost_or_spent(orders, by=platform, at=platform)


def test_long_polls_end_at_once() -> None:
    with running("up") as platform, polling(platform) as poll:
        began = time.monotonic()

        code = platform.terminate()
        answer = poll.getresponse()

        assert (code, answer.status) == (0, 200)
        assert json.load(answer)["satisfied"] is False
        assert time.monotonic() - began < MOMENT_S


def test_a_receiver_that_hangs_holds_a_stop_up_to_the_deadline_only(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/orders.db")
    env = {"MOCK_PLATFORM_DRAIN_SECONDS": "0.5"}
    with running("callback-server") as receiver:
        receiver.play("hanging", "timeout")
        with running("order-service", *store, env=env) as platform:
            order = platform.create(receiver.inbox("hanging"))
            receiver.wait("hanging", 1)
            began = time.monotonic()
            assert platform.terminate() == 0
            assert time.monotonic() - began < 0.5 + MOMENT_S
        receiver.call("DELETE", "/inboxes/hanging/policy")
        with running("order-service", *store, env=env) as platform:
            receiver.wait("hanging", 1, outcome="accepted")
            [delivery] = platform.settled(order)

    assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)


def test_while_it_leaves_it_says_so_and_still_answers() -> None:
    with running("callback-server") as receiver, running("up") as platform:
        receiver.play("hanging", "timeout")
        order = platform.create(receiver.inbox("hanging"))
        receiver.wait("hanging", 1)
        with polling(platform) as poll:
            platform.process.send_signal(signal.SIGTERM)
            poll.getresponse().read()

        ready = platform.call("GET", "/ready")
        health = platform.call("GET", "/health")
        read = platform.call("GET", f"/orders/{order['id']}")
        receiver.kill()

        assert ready.status_code == 503
        assert "the service is stopping" in ready.text
        assert (health.status_code, read.status_code) == (200, 200)
        assert platform.process.wait(PATIENCE_S) == 0


def test_who_interrupts_twice_does_not_wait(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/orders.db")
    with running("callback-server") as receiver:
        receiver.play("hanging", "timeout")
        with running("up", *store) as platform:
            order = platform.create(receiver.inbox("hanging"))
            receiver.wait("hanging", 1)
            began = time.monotonic()
            with polling(platform) as poll:
                platform.process.send_signal(signal.SIGINT)
                poll.getresponse().read()
            platform.process.send_signal(signal.SIGINT)
            assert platform.process.wait(PATIENCE_S) == 1
            assert time.monotonic() - began < MOMENT_S
        receiver.call("DELETE", "/inboxes/hanging/policy")
        with running("up", *store) as platform:
            receiver.wait("hanging", 1, outcome="accepted")
            [delivery] = platform.settled(order)

    assert delivery["state"] == "delivered"


def test_a_stop_before_anything_happened_is_a_success() -> None:
    for command in ("up", "order-service", "callback-server"):
        with running(command) as platform:
            assert platform.terminate() == 0
            assert [line for line in platform.log if line.get("level") != "info"] == []
