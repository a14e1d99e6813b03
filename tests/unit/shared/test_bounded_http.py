"""However much a connection brings at once, little of it is taken in before it is answered."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from mock_platform.cli.bounded_http import PIECE, BoundedHttp

REQUEST = b"GET /%06d HTTP/1.1\r\nHost: a\r\n\r\n"
MANY = 5_000


class Wire:
    """A transport that notes what is done with it."""

    def __init__(self) -> None:
        self.written = b""
        self.is_reading = True

    def write(self, data: bytes) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, _name: str) -> None:
        return None


class Service:
    """Answers with the path it was asked for, once it may."""

    def __init__(self, last: str) -> None:
        self.may_answer, self.is_done = asyncio.Event(), asyncio.Event()
        self._last = last

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        await self.may_answer.wait()
        body = scope["path"].encode()
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if scope["path"] == self._last:
            self.is_done.set()


async def connected(service: Service) -> tuple[BoundedHttp, Wire]:
    config = uvicorn.Config(service, interface="asgi3", log_config=None)
    protocol, wire = BoundedHttp(config=config, server_state=ServerState(), app_state={}), Wire()
    protocol.connection_made(cast("asyncio.Transport", wire))
    return protocol, wire


def test_of_many_requests_at_once_few_are_taken_in_and_all_are_answered_in_order() -> None:
    paths = [b"/%06d" % number for number in range(MANY)]

    async def talk() -> None:
        service = Service(paths[-1].decode())
        protocol, wire = await connected(service)

        protocol.data_received(b"".join(REQUEST % number for number in range(MANY)))
        protocol.data_received(b"")

        assert len(protocol.pipeline) <= PIECE // len(REQUEST)
        assert not wire.is_reading

        service.may_answer.set()
        await asyncio.wait_for(service.is_done.wait(), 60)

        answers = wire.written.split(b"HTTP/1.1 200 OK\r\n")[1:]
        assert [answer.rpartition(b"\r\n")[2] for answer in answers] == paths
        assert wire.is_reading

    asyncio.run(talk())


def test_who_asks_once_more_is_still_seen_to_leave() -> None:
    async def talk() -> None:
        protocol, wire = await connected(Service(""))

        for number in range(3):
            protocol.data_received(REQUEST % number)

        assert wire.is_reading

    asyncio.run(talk())


def test_a_request_behind_a_waiting_one_is_taken_in_with_all_of_its_body() -> None:
    async def talk() -> None:
        service = Service("/000002")
        protocol, wire = await connected(service)
        length = 4 * PIECE
        post = b"POST /000001 HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % length

        protocol.data_received(REQUEST % 0 + post + b"x" * length + REQUEST % 2)
        service.may_answer.set()
        await asyncio.wait_for(service.is_done.wait(), 60)

        assert wire.written.count(b"HTTP/1.1 200 OK") == 3

    asyncio.run(talk())
