"""Hears the callbacks of the implementation: everything that comes is kept and accepted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase

from mock_platform.engine.verifying.arrivals import Arrival
from mock_platform.shared.contracts import Clock

MOST_BYTES = 1024 * 1024
MOST_ARRIVALS = 100_000
MOST_KEPT_BYTES = 256 * 1024 * 1024
"""Of all bodies together; what comes after that is not kept."""
_HANGS_UP_AFTER_S = 10.0
_LONGEST_LINE = 1024
_MOST_DIGITS = 16
_HEX = frozenset(b"0123456789abcdefABCDEF")


class Heard:
    """What has come so far, by path. Safe from any thread."""

    def __init__(self) -> None:
        self._by_path: dict[str, list[Arrival]] = {}
        self._count = 0
        self._room = MOST_KEPT_BYTES
        self._news = threading.Condition()

    def add(self, path: str, arrival: Arrival) -> None:
        with self._news:
            if self._count < MOST_ARRIVALS and len(arrival.body) <= self._room:
                self._count += 1
                self._room -= len(arrival.body)
                self._by_path.setdefault(path, []).append(arrival)
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
    server = ThreadingHTTPServer((host, port), _handler(heard, clock))
    thread = threading.Thread(target=server.serve_forever, name="receiver", daemon=True)
    thread.start()
    try:
        yield heard, f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _body(headers: Mapping[str, str], sent: BufferedIOBase) -> bytes | None:
    """Read a body of known length or in chunks; None when it is too long, or its length nonsense."""
    if "transfer-encoding" in headers:
        return _chunks(sent)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > _MOST_DIGITS or int(length) > MOST_BYTES:
        return None
    return sent.read(int(length))


def _chunks(sent: BufferedIOBase) -> bytes | None:
    body = bytearray()
    while len(body) <= MOST_BYTES:
        size = sent.readline(_LONGEST_LINE).partition(b";")[0].strip()
        if not size.isalnum() or len(size) > _MOST_DIGITS or not set(size) <= _HEX:
            return None
        if not (count := int(size, 16)):
            return bytes(body)
        if count > MOST_BYTES:
            return None
        body += sent.read(count)
        sent.readline(_LONGEST_LINE)
    return None


def _handler(heard: Heard, clock: Callable[[], datetime]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _HANGS_UP_AFTER_S

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = _body(headers, self.rfile)
            if body is None:
                self.send_error(413)
                return
            heard.add(self.path, Arrival(headers=headers, body=body, at=clock()))
            self.send_response(204)
            self.end_headers()

        do_PUT = do_PATCH = do_POST  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    return Handler
