"""Everything in memory: the store that needs no set-up and is never waited for.

One lock guards all of it and is held for microseconds; entities are immutable, so that reading one
is a look into a dictionary, without the lock.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping
from datetime import datetime
from heapq import heappop, heappush
from operator import attrgetter
from threading import Lock
from typing import Generic, TypeVar, cast

from mock_platform.infra.memory_deliveries import MemoryDeliveries
from mock_platform.infra.memory_records import MemoryInboxes, MemoryPolicies, MemoryRecords
from mock_platform.infra.paging import cut, number_after
from mock_platform.infra.sorted_ids import FacetIndex
from mock_platform.infra.store_terms import Limits
from mock_platform.shared.contracts import Entity, Event, Kind, Page, Remembered
from mock_platform.shared.errors import KeyTaken, StaleVersion

T = TypeVar("T", bound=Entity)

_VERSION = attrgetter("version")


class RememberedKeys(Generic[T]):
    """Idempotency keys of one type of entity, for as long as they are good."""

    PURGED_PER_SAVE = 4

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[tuple[str, str, str], Remembered[T]] = {}
        self._ends: list[tuple[datetime, tuple[str, str, str]]] = []

    def find(self, world: str, operation: str, key: str, now: datetime) -> Remembered[T] | None:
        kept = self._kept.get((world, operation, key))
        return kept if kept is not None and kept.expires_at > now else None

    def keep(self, world: str, new: Remembered[T]) -> None:
        place = world, new.operation, new.key
        self._kept[place] = new
        heappush(self._ends, (new.expires_at, place))
        self._purge(new.created_at)

    def _purge(self, now: datetime) -> None:
        for _ in range(min(self.PURGED_PER_SAVE, len(self._ends))):
            ends_at, place = self._ends[0]
            kept = self._kept.get(place)
            overwritten = kept is None or kept.expires_at != ends_at
            if not (overwritten or ends_at <= now or len(self._kept) > self._most):
                return
            heappop(self._ends)
            if not overwritten:
                del self._kept[place]


class MemoryRepository(Generic[T]):
    """A ``Repository`` that forgets everything when the process ends."""

    def __init__(
        self, kind: Kind[T], lock: Lock, deliveries: MemoryDeliveries, limits: Limits
    ) -> None:
        self._kind = kind
        self._lock = lock
        self._deliveries = deliveries
        self._entities: dict[tuple[str, str], T] = {}
        self._events: dict[tuple[str, str], list[Event]] = {}
        self._keys = RememberedKeys[T](limits.idempotency_keys)
        self._index = FacetIndex()

    def get(self, world: str, key: str, /) -> T | None:
        return self._entities.get((world, key))

    def save(
        self, world: str, entity: T, /, *events: Event, remember: Remembered[T] | None = None
    ) -> None:
        facets = self._kind.facets(entity)
        with self._lock:
            self._refuse_taken(world, remember)
            before = self._stored(world, entity.id, entity.version - 1)
            self._deliveries.refuse_known(world, events)
            self._write(world, entity, before, facets)
            for event in events:
                kept = self._events.setdefault((world, event.entity_id), [])
                insort(kept, event, key=_VERSION)
                self._deliveries.enqueue(world, event)
            if remember is not None:
                self._keys.keep(world, remember)

    def remove(self, world: str, entity: T, /) -> None:
        with self._lock:
            stored = self._stored(world, entity.id, entity.version)
            if stored is None:
                raise _stale(self._kind, entity.id, entity.version)
            del self._entities[world, entity.id]
            self._index.remove(world, entity.id, self._kind.facets(stored))

    def recall(
        self, world: str, operation: str, key: str, now: datetime, /
    ) -> Remembered[T] | None:
        with self._lock:
            return self._keys.find(world, operation, key, now)

    def page(
        self, world: str, /, *, facets: Mapping[str, str], after: str | None, limit: int
    ) -> Page[T]:
        with self._lock:
            ids = self._index.after(world, facets, after, limit + 1)
            found = [self._entities[world, one] for one in ids]
        return cut(found, limit, lambda entity: entity.id)

    def latest(
        self, world: str, /, *, facets: Mapping[str, str], before: str | None, limit: int
    ) -> Page[T]:
        with self._lock:
            ids = self._index.before(world, facets, before, limit + 1)
            found = [self._entities[world, one] for one in ids]
        return cut(found, limit, lambda entity: entity.id)

    def count(self, world: str, /, *, facets: Mapping[str, str]) -> int:
        with self._lock:
            return self._index.count(world, facets)

    def events(self, world: str, key: str, /, *, after: str | None, limit: int) -> Page[Event]:
        mark = number_after(after)
        with self._lock:
            known = self._events.get((world, key), [])
            first = bisect_right(known, mark, key=_VERSION)
            found = known[first : first + limit + 1]
            if len(found) > limit and found[limit - 1].version == found[limit].version:
                # A version that raised several events is told as a whole.
                end = bisect_right(known, found[limit].version, key=_VERSION)
                found = known[first : end + 1]
                limit = end - first
        return cut(found, limit, lambda event: str(event.version))

    # Steps of save; the lock is held

    def _refuse_taken(self, world: str, remember: Remembered[T] | None) -> None:
        if remember is None:
            return
        now = remember.created_at
        if self._keys.find(world, remember.operation, remember.key, now) is not None:
            raise KeyTaken(f"idempotency key {remember.key!r} is already in use", key=remember.key)

    def _stored(self, world: str, key: str, version: int) -> T | None:
        """Return what is stored, None for version 0; it must be of this version."""
        stored = self._entities.get((world, key))
        if (0 if stored is None else stored.version) != version:
            raise _stale(self._kind, key, version)
        return stored

    def _write(self, world: str, entity: T, before: T | None, facets: Mapping[str, str]) -> None:
        self._entities[world, entity.id] = entity
        if before is None:
            self._index.add(world, entity.id, facets)
        else:
            self._index.move(world, entity.id, self._kind.facets(before), facets)


def _stale(kind: Kind[T], key: str, expected: int) -> StaleVersion:
    return StaleVersion(
        f"{kind.name} {key!r} is not at version {expected} any more", id=key, expected=expected
    )


class MemoryStore:
    """All ports on one memory, under one lock."""

    blocking = False
    durable = False

    def __init__(self, limits: Limits) -> None:
        self._lock = Lock()
        self._limits = limits
        self._repositories: dict[str, object] = {}
        inboxes = MemoryInboxes(limits)
        self.deliveries = MemoryDeliveries(self._lock, limits)
        self.records = MemoryRecords(self._lock, inboxes)
        self.policies = MemoryPolicies(self._lock, inboxes)

    def repository(self, kind: Kind[T]) -> MemoryRepository[T]:
        """Return where entities of this kind live; the same one for the same name."""
        with self._lock:
            known = self._repositories.get(kind.name)
            if known is None:
                known = MemoryRepository(kind, self._lock, self.deliveries, self._limits)
                self._repositories[kind.name] = known
        return cast("MemoryRepository[T]", known)

    def check(self) -> str | None:
        return None

    def close(self) -> None:
        """Nothing to close."""
