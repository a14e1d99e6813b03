"""Lines written behind the back of whoever makes them, so that making one costs next to nothing.

Lines are written in order and whole, or counted as lost: never silently gone while the process
lives.
"""

from __future__ import annotations

import atexit
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

FLUSH_AT_LINES = 256
"""Some 64 KiB."""
FLUSH_AFTER_S = 0.25
MOST_LINES = 65_536
"""Some 16 MiB. A reader this far behind gets a count instead of lines."""

_LOST = b'{"level":"warning","event":"log.lines_lost","count":%d}\n'


class LineBuffer:
    """Collects lines from any thread; one thread of its own writes them.

    It does so after a quarter of a second at the latest, as soon as 256 lines wait, and at exit.
    """

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._lines: deque[bytes] = deque()
        self._full = threading.Event()
        self._turn = threading.Lock()
        self._lost = 0

    def started(self) -> LineBuffer:
        """Start the thread, and have the rest written at exit."""
        threading.Thread(target=self._run, name="log-lines", daemon=True).start()
        atexit.register(self.flush)
        return self

    def put(self, line: bytes) -> None:
        """Take one line, its end included. Does not wait and does not raise."""
        waiting = len(self._lines)
        if waiting >= MOST_LINES:
            self._lost += 1
            return
        self._lines.append(line)
        if waiting == FLUSH_AT_LINES:  # once a batch: setting an event takes a lock
            self._full.set()

    def flush(self) -> None:
        """Write what is there."""
        with self._turn:  # keeps the order when exit meets the thread
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            lost, self._lost = self._lost, 0
            if lost:
                lines.append(_LOST % lost)
            if lines:
                self._write(b"".join(lines))

    def _run(self) -> None:
        while True:
            self._full.wait(FLUSH_AFTER_S)
            self._full.clear()
            self.flush()


def line_writer(stream: TextIO) -> Callable[[bytes], None]:
    """Return a function that writes whole lines to ``stream``, each call's in one piece."""
    raw = getattr(stream, "buffer", None)

    def write(lines: bytes) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more: no reason to stop serving
            if raw is None:
                stream.write(lines.decode())
            else:
                raw.write(lines)
            stream.flush()

    return write
