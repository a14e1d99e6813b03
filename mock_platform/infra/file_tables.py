"""The tables of a store file, and how our values stand in their columns.

Two columns of ``deliveries`` carry the queue, so that its size never matters: ``due_at`` is set on
pending heads of lines only, ``finished`` (a running number) on those delivered or dead only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

from mock_platform.shared.contracts import Json, Violation

SCHEMA_VERSION = 2
"""Raised with every change of a table; ``file_upgrades`` has the step that leads there."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment, as microseconds since 1970: exact, and cheap to compare."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Document(TypeDecorator[Json]):
    """Anything JSON, as its bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Json, _dialect: Dialect) -> bytes:
        return orjson.dumps(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Json:
        return None if value is None else orjson.loads(value)


class Pairs(TypeDecorator[tuple[tuple[str, str], ...]]):
    """Header fields, in order."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self, value: Sequence[tuple[str, str]] | None, _dialect: Dialect
    ) -> bytes:
        return orjson.dumps(value)

    def process_result_value(
        self, value: bytes | None, _dialect: Dialect
    ) -> tuple[tuple[str, str], ...]:
        return tuple((name, text) for name, text in orjson.loads(value or b"[]"))


class Violations(TypeDecorator[tuple[Violation, ...]]):
    """What a body broke, in order."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[Violation] | None, _dialect: Dialect) -> bytes:
        return orjson.dumps(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> tuple[Violation, ...]:
        return tuple(Violation(**one) for one in orjson.loads(value or b"[]"))


class StrangersNumber(TypeDecorator[int]):
    """A whole number somebody sent us: as text, because it may not fit into 64 bits."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> int | None:
        return None if value is None else int(value)


METADATA = MetaData()

ENTITIES = Table(
    "entities",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("world", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("facets", Document, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

SELECTIONS = Table(
    "selections",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("world", String, primary_key=True),
    Column("selection", String, primary_key=True),
    Column("id", String, primary_key=True),
    sqlite_with_rowid=False,
)

EVENTS = Table(
    "events",
    METADATA,
    Column("n", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("world", String, nullable=False),
    Column("entity_id", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("trace_id", String, nullable=False),
    Column("trace_parent", String, nullable=False),
    Column("deliveries", Document, nullable=False),
    UniqueConstraint("world", "id"),
    Index("events_of_entity", "kind", "world", "entity_id", "version", "n"),
)

KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("n", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("world", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("key", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("entity", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    UniqueConstraint("kind", "world", "operation", "key"),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("world", String, nullable=False),
    Column("id", String, nullable=False),
    Column("event_id", String, nullable=False),
    Column("callback", String, nullable=False),
    Column("url", String, nullable=False),
    Column("receiver", String, nullable=False),
    Column("order_key", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("trigger", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("first_attempt_at", Instant),
    Column("next_attempt_at", Instant),
    Column("reason", String),
    Column("generation", Integer, nullable=False),
    Column("due_at", Instant),
    Column("finished", Integer),
    UniqueConstraint("world", "id"),
)

_D = DELIVERIES.c
Index("deliveries_due", _D.due_at, _D.seq, sqlite_where=_D.due_at.is_not(None))
Index(
    "deliveries_due_by_receiver",
    *(_D.receiver, _D.due_at, _D.seq),
    sqlite_where=_D.due_at.is_not(None),
)
Index(
    "deliveries_in_line",
    *(_D.world, _D.order_key, _D.url, _D.seq),
    sqlite_where=_D.finished.is_(None),
)
Index("deliveries_finished", _D.finished, sqlite_where=_D.finished.is_not(None))
Index("deliveries_by_order", _D.world, _D.order_key, _D.id)
Index("deliveries_by_state", _D.world, _D.state, _D.id)
Index("deliveries_by_order_and_state", _D.world, _D.order_key, _D.state, _D.id)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("world", String, primary_key=True),
    Column("delivery_id", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("trigger", String, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("outcome", String, nullable=False),
    Column("status", Integer),
    Column("address", String),
    Column("request_headers", Pairs, nullable=False),
    Column("response_headers", Pairs, nullable=False),
    Column("response_body", LargeBinary, nullable=False),
    Column("reason", String),
    Column("retry_at", Instant),
)

RECORDS = Table(
    "records",
    METADATA,
    Column("n", Integer, primary_key=True),
    Column("world", String, nullable=False),
    Column("inbox", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("id", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("webhook_id", String),
    Column("event_type", String),
    Column("order_id", String),
    Column("order_version", StrangersNumber),
    Column("outcome", String, nullable=False),
    Column("signature", String, nullable=False),
    Column("status", Integer),
    Column("duplicate_of", String),
    Column("policy", String),
    Column("violations", Violations, nullable=False),
    Column("headers", Pairs, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("trace_id", String, nullable=False),
    # Filters are answered from these alone, without touching the bodies.
    Index("records_in_order", "world", "inbox", "seq", "outcome", "event_type", "order_id"),
    Index("records_of_order", "world", "inbox", "order_id", "seq", "outcome", "event_type"),
    Index("records_by_webhook", "world", "inbox", "webhook_id", "seq", "outcome"),
    Index("records_by_id", "world", "inbox", "id", unique=True),
)

POLICIES = Table(
    "policies",
    METADATA,
    Column("world", String, primary_key=True),
    Column("inbox", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("settings", Document, nullable=False),
    Column("since", BigInteger, nullable=False),
)
