"""Deliveries in a file: lines that survive the process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from mock_platform.infra import file_queue as queue
from mock_platform.infra.file_statements import BEYOND_ALL
from mock_platform.infra.paging import cut
from mock_platform.infra.sqlite_file import SqliteFile
from mock_platform.infra.store_terms import Limits, replayable
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import (
    EVERYTHING,
    FINISHED,
    Attempt,
    Delivery,
    Event,
    NewDelivery,
    Page,
    Settlement,
    Shares,
    Trace,
    receiver_of,
)

Params = dict[str, object]


def enqueue(connection: Connection, world: str, events: Iterable[Event]) -> None:
    """Put the events' deliveries at the ends of their lines, in the transaction under way."""
    rows = [_row(world, event, new) for event in events for new in event.deliveries]
    if rows:
        connection.execute(queue.ENQUEUE, rows)


def _row(world: str, event: Event, new: NewDelivery) -> Params:
    return {
        "world": world,
        "id": new.id,
        "event_id": event.id,
        "callback": new.callback,
        "url": new.url,
        "receiver": receiver_of(new.url),
        "order_key": event.entity_id,
        "state": "pending",
        "attempts": 0,
        "tries": 0,
        "trigger": "auto",
        "created_at": event.occurred_at,
        "next_attempt_at": event.occurred_at,
        "generation": 0,
        "line_world": world,
        "line_order_key": event.entity_id,
        "line_url": new.url,
        "line_due_at": event.occurred_at,
    }


def _delivery(row: RowMapping) -> Delivery:
    facts = dict(row)
    trace = Trace(facts.pop("trace_id"), facts.pop("trace_parent"))
    return Delivery(trace=trace, **facts)


def _claim(world: str, delivery_id: str, generation: int) -> Params:
    return {"this_world": world, "this_id": delivery_id, "this_generation": generation}


def _tried(settlement: Settlement) -> Params:
    tried = _claim(settlement.world, settlement.delivery_id, settlement.generation)
    tried |= {"started_at": settlement.attempt.started_at, "why": settlement.reason}
    if settlement.state in FINISHED:
        return tried | {"final": settlement.state}
    return tried | {"again_at": settlement.next_attempt_at or settlement.attempt.ended_at}


def _noted(settlement: Settlement) -> Params:
    attempt = settlement.attempt
    noted: Params = {f"new_{name}": getattr(attempt, name) for name in queue.ATTEMPT_FIELDS}
    return noted | _claim(settlement.world, settlement.delivery_id, settlement.generation)


def _due(connection: Connection, now: datetime, limit: int, shares: Shares) -> list[Delivery]:
    """Return what may be claimed: those that are due the longest, as far as shares allow."""
    rows = connection.execute(queue.DUE, {"now": now, "limit": limit}).mappings()
    longest = [_delivery(row) for row in rows]
    by_receiver: dict[str, list[Delivery]] = {}
    for one in longest:
        by_receiver.setdefault(receiver_of(one.url), []).append(one)
    if all(len(theirs) <= shares.room(who) for who, theirs in by_receiver.items()):
        return longest
    return _shared(connection, now, limit, shares, by_receiver)


def _shared(
    connection: Connection,
    now: datetime,
    limit: int,
    shares: Shares,
    known: Mapping[str, Sequence[Delivery]],
) -> list[Delivery]:
    """Look receiver by receiver, where one of them would get more than its share."""
    firsts = sorted(
        (due, who)
        for who, due in connection.execute(queue.FIRST_DUE)
        if due <= now and shares.room(who)
    )
    found: list[Delivery] = []
    for first, who in firsts:
        if len(firsts) > limit and first > firsts[limit - 1][0]:
            break  # so many others have their turn before
        most = min(limit, shares.room(who))
        theirs = known.get(who, ())
        if len(theirs) < most:
            asked = {"this_receiver": who, "now": now, "limit": most}
            theirs = [_delivery(row) for row in connection.execute(queue.DUE_TO, asked).mappings()]
        found += theirs[:most]
    return sorted(found, key=lambda one: (one.next_attempt_at, one.seq))[:limit]


class FileDeliveries:
    """A ``DeliveryStore`` in a file."""

    def __init__(self, file: SqliteFile, limits: Limits) -> None:
        self._file = file
        self._limits = limits

    def claim(
        self, now: datetime, limit: int, /, shares: Shares = EVERYTHING
    ) -> Sequence[Delivery]:
        with self._file.writing() as connection:
            waiting = _due(connection, now, limit, shares)
            if waiting:
                connection.execute(queue.CLAIM, [{"this_seq": one.seq} for one in waiting])
        return [replace(one, state="sending", generation=one.generation + 1) for one in waiting]

    def settle(self, settlements: Sequence[Settlement], /) -> None:
        first: dict[object, Settlement] = {}
        for one in settlements:
            # Of two settlements for one claim, the first counts.
            first.setdefault((one.world, one.delivery_id, one.generation), one)
        if not first:
            return
        again = [_tried(one) for one in first.values() if one.state not in FINISHED]
        finished = [_tried(one) for one in first.values() if one.state in FINISHED]
        with self._file.writing() as connection:
            connection.execute(queue.NOTE_ATTEMPT, [_noted(one) for one in first.values()])
            if again:
                connection.execute(queue.TRY_AGAIN, again)
            if finished:
                connection.execute(queue.FINISH, finished)
                connection.execute(queue.ADVANCE, finished)
            self._forget_oldest(connection, [*again, *finished])

    def release(self, claimed: Sequence[Delivery], /) -> None:
        if claimed:
            given = [_claim(one.world, one.id, one.generation) for one in claimed]
            with self._file.writing() as connection:
                connection.execute(queue.RELEASE, given)

    def recover(self) -> int:
        with self._file.writing() as connection:
            return connection.execute(queue.RECOVER).rowcount

    def next_due(self, shares: Shares = EVERYTHING) -> datetime | None:
        with self._file.reading() as connection:
            if all(map(shares.room, shares.sending)):
                return connection.scalar(queue.NEXT_DUE)
            firsts = connection.execute(queue.FIRST_DUE)
            return min((due for who, due in firsts if shares.room(who)), default=None)

    def counts(self) -> Mapping[str, int]:
        with self._file.reading() as connection:
            return {row.state: row.number for row in connection.execute(queue.COUNTS)}

    def replay(self, world: str, delivery_id: str, now: datetime, /) -> Delivery:
        this: Params = {"this_world": world, "this_id": delivery_id}
        with self._file.writing() as connection:
            row = connection.execute(queue.GET, this).mappings().first()
            replayable(delivery_id, None if row is None else _delivery(row))
            connection.execute(queue.REPLAY, this | {"now": now})
            return _delivery(connection.execute(queue.GET, this).mappings().one())

    def get(self, world: str, delivery_id: str, /) -> Delivery | None:
        this = {"this_world": world, "this_id": delivery_id}
        with self._file.reading() as connection:
            row = connection.execute(queue.GET, this).mappings().first()
        return None if row is None else _delivery(row)

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
        given: Params = {**present({"order_key": order_key, "state": state})}
        which = queue.PAGE[frozenset(given)]
        with self._file.reading() as connection:
            rows = connection.execute(
                which, given | {"world": world, "after": after or "", "limit": limit + 1}
            )
            found = [_delivery(row) for row in rows.mappings()]
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
        given: Params = {**present({"order_key": order_key, "state": state})}
        place: Params = {"world": world, "before": before or BEYOND_ALL, "limit": limit + 1}
        with self._file.reading() as connection:
            rows = connection.execute(queue.LATEST[frozenset(given)], given | place)
            found = [_delivery(row) for row in rows.mappings()]
        return cut(found, limit, lambda delivery: delivery.id)

    def attempts(self, world: str, delivery_id: str, /) -> Sequence[Attempt]:
        asked = {"world": world, "delivery_id": delivery_id}
        with self._file.reading() as connection:
            rows = connection.execute(queue.GET_ATTEMPTS, asked).mappings()
            return tuple(Attempt(**row) for row in rows)

    def _forget_oldest(self, connection: Connection, tried: Sequence[Params]) -> None:
        keep = {"keep": self._limits.attempts_per_delivery}
        ids = [{name: one[name] for name in ("this_world", "this_id")} for one in tried]
        connection.execute(queue.FORGET_OLD_ATTEMPTS, [one | keep for one in ids])
        doomed = connection.execute(
            queue.FORGOTTEN, {"keep": self._limits.finished_deliveries}
        ).mappings()
        if forgotten := [dict(row) for row in doomed]:
            for statement in queue.FORGET:
                connection.execute(statement, forgotten)
