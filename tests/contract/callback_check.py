"""Compares what the order service promised with what the callback server received.

``collect`` reads the facts through both services' own APIs; ``problems`` judges them and touches
nothing, so that tests can plant a fault in the facts and see it found.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from mock_platform.domain.state_machine import Machine
from tests.integration.platform_process import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A callback that somebody has to get, because an order came where its contract says so."""

    event_id: str
    order_id: str
    version: int
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A callback that an inbox has recorded."""

    event_id: str
    order_id: str
    version: int
    outcome: str
    signature: str
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Both sides of the story."""

    promises: tuple[Promise, ...]
    arrivals: tuple[Arrival, ...]
    """In the order in which they came."""
    attempts: Mapping[str, int]
    """Event → how often the order service says that it sent it."""


def problems(facts: Facts) -> list[str]:
    """Return everything that is wrong; nothing, when every promise was kept."""
    if not facts.promises:
        return ["nothing was promised: the check proves nothing"]
    return [*_unkept(facts), *_unordered(facts), *_invalid(facts), *_unexplained(facts)]


def _unkept(facts: Facts) -> Iterator[str]:
    accepted = Counter(one.event_id for one in facts.arrivals if one.outcome == "accepted")
    for promise in facts.promises:
        count = accepted[promise.event_id]
        if count != 1:
            how = "never" if count == 0 else f"{count} times"
            yield f"{_named(promise)} was accepted {how}"


def _unordered(facts: Facts) -> Iterator[str]:
    accepted = (one for one in facts.arrivals if one.outcome == "accepted")
    of_one_order = attrgetter("order_id")
    for order_id, group in groupby(sorted(accepted, key=of_one_order), of_one_order):
        versions = [one.version for one in group]
        if versions != sorted(versions):
            yield f"{order_id} was told of its versions in the order {versions}"


def _invalid(facts: Facts) -> Iterator[str]:
    promised = {one.event_id: one for one in facts.promises}
    for arrival in facts.arrivals:
        if arrival.outcome not in {"accepted", "duplicate"} or arrival.signature != "valid":
            yield f"{_named(arrival)} was {arrival.outcome}, its signature {arrival.signature}"
        if arrival.event_id not in promised:
            yield f"{_named(arrival)} was never promised"
        elif arrival.body != promised[arrival.event_id].body:
            yield f"{_named(arrival)} says something else than the event"


def _unexplained(facts: Facts) -> Iterator[str]:
    came = Counter(one.event_id for one in facts.arrivals)
    for event_id, count in came.items():
        attempts = facts.attempts.get(event_id, 0)
        if count > attempts:
            yield f"{event_id} came {count} times in {attempts} attempts"


def _named(one: Promise | Arrival) -> str:
    return f"{one.event_id} ({one.order_id}, version {one.version})"


# Reading the facts -------------------------------------------------------------------------------


def collect(
    orders: Platform, receiver: Platform, inboxes: Sequence[str], machine: Machine
) -> Facts:
    """Read what was promised and what arrived, once nothing is under way any more."""
    promises = [
        promise
        for order in orders.all("/orders")
        if "callbackUrl" in order
        for promise in _promises(order, orders.events(order), machine)
    ]
    deliveries = _settled(orders)
    arrivals = [_arrival(one) for inbox in inboxes for one in receiver.records(inbox)]
    return Facts(
        promises=tuple(promises),
        arrivals=tuple(arrivals),
        attempts={one["eventId"]: one["attempts"] for one in deliveries},
    )


def _promises(order: Any, events: Sequence[Any], machine: Machine) -> Iterator[Promise]:
    for event in events:
        data = event["data"]
        before, trigger = data.get("previousStatus"), data["trigger"]
        move = machine.born(trigger) if before is None else machine.after(before, trigger)
        if move.emit is not None:
            yield Promise(
                event_id=event["id"],
                order_id=order["id"],
                version=event["orderVersion"],
                body=event,
            )


def _arrival(record: Any) -> Arrival:
    return Arrival(
        event_id=record.get("webhookId", ""),
        order_id=record.get("orderId", ""),
        version=record.get("orderVersion", 0),
        outcome=record["outcome"],
        signature=record["signature"],
        body=json.loads(record["bodyText"]),
    )


def _settled(orders: Platform) -> list[Any]:
    """Wait until no delivery is owed any more; return all of them."""
    ended = _ended(orders)
    for one in orders.all("/deliveries"):
        if one["state"] in {"pending", "sending"}:
            more = ended[one["id"]] + 1
            orders.until(lambda line, mine=one["id"]: _ends(line) == mine, count=more)
    return orders.all("/deliveries")


def _ended(orders: Platform) -> Counter[str]:
    return Counter(_ends(line) for line in [*orders.log] if isinstance(line, dict))


def _ends(line: Any) -> str:
    ended = line.get("event") in {"callback.delivered", "callback.dead"}
    return str(line.get("delivery")) if ended else ""
