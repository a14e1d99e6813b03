"""A receiver that answers with raw bytes, at its own pace, over plain TCP or TLS.

Every connection is played to by its own thread; leaving the ``with`` block ends them all.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import trustme

DRIP_S = 0.01


@dataclass(slots=True)
class Caller:
    """One connection, as the receiver's script sees it."""

    sock: socket.socket
    closing: Event

    def request(self) -> tuple[bytes, bytes]:
        """Read one request; return its head and its body."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._some()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._some()
        return head, body

    def _some(self) -> bytes:
        received = self.sock.recv(65536)
        if not received:
            raise ConnectionError("the caller hung up")
        return received

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes) -> None:
        """Say it for ever, one byte at a time: each in time for a timeout that starts anew."""
        position = 0
        while not self.closing.wait(DRIP_S):
            self.say(data[position % len(data) : position % len(data) + 1])
            position += 1

    def hold(self) -> None:
        """Say nothing more, and do not hang up."""
        self.closing.wait()

    def reset(self) -> None:
        """Break the connection off (RST) instead of closing it."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


Script = Callable[[Caller], None]


@dataclass(slots=True)
class Receiver:
    """Where it listens, and what it saw."""

    port: int
    connections: int = 0

    def url(self, path: str = "/hook", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def receiver(
    script: Script, *, tls_in: Path | None = None, host: str = "127.0.0.1"
) -> Iterator[Receiver]:
    """Listen on any free port; play ``script`` to every caller, over TLS if given a directory."""
    context = _tls(tls_in) if tls_in else None
    closing = Event()
    with socket.create_server((host, 0)) as listener:
        seen = Receiver(port=listener.getsockname()[1])
        threads: list[Thread] = []

        def play(sock: socket.socket) -> None:
            with suppress(OSError), sock:
                sock.settimeout(10)
                if context:
                    sock = context.wrap_socket(sock, server_side=True)
                with sock:
                    script(Caller(sock, closing))

        def accept() -> None:
            with suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    seen.connections += 1
                    threads.append(Thread(target=play, args=(sock,)))
                    threads[-1].start()

        acceptor = Thread(target=accept)
        acceptor.start()
        try:
            yield seen
        finally:
            closing.set()
            listener.shutdown(socket.SHUT_RDWR)
            for thread in (acceptor, *threads):
                thread.join()


def answering(data: bytes) -> Script:
    """Read the request, say this, hang up."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.say(data)

    return script


def _tls(directory: Path) -> ssl.SSLContext:
    """Make a certificate for this machine; who trusts ``ca.pem`` in the directory trusts it."""
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(directory / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context
