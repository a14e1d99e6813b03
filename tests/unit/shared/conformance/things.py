"""What the conformance suite stores, and how it opens each kind of store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import orjson

from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores
from mock_platform.shared.contracts import (
    Arrival,
    Attempt,
    Delivery,
    Event,
    Kind,
    NewDelivery,
    Record,
    Remembered,
    Settlement,
    Trace,
)
from tests.fakes import NOON

T = TypeVar("T")

Opener = Callable[[Limits], Stores]

ADAPTERS: dict[str, Callable[[Path], str]] = {
    "memory": lambda _path: "memory://",
    "sqlite": lambda path: f"sqlite:///{path}.db",
}
"""Name → the URL of a fresh store; a new adapter joins the suite by joining this table."""

TRACE = Trace("trace-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
URL = "http://127.0.0.1:9/hook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    """An entity with nothing to it."""

    id: str
    version: int = 1
    colour: str = "red"
    owner: str | None = None


def _facets(toy: Toy) -> dict[str, str]:
    owner = {} if toy.owner is None else {"owner": toy.owner}
    return {"colour": toy.colour, **owner}


def toys(name: str = "toy") -> Kind[Toy]:
    return Kind(
        name=name,
        encode=orjson.dumps,
        decode=lambda body: Toy(**orjson.loads(body)),
        facets=_facets,
    )


def happened(
    entity_id: str,
    version: int = 1,
    *deliveries: str,
    name: str = "",
    url: str = URL,
    at: datetime = NOON,
) -> Event:
    """Make an event that owes deliveries with these ids."""
    return Event(
        id=f"evt_{entity_id}_{version}{name}",
        type="toyChanged",
        entity_id=entity_id,
        version=version,
        occurred_at=at,
        body=b'{"id":"\xc3\xa9"}',
        trace=TRACE,
        deliveries=tuple(NewDelivery(id=one, callback="toyChanged", url=url) for one in deliveries),
    )


def remembered(
    toy: Toy, key: str = "k1", *, operation: str = "createToy", at: datetime = NOON
) -> Remembered[Toy]:
    return Remembered(
        operation=operation,
        key=key,
        fingerprint=f"of {toy.id}",
        entity=toy,
        created_at=at,
        expires_at=at + timedelta(hours=1),
    )


def owe(
    stores: Stores, *deliveries: str, world: str = "w", key: str = "toy", url: str = URL
) -> None:
    """Put deliveries into the line of ``key``, one event each, oldest first."""
    repository = stores.repository(toys())
    before = repository.get(world, key)
    version = 0 if before is None else before.version
    for version_, delivery in enumerate(deliveries, version + 1):
        event = happened(key, version_, delivery, url=url)
        repository.save(world, Toy(id=key, version=version_), event)


def settling(
    delivery: Delivery,
    state: str = "delivered",
    *,
    at: datetime = NOON,
    retry_at: datetime | None = None,
    reason: str | None = None,
) -> Settlement:
    """Make the settlement of a claimed delivery's attempt."""
    return Settlement(
        delivery_id=delivery.id,
        world=delivery.world,
        generation=delivery.generation,
        attempt=Attempt(
            number=delivery.attempts + 1,
            trigger=delivery.trigger,
            started_at=at,
            ended_at=at + timedelta(milliseconds=3),
            outcome="delivered" if state == "delivered" else "http_503",
            status=204 if state == "delivered" else 503,
            address="127.0.0.1",
            request_headers=(("webhook-id", delivery.event_id), ("a", "1"), ("a", "2")),
            response_headers=(("x-latin", "\xe9"),),
            response_body=b"\x00\xff",
            reason=reason,
            retry_at=retry_at,
        ),
        state=state,
        next_attempt_at=retry_at,
        reason=reason,
    )


def judged(arrival: Arrival, order_id: str = "a", webhook_id: str = "evt_1") -> Record:
    """Make the record of a callback that arrived; the second with the same id is a duplicate."""
    return Record(
        id=f"rec_{arrival.seq}",
        inbox="in",
        seq=arrival.seq,
        received_at=NOON,
        webhook_id=webhook_id,
        event_type="toyChanged",
        order_id=order_id,
        order_version=1,
        outcome="duplicate" if arrival.original else "accepted",
        signature="valid",
        status=204,
    )


def at_once(work: Sequence[Callable[[], T]], *losing: type[Exception]) -> list[T | Exception]:
    """Do everything at the same moment, each in its thread; return results and losses."""
    gate = Barrier(len(work))

    def run(one: Callable[[], T]) -> T | Exception:
        gate.wait()
        try:
            return one()
        except losing as loss:
            return loss

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))
