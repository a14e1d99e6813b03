"""Entities in a file, with the events they raised.

A save is one transaction of few statements: the key, the entity, its selections, its events, their
deliveries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import orjson
from sqlalchemy import Connection, Delete, Insert, RowMapping

from mock_platform.infra import file_statements as statements
from mock_platform.infra.file_deliveries import enqueue
from mock_platform.infra.file_keys import FileKeys
from mock_platform.infra.file_tables import EVENTS
from mock_platform.infra.paging import (
    LARGEST,
    Selection,
    cut,
    number_after,
    selection,
    selections,
)
from mock_platform.infra.sqlite_file import SqliteFile
from mock_platform.shared.contracts import (
    Entity,
    Event,
    Kind,
    NewDelivery,
    Page,
    Remembered,
    Trace,
)
from mock_platform.shared.errors import StaleVersion

T = TypeVar("T", bound=Entity)

_V = EVENTS.c


def _name(chosen: Selection) -> str:
    return orjson.dumps(chosen).decode()


def _event(row: RowMapping) -> Event:
    return Event(
        id=row[_V.id],
        type=row[_V.type],
        entity_id=row[_V.entity_id],
        version=row[_V.version],
        occurred_at=row[_V.occurred_at],
        body=row[_V.body],
        trace=Trace(row[_V.trace_id], row[_V.trace_parent]),
        deliveries=tuple(NewDelivery(**new) for new in row[_V.deliveries]),
    )


class FileRepository(Generic[T]):
    """A ``Repository`` in a file."""

    def __init__(self, kind: Kind[T], file: SqliteFile) -> None:
        self._kind = kind
        self._file = file
        self._keys = FileKeys(kind)

    def get(self, world: str, key: str, /) -> T | None:
        with self._file.reading() as connection:
            body = connection.scalar(statements.GET, self._this(world, key))
        return None if body is None else self._kind.decode(body)

    def save(
        self, world: str, entity: T, /, *events: Event, remember: Remembered[T] | None = None
    ) -> None:
        row = {
            "kind": self._kind.name,
            "world": world,
            "id": entity.id,
            "version": entity.version,
            "facets": dict(self._kind.facets(entity)),
            "body": self._kind.encode(entity),
        }
        with self._file.writing() as connection:
            if remember is not None:
                self._keys.remember(connection, world, remember)
            before = self._facets(connection, world, entity.id, entity.version - 1)
            if before is None:
                connection.execute(statements.INSERT, row)
            else:
                connection.execute(statements.REPLACE, row | self._this(world, entity.id))
            self._select(connection, world, entity, before)
            if events:
                connection.execute(statements.TELL, [self._told(world, event) for event in events])
                enqueue(connection, world, events)

    def remove(self, world: str, entity: T, /) -> None:
        with self._file.writing() as connection:
            facets = self._facets(connection, world, entity.id, entity.version)
            if facets is None:
                raise self._stale(entity.id, entity.version)
            connection.execute(statements.REMOVE, self._this(world, entity.id))
            self._move(connection, statements.LEAVE, world, entity.id, selections(facets)[1:])

    def recall(
        self, world: str, operation: str, key: str, now: datetime, /
    ) -> Remembered[T] | None:
        with self._file.reading() as connection:
            return self._keys.recall(connection, world, operation, key, now)

    def page(
        self, world: str, /, *, facets: Mapping[str, str], after: str | None, limit: int
    ) -> Page[T]:
        asked = {
            "kind": self._kind.name,
            "world": world,
            "after": after or "",
            "limit": limit + 1,
        }
        with self._file.reading() as connection:
            if facets:
                asked["selection"] = _name(selection(facets))
                rows = connection.execute(statements.PAGE_OF_SELECTION, asked).all()
            else:
                rows = connection.execute(statements.PAGE_OF_ALL, asked).all()
        found = cut(rows, limit, lambda row: str(row[0]))
        return Page(tuple(self._kind.decode(body) for _, body in found.items), found.next_after)

    def latest(
        self, world: str, /, *, facets: Mapping[str, str], before: str | None, limit: int
    ) -> Page[T]:
        asked = {
            "kind": self._kind.name,
            "world": world,
            "before": before or statements.BEYOND_ALL,
            "limit": limit + 1,
            "selection": _name(selection(facets)),
        }
        with self._file.reading() as connection:
            statement = statements.LATEST_OF_SELECTION if facets else statements.LATEST_OF_ALL
            rows = connection.execute(statement, asked).all()
        found = cut(rows, limit, lambda row: str(row[0]))
        return Page(tuple(self._kind.decode(body) for _, body in found.items), found.next_after)

    def count(self, world: str, /, *, facets: Mapping[str, str]) -> int:
        asked = {"kind": self._kind.name, "world": world, "selection": _name(selection(facets))}
        with self._file.reading() as connection:
            return (
                connection.scalar(
                    statements.COUNT_OF_SELECTION if facets else statements.COUNT_OF_ALL, asked
                )
                or 0
            )

    def events(self, world: str, key: str, /, *, after: str | None, limit: int) -> Page[Event]:
        asked = {"kind": self._kind.name, "world": world, "entity_id": key}
        first = asked | {"after": number_after(after), "last": LARGEST, "limit": limit + 1}
        with self._file.reading() as connection:
            found = self._tell_again(connection, first)
            if len(found) > limit and found[limit - 1].version == found[limit].version:
                # A version that raised several events is told as a whole.
                split = found[limit].version
                whole = asked | {"after": split - 1, "last": split, "limit": LARGEST}
                found = [event for event in found if event.version < split]
                found += self._tell_again(connection, whole)
                limit = len(found)
                beyond = asked | {"after": split, "last": LARGEST, "limit": 1}
                found += self._tell_again(connection, beyond)
        return cut(found, limit, lambda event: str(event.version))

    # Steps

    def _this(self, world: str, key: str) -> dict[str, str]:
        return {"this_kind": self._kind.name, "this_world": world, "this_id": key}

    def _facets(
        self, connection: Connection, world: str, key: str, version: int
    ) -> Mapping[str, str] | None:
        """Return the stored entity's facets, None for version 0; it must be of this version."""
        found = connection.execute(statements.BEFORE, self._this(world, key)).first()
        if (0 if found is None else found.version) != version:
            raise self._stale(key, version)
        return None if found is None else found.facets

    def _stale(self, key: str, expected: int) -> StaleVersion:
        return StaleVersion(
            f"{self._kind.name} {key!r} is not at version {expected} any more",
            id=key,
            expected=expected,
        )

    def _select(
        self, connection: Connection, world: str, entity: T, before: Mapping[str, str] | None
    ) -> None:
        # The first selection, of everything, is the table of entities itself.
        left = [] if before is None else selections(before)[1:]
        entered = selections(self._kind.facets(entity))[1:]
        gone = [one for one in left if one not in entered]
        come = [one for one in entered if one not in left]
        self._move(connection, statements.LEAVE, world, entity.id, gone)
        self._move(connection, statements.ENTER, world, entity.id, come)

    def _move(
        self,
        connection: Connection,
        statement: Insert | Delete,
        world: str,
        key: str,
        chosen: Sequence[Selection],
    ) -> None:
        if chosen:
            place = {"kind": self._kind.name, "world": world, "id": key}
            rows = [place | {"selection": _name(one)} for one in chosen]
            connection.execute(statement, rows)

    def _told(self, world: str, event: Event) -> dict[str, object]:
        return {
            "kind": self._kind.name,
            "world": world,
            "entity_id": event.entity_id,
            "version": event.version,
            "id": event.id,
            "type": event.type,
            "occurred_at": event.occurred_at,
            "body": event.body,
            "trace_id": event.trace.id,
            "trace_parent": event.trace.parent,
            "deliveries": event.deliveries,
        }

    @staticmethod
    def _tell_again(connection: Connection, asked: Mapping[str, object]) -> list[Event]:
        return [_event(row) for row in connection.execute(statements.TOLD, asked).mappings()]
