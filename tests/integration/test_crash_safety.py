"""What was acknowledged survives ``kill -9`` at any moment, and its callbacks arrive all the same.

Time passes in this test on purpose: the moment of each kill is what varies. The moments come from a
seed; what the process is doing just then does not.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import requests

from tests.integration.platform_process import DRAFT, Platform, launch, running, start

KILLS_UNDER_LOAD = 20
KILLS_WHILE_STARTING = 4
DRIVERS = 3
SENDING_THREADS = 8
STEPS = {"created": "pay", "paid": "ship", "shipped": "deliver", "delivered": "refund"}


@dataclass
class Driver:
    """Creates orders and moves them along, and remembers what it was told about them."""

    name: str
    random: Random
    acknowledged: dict[str, Any] = field(default_factory=dict)
    """Order id → the latest answer about it."""
    unanswered: tuple[str, Any] | None = None
    """Idempotency key and draft of a creation whose answer never came."""
    keys: int = 0

    def drive(self, platform: Platform, inbox_url: str) -> None:
        """Go on until nobody answers any more."""
        with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            while True:
                self.step(platform, inbox_url)

    def step(self, platform: Platform, inbox_url: str) -> None:
        movable = [one for one in self.acknowledged.values() if one["status"] in STEPS]
        if self.unanswered is None and movable and self.random.random() < 0.7:
            self.move(platform, self.random.choice(movable))
        else:
            self.create(platform, inbox_url)

    def create(self, platform: Platform, inbox_url: str) -> None:
        if self.unanswered is None:
            self.keys += 1
            key = f"{self.name}-{self.keys}"
            self.unanswered = key, {**DRAFT, "note": key, "callbackUrl": inbox_url}
        key, draft = self.unanswered
        answer = platform.call("POST", "/orders", json=draft, headers={"Idempotency-Key": key})
        assert answer.status_code == 201, answer.text
        self.acknowledged[answer.json()["id"]] = answer.json()
        self.unanswered = None

    def move(self, platform: Platform, order: Any) -> None:
        answer = platform.call("POST", f"/orders/{order['id']}/{STEPS[order['status']]}")
        if answer.status_code == 409:  # done before the kill, and never answered
            answer = platform.call("GET", f"/orders/{order['id']}")
        assert answer.status_code == 200, answer.text
        self.acknowledged[order["id"]] = answer.json()


@dataclass
class Trial:
    """A receiver that lives, an order service that dies again and again."""

    receiver: Platform
    store: str
    random: Random
    drivers: Sequence[Driver]
    kills: int = 0

    def kill_under_load(self) -> None:
        platform = self.restarted()
        self.check_what_was_acknowledged(platform)
        inbox_url = self.receiver.inbox(f"kill-{self.kills}")
        threads = [
            threading.Thread(target=driver.drive, args=(platform, inbox_url))
            for driver in self.drivers
        ]
        for thread in threads:
            thread.start()
        self.kill(platform, self.random.uniform(0.02, 0.6))
        for thread in threads:
            thread.join()

    def kill_while_starting(self) -> None:
        self.kill(launch("order-service", *self.options), self.random.uniform(0.3, 0.9))

    def kill(self, platform: Platform, after_s: float) -> None:
        threading.Event().wait(after_s)
        platform.kill()
        self.kills += 1

    def restarted(self) -> Platform:
        return start("order-service", *self.options)

    @property
    def options(self) -> tuple[str, str]:
        return "--store", self.store

    def check_what_was_acknowledged(self, platform: Platform) -> dict[str, Any]:
        orders = {one["id"]: one for one in platform.all("/orders")}
        for driver in self.drivers:
            for order_id, told in driver.acknowledged.items():
                assert order_id in orders, "an acknowledged order is lost"
                assert orders[order_id]["version"] >= told["version"], "a change is lost"
        return orders


def test_what_was_acknowledged_survives_every_kill_and_is_told(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    random = Random(20261122)  # noqa: S311 - chooses moments, not secrets
    drivers = [Driver(f"driver-{n}", Random(random.random())) for n in range(DRIVERS)]  # noqa: S311 - as above
    with running("callback-server") as receiver:
        trial = Trial(receiver, f"sqlite:///{tmp_path}/orders.db", random, drivers)
        for number in range(KILLS_UNDER_LOAD):
            trial.kill_under_load()
            if number % (KILLS_UNDER_LOAD // KILLS_WHILE_STARTING) == 0:
                trial.kill_while_starting()
        platform = trial.restarted()
        try:
            for name, figure in check_the_end(trial, platform).items():
                record_property(name, figure)
        finally:
            platform.kill()


def check_the_end(trial: Trial, platform: Platform) -> dict[str, int]:
    orders = trial.check_what_was_acknowledged(platform)
    events = {order_id: platform.events(order) for order_id, order in orders.items()}

    notes = Counter(order["note"] for order in orders.values())
    assert set(notes.values()) == {1}, "an idempotency key made two orders"
    for order_id, order in orders.items():
        versions = [event["orderVersion"] for event in events[order_id]]
        assert versions == [*range(1, order["version"] + 1)]
        assert events[order_id][-1]["data"]["status"] == order["status"]
    owed = Counter(event["id"] for told in events.values() for event in told)
    assert Counter(one["eventId"] for one in platform.all("/deliveries")) == owed

    arrivals = wait_for_all(trial.receiver, events, orders)
    first = [one for one in arrivals if one["outcome"] == "accepted"]
    arrived = defaultdict(list)
    for one in first:
        arrived[one["orderId"]].append(one["webhookId"])
    assert arrived == {
        order_id: [event["id"] for event in told] for order_id, told in events.items()
    }
    again = [one for one in arrivals if one["outcome"] != "accepted"]
    assert {one["outcome"] for one in again} <= {"duplicate"}
    assert len(again) <= trial.kills * SENDING_THREADS

    changes = sum(order["version"] for order in orders.values())
    assert changes > 10 * trial.kills, "too little happened for this to mean much"
    return {
        "kills": trial.kills,
        "orders": len(orders),
        "changes": changes,
        "duplicates": len(again),
    }


def wait_for_all(receiver: Platform, events: dict[str, Any], orders: dict[str, Any]) -> list[Any]:
    """All records, once every event was accepted, inbox by inbox in order of arrival."""
    owed: Counter[str] = Counter()
    for order_id, order in orders.items():
        owed[order["callbackUrl"].split("/")[-2]] += len(events[order_id])
    for inbox, count in owed.items():
        receiver.wait(inbox, count, outcome="accepted")
    return [record for inbox in owed for record in receiver.records(inbox)]
