"""A file remembers over a restart whatever the platform knew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.platform_process import (
    DRAFT,
    EAGER,
    Platform,
    edited_specs,
    free_port,
    running,
)

KEY = {"Idempotency-Key": "the-first"}


@dataclass(frozen=True, slots=True)
class Before:
    """What was known before the stop, and the platform after it."""

    platform: Platform
    lists: dict[str, Any]
    order: Any
    failed: Any
    waiting: Any


LISTS = (
    "/orders",
    "/deliveries?state=delivered",
    "/deliveries?state=dead",
    "/inboxes/good/records",
    "/inboxes/gone/records",
    "/inboxes/gone/policy",
    "/inboxes/flaky/policy",
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    home: Path = tmp_path_factory.mktemp("restart")
    options = ("--store", f"sqlite:///{home}/a.db", "--specs", edited_specs(home / "specs", EAGER))
    port, nobody = free_port(), free_port()
    with running("up", *options, port=port) as platform:
        platform.play("gone", "status", status=410)
        platform.play("flaky", "fail_first", count=2, per="inbox")
        order = platform.advance(platform.create(platform.inbox("good"), headers=KEY), "pay")
        failed = platform.create(platform.inbox("gone"))
        waiting = platform.create(f"http://127.0.0.1:{nobody}/later")
        platform.delivered(order)
        [dead] = platform.settled(failed)
        platform.settled(waiting)
        lists = {path: platform.get(path) for path in LISTS}
        lists["dead"] = platform.get(f"/deliveries/{dead['id']}")
        lists["events"] = platform.events(order)
        assert platform.terminate() == 0
    with running("up", *options, port=port) as platform:
        yield Before(platform, lists, order, dead, waiting)


@pytest.mark.parametrize("path", LISTS)
def test_what_was_listed_is_listed(known: Before, path: str) -> None:
    there = known.platform.get(path)

    if "items" in there:  # other tests of this file add more
        there["items"] = there["items"][: len(known.lists[path]["items"])]
    assert there == known.lists[path]


def test_orders_go_on_from_where_they_were(known: Before) -> None:
    again = known.platform.call("POST", f"/orders/{known.order['id']}/pay")
    created = known.platform.create(known.platform.inbox("good"))
    paid = known.platform.advance(created, "pay")

    assert again.status_code == 409
    assert known.platform.events(known.order) == known.lists["events"]
    assert (paid["version"], paid["status"]) == (2, "paid")


def test_a_dead_delivery_has_kept_its_attempts(known: Before) -> None:
    assert known.platform.get(f"/deliveries/{known.failed['id']}") == known.lists["dead"]
    assert len(known.lists["dead"]["history"]) == 1


def test_what_was_pending_is_tried_on_with_its_attempts_counted(known: Before) -> None:
    [delivery] = known.platform.settled(known.waiting)

    assert delivery["state"] in {"pending", "sending"}
    assert [one["number"] for one in delivery["history"]] == [
        *range(delivery["attempts"] - len(delivery["history"]) + 1, delivery["attempts"] + 1)
    ]
    assert delivery["attempts"] > 1


def test_an_idempotency_key_still_stands_for_its_order(known: Before) -> None:
    draft = {**DRAFT, "callbackUrl": known.platform.inbox("good")}

    same = known.platform.call("POST", "/orders", json=draft, headers=KEY)
    other = known.platform.call("POST", "/orders", json=DRAFT, headers=KEY)

    assert (same.status_code, same.json()["id"]) == (201, known.order["id"])
    assert same.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_a_policy_goes_on_counting_and_arrivals_go_on_being_numbered(known: Before) -> None:
    known.platform.create(known.platform.inbox("flaky"))

    [record] = known.platform.wait("flaky", 1, outcome="accepted")

    assert record["seq"] == 3


def test_memory_forgets() -> None:
    port = free_port()
    with running("up", port=port) as platform:
        order = platform.create()
    with running("up", port=port) as platform:
        assert platform.call("GET", f"/orders/{order['id']}").status_code == 404
        assert platform.all("/orders") == []
