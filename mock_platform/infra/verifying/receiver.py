"""Hears the callbacks of the implementation: keeps what comes, accepts it, or rebuffs it when told.

However much is sent, from however many sides, and however slowly, what is held is bounded.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

from mock_platform.engine.verifying.arrivals import MOST_BYTES, Arrival
from mock_platform.engine.verifying.rebuffs import Rebuff
from mock_platform.shared.contracts import Clock

MOST_ARRIVALS = 100_000
MOST_KEPT_BYTES = 256 * 1024 * 1024
"""Of everything together; what comes after that is not kept."""
MOST_LINES = 64
"""Connections at once; a further one waits for a place, and is hung up on when there is none."""
_WAITS_FOR_A_PLACE_S = 1.0
_HANGS_UP_AFTER_S = 10.0
_LONGEST_LINE = 1024
_MOST_DIGITS = 16
_HEX = frozenset(b"0123456789abcdefABCDEF")


class Heard:
    """What has come so far, by path. Safe from any thread."""

    def __init__(self) -> None:
        self._by_path: dict[str, list[Arrival]] = {}
        self._rebuffs: dict[str, Rebuff] = {}
        self._count = 0
        self._room = MOST_KEPT_BYTES
        self._news = threading.Condition()
        self.lost = 0
        """How many came when there was no room left."""
        self.over = threading.Event()
        """Nobody listens any longer: who keeps silent may go home."""

    def rebuff(self, path: str, rebuff: Rebuff) -> None:
        """Refuse what comes next at this path, once."""
        with self._news:
            self._rebuffs[path] = rebuff

    def rebuffs(self, path: str) -> Rebuff | None:
        """Return how to refuse what has come; nobody else is told the same."""
        with self._news:
            return self._rebuffs.pop(path, None)

    def add(self, path: str, arrival: Arrival) -> None:
        size = len(path) + len(arrival.body)
        size += sum(len(name) + len(value) for name, value in arrival.headers.items())
        with self._news:
            if self._count < MOST_ARRIVALS and size <= self._room:
                self._count += 1
                self._room -= size
                self._by_path.setdefault(path, []).append(arrival)
            else:
                self.lost += 1
            self._news.notify_all()

    def at(self, path: str) -> Sequence[Arrival]:
        with self._news:
            return tuple(self._by_path.get(path, ()))

    def wait(self, due: Mapping[str, int], seconds: float) -> bool:
        """Wait until so many have come at each path; tell whether they have."""
        with self._news:
            return self._news.wait_for(
                lambda: all(len(self._by_path.get(path, ())) >= n for path, n in due.items()),
                seconds,
            )

    def quiet(
        self,
        seconds: float,
        at_most: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wait until nothing has come for so long: what is sent twice comes late."""
        until = monotonic() + at_most  # who never stops sending holds nobody up
        with self._news:
            while monotonic() < until and self._more_than(self._count, seconds):
                pass

    def _more_than(self, count: int, seconds: float) -> bool:
        return self._news.wait_for(lambda: self._count > count, seconds)


@contextmanager
def receiving(host: str, port: int, clock: Clock) -> Iterator[tuple[Heard, str]]:
    """Listen; yield what is heard and the URL to send it to. Raises OSError: the port is taken."""
    heard = Heard()
    server = _Server((host, port), _handler(heard, clock))
    thread = threading.Thread(target=server.serve_forever, name="receiver", daemon=True)
    thread.start()
    try:
        yield heard, f"http://{host}:{server.server_port}"
    finally:
        heard.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """As many threads as there are places, and no tracebacks for what others do to the line."""

    request_queue_size = MOST_LINES  # of five, a burst would lose some for a second or more

    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        self._places = threading.BoundedSemaphore(MOST_LINES)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._places.acquire(timeout=_WAITS_FOR_A_PLACE_S):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class _Unreadable(Exception):
    """Of the body nobody can say where it ends."""


class _TooLarge(Exception):
    """The body is larger than what is received."""


def _body(headers: Mapping[str, str], sent: BufferedIOBase) -> bytes:
    """Read a body of known length or in chunks."""
    if "transfer-encoding" in headers:
        return _chunks(sent)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        raise _Unreadable
    if len(length) > _MOST_DIGITS or int(length) > MOST_BYTES:
        raise _TooLarge
    return sent.read(int(length))


def _chunks(sent: BufferedIOBase) -> bytes:
    body = bytearray()
    while True:
        size = sent.readline(_LONGEST_LINE).partition(b";")[0].strip()
        if not size or len(size) > _MOST_DIGITS or not set(size) <= _HEX:
            raise _Unreadable
        if not (count := int(size, 16)):
            return bytes(body)
        if len(body) + count > MOST_BYTES:
            raise _TooLarge
        body += sent.read(count)
        sent.readline(_LONGEST_LINE)


def _handler(heard: Heard, clock: Clock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _HANGS_UP_AFTER_S

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                body = _body(headers, self.rfile)
            except _Unreadable:
                self.send_error(HTTPStatus.BAD_REQUEST)
            except _TooLarge:
                told = Arrival(
                    headers=headers, body=b"", at=clock(), accepted=False, too_large=True
                )
                heard.add(self.path, told)
                self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            else:
                rebuff = heard.rebuffs(self.path)
                told = Arrival(headers=headers, body=body, at=clock(), accepted=rebuff is None)
                heard.add(self.path, told)
                self._answer(rebuff)

        do_PUT = do_PATCH = do_POST  # noqa: N815 - the names that http.server looks for

        def _answer(self, rebuff: Rebuff | None) -> None:
            if rebuff is not None and rebuff.status is None:
                heard.over.wait(rebuff.silent_s)
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status = HTTPStatus.NO_CONTENT if rebuff is None else rebuff.status
            self.send_response(status or HTTPStatus.NO_CONTENT)
            if rebuff is not None and rebuff.retry_after_s:
                self.send_header("Retry-After", str(rebuff.retry_after_s))
            if rebuff is not None:
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler
