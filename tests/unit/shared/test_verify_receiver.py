"""What the receiver of ``verify`` makes of callbacks: each way of sending one, and what nobody sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from itertools import count

import pytest

from mock_platform.infra.verifying.receiver import MOST_BYTES, Heard, receiving
from mock_platform.shared.clocks import utc_now

Place = tuple[Heard, int]


@pytest.fixture
def place() -> Iterator[Place]:
    with receiving("127.0.0.1", 0, utc_now) as (heard, url):
        yield heard, int(url.rpartition(":")[2])


def said(port: int, headers: str, body: bytes = b"") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"POST /a HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n".encode() + body)
        line.shutdown(socket.SHUT_WR)
        return line.makefile("rb").readline()


def test_a_body_in_chunks_is_put_together(place: Place) -> None:
    heard, port = place

    answer = said(port, "Transfer-Encoding: chunked", b'4;x=y\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n')

    assert b" 204 " in answer
    assert [one.body for one in heard.at("/a")] == [b'{"a":1}']


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (f"Content-Length: {MOST_BYTES + 1}", b""),
        ("Content-Length: " + "9" * 5000, b""),
        ("Content-Length: -1", b""),
        ("Transfer-Encoding: chunked", b"fffffff\r\n"),
        ("Transfer-Encoding: chunked", b"-1\r\n"),
        ("Transfer-Encoding: chunked", b"\r\n"),
    ],
)
def test_what_is_too_long_or_of_no_length_is_refused(
    place: Place, headers: str, body: bytes
) -> None:
    heard, port = place

    assert b" 413 " in said(port, headers, body)
    assert not heard.at("/a")


def test_who_never_stops_sending_holds_nobody_up(place: Place) -> None:
    heard, port = place
    ticks = count()
    sending = threading.Thread(target=lambda: [said(port, "X: y") for _ in range(50)])
    sending.start()

    heard.quiet(seconds=10.0, at_most=3, monotonic=lambda: next(ticks))

    sending.join()
    assert heard.at("/a")
