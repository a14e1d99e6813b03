"""What every other value is made of: JSON, time, ids, worlds, traces, pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

Json = Any
"""What ``orjson.loads`` may return: the one place where ``Any`` is welcome."""

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC. Turned by hand in tests."""

IdSource = Callable[[str], str]
"""Makes ``<prefix>_<32 hex digits>``; later ids sort after earlier ones (RFC 9562 UUIDv7)."""

Bell = Callable[[str], None]
"""Rings for a topic: whoever waits for it looks again. Safe from any thread."""

DEFAULT_WORLD = "default"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trace:
    """Who caused this: our ``X-Trace-Id`` and the W3C ``traceparent`` that goes with it."""

    id: str
    parent: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a longer list, and where the next page begins."""

    items: tuple[T, ...]
    next_after: str | None = None
    """Hand this back as ``after`` for the next page; None when this was the last one."""
