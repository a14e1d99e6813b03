"""Tells pages that something changed, by server-sent events: no thread, a few bytes, never too often.

What changed the page asks for itself. A stream ends when the service stops, so that it holds up no
stop; the browser then comes back by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from mock_platform.api.exchange import Headers, Receive, Scope, Send, ended
from mock_platform.shared.news import News, Topics

MOST_TOPICS: Final = 8
LONGEST_QUERY: Final = 1024

_RETRY: Final = b"retry: 2000\n\n"
_NEWS: Final = b"event: news\ndata:\n\n"
_STILL_HERE: Final = b": still here\n\n"
_HEADERS: Final[Headers] = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

_REFUSALS: Final[Mapping[HTTPStatus, tuple[bytes, Headers]]] = {
    HTTPStatus.BAD_REQUEST: (
        b"Say what to listen for: ?topic=orders, up to %d topics in %d bytes."
        % (MOST_TOPICS, LONGEST_QUERY),
        [],
    ),
    HTTPStatus.FORBIDDEN: (b"Only pages that are let in listen here; open /console/ first.", []),
    HTTPStatus.METHOD_NOT_ALLOWED: (b"This stream can only be got.", [(b"allow", b"GET")]),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        b"As many listen as there is room for; close a page of the console.",
        [(b"retry-after", b"30")],
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a stream speaks."""

    between_s: float = 0.25
    """From one piece of news to the next, at the least."""
    heartbeat_s: float = 15.0
    """So long without news, and it says that it is still here."""


class EventStream:
    """The streams of one service. ``close`` is safe from any thread and in signal handlers."""

    def __init__(
        self,
        news: News,
        admits: Callable[[Mapping[str, str]], bool],
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        """Assemble; ``admits`` judges a request by its headers, names in lower case."""
        self._news = news
        self._admits = admits
        self._rhythm = rhythm
        self._open: set[_Listener] = set()
        self._closed = False

    def close(self) -> None:
        """End all streams, and each new one at once."""
        self._closed = True
        for one in [*self._open]:
            one.wake(over=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one page until it leaves."""
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        topics = topics_of(scope["query_string"])
        if scope["method"] != "GET":
            return await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED)
        if not self._admits(headers):
            return await _refuse(send, HTTPStatus.FORBIDDEN)
        if topics is None:
            return await _refuse(send, HTTPStatus.BAD_REQUEST)
        listener = _Listener(asyncio.get_running_loop())
        ear = self._news.listen(topics, listener.wake)
        if ear is None:
            return await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
        self._open.add(listener)
        gone = asyncio.ensure_future(listener.until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            await _say(send, _RETRY)
            while not (self._closed or listener.over.is_set()):
                await _within(listener.woken, self._rhythm.heartbeat_s)
                listener.woken.clear()
                if listener.over.is_set():
                    break
                await _say(send, _NEWS if ear.heard() else _STILL_HERE)
                await _within(listener.over, self._rhythm.between_s)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._open.discard(listener)
            self._news.leave(ear)


class _Listener:
    """One page at the other end."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.woken = asyncio.Event()
        self.over = asyncio.Event()

    def wake(self, *, over: bool = False) -> None:
        with suppress(RuntimeError):  # the loop is closed, so nobody waits any more
            self._loop.call_soon_threadsafe(self._woken, over)

    def _woken(self, over: bool) -> None:
        if over:
            self.over.set()
        self.woken.set()

    async def until_gone(self, receive: Receive) -> None:
        await ended(receive)
        self._woken(over=True)


def topics_of(query: bytes) -> Topics | None:
    """Read ``topic=orders&topic=deliveries/dlv_1``; None when that is nothing or too much."""
    pairs = parse_qsl(query[:LONGEST_QUERY].decode("latin-1"), max_num_fields=None)
    wanted = [text for name, text in pairs if name == "topic"]
    if not wanted or len(wanted) > MOST_TOPICS or len(query) > LONGEST_QUERY:
        return None
    topics: dict[str, set[str]] = {}
    everything: set[str] = set()
    for one in wanted:
        topic, _, key = one.partition("/")
        topics.setdefault(topic, set())
        if key:
            topics[topic].add(key)
        else:
            everything.add(topic)
    return {topic: set() if topic in everything else keys for topic, keys in topics.items()}


async def _within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _refuse(send: Send, status: HTTPStatus) -> None:
    why, headers = _REFUSALS[status]
    plain = [
        *headers,
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(why)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": plain})
    await send({"type": "http.response.body", "body": why})
