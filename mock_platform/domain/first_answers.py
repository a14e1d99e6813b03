"""Answers a repeated request as its first was answered: by idempotency keys.

A key belongs to one body. It is written in one commit with what the request made, so a request that
was interrupted either made everything and is known, or made nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import orjson

from mock_platform.shared.contracts import Entity, Json, Remembered, Repository
from mock_platform.shared.errors import IdempotencyKeyReused

T = TypeVar("T", bound=Entity)


@dataclass(frozen=True, slots=True)
class FirstAnswers(Generic[T]):
    """What the keys of one type of entity stand for."""

    entities: Repository[T]
    world: str
    life: timedelta

    def find(self, operation: str, key: str | None, asked: str, now: datetime) -> T | None:
        """Return what the same request made before; None: it is the first, or has no key.

        Raises:
            IdempotencyKeyReused: the key was used before, with another body.
        """
        if key is None:
            return None
        first = self.entities.recall(self.world, operation, key, now)
        if first is None:
            return None
        if first.fingerprint != asked:
            raise IdempotencyKeyReused(
                f"the key {key!r} belongs to another body; use a new key", orderId=first.entity.id
            )
        return first.entity

    def remembered(
        self, operation: str, key: str | None, asked: str, made: T, now: datetime
    ) -> Remembered[T] | None:
        """Return what is to be written with the entity; None where there is no key."""
        if key is None:
            return None
        return Remembered(
            operation=operation,
            key=key,
            fingerprint=asked,
            entity=made,
            created_at=now,
            expires_at=now + self.life,
        )


def fingerprint(body: Json) -> str:
    """Return what tells bodies apart, whatever the order of their members."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
