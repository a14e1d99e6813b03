"""Idempotency keys in a file, for as long as they are good."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import Insert

from mock_platform.infra.file_tables import KEYS
from mock_platform.shared.contracts import Kind, Remembered
from mock_platform.shared.errors import KeyTaken

T = TypeVar("T")

PURGED_PER_SAVE = 4

_K = KEYS.c

_EXPIRED = (
    select(_K.n)
    .where(_K.expires_at <= bindparam("now"))
    .order_by(_K.expires_at)
    .limit(PURGED_PER_SAVE)
)
_PURGE = delete(KEYS).where(_K.n.in_(_EXPIRED))
_RECALL = select(KEYS).where(
    *(_K.kind == bindparam("kind"), _K.world == bindparam("world")),
    *(_K.operation == bindparam("operation"), _K.key == bindparam("key")),
    _K.expires_at > bindparam("now"),
)


def _remember_unless_taken() -> Insert:
    new = Insert(KEYS)
    return new.on_conflict_do_update(
        index_elements=[_K.kind, _K.world, _K.operation, _K.key],
        set_={
            name: new.excluded[name]
            for name in ("fingerprint", "entity", "created_at", "expires_at")
        },
        where=_K.expires_at <= new.excluded.created_at,
    )


_REMEMBER = _remember_unless_taken()


class FileKeys(Generic[T]):
    """What the idempotency keys of one type of entity stand for."""

    def __init__(self, kind: Kind[T]) -> None:
        self._kind = kind

    def remember(self, connection: Connection, world: str, new: Remembered[T]) -> None:
        """Keep a key, in the transaction under way; make room by dropping a few expired ones.

        Raises:
            KeyTaken: it is in use and has not expired.
        """
        row = {
            "kind": self._kind.name,
            "world": world,
            "operation": new.operation,
            "key": new.key,
            "fingerprint": new.fingerprint,
            "entity": self._kind.encode(new.entity),
            "created_at": new.created_at,
            "expires_at": new.expires_at,
        }
        connection.execute(_PURGE, {"now": new.created_at})
        if connection.execute(_REMEMBER, row).rowcount == 0:
            raise KeyTaken(f"idempotency key {new.key!r} is already in use", key=new.key)

    def recall(
        self, connection: Connection, world: str, operation: str, key: str, now: datetime
    ) -> Remembered[T] | None:
        asked = {
            "kind": self._kind.name,
            "world": world,
            "operation": operation,
            "key": key,
            "now": now,
        }
        row = connection.execute(_RECALL, asked).mappings().first()
        if row is None:
            return None
        return Remembered(
            operation=operation,
            key=key,
            fingerprint=row[_K.fingerprint],
            entity=self._kind.decode(row[_K.entity]),
            created_at=row[_K.created_at],
            expires_at=row[_K.expires_at],
        )
