"""Hears the callbacks of the implementation: everything that comes is kept and accepted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mock_platform.engine.verifying.arrivals import Arrival
from mock_platform.shared.contracts import Clock

MOST_BYTES = 1024 * 1024
MOST_ARRIVALS = 100_000
_HANGS_UP_AFTER_S = 10.0


class Heard:
    """What has come so far, by path. Safe from any thread."""

    def __init__(self) -> None:
        self._by_path: dict[str, list[Arrival]] = {}
        self._count = 0
        self._news = threading.Condition()

    def add(self, path: str, arrival: Arrival) -> None:
        with self._news:
            if self._count < MOST_ARRIVALS:
                self._count += 1
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

    def quiet(self, seconds: float) -> None:
        """Wait until nothing has come for so long: what is sent twice comes late."""
        with self._news:
            while self._more_than(self._count, seconds):
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


def _handler(heard: Heard, clock: Callable[[], datetime]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _HANGS_UP_AFTER_S

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "0")
            size = int(length) if length.isdecimal() else MOST_BYTES + 1
            if size > MOST_BYTES:
                self.send_error(413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(size)
            heard.add(self.path, Arrival(headers=headers, body=body, at=clock()))
            self.send_response(204)
            self.end_headers()

        do_PUT = do_PATCH = do_POST  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    return Handler
