"""Where requests wait: for a bell, for time to pass, for their caller to give up.

A seat is taken before the question is asked, so a bell between the two is never lost. Nobody waits
beyond ``close``: a server that stops is not held up by those who wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto

from mock_platform.api.exchange import ClientGone, Receive, ended
from mock_platform.shared.contracts import Reply, Wait
from mock_platform.shared.errors import NotReady

MOST_WAITING = 10_000

Ask = Callable[[Callable[[], Reply | None]], Awaitable[Reply | None]]
"""Asks a handler's function, on the event loop or in a thread."""


class Woken(Enum):
    """Why a wait is over for now."""

    BELL = auto()
    TIME = auto()
    GONE = auto()
    CLOSING = auto()


class _Seat:
    """One request that waits. Lives on the event loop only."""

    __slots__ = ("_future", "_loop", "_news")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._news: set[Woken] = set()
        self._future: asyncio.Future[None] | None = None

    def tell(self, news: Woken) -> None:
        self._news.add(news)
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    async def news(self) -> set[Woken]:
        """Return what was told since the last time; wait for it if that is nothing."""
        if not self._news:
            self._future = self._loop.create_future()
            await self._future
        told, self._news = self._news, set()
        return told

    @contextmanager
    def told_of(self, receive: Receive, seconds: float) -> Iterator[None]:
        """Be told when the time is up, and when the caller has gone."""
        timer = self._loop.call_later(max(0.0, seconds), self.tell, Woken.TIME)
        watch = self._loop.create_task(self._watch(receive))
        try:
            yield
        finally:
            timer.cancel()
            watch.cancel()

    async def _watch(self, receive: Receive) -> None:
        await ended(receive)
        self.tell(Woken.GONE)


class WaitingRoom:
    """All requests that wait. ``ring`` and ``close`` are safe from any thread."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._topics: dict[str, set[_Seat]] = {}
        self._all: set[_Seat] = set()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self, topic: str) -> None:
        """Let everybody who waits for the topic look again."""
        if topic in self._topics:  # mostly nobody does, and then this is all it costs
            self._on_loop(lambda: self._tell(self._topics.get(topic, ()), Woken.BELL))

    def close(self) -> None:
        """End every wait, now and from now on."""
        self._closed = True
        self._on_loop(lambda: self._tell(self._all, Woken.CLOSING))

    def _on_loop(self, do: Callable[[], None]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed, so nobody waits any more
                self._loop.call_soon_threadsafe(do)

    @staticmethod
    def _tell(seats: Iterable[_Seat], news: Woken) -> None:
        for seat in seats:
            seat.tell(news)

    @property
    def waiting(self) -> int:
        """How many wait at the moment."""
        return len(self._all)

    async def answer(self, wait: Wait, receive: Receive, ask: Ask) -> Reply | None:
        """Return the reply as soon as there is one; None when the time is up first.

        Raises:
            NotReady: too many wait already.
            ClientGone: the caller went away.
        """
        with self._seat(wait.topic) as seat:
            reply = await ask(wait.ready)
            if reply is not None or self._closed or wait.timeout_s <= 0:
                return reply
            with seat.told_of(receive, wait.timeout_s):
                while True:
                    told = await seat.news()
                    if Woken.GONE in told:
                        raise ClientGone
                    reply = await ask(wait.ready)
                    if reply is not None or told & {Woken.TIME, Woken.CLOSING}:
                        return reply

    async def pass_time(self, seconds: float, receive: Receive) -> None:
        """Let time pass, but not beyond ``close``.

        Raises:
            NotReady: too many wait already.
            ClientGone: the caller went away.
        """
        if seconds <= 0 or self._closed:
            return
        with self._seat(None) as seat, seat.told_of(receive, seconds):
            if Woken.GONE in await seat.news():
                raise ClientGone

    @contextmanager
    def _seat(self, topic: str | None) -> Iterator[_Seat]:
        if len(self._all) >= self._most:
            raise NotReady(f"{self._most} requests are waiting already.")
        self._loop = asyncio.get_running_loop()
        seat = _Seat(self._loop)
        self._all.add(seat)
        if topic is not None:
            self._topics.setdefault(topic, set()).add(seat)
        try:
            yield seat
        finally:
            self._all.discard(seat)
            if topic is not None:
                self._leave(topic, seat)

    def _leave(self, topic: str, seat: _Seat) -> None:
        seats = self._topics[topic]
        seats.discard(seat)
        if not seats:
            del self._topics[topic]
