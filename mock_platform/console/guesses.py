"""Lets few guess at the token: a bucket of guesses that fills slowly, one for the whole process.

Nobody is told apart: addresses are cheap, and behind a proxy all have the same one.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from mock_platform.shared.contracts import Clock

MOST = 10
ONE_MORE_AFTER_S = 6.0


@dataclass(slots=True, kw_only=True)
class Guesses:
    """How many guesses are left. Safe from any thread."""

    clock: Clock
    _left: float = MOST
    _counted_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Take a guess before the token is looked at; False: there is none left, look at nothing."""
        with self._lock:
            self._fill()
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def give_back(self) -> None:
        """Return the guess that was right."""
        with self._lock:
            self._left = min(MOST, self._left + 1)

    def wait_s(self) -> int:
        """Return in how many seconds, rounded up, there is a guess again."""
        with self._lock:
            self._fill()
            return ceil(max(0.0, 1 - self._left) * ONE_MORE_AFTER_S)

    def _fill(self) -> None:
        now = self.clock()
        # A clock that was put back adds nothing, and does not stop it from filling.
        passed_s = max(0.0, (now - (self._counted_at or now)).total_seconds())
        self._left = min(MOST, self._left + passed_s / ONE_MORE_AFTER_S)
        self._counted_at = now
