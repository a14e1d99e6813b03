"""One round of delivery after another: claim what is due, have it sent, write down what came of it.

Only the thread that turns the pump touches the store, and no more is ever claimed than there are
free threads: so after a crash at most that many callbacks may arrive twice, and no thread of the
pool ever waits for a back-off or for the database. No receiver ever has all threads: one that hangs
keeps its own callbacks waiting, and nobody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import datetime
from importlib.metadata import version
from queue import Empty, SimpleQueue
from random import Random

import structlog

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.scheduler.courier import Courier, Secrets, Tried
from mock_platform.scheduler.retry import decide
from mock_platform.scheduler.settling import settlement_of, tell
from mock_platform.shared.contracts import (
    Clock,
    Delivery,
    DeliveryStore,
    Outcome,
    Sender,
    Settlement,
    Shares,
    receiver_of,
)
from mock_platform.shared.errors import StoreUnavailable
from mock_platform.shared.tracer import NoTracer, Tracer

_BACKOFF_S, _LONGEST_BACKOFF_S = 0.1, 5.0
# Clocks jump and machines sleep: however far away the next callback is, look again by then.
_LONGEST_PAUSE_S = 5.0
_SHORTEST_PAUSE_S = 0.005


Noted = Callable[[Settlement], None]
"""Told what an attempt made of its delivery. Must neither wait nor raise."""


def unnoted(_settlement: Settlement) -> None:
    """Tell nobody."""


def share_of(threads: int) -> int:
    """Return how many of so many threads one receiver may have: two thirds, but at least one."""
    return max(1, threads - max(1, threads // 3))


class Pump:
    """The rounds of delivery. For one thread, except where a member says otherwise."""

    def __init__(
        self,
        *,
        store: DeliveryStore,
        rules: Mapping[str, CallbackRules],
        send: Sender,
        secrets: Secrets,
        clock: Clock,
        executor: Executor,
        threads: int,
        random: Random,
        each: int | None = None,
        noted: Noted = unnoted,
        tracer: Tracer | None = None,
    ) -> None:
        """Assemble; nothing is claimed before ``turn``.

        Args:
            store: where deliveries wait.
            rules: by callback name, as the contract states them.
            send: posts one callback; called in the executor's threads.
            secrets: name of an environment variable → signing secrets, newest first; None or empty
                when it is not set, ``ValueError`` when it is malformed. In the executor's threads.
            clock: tells what is due, and stamps attempts and signatures.
            executor: runs the attempts; whoever made it shuts it down, after the last ``turn``.
            threads: how many attempts may be under way at once.
            random: draws the jitter.
            each: how many of them to one receiver; ``share_of(threads)`` if nobody says.
            noted: is told of every attempt, once it is written down; in the pump's thread.
            tracer: is told of every attempt's span, in the executor's threads.
        """
        self._store = store
        self._noted = noted
        self._rules = rules
        self._clock = clock
        self._executor = executor
        self._threads = threads
        self._each = share_of(threads) if each is None else each
        self._random = random
        agent = f"mock-platform/{version('mock-platform')}"
        self._courier = Courier(
            rules=rules,
            send=send,
            secrets=secrets,
            clock=clock,
            user_agent=agent,
            tracer=tracer or NoTracer(),
        )
        self._claimed: list[Delivery] = []
        self._flying: dict[Future[Tried], tuple[Delivery, datetime]] = {}
        self._landed = SimpleQueue[Future[Tried]]()
        self._unwritten: list[tuple[Delivery, Settlement]] = []
        self._failures = 0
        self.claims = True
        """Whether rounds still claim. Any thread may set it."""
        self.paused = False
        """Whether somebody wants no claims for a while. Any thread may set it."""
        self.ring: Callable[[], None] = lambda: None
        """Called, in any thread, when an attempt has ended and the next round has work."""
        self.trouble: str | None = None
        """Why the store could not be used in the last round; None when it could. For any thread."""

    # The round

    def recover(self) -> int:
        """Make what a crash left half-sent pending again; return how many. Only at start."""
        return self._store.recover()

    def turn(self) -> None:
        """Write down what has ended, claim what is due, start it. Never waits for the network."""
        if self._write() and self._wanted and self._claim():
            self._launch()
            if self._landed.qsize() >= len(self._flying):
                # Nothing more to wait for. Otherwise a write now would be one commit for the one
                # or two that landed already; the next round, rung for, takes in more at once.
                self._write()

    def next_due(self) -> datetime | None:
        """Return when the next pending delivery is due, or None."""
        return self._store.next_due()

    def pause_s(self) -> float:
        """Return for how long, unless an attempt ends or somebody rings, a round finds no work."""
        if self._failures or self.free <= 0 or not self._wanted:
            return self._backoff_s() or _LONGEST_PAUSE_S
        due: list[datetime | None] = []
        if not self._tried(lambda: due.append(self._store.next_due(self._shares()))):
            return self._backoff_s()
        if due[0] is None:
            return _LONGEST_PAUSE_S
        wait_s = (due[0] - self._clock()).total_seconds()
        return min(max(wait_s, _SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)

    def give_back(self) -> None:
        """Return what no thread has begun to the store, with no attempt spent."""
        for future, (delivery, _) in list(self._flying.items()):
            if future.cancel():
                del self._flying[future]
                self._claimed.append(delivery)
        if self._claimed and self._tried(lambda: self._store.release(self._claimed)):
            self._claimed.clear()

    @property
    def _wanted(self) -> bool:
        return self.claims and not self.paused

    # What it is doing; for any thread

    @property
    def in_flight(self) -> int:
        """How many deliveries are claimed and not yet settled."""
        return len(self._claimed) + len(self._flying) + len(self._unwritten)

    @property
    def free(self) -> int:
        """How many more may be claimed."""
        return self._threads - self.in_flight

    # Steps

    def _claim(self) -> bool:
        def claim() -> None:
            self._claimed.extend(self._store.claim(self._clock(), self.free, self._shares()))

        return self.free <= 0 or self._tried(claim)

    def _shares(self) -> Shares:
        flying = (delivery for delivery, _ in self._flying.values())
        unwritten = (delivery for delivery, _ in self._unwritten)
        sending = Counter(receiver_of(one.url) for one in (*self._claimed, *flying, *unwritten))
        return Shares(each=self._each, sending=sending)

    def _launch(self) -> None:
        while self._claimed:
            delivery = self._claimed[0]
            future = self._executor.submit(self._courier.attempt, delivery)
            self._flying[future] = (self._claimed.pop(0), self._clock())
            future.add_done_callback(self._land)

    def _land(self, future: Future[Tried]) -> None:
        self._landed.put(future)
        self.ring()

    def _write(self) -> bool:
        """Settle what has landed; on failure it is kept for the next round, and nothing is lost."""
        self._collect()
        if self._unwritten:
            settlements = [settlement for _, settlement in self._unwritten]
            if not self._tried(lambda: self._store.settle(settlements)):
                return False
            written, self._unwritten = self._unwritten, []
            for delivery, settlement in written:
                tell(delivery, settlement)
                self._noted(settlement)
        return True

    def _collect(self) -> None:
        while True:
            try:
                future = self._landed.get_nowait()
            except Empty:
                return
            if future not in self._flying:
                continue  # given back before it began
            delivery, begun_at = self._flying[future]
            if future.cancelled():  # by whoever owns the executor
                self._claimed.append(delivery)
            else:
                self._unwritten.append((delivery, self._judged(future, delivery, begun_at)))
            del self._flying[future]

    def _judged(self, future: Future[Tried], delivery: Delivery, begun_at: datetime) -> Settlement:
        if error := future.exception():
            structlog.get_logger().error("callback.broken", delivery=delivery.id, exc_info=error)
            outcome = Outcome(kind="protocol", reason=f"broken on our side: {type(error).__name__}")
            tried = self._courier.note(delivery, begun_at, outcome)
        else:
            tried = future.result()
        rules = self._rules.get(delivery.callback)
        verdict = decide(
            rules.retry if rules else RetryRules(),
            tried.outcome,
            tries=delivery.tries + 1,
            now=tried.attempt.ended_at,
            random=self._random,
        )
        return settlement_of(delivery, tried, verdict)

    def _backoff_s(self) -> float:
        if not self._failures:
            return 0.0
        return min(_BACKOFF_S * 2.0 ** min(self._failures - 1, 10), _LONGEST_BACKOFF_S)

    def _tried(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except StoreUnavailable as error:
            self._failures += 1
            self.trouble = error.detail
            structlog.get_logger().warning(
                "callback.store_unavailable", detail=error.detail, kept=self.in_flight
            )
            return False
        self._failures, self.trouble = 0, None
        return True
