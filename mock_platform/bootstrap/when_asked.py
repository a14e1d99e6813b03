"""Builds pages when the first of them is asked for: until then nobody has to wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

Wsgi = Callable[..., Iterable[bytes]]


class WhenAsked:
    """A WSGI application that is made at its first request."""

    def __init__(self, make: Callable[[], Wsgi]) -> None:
        self._make = make
        self._made: Wsgi | None = None
        self._one_at_a_time = Lock()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        with self._one_at_a_time:
            if self._made is None:
                self._made = self._make()
        return self._made(environ, start_response)
