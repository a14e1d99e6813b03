"""uvicorn's HTTP protocol, within bounds, and with joined writes.

Bounded are a request's head, and how many requests of a connection are taken in before the first of
them is answered: uvicorn would make requests of all that comes, a hundred times as large as they came.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final, cast

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_platform.cli.joined_writes import JoinedWrites

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of request line and headers; what most servers take at the most is less."""

PIECE: Final = 16 * 1024
"""Bytes read at once; once they hold more than one request, the rest waits."""


class HeadRefused(ValueError):
    """The request's head will not do. The message says why."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head that will not do with 400, and closes; an endless one is cut off."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = 0  # what the request line and headers read so far come to
        self._unread = 0  # what came since anything was complete: a head, a piece of a body
        self._completed = False
        self._why = ""
        self._earlier: deque[RequestResponseCycle] = deque()  # whose successors are here already
        self._waiting = b""  # what came, and is looked at when what came before is answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        self._joined = JoinedWrites(transport, self.loop.call_soon)
        super().connection_made(cast("asyncio.Transport", self._joined))
        self.flow = _Sluice(transport, lambda: len(self._waiting) > PIECE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._joined.drop()  # a closed transport takes no more
        self._waiting = b""
        super().connection_lost(exc)
        # uvicorn tells the last request only; an earlier one may be waiting for just this.
        for cycle in self._earlier:
            cycle.disconnected = True
            cycle.message_event.set()

    def on_response_complete(self) -> None:
        self._joined.flush()
        while self._earlier and self._earlier[0].response_complete:
            self._earlier.popleft()
        super().on_response_complete()
        if self._waiting and not self.pipeline:
            came, self._waiting = self._waiting, b""
            self.flow.resume_reading()
            self.data_received(came)

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(self._why or msg)

    def data_received(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE):
            if self.transport.is_closing():
                return
            if self.pipeline:
                self._waiting += data[at:]
                if len(self._waiting) > PIECE:
                    self.flow.pause_reading()
                return
            self._take(data[at : at + PIECE])

    def _take(self, piece: bytes) -> None:
        self._completed = False
        super().data_received(piece)
        self._unread = 0 if self._completed else self._unread + len(piece)
        if self._unread > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(_TOO_LONG)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_url(self, url: bytes) -> None:
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._grow(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._completed = True
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            self._refuse(_HOSTS)
        before: RequestResponseCycle | None = self.cycle
        super().on_headers_complete()
        if before is not None and before is not self.cycle and not before.response_complete:
            self._earlier.append(before)
            self.flow.resume_reading()  # uvicorn reads no more, and would not see the client leave

    def on_body(self, body: bytes) -> None:
        self._completed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._completed = True
        super().on_message_complete()

    def _grow(self, size: int) -> None:
        self._head += size
        if self._head > LONGEST_HEAD:
            self._refuse(_TOO_LONG)

    def _refuse(self, why: str) -> None:
        self._why = why
        raise HeadRefused(why)  # the parser passes it on as an error of its own: 400


class _Sluice(FlowControl):
    """Stays shut while enough waits, whoever wants it open."""

    def __init__(self, transport: asyncio.Transport, is_shut: Callable[[], bool]) -> None:
        super().__init__(transport)
        self._is_shut = is_shut

    def resume_reading(self) -> None:
        if not self._is_shut():
            super().resume_reading()


_HOSTS: Final = "A request names its host once (RFC 9112, 3.2)."
_TOO_LONG: Final = f"The head of the request is longer than {LONGEST_HEAD} bytes."
