"""Inboxes in memory: what each received, and which policy it plays.

Records and policy of an inbox live and go together, so that a forgotten inbox is like a new one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

from mock_platform.infra.paging import (
    LARGEST,
    Selection,
    cut,
    number_after,
    selection,
    selections,
)
from mock_platform.infra.store_terms import Limits
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Arrival, Page, Policy, Record, RecordFilter


class Numbers:
    """Ascending numbers: appended at the end, dropped at the front, counted from anywhere."""

    __slots__ = ("_items", "_start")

    def __init__(self) -> None:
        self._items: list[int] = []
        self._start = 0

    def __len__(self) -> int:
        return len(self._items) - self._start

    def append(self, number: int) -> None:
        self._items.append(number)

    def drop_first(self) -> None:
        self._start += 1
        if self._start * 2 > len(self._items):
            del self._items[: self._start]
            self._start = 0

    def count_after(self, mark: int) -> int:
        return len(self._items) - bisect_right(self._items, mark, lo=self._start)

    def after(self, mark: int, limit: int) -> list[int]:
        first = bisect_right(self._items, mark, lo=self._start)
        return self._items[first : first + limit]

    def before(self, mark: int, limit: int) -> list[int]:
        end = bisect_left(self._items, mark, lo=self._start)
        return self._items[max(self._start, end - limit) : end][::-1]


def record_facets(which: Record | RecordFilter) -> dict[str, str]:
    """Return what a record answers to, or what a filter asks for."""
    return present(
        {"order_id": which.order_id, "event_type": which.event_type, "outcome": which.outcome}
    )


class Inbox:
    """One inbox: its records by number, and ready-made lists of them."""

    __slots__ = ("_accepted", "_by_id", "_by_webhook", "_chosen", "_records", "last", "policy")

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self.last = 0
        self._records: dict[int, Record] = {}
        self._by_id: dict[str, int] = {}
        self._chosen: dict[Selection, Numbers] = {}
        self._by_webhook: dict[str, Numbers] = {}
        self._accepted: dict[str, deque[str]] = {}

    def arrival(self, webhook_id: str | None, since: int) -> Arrival:
        """Say what is known before the next record is judged."""
        same = self._by_webhook.get(webhook_id) if webhook_id is not None else None
        accepted = self._accepted.get(webhook_id) if webhook_id is not None else None
        return Arrival(
            seq=self.last + 1,
            since_policy=max(0, self.last - since),
            same_since_policy=same.count_after(since) if same is not None else 0,
            original=accepted[0] if accepted else None,
        )

    def append(self, seq: int, record: Record, keep: int) -> None:
        self.last = seq
        self._records[seq] = record
        self._by_id[record.id] = seq
        for chosen in selections(record_facets(record)):
            self._chosen.setdefault(chosen, Numbers()).append(seq)
        if record.webhook_id is not None:
            self._by_webhook.setdefault(record.webhook_id, Numbers()).append(seq)
            if record.outcome == "accepted":
                self._accepted.setdefault(record.webhook_id, deque()).append(record.id)
        if len(self._records) > keep:
            self._drop(seq - keep)

    def get(self, record_id: str) -> Record | None:
        seq = self._by_id.get(record_id)
        return None if seq is None else self._records[seq]

    def after(self, which: RecordFilter, mark: int, limit: int) -> list[Record]:
        chosen = self._chosen.get(selection(record_facets(which)))
        return [] if chosen is None else [self._records[seq] for seq in chosen.after(mark, limit)]

    def before(self, which: RecordFilter, mark: int, limit: int) -> list[Record]:
        chosen = self._chosen.get(selection(record_facets(which)))
        return [] if chosen is None else [self._records[seq] for seq in chosen.before(mark, limit)]

    def count(self, which: RecordFilter, after: int) -> int:
        chosen = self._chosen.get(selection(record_facets(which)))
        return 0 if chosen is None else chosen.count_after(after)

    def _drop(self, seq: int) -> None:
        record = self._records.pop(seq)
        del self._by_id[record.id]
        for chosen in selections(record_facets(record)):
            self._chosen[chosen].drop_first()
            if not self._chosen[chosen]:
                del self._chosen[chosen]
        if record.webhook_id is not None:
            self._forget(record.webhook_id, record.outcome)

    def _forget(self, webhook_id: str, outcome: str) -> None:
        same = self._by_webhook[webhook_id]
        same.drop_first()
        if not same:
            del self._by_webhook[webhook_id]
        if outcome == "accepted":
            accepted = self._accepted[webhook_id]
            accepted.popleft()
            if not accepted:
                del self._accepted[webhook_id]


class MemoryInboxes:
    """All inboxes of all worlds, those least recently used first. Its users hold the lock."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._inboxes: OrderedDict[tuple[str, str], Inbox] = OrderedDict()

    def find(self, world: str, inbox: str) -> Inbox | None:
        found = self._inboxes.get((world, inbox))
        if found is not None:
            self._inboxes.move_to_end((world, inbox))
        return found

    def keep(self, world: str, inbox: str, kept: Inbox) -> None:
        self._inboxes[world, inbox] = kept
        self._inboxes.move_to_end((world, inbox))
        if len(self._inboxes) > self.limits.inboxes:
            self._inboxes.popitem(last=False)

    def holding(self, world: str) -> list[str]:
        """Return the names of the inboxes that hold records, sorted."""
        return sorted(name for (of, name), box in self._inboxes.items() if of == world and box.last)


class MemoryRecords:
    """A ``RecordStore`` that forgets everything when the process ends."""

    def __init__(self, lock: Lock, inboxes: MemoryInboxes) -> None:
        self._lock = lock
        self._inboxes = inboxes

    def receive(
        self,
        world: str,
        inbox: str,
        webhook_id: str | None,
        since: int,
        judge: Callable[[Arrival], Record],
        /,
    ) -> Record:
        with self._lock:
            box = self._inboxes.find(world, inbox) or Inbox()
            arrival = box.arrival(webhook_id, since)
            record = judge(arrival)
            box.append(arrival.seq, record, self._inboxes.limits.records_per_inbox)
            self._inboxes.keep(world, inbox, box)
        return record

    def last_seq(self, world: str, inbox: str, /) -> int:
        with self._lock:
            box = self._inboxes.find(world, inbox)
            return 0 if box is None else box.last

    def get(self, world: str, inbox: str, record_id: str, /) -> Record | None:
        with self._lock:
            box = self._inboxes.find(world, inbox)
            return None if box is None else box.get(record_id)

    def page(
        self, world: str, inbox: str, which: RecordFilter, /, *, after: str | None, limit: int
    ) -> Page[Record]:
        mark = number_after(after)
        with self._lock:
            box = self._inboxes.find(world, inbox)
            found = [] if box is None else box.after(which, mark, limit + 1)
        return cut(found, limit, lambda record: str(record.seq))

    def latest(
        self, world: str, inbox: str, which: RecordFilter, /, *, before: str | None, limit: int
    ) -> Page[Record]:
        mark = LARGEST if before is None else number_after(before)
        with self._lock:
            box = self._inboxes.find(world, inbox)
            found = [] if box is None else box.before(which, mark, limit + 1)
        return cut(found, limit, lambda record: str(record.seq))

    def inboxes(self, world: str, /, *, after: str | None, limit: int) -> Page[str]:
        with self._lock:
            names = self._inboxes.holding(world)
        first = bisect_right(names, after or "")
        return cut(names[first : first + limit + 1], limit, str)

    def count(self, world: str, inbox: str, which: RecordFilter, /, *, after: int = 0) -> int:
        with self._lock:
            box = self._inboxes.find(world, inbox)
            return 0 if box is None else box.count(which, after)


class MemoryPolicies:
    """A ``PolicyStore`` that forgets everything when the process ends."""

    def __init__(self, lock: Lock, inboxes: MemoryInboxes) -> None:
        self._lock = lock
        self._inboxes = inboxes

    def get(self, world: str, inbox: str, /) -> Policy | None:
        with self._lock:
            box = self._inboxes.find(world, inbox)
            return None if box is None else box.policy

    def put(self, world: str, inbox: str, policy: Policy, /) -> None:
        with self._lock:
            box = self._inboxes.find(world, inbox) or Inbox()
            box.policy = policy
            self._inboxes.keep(world, inbox, box)

    def clear(self, world: str, inbox: str, /) -> None:
        with self._lock:
            box = self._inboxes.find(world, inbox)
            if box is not None:
                box.policy = None
