"""Whatever a client sends, it gets a 4xx or a closed connection, and nobody else notices."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.integration.platform_process import DRAFT, PATIENCE_S, Platform, running

LIMIT = 1_048_576
ORDER = json.dumps(DRAFT).encode()
JSON = b"Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with running("up") as platform:
        yield platform


@pytest.fixture(autouse=True)
def unharmed(platform: Platform) -> Iterator[None]:
    """After each test it works as before, and nothing worth an alarm was logged."""
    known = len(platform.log)
    yield
    assert platform.call("GET", "/health").status_code == 200
    assert platform.create()["version"] == 1
    for line in platform.log[known:]:
        assert isinstance(line, dict), line
        assert line["level"] not in {"error", "critical"}, line


def conversation(platform: Platform, *pieces: bytes, hang_up: bool = False) -> bytes:
    """Send raw bytes, read until the server has closed the connection; return what it said."""
    said = b""
    with (
        socket.create_connection(("127.0.0.1", platform.port), timeout=PATIENCE_S) as line,
        # Who is refused early may find the connection reset before the answer could be read.
        suppress(ConnectionResetError, BrokenPipeError),
    ):
        for piece in pieces:
            line.sendall(piece)
        if hang_up:
            line.shutdown(socket.SHUT_WR)
        while part := line.recv(65_536):
            said += part
    return said


def status(said: bytes) -> int | None:
    """The status of the first answer; None when there was none."""
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else None


def post(body: bytes, *, headers: bytes = JSON, path: bytes = b"/v1/orders") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return request(b"POST", path, headers + length) + body


def request(method: bytes, path: bytes, headers: bytes = b"") -> bytes:
    return b"%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n" % (method, path, headers)


def chunks(total: int) -> list[bytes]:
    piece = b"x" * 65_536
    return [b"%x\r\n%s\r\n" % (len(piece), piece)] * (total // len(piece))


CHUNKED = request(b"POST", b"/v1/orders", JSON + b"Transfer-Encoding: chunked\r\n")
INBOX = b"/v1/inboxes/hostile/callbacks"

BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no JSON": (b"<order/>", 400),
    "half of it": (ORDER[: len(ORDER) // 2], 400),
    "invalid UTF-8": (ORDER.replace(b"cust-42", b"cust-\xff"), 400),
    "UTF-16": (ORDER.decode().encode("utf-16"), 400),
    "a byte order mark": (b"\xef\xbb\xbf" + ORDER, 400),
    "a lone surrogate": (ORDER.replace(b"cust-42", b"\\ud800"), 400),
    "100,000 brackets": (b"[" * 100_000, 400),
    "100,000 brackets, closed": (b"[" * 100_000 + b"]" * 100_000, 400),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "1,000 brackets": (b"[" * 1_000 + b"]" * 1_000, 422),
    "1,000 brackets in a member": (
        ORDER.replace(b'"cust-42"', b"[" * 1_000 + b"]" * 1_000),
        422,
    ),
    "NaN": (ORDER.replace(b"1999", b"NaN"), 400),
    "Infinity": (ORDER.replace(b"1999", b"-Infinity"), 400),
    "a number beyond all floats": (ORDER.replace(b"1999", b"1e999999"), 400),
    "an integer of 5,000 digits": (ORDER.replace(b"1999", b"9" * 5_000), 400),
    "an integer of 300 digits": (ORDER.replace(b"1999", b"9" * 300), 422),
    "NUL in a string": (ORDER.replace(b"cust-42", b"cust\\u0000"), 422),
    "50,000 unknown members": (
        json.dumps({**DRAFT, **{str(n): n for n in range(50_000)}}).encode(),
        422,
    ),
    "100,000 items": (json.dumps({**DRAFT, "items": [0] * 100_000}).encode(), 422),
    "a backtracking trap": (
        json.dumps({**DRAFT, "callbackUrl": "http://" + "a" * 2_000 + "\n"}).encode(),
        422,
    ),
    "a callback into the past": (json.dumps({**DRAFT, "callbackUrl": "gopher://a"}).encode(), 422),
    "a callback to the cloud's metadata": (
        json.dumps({**DRAFT, "callbackUrl": "http://169.254.169.254/latest"}).encode(),
        422,
    ),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_will_not_do_is_refused_with_a_reason(case: str, platform: Platform) -> None:
    body, expected = BODIES[case]

    said = conversation(platform, post(body))

    assert status(said) == expected
    assert b"application/problem+json" in said
    assert status(conversation(platform, post(body, path=INBOX))) in {400, 401, 422}


REQUESTS: dict[str, tuple[bytes, set[int | None]]] = {
    "a length of 10 GB": (
        request(b"POST", b"/v1/orders", JSON + b"Content-Length: 10737418240\r\n"),
        {413},
    ),
    "two lengths": (
        request(b"POST", b"/v1/orders", JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n"),
        {400},
    ),
    "a length and chunks": (
        request(
            b"POST", b"/v1/orders", JSON + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"
        )
        + b"0\r\n\r\n",
        {400},
    ),
    "a negative length": (
        request(b"POST", b"/v1/orders", JSON + b"Content-Length: -1\r\n"),
        {400},
    ),
    "a length in words": (
        request(b"POST", b"/v1/orders", JSON + b"Content-Length: two\r\n"),
        {400},
    ),
    "chunks without a size": (CHUNKED + b"what\r\n", {400, None}),
    "a chunk of negative size": (CHUNKED + b"-1\r\n\r\n", {400, None}),
    "another transfer coding": (
        request(b"POST", b"/v1/orders", JSON + b"Transfer-Encoding: gzip\r\n"),
        {400, 501, None},
    ),
    "no content type": (post(ORDER, headers=b""), {415}),
    "another content type": (post(ORDER, headers=b"Content-Type: text/xml\r\n"), {415}),
    "a broken content type": (post(ORDER, headers=b"Content-Type: ;;;=\xff\r\n"), {415}),
    "an unknown charset": (
        post(ORDER, headers=b"Content-Type: application/json; charset=klingon\r\n"),
        {415},
    ),
    "a compressed body": (
        post(b"\x1f\x8b\x08\x00", headers=JSON + b"Content-Encoding: gzip\r\n"),
        {400, 415},
    ),
    "a method of its own": (request(b"BREW", b"/v1/orders"), {400, 405, 501}),
    "a method that is not for here": (request(b"DELETE", b"/v1/orders"), {405}),
    "no operation": (request(b"GET", b"/v1/none"), {404}),
    "broken percent-encoding": (request(b"GET", b"/v1/orders/%zz"), {400, 404}),
    "percent-encoded bytes that are no text": (request(b"GET", b"/v1/orders/%ff%fe"), {400, 404}),
    "raw bytes in the path": (request(b"GET", b"/v1/orders/\xff\xfe"), {400, 404}),
    "an encoded slash": (request(b"GET", b"/v1/orders/..%2f..%2fetc"), {400, 404}),
    "dots in the path": (request(b"GET", b"/v1/../../etc/passwd"), {400, 404}),
    "dots below the pages": (request(b"GET", b"/specs/..%2f..%2fREADME.md"), {400, 404}),
    "dots below the docs": (request(b"GET", b"/docs/..%2f..%2f..%2fetc%2fpasswd"), {400, 404}),
    "NUL in the path": (request(b"GET", b"/v1/orders/%00"), {400, 404}),
    "broken percent-encoding in the query": (
        request(b"GET", b"/v1/orders?customerId=%zz"),
        {400},
    ),
    "no text in the query": (request(b"GET", b"/v1/orders?customerId=%ff"), {400}),
    "a cursor of its own": (request(b"GET", b"/v1/orders?cursor=bm9uZQ"), {400}),
    "a limit beyond all numbers": (
        request(b"GET", b"/v1/orders?limit=" + b"9" * 5_000),
        {400},
    ),
    "a parameter a hundred times": (request(b"GET", b"/v1/orders?" + b"limit=x&" * 100), {400}),
    "a path of 60,000 bytes": (request(b"GET", b"/v1/orders/" + b"a" * 60_000), {400, 404, 414}),
    "a broken If-None-Match": (
        request(b"GET", b"/v1/orders/ord_" + b"0" * 32, b"If-None-Match: \xff\r\n"),
        {400, 404},
    ),
    "a broken idempotency key": (post(ORDER, headers=JSON + b"Idempotency-Key: \xff\r\n"), {400}),
    "a header without a name": (request(b"GET", b"/v1/health", b": x\r\n"), {400}),
    "a header without a colon": (request(b"GET", b"/v1/health", b"what\r\n"), {400}),
    "NUL in a header": (request(b"GET", b"/v1/health", b"X-A: \0\r\n"), {400}),
    "no HTTP": (b"hello\r\n\r\n", {400, None}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64, {400, None}),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 404, 405, 505, None}),
    "no host": (b"GET /v1/health HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (request(b"GET", b"/v1/health", b"Host: b\r\n"), {400}),
    "HTTP of the future": (b"GET /v1/health HTTP/9.9\r\nHost: a\r\n\r\n", {400, 505, None}),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_a_request_that_will_not_do_is_refused(case: str, platform: Platform) -> None:
    sent, expected = REQUESTS[case]

    assert status(conversation(platform, sent, hang_up=None in expected)) in expected


def test_a_body_that_grows_beyond_the_limit_is_not_taken(platform: Platform) -> None:
    said = conversation(platform, CHUNKED, *chunks(3 * LIMIT))

    assert status(said) in {413, None}


def test_a_body_that_breaks_off_changes_nothing(platform: Platform) -> None:
    known = len(platform.all("/orders"))
    whole = post(ORDER)

    said = conversation(platform, whole[: -len(ORDER) // 2], hang_up=True)

    assert status(said) in {400, None}
    assert len(platform.all("/orders")) == known


def test_a_callback_that_breaks_off_is_not_recorded(platform: Platform) -> None:
    whole = post(ORDER, path=b"/v1/inboxes/broken-off/callbacks")

    conversation(platform, whole[:-10], hang_up=True)

    assert platform.records("broken-off") == []


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(b"X-A: " + b"a" * 10_000 + b"\r\n", {200}, id="10,000-bytes"),
        pytest.param(b"X-A: a\r\n" * 1_000, {200}, id="1,000-headers"),
        # A connection that is closed while more comes may lose the answer on its way.
        pytest.param(b"X-A: " + b"a" * 1_000_000 + b"\r\n", {400, None}, id="1,000,000-bytes"),
        pytest.param(b"X-A: a\r\n" * 100_000, {400, None}, id="100,000-headers"),
        pytest.param(b"X-A: " + b"a" * 70_000, {400, None}, id="a-head-without-end"),
        pytest.param(b"X-A: " + b"a" * 70_000 + b"\r\n", {400, None}, id="70,000-bytes"),
    ],
)
def test_a_long_head_is_taken_up_to_a_bound(
    headers: bytes, expected: set[int | None], platform: Platform
) -> None:
    said = conversation(platform, request(b"GET", b"/v1/health", headers))

    assert status(said) in expected


def test_a_long_head_is_refused_with_the_reason_wherever_it_is_long(platform: Platform) -> None:
    for sent in (
        request(b"GET", b"/v1/health?" + b"a" * 66_000),
        request(b"GET", b"/v1/health", b"X-A: " + b"a" * 66_000 + b"\r\n"),
    ):
        assert conversation(platform, sent).endswith(b"is longer than 65536 bytes.")


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(b"1;" + b"a" * 500_000, id="chunk-extension"),
        pytest.param(b"0\r\nX-A: " + b"a" * 500_000, id="trailer"),
    ],
)
def test_nothing_else_of_a_request_grows_without_a_bound(
    endless: bytes, platform: Platform
) -> None:
    said = conversation(platform, CHUNKED, endless)

    assert status(said) in {400, None}


def test_what_was_complete_does_not_count_as_the_head_of_the_next_request(
    platform: Platform,
) -> None:
    begun = request(b"GET", b"/v1/health")
    with socket.create_connection(("127.0.0.1", platform.port), PATIENCE_S) as line:
        line.sendall(b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n" * 2_000 + begun[:10])
        while not line.recv(65_536).endswith(b"}"):
            pass
        line.sendall(begun[10:])
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_headers_of_a_callback_are_recorded_as_they_came_or_it_is_refused(
    platform: Platform,
) -> None:
    odd = b"X-Odd: \xff\xfe\x7f\t!\r\nX-Trace-Id: a\tb\r\ntraceparent: 00-zz\r\n"

    said = conversation(platform, post(b"{}", headers=JSON + odd, path=INBOX))

    assert status(said) in {400, 401}


def test_those_who_dawdle_hold_up_nobody(platform: Platform) -> None:
    whole = post(ORDER)
    begun = len(whole) - len(ORDER) // 2
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", platform.port), PATIENCE_S))
            for _ in range(100)
        ]
        for line in slow:
            line.sendall(whole[:begun])

        assert platform.create()["version"] == 1
        for byte in whole[begun:]:
            slow[0].sendall(bytes([byte]))

        assert slow[0].recv(65_536).startswith(b"HTTP/1.1 201 ")


def test_who_leaves_before_the_answer_is_not_missed(platform: Platform) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", platform.port), PATIENCE_S) as line:
            line.sendall(request(b"GET", b"/v1/inboxes/left/wait?timeout=30"))


@pytest.mark.parametrize(
    ("waits", "logged"),
    [("/console/events?topic=orders", 200), ("/v1/inboxes/left/wait?timeout=30", 499)],
)
def test_who_leaves_is_not_waited_for_though_he_asked_for_more(
    waits: str, logged: int, platform: Platform
) -> None:
    path = waits.partition("?")[0]
    before = len(platform.until(lambda line: line.get("path") == path, count=0))
    with socket.create_connection(("127.0.0.1", platform.port), PATIENCE_S) as line:
        for one in (waits, "/v1/health"):
            line.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % one.encode())

    ended = platform.until(lambda line: line.get("path") == path, count=before + 1)[-1]

    assert ended["status"] == logged


def test_requests_one_after_another_on_one_connection_are_all_answered(platform: Platform) -> None:
    one = b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n"

    said = conversation(platform, one * 50 + request(b"GET", b"/v1/health"))

    assert said.count(b"HTTP/1.1 200 ") == 51


def test_a_client_that_wants_to_be_asked_for_its_body_is(platform: Platform) -> None:
    whole = post(ORDER, headers=JSON + b"Expect: 100-continue\r\n")
    with socket.create_connection(("127.0.0.1", platform.port), PATIENCE_S) as line:
        line.sendall(whole[: -len(ORDER)])
        assert line.recv(65_536).startswith(b"HTTP/1.1 100 ")
        line.sendall(ORDER)
        assert line.recv(65_536).startswith(b"HTTP/1.1 201 ")
