"""Deliveries in memory: lines of those unfinished, and which of them are due.

Due are exactly the heads of lines that are pending, each once: whoever makes a head pending pushes
it, and only ``claim`` takes it. Nothing blocked in a line is ever looked at.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from threading import Lock

from mock_platform.infra.due_lines import DueLines, Key
from mock_platform.infra.paging import cut
from mock_platform.infra.sorted_ids import FacetIndex
from mock_platform.infra.store_terms import Limits, replayable
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import (
    EVERYTHING,
    FINISHED,
    Attempt,
    Delivery,
    Event,
    Page,
    Settlement,
    Shares,
)

Line = tuple[str, str, str]


def settled(delivery: Delivery, settlement: Settlement) -> Delivery:
    """Return what a finished attempt makes of its delivery."""
    attempt = settlement.attempt
    again = settlement.state not in FINISHED
    return replace(
        delivery,
        state=settlement.state,
        attempts=delivery.attempts + 1,
        tries=delivery.tries + 1,
        first_attempt_at=delivery.first_attempt_at or attempt.started_at,
        next_attempt_at=(settlement.next_attempt_at or attempt.ended_at) if again else None,
        reason=settlement.reason,
    )


def _line(delivery: Delivery) -> Line:
    return delivery.world, delivery.order_key, delivery.url


def _facets(delivery: Delivery) -> dict[str, str]:
    return {"order_key": delivery.order_key, "state": delivery.state}


class MemoryDeliveries:
    """A ``DeliveryStore`` that forgets everything when the process ends."""

    def __init__(self, lock: Lock, limits: Limits) -> None:
        self._lock = lock
        self._limits = limits
        self._seqs = count(1)
        self._found: dict[Key, Delivery] = {}
        self._attempts: dict[Key, deque[Attempt]] = {}
        self._lines: dict[Line, deque[Key]] = {}
        self._due = DueLines()
        self._finished: OrderedDict[Key, None] = OrderedDict()
        self._states = Counter[str]()
        self._index = FacetIndex()

    # For the repository, which holds the lock

    def refuse_known(self, world: str, events: Sequence[Event]) -> None:
        """Find out before anything is written whether a delivery's id is used twice."""
        new = [delivery.id for event in events for delivery in event.deliveries]
        if len(set(new)) < len(new) or any((world, one) in self._found for one in new):
            raise ValueError("a delivery with this id exists already")

    def enqueue(self, world: str, event: Event) -> None:
        """Put an event's deliveries at the ends of their lines."""
        for new in event.deliveries:
            delivery = Delivery(
                id=new.id,
                world=world,
                seq=next(self._seqs),
                event_id=event.id,
                event_type=event.type,
                callback=new.callback,
                url=new.url,
                order_key=event.entity_id,
                version=event.version,
                body=event.body,
                trace=event.trace,
                created_at=event.occurred_at,
                next_attempt_at=event.occurred_at,
            )
            self._found[world, new.id] = delivery
            self._states[delivery.state] += 1
            self._index.add(world, new.id, _facets(delivery))
            self._line_up(delivery)

    # DeliveryStore

    def claim(
        self, now: datetime, limit: int, /, shares: Shares = EVERYTHING
    ) -> Sequence[Delivery]:
        claimed: list[Delivery] = []
        with self._lock:
            for key in self._due.take(now, limit, shares):
                waiting = self._found[key]
                sending = replace(waiting, state="sending", generation=waiting.generation + 1)
                self._change(waiting, sending)
                claimed.append(sending)
        return claimed

    def settle(self, settlements: Sequence[Settlement], /) -> None:
        with self._lock:
            for settlement in settlements:
                delivery = self._claimed(
                    settlement.world, settlement.delivery_id, settlement.generation
                )
                if delivery is not None:
                    self._settle(delivery, settlement)
            self._forget_oldest()

    def release(self, claimed: Sequence[Delivery], /) -> None:
        with self._lock:
            for given in claimed:
                delivery = self._claimed(given.world, given.id, given.generation)
                if delivery is not None:
                    self._wait(replace(delivery, state="pending"), delivery)

    def recover(self) -> int:
        with self._lock:
            heads = [self._found[line[0]] for line in self._lines.values()]
            lost = [delivery for delivery in heads if delivery.state == "sending"]
            for delivery in lost:
                raised = replace(delivery, state="pending", generation=delivery.generation + 1)
                self._wait(raised, delivery)
        return len(lost)

    def next_due(self, shares: Shares = EVERYTHING) -> datetime | None:
        with self._lock:
            return self._due.first(shares)

    def counts(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._states)

    def replay(self, world: str, delivery_id: str, now: datetime, /) -> Delivery:
        with self._lock:
            delivery = replayable(delivery_id, self._found.get((world, delivery_id)))
            again = replace(
                delivery,
                seq=next(self._seqs),
                state="pending",
                tries=0,
                trigger="replay",
                first_attempt_at=None,
                next_attempt_at=now,
                reason=None,
            )
            del self._finished[world, delivery_id]
            self._change(delivery, again)
            self._line_up(again)
            return again

    def get(self, world: str, delivery_id: str, /) -> Delivery | None:
        return self._found.get((world, delivery_id))

    def page(
        self,
        world: str,
        /,
        *,
        order_key: str | None,
        state: str | None,
        after: str | None,
        limit: int,
    ) -> Page[Delivery]:
        facets = present({"order_key": order_key, "state": state})
        with self._lock:
            ids = self._index.after(world, facets, after, limit + 1)
            found = [self._found[world, one] for one in ids]
        return cut(found, limit, lambda delivery: delivery.id)

    def latest(
        self,
        world: str,
        /,
        *,
        order_key: str | None,
        state: str | None,
        before: str | None,
        limit: int,
    ) -> Page[Delivery]:
        facets = present({"order_key": order_key, "state": state})
        with self._lock:
            ids = self._index.before(world, facets, before, limit + 1)
            found = [self._found[world, one] for one in ids]
        return cut(found, limit, lambda delivery: delivery.id)

    def attempts(self, world: str, delivery_id: str, /) -> Sequence[Attempt]:
        with self._lock:
            return tuple(self._attempts.get((world, delivery_id), ()))

    # Steps; the lock is held

    def _claimed(self, world: str, delivery_id: str, generation: int) -> Delivery | None:
        delivery = self._found.get((world, delivery_id))
        if delivery is None or delivery.state != "sending" or delivery.generation != generation:
            return None
        return delivery

    def _settle(self, delivery: Delivery, settlement: Settlement) -> None:
        key = delivery.world, delivery.id
        attempts = self._attempts.get(key)
        if attempts is None:
            attempts = self._attempts[key] = deque(maxlen=self._limits.attempts_per_delivery)
        attempts.append(settlement.attempt)
        after = settled(delivery, settlement)
        if after.state in FINISHED:
            self._change(delivery, after)
            self._finished[key] = None
            self._advance(_line(after))
        else:
            self._wait(after, delivery)

    def _change(self, before: Delivery, after: Delivery) -> None:
        self._found[after.world, after.id] = after
        self._states[before.state] -= 1
        self._states[after.state] += 1
        self._index.move(after.world, after.id, _facets(before), _facets(after))

    def _wait(self, head: Delivery, before: Delivery) -> None:
        self._change(before, head)
        self._due.push(head)

    def _line_up(self, delivery: Delivery) -> None:
        key = delivery.world, delivery.id
        line = self._lines.get(_line(delivery))
        if line is None:
            self._lines[_line(delivery)] = deque((key,))
            self._due.push(delivery)
        else:
            line.append(key)

    def _advance(self, where: Line) -> None:
        line = self._lines[where]
        line.popleft()
        if line:
            self._due.push(self._found[line[0]])
        else:
            del self._lines[where]

    def _forget_oldest(self) -> None:
        while len(self._finished) > self._limits.finished_deliveries:
            key, _ = self._finished.popitem(last=False)
            delivery = self._found.pop(key)
            self._states[delivery.state] -= 1
            self._attempts.pop(key, None)
            self._index.remove(delivery.world, delivery.id, _facets(delivery))
