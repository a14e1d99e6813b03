"""Fakes that tests of every room share: a clock turned by hand, ids that count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from mock_platform.shared.contracts import IdSource

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class HandClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def counting_ids() -> IdSource:
    """Ids ``<prefix>_000…1``, ``…2``: in order, and the same in every run."""
    numbers = count(1)
    return lambda prefix: f"{prefix}_{next(numbers):032x}"
