"""The real time. Everything else takes a ``Clock`` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where the real clock is read


def rfc3339(instant: datetime) -> str:
    """Return ``2026-03-01T12:00:00.000Z``: UTC, milliseconds."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
