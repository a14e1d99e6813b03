"""uvicorn's HTTP protocol, with a bound on how long a request's head may grow, and joined writes."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_platform.cli.joined_writes import JoinedWrites

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of request line and headers; what most servers take at the most is less."""


class HeadTooLong(ValueError):
    """The request's head is longer than this server takes."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a long head with 400 and closes; an endless one is cut off."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._in_head = True
        self._head = 0  # what the headers read so far come to
        self._unread = 0  # what came since the head began, while it has not ended

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        self._joined = JoinedWrites(transport, self.loop.call_soon)
        super().connection_made(cast("asyncio.Transport", self._joined))

    def on_response_complete(self) -> None:
        self._joined.flush()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._unread = self._unread + len(data) if self._in_head else 0
        if self._unread > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(_WHY)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value) + 4
        if self._head > LONGEST_HEAD:
            raise HeadTooLong(_WHY)  # the parser makes a 400 of it
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head, self._unread = False, 0
        super().on_headers_complete()


_WHY: Final = f"The head of the request is longer than {LONGEST_HEAD} bytes."
