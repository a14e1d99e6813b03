"""Connections that keep one deadline for everything, and dial only what the target guard lets pass.

A socket's own timeout starts anew with every read, so a far side that drips one byte at a time is
never too late. Here every single read, write, handshake and look-up gets what is left of the
attempt's deadline.

What holds: looking names up, connecting, TLS, sending and reading end at the deadline. A name
server that does not answer cannot be interrupted, only abandoned: its look-up goes on in a daemon
thread until the system's resolver gives up, and there are never more than 32 of those.
"""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from http.client import HTTPResponse
from queue import Empty, SimpleQueue
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from mock_platform.infra.target_guard import TargetGuard

Resolve = Callable[..., Sequence[tuple[Any, ...]]]
"""Called like ``socket.getaddrinfo``."""

_LOOK_UPS_AT_ONCE = 32
_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_PIECE = 16 * 1024


class LineFailed(HTTPError):
    """No connection came about.

    An ``HTTPError``, because urllib3 and requests let those pass as they are; anything derived from
    ``OSError`` would come out as a mere connection error, and be tried again.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class LookUp:
    """Looks names up, for no longer than the caller can wait. Shared by all lines of a sender."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._places = threading.BoundedSemaphore(_LOOK_UPS_AT_ONCE)

    def __call__(self, host: str, port: int, seconds: float) -> list[tuple[int, tuple[Any, ...]]]:
        """Return family and socket address of each address, without repeats.

        Raises:
            LineFailed: the name has no address, or nobody said so in time.
        """
        answer = self._ask(host, port) if _is_literal(host) else self._wait(host, port, seconds)
        if isinstance(answer, BaseException):
            raise LineFailed("dns", f"the name {host} could not be looked up: {answer}")
        found = ((family, address) for family, _, _, _, address in answer if family in _FAMILIES)
        return list(dict.fromkeys(found))

    def _wait(self, host: str, port: int, seconds: float) -> Sequence[tuple[Any, ...]] | Exception:
        if not self._places.acquire(timeout=seconds):
            raise LineFailed("timeout", "too many name look-ups wait for an answer already")
        answers = SimpleQueue[Sequence[tuple[Any, ...]] | Exception]()

        def run() -> None:
            try:
                answers.put(self._ask(host, port))
            finally:
                self._places.release()

        threading.Thread(target=run, name=f"look-up {host}", daemon=True).start()
        try:
            return answers.get(timeout=seconds)
        except Empty:
            raise LineFailed("timeout", f"looking up {host} took too long") from None

    def _ask(self, host: str, port: int) -> Sequence[tuple[Any, ...]] | Exception:
        try:
            return self._resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that IDNA cannot write
            return error


def _is_literal(host: str) -> bool:
    for family in _FAMILIES:
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False


class PunctualLine:
    """What one thread's connections share: the deadline of the attempt it makes, and the guard."""

    def __init__(self, guard: TargetGuard, look_up: LookUp, monotonic: Callable[[], float]) -> None:
        self._guard = guard
        self._look_up = look_up
        self._monotonic = monotonic
        self._deadline = 0.0
        self.address: str | None = None
        """The IP address that was dialled last, in this attempt."""

    def begin(self, seconds: float) -> None:
        """Begin an attempt that must end within so many seconds."""
        self._deadline = self._monotonic() + seconds
        self.address = None

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: none.
        """
        seconds = self._deadline - self._monotonic()
        if seconds <= 0:
            raise TimeoutError("the attempt's time is up")
        return seconds

    def dial(self, host: str, port: int, options: Iterable[tuple[Any, ...]]) -> socket.socket:
        """Look the host up once and connect to the first of its allowed addresses that answers.

        Raises:
            LineFailed: no address, none that may be called, or none that answers.
            TimeoutError: there was no time left to begin with.
        """
        found = self._allowed(host, port, self._look_up(host, port, self.left()))
        failure = LineFailed("dns", f"the name {host} has no IP address")
        for still, (family, address) in zip(range(len(found), 0, -1), found, strict=True):
            self.address = address[0]
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                for option in options:
                    sock.setsockopt(*option)
                sock.settimeout(self.left() / still)  # each address gets its share of the time
                _connect(sock, address)
                sock.settimeout(self.left())
            except OSError as error:
                sock.close()
                kind = "timeout" if isinstance(error, TimeoutError) else "connect"
                failure = LineFailed(kind, f"no connection to {address[0]} port {port}: {error}")
            else:
                return sock
        raise failure

    def _allowed(
        self, host: str, port: int, found: list[tuple[int, tuple[Any, ...]]]
    ) -> list[tuple[int, tuple[Any, ...]]]:
        refusals = {
            address: self._guard.refuse_address(host, port, address[0]) for _, address in found
        }
        allowed = [(family, address) for family, address in found if refusals[address] is None]
        if found and not allowed:
            raise LineFailed("target_refused", next(filter(None, refusals.values())))
        return allowed

    def pools(self) -> dict[str, type[HTTPConnectionPool]]:
        """Return the connection pools, by scheme, whose connections go through this line."""
        line = self

        class Answer(HTTPResponse):
            def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
                super().__init__(sock, *args, **kwargs)
                self.fp = io.BufferedReader(_Punctual(sock, self.fp.detach(), line.left))

            def begin(self) -> None:
                super().begin()
                # We asked for it, but a receiver that is about to hang up need not say so; urllib3
                # would use the dying connection again.
                self.will_close = True

        class Plain(HTTPConnection):
            response_class = Answer

            def _new_conn(self) -> socket.socket:
                options = self.socket_options or ()
                return line.dial(self._dns_host.strip("[]"), self.port, options)

            def send(self, data: Any) -> None:
                # A TLS socket would start its timeout anew with every 16 KiB it writes.
                for start in range(0, len(data), _PIECE):
                    if self.sock is not None:
                        self.sock.settimeout(line.left())
                    super().send(data[start : start + _PIECE])

        class Secure(Plain, HTTPSConnection):
            pass

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        return {"http": PlainPool, "https": SecurePool}


def _connect(sock: socket.socket, address: tuple[Any, ...]) -> None:
    sock.connect(address)
    try:
        peer = sock.getpeername()
    except OSError:
        return  # broken again already; the first read will say how
    if sock.getsockname() == peer:
        # Nobody listens, and the system gave us this very port to call from: TCP connects such a
        # socket to itself, and the receiver could not take its port back.
        raise ConnectionRefusedError("nobody listens there")


class _Punctual(io.RawIOBase):
    """A socket's bytes, each read with the time that is left."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, left: Callable[[], float]) -> None:
        self._sock = sock
        self._raw = raw
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
