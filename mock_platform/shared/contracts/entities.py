"""Entities and the events they raise, and the port they are kept behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol

from mock_platform.shared.contracts.basics import Page, T, Trace


class Entity(Protocol):
    """What a repository can hold."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int:
        """1 when new, one more after every accepted change."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A callback that an event owes to one URL. Stored with the event, or not at all."""

    id: str
    callback: str
    """The callback's name in the contract, e.g. ``orderStatusChanged``."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an entity, as it will be told."""

    id: str
    type: str
    entity_id: str
    version: int
    occurred_at: datetime
    body: bytes
    """The envelope, exactly as it is signed and sent."""
    trace: Trace
    deliveries: tuple[NewDelivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered(Generic[T]):
    """What an idempotency key stands for: the request that used it and what came of it."""

    operation: str
    key: str
    fingerprint: str
    entity: T
    created_at: datetime
    expires_at: datetime


class Repository(Protocol[T]):
    """Where entities of one type live, together with the events they raised."""

    def get(self, world: str, key: str, /) -> T | None:
        """Return the entity, or None when nothing is stored under ``key``."""
        ...

    def save(
        self, world: str, entity: T, /, *events: Event, remember: Remembered[T] | None = None
    ) -> None:
        """Write the entity, its events, their deliveries and the idempotency key: all or nothing.

        A version 1 is an insert; a version n replaces version n-1.

        Raises:
            StaleVersion: the stored version is not the one this entity grew from.
            KeyTaken: the idempotency key is in use and has not expired at ``remember.created_at``.
            StoreUnavailable: the store cannot take anything at the moment; nothing was written.
        """
        ...

    def remove(self, world: str, entity: T, /) -> None:
        """Take the entity out; its id is free again.

        What happened stays told: its events, their deliveries, what idempotency keys stand for.

        Raises:
            StaleVersion: the stored version is not this entity's.
            StoreUnavailable: the store cannot change anything at the moment; nothing was removed.
        """
        ...

    def recall(
        self, world: str, operation: str, key: str, now: datetime, /
    ) -> Remembered[T] | None:
        """Return what the idempotency key stands for, or None when unused or expired at ``now``."""
        ...

    def page(
        self, world: str, /, *, facets: Mapping[str, str], after: str | None, limit: int
    ) -> Page[T]:
        """List entities by id, ascending; only those whose facets have all the given values."""
        ...

    def latest(
        self, world: str, /, *, facets: Mapping[str, str], before: str | None, limit: int
    ) -> Page[T]:
        """List as ``page`` does, the other way round; ``next_after`` is the next ``before``."""
        ...

    def count(self, world: str, /, *, facets: Mapping[str, str]) -> int:
        """How many entities have these facets. For those who look on: it may take a while."""
        ...

    def events(self, world: str, key: str, /, *, after: str | None, limit: int) -> Page[Event]:
        """List an entity's events in order of version; ``after`` is the last version seen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """How a store keeps one type of entity: its name, its facets, its JSON."""

    name: str
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]
    facets: Callable[[T], Mapping[str, str]]
    """Facet name → value; what ``Repository.page`` can filter by."""
