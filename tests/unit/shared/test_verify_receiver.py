"""What the receiver of ``verify`` makes of callbacks: each way of sending one, and what nobody sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from mock_platform.engine.verifying.arrivals import MOST_BYTES, Arrival
from mock_platform.engine.verifying.rebuffs import Rebuff
from mock_platform.infra.verifying.receiver import MOST_KEPT_BYTES, MOST_LINES, Heard, receiving
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
        ("Content-Length: -1", b""),
        ("Content-Length: ten", b""),
        ("Transfer-Encoding: chunked", b"-1\r\n"),
        ("Transfer-Encoding: chunked", b"\r\n"),
        ("Transfer-Encoding: chunked", b"3\r\nabc"),
    ],
)
def test_what_has_no_end_is_refused(place: Place, headers: str, body: bytes) -> None:
    heard, port = place

    assert b" 400 " in said(port, headers, body)
    assert not heard.at("/a")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (f"Content-Length: {MOST_BYTES + 1}", b""),
        ("Content-Length: " + "9" * 5000, b""),
        ("Transfer-Encoding: chunked", b"fffffff\r\n"),
    ],
)
def test_what_is_too_large_is_known_to_have_come(place: Place, headers: str, body: bytes) -> None:
    heard, port = place

    assert b" 413 " in said(port, headers, body)
    assert [(one.too_large, one.accepted, one.body) for one in heard.at("/a")] == [
        (True, False, b"")
    ]


def test_a_rebuff_is_played_once(place: Place) -> None:
    heard, port = place
    heard.rebuff("/a", Rebuff(name="503", retried=True, status=503))

    answers = [said(port, "Content-Length: 1", b"1") for _ in range(2)]

    assert [b" 503 " in answers[0], b" 204 " in answers[1]] == [True, True]
    assert [one.accepted for one in heard.at("/a")] == [False, True]


def test_the_line_is_cut_where_no_answer_is_meant(place: Place) -> None:
    heard, port = place
    heard.rebuff("/a", Rebuff(name="connect", retried=True))

    assert said(port, "Content-Length: 1", b"1") == b""


def test_silence_ends_when_nobody_listens_any_longer() -> None:
    with receiving("127.0.0.1", 0, utc_now) as (heard, url):
        heard.rebuff("/a", Rebuff(name="timeout", retried=True, silent_s=3600.0))
        line = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10)
        line.sendall(b"POST /a HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        heard.wait({"/a": 1}, 10.0)

    with line:
        assert line.recv(1) == b""


def test_more_connections_than_there_are_places_are_hung_up_on(place: Place) -> None:
    _, port = place
    with ExitStack() as open_lines:
        lines = [
            open_lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            for _ in range(MOST_LINES + 1)
        ]

        assert lines[-1].recv(1) == b""
        lines[0].sendall(b"POST /a HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        assert b" 204 " in lines[0].recv(100)


def test_headers_take_room_as_bodies_do() -> None:
    heard = Heard()
    heard.add("/a", Arrival(headers={"x": "y" * MOST_KEPT_BYTES}, body=b"", at=utc_now()))

    assert (heard.at("/a"), heard.lost) == ((), 1)


def test_who_never_stops_sending_holds_nobody_up(place: Place) -> None:
    heard, port = place
    ticks = count()
    sending = threading.Thread(target=lambda: [said(port, "X: y") for _ in range(50)])
    sending.start()

    heard.quiet(seconds=10.0, at_most=3, monotonic=lambda: next(ticks))

    sending.join()
    assert heard.at("/a")
