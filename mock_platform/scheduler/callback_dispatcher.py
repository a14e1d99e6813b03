"""Gets callbacks delivered, in the background, until it is told to stop.

A thread of its own keeps the pump turning; it sleeps until something is due, an attempt ends or
somebody calls ``wake``. Tests need no thread: they call ``turn`` and move the clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from mock_platform.scheduler.pump import Pump

# Beyond the drain's own deadline, for the store to take what was written last.
_GRACE_S = 1.0
_AFTER_A_BUG_S = 1.0


class Dispatcher:
    """The pump, its thread, and how to stop it without losing anything."""

    def __init__(self, pump: Pump, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Assemble; nothing is claimed before ``turn`` or ``start``.

        Args:
            pump: does the rounds, in our thread; whoever made its executor shuts that down, after
                ``drain``.
            monotonic: measures how long a drain takes.
        """
        self._pump = pump
        self._monotonic = monotonic
        self._bell = threading.Event()
        self._pump.ring = self._bell.set
        self._drain_until: float | None = None
        self._thread: threading.Thread | None = None

    # For the thread that turns: a test, or ours

    def recover(self) -> int:
        """Make what a crash left half-sent pending again; return how many. ``start`` does it."""
        return self._pump.recover()

    def turn(self) -> None:
        """Run one round: settle what has ended, claim what is due, have it sent.

        Never waits for the network. When the store is unavailable, results are kept for the next
        round.
        """
        self._pump.turn()

    def next_due(self) -> datetime | None:
        """Return when the next pending delivery is due, or None when nothing is pending."""
        return self._pump.next_due()

    # For any thread

    def start(self) -> None:
        """Take up what a crash left, then deliver in the background.

        Raises:
            StoreUnavailable: it cannot be found out what was left; nothing was started.
        """
        if self._thread is not None:
            raise RuntimeError("this dispatcher was started already")
        self.recover()
        self._thread = threading.Thread(target=self._run, name="callback-pump", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Tell that something may be due: call it after every commit. Cheap, and never too often."""
        self._bell.set()

    def pause(self) -> None:
        """Claim nothing until ``resume``; what is under way ends, what is due waits."""
        self._pump.paused = True

    def resume(self) -> None:
        """Claim again; what came due meanwhile is sent at once."""
        self._pump.paused = False
        self._bell.set()

    def drain(self, deadline_s: float) -> bool:
        """Stop: claim no more, let what is under way end, write it down, give the rest back.

        Calling it again is safe, and gives those still under way another chance.

        Returns:
            Whether nothing is left under way. What is left when the time is up stays ``sending`` in
            the store, and is sent again after the next start.
        """
        self._pump.claims = False
        self._drain_until = self._monotonic() + deadline_s
        self._bell.set()
        if self._thread is None:
            self._drain()
            return self.in_flight == 0
        self._thread.join(deadline_s + _GRACE_S)
        if self._thread.is_alive():
            return False
        if self.in_flight:
            self._drain()
        return self.in_flight == 0

    @property
    def in_flight(self) -> int:
        """How many deliveries are claimed and not settled yet."""
        return self._pump.in_flight

    @property
    def paused(self) -> bool:
        """Whether somebody paused it. Nothing remembers that beyond the process."""
        return self._pump.paused

    @property
    def state(self) -> str:
        """``idle`` (never started), ``running``, ``draining``, ``stopped`` or ``crashed``."""
        alive = self._thread is not None and self._thread.is_alive()
        if self._drain_until is not None:
            return "draining" if alive else "stopped"
        if self._thread is None:
            return "idle"
        return "running" if alive else "crashed"

    @property
    def trouble(self) -> str | None:
        """Why the store could not be used in the last round; None when it could."""
        return self._pump.trouble

    # The thread

    def _run(self) -> None:
        while True:
            self._bell.clear()
            if self._drain_until is not None:  # looked at after the bell, or its ring is lost
                return self._drain()
            self._bell.wait(self._round())

    def _round(self) -> float:
        try:
            self._pump.turn()
            return self._pump.pause_s()
        except Exception:  # noqa: BLE001 - a bug must not end delivery for good, nor may it hide
            structlog.get_logger().exception("callback.round_broken")
            return _AFTER_A_BUG_S

    def _drain(self) -> None:
        while True:
            self._bell.clear()
            self._pump.give_back()
            pause_s = self._round()
            left_s = (self._drain_until or 0.0) - self._monotonic()
            if not self.in_flight or left_s <= 0:
                return
            self._bell.wait(min(pause_s, left_s))
