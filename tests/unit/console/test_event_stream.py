"""A page is told that something changed: soon, seldom, and never at the cost of who changed it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from threading import Thread
from typing import Any, Self

import pytest

from mock_platform.api.event_stream import EventStream, Rhythm, topics_of
from mock_platform.shared.news import News

AT_ONCE = Rhythm(between_s=0, heartbeat_s=3600)
NEWS = b"event: news\ndata:\n\n"
# Proof that nothing hangs, not a measurement.
PATIENCE_S = 30.0


class Page:
    """A browser's page at the other end of a stream: every message is an event one can wait for."""

    def __init__(self, stream: EventStream, query: bytes = b"topic=orders", **headers: str) -> None:
        self._stream = stream
        self._scope = {
            "type": "http",
            "method": headers.pop("method", "GET"),
            "path": "/console/events",
            "query_string": query,
            "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        }
        self._sent: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self._stream(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, PATIENCE_S)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self._sent.put_nowait(message)

    async def next(self) -> Any:
        """Return the next thing that was sent: a status or some bytes."""
        message = await asyncio.wait_for(self._sent.get(), PATIENCE_S)
        return message.get("status", message.get("body"))

    async def opened(self) -> Page:
        assert await self.next() == 200
        assert (await self.next()).startswith(b"retry:")
        return self

    @property
    def unread(self) -> int:
        return self._sent.qsize()


def open_stream(news: News, rhythm: Rhythm = AT_ONCE) -> EventStream:
    return EventStream(news, lambda _headers: True, rhythm)


def run(what: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await what()

    asyncio.run(whole())


# What is told


def test_a_page_is_told_of_what_it_listens_for_and_of_nothing_else() -> None:
    news = News()

    async def looks() -> None:
        async with Page(open_stream(news), b"topic=orders/ord_1&topic=deliveries") as page:
            await page.opened()
            news.ring("orders", "ord_2")
            news.ring("inboxes", "orders")
            news.ring("orders", "ord_1")
            assert await page.next() == NEWS
            news.ring("deliveries", "dlv_1")
            assert await page.next() == NEWS
            assert page.unread == 0

    run(looks)


def test_however_much_happens_at_once_is_told_once() -> None:
    news = News()

    async def looks() -> None:
        async with Page(open_stream(news)) as page:
            await page.opened()
            for number in range(1000):
                news.ring("orders", f"ord_{number}")
            assert await page.next() == NEWS
            assert page.unread == 0

    run(looks)


def test_what_happens_after_a_page_was_told_is_told_too() -> None:
    news = News()

    async def looks() -> None:
        async with Page(open_stream(news)) as page:
            await page.opened()
            for _ in range(3):
                news.ring("orders")
                assert await page.next() == NEWS

    run(looks)


def test_a_ring_from_any_thread_is_heard() -> None:
    news = News()

    async def looks() -> None:
        async with Page(open_stream(news)) as page:
            await page.opened()
            ringing = Thread(target=news.ring, args=("orders",))
            ringing.start()
            assert await page.next() == NEWS
            await asyncio.to_thread(ringing.join, PATIENCE_S)

    run(looks)


def test_a_silent_stream_says_that_it_is_still_here() -> None:
    async def looks() -> None:
        stream = open_stream(News(), Rhythm(between_s=0, heartbeat_s=0))
        async with Page(stream) as page:
            await page.opened()
            assert await page.next() == b": still here\n\n"

    run(looks)


# How it ends


def test_a_page_that_left_is_forgotten() -> None:
    news = News()

    async def looks() -> None:
        async with Page(open_stream(news)) as page:
            await page.opened()
            assert news.listening == 1

    run(looks)
    assert news.listening == 0


def test_a_stop_ends_every_stream_and_every_new_one_at_once() -> None:
    news = News()

    async def looks() -> None:
        stream = open_stream(news)
        async with Page(stream) as early:
            await early.opened()
            stream.close()
            assert await early.next() == b""
        async with Page(stream) as late:
            await late.opened()
            assert await late.next() == b""

    run(looks)


def test_a_stop_does_not_wait_for_the_pause_between_two_pieces_of_news() -> None:
    news = News()

    async def looks() -> None:
        stream = open_stream(news, Rhythm(between_s=3600, heartbeat_s=3600))
        async with Page(stream) as page:
            await page.opened()
            news.ring("orders")
            assert await page.next() == NEWS
            stream.close()
            assert await page.next() == b""

    run(looks)


def test_a_ring_after_the_server_is_gone_hurts_nobody() -> None:
    news = News()
    loop = asyncio.new_event_loop()
    ear = news.listen({"orders": ()}, lambda: None)
    loop.close()

    news.ring("orders")

    assert ear is not None
    assert ear.heard()


# Who gets none


@pytest.mark.parametrize(
    ("query", "method", "status"),
    [
        (b"", "GET", 400),
        (b"topic=", "GET", 400),
        (b"&".join([b"topic=a"] * 9), "GET", 400),
        (b"topic=" + b"a" * 2000, "GET", 400),
        (b"topic=orders", "POST", 405),
    ],
)
def test_what_is_no_request_for_news_is_refused_with_the_reason(
    query: bytes, method: str, status: int
) -> None:
    async def looks() -> None:
        async with Page(open_stream(News()), query, method=method) as page:
            assert await page.next() == status
            assert b"?topic=orders" in (why := await page.next()) or b"got" in why

    run(looks)


def test_who_may_not_look_hears_nothing() -> None:
    asked: list[Mapping[str, str]] = []

    def admits(headers: Mapping[str, str]) -> bool:
        asked.append(headers)
        return False

    async def looks() -> None:
        async with Page(EventStream(News(), admits, AT_ONCE), host="evil.example") as page:
            assert await page.next() == 403

    run(looks)
    assert asked == [{"host": "evil.example"}]


def test_no_more_listen_than_there_are_seats() -> None:
    news = News(most=1)

    async def looks() -> None:
        stream = open_stream(news)
        async with Page(stream) as first:
            await first.opened()
            async with Page(stream) as second:
                assert await second.next() == 503
        async with Page(stream) as third:
            await third.opened()

    run(looks)


@pytest.mark.parametrize(
    ("query", "topics"),
    [
        (b"topic=orders", {"orders": set()}),
        (b"topic=orders/a&topic=orders/b", {"orders": {"a", "b"}}),
        (b"topic=orders/a&topic=orders", {"orders": set()}),
        (b"topic=inboxes%2Forders&other=1", {"inboxes": {"orders"}}),
    ],
)
def test_topics_are_read_from_the_query(query: bytes, topics: Mapping[str, set[str]]) -> None:
    assert topics_of(query) == topics
