"""Whatever the far side does, an attempt ends in time, with an outcome, where it was allowed to go."""

from __future__ import annotations

import gzip
import os
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from mock_platform.infra.callback_sender import BODY_CAP, make_sender
from mock_platform.infra.punctual_line import _connect
from mock_platform.infra.target_guard import TargetGuard
from mock_platform.shared.contracts import Outbound, Outcome, Sender
from tests.unit.shared.raw_receiver import Caller, Script, answering, receiver

SHORT_S = 1.5
# No limit of ours: only proof that nothing hung.
ENDLESS_S = 5.0

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Seen: yes\r\n\r\n{}"


def outbound(url: str, *, body: bytes = b'{"a":1}', deadline_s: float = SHORT_S) -> Outbound:
    headers = (
        ("content-type", "application/json"),
        ("user-agent", "mock-platform"),
        ("webhook-id", "evt_1"),
    )
    return Outbound(url=url, headers=headers, body=body, deadline_s=deadline_s)


def sender(**options: Any) -> Sender:
    return make_sender(TargetGuard("loopback"), **options)


def sent_to(script: Script, **options: Any) -> Outcome:
    with receiver(script) as target:
        return timely(sender(), outbound(target.url(), **options))


def timely(send: Sender, what: Outbound) -> Outcome:
    begun = time.monotonic()
    outcome = send(what)
    assert time.monotonic() - begun < what.deadline_s + ENDLESS_S
    return outcome


# What goes out


def test_exactly_the_given_bytes_and_headers_are_posted() -> None:
    body = b'{"euro":"\xe2\x82\xac", "not utf-8": "\xff\x00"}\r\n'
    heard: list[tuple[bytes, bytes]] = []

    def script(caller: Caller) -> None:
        heard.append(caller.request())
        caller.say(OK)

    with receiver(script) as target:
        sender()(outbound(target.url("/a/b?c=d%20e#f"), body=body))

    head, received = heard[0]
    assert received == body
    assert sorted(head.decode().split("\r\n")) == sorted(
        [
            "POST /a/b?c=d%20e HTTP/1.1",
            f"Host: 127.0.0.1:{target.port}",
            f"Content-Length: {len(body)}",
            "accept: */*",
            "accept-encoding: identity",
            "connection: close",
            "content-type: application/json",
            "user-agent: mock-platform",
            "webhook-id: evt_1",
        ]
    )


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_method_is_used_where_it_is_asked_for(method: str) -> None:
    heard: list[bytes] = []

    def script(caller: Caller) -> None:
        heard.append(caller.request()[0])
        caller.say(OK)

    with receiver(script) as target:
        outcome = sender()(replace(outbound(target.url("/a")), method=method))

    assert outcome.kind == "delivered"
    assert heard[0].startswith(f"{method} /a HTTP/1.1\r\n".encode())


def test_the_environment_lends_neither_proxies_nor_passwords_nor_trust(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login a password hunter2\n")
    netrc.chmod(0o600)
    for name, value in {
        "NETRC": str(netrc),
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
        "REQUESTS_CA_BUNDLE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)
    heads: list[bytes] = []

    def script(caller: Caller) -> None:
        heads.append(caller.request()[0])
        caller.say(OK)

    with receiver(script) as target:
        assert sender()(outbound(target.url())).kind == "delivered"

    assert b"authorization" not in heads[0].lower()


def test_a_receivers_cookies_are_not_carried_to_the_next_callback() -> None:
    heads: list[bytes] = []

    def script(caller: Caller) -> None:
        heads.append(caller.request()[0])
        caller.say(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n")

    with receiver(script) as target:
        send = sender()
        send(outbound(target.url()))
        send(outbound(target.url()))

    assert len(heads) == 2
    assert b"cookie" not in heads[1].lower()


def test_every_callback_gets_a_connection_of_its_own_that_is_closed_at_once() -> None:
    ended: list[bytes] = []

    def script(caller: Caller) -> None:
        caller.request()
        caller.say(OK)
        ended.append(caller.sock.recv(1))

    with receiver(script) as target:
        send = sender()
        kinds = [send(outbound(target.url())).kind for _ in range(3)]

    assert kinds == ["delivered"] * 3
    assert (target.connections, ended) == (3, [b""] * 3)


# What comes back


def test_an_answer_is_recorded_with_its_headers_body_and_the_address() -> None:
    answer = b"HTTP/1.1 202 Accepted\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello and more"

    assert sent_to(answering(answer)) == Outcome(
        kind="delivered",
        status=202,
        address="127.0.0.1",
        headers=(("x-a", "1"), ("x-a", "2"), ("content-length", "5")),
        body=b"hello",
    )


@pytest.mark.parametrize("status", [199, 300, 304, 400, 404, 410, 429, 500, 503, 599])
def test_every_status_but_2xx_is_a_failure_with_its_number(status: int) -> None:
    outcome = sent_to(answering(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status))

    assert (outcome.kind, outcome.status) == (f"http_{status}", status)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nuntil\r\n8\r\n the end\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nuntil the end",
    ],
    ids=["by closing", "chunked", "after 100"],
)
def test_every_framing_is_understood(answer: bytes) -> None:
    assert sent_to(answering(answer)).body == b"until the end"


def test_a_redirect_is_recorded_not_followed_and_its_body_not_waited_for() -> None:
    with receiver(answering(OK)) as canary:

        def script(caller: Caller) -> None:
            caller.request()
            caller.say(b"HTTP/1.1 302 Found\r\nLocation: %s\r\n\r\n" % canary.url().encode())
            caller.drip(b"x")

        outcome = sent_to(script)

    assert outcome.kind == "http_302"
    assert ("location", canary.url()) in outcome.headers
    assert canary.connections == 0


def test_an_early_answer_to_a_large_body_counts() -> None:
    def script(caller: Caller) -> None:
        caller.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        caller.sock.shutdown(socket.SHUT_WR)
        caller.hold()

    assert sent_to(script, body=b"x" * 4_000_000).kind in {"http_413", "timeout"}


# Bodies that go wrong after a status that is clear


def test_a_dripping_body_ends_at_the_deadline_and_keeps_what_came() -> None:
    def script(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        caller.drip(b"drip")

    outcome = sent_to(script)

    assert (outcome.kind, outcome.status) == ("delivered", 200)
    assert outcome.body.startswith(b"drip")
    assert "broke off" in (outcome.reason or "")


def test_an_endless_body_is_cut_at_the_cap() -> None:
    def script(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 500 X\r\n\r\n")
        while True:
            caller.say(b"x" * 65536)

    outcome = sent_to(script, deadline_s=ENDLESS_S)

    assert (outcome.kind, outcome.body) == ("http_500", b"x" * BODY_CAP)


def test_an_endless_chunked_body_is_cut_at_the_cap() -> None:
    def script(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            caller.say(b"3e8\r\n" + b"x" * 1000 + b"\r\n")

    assert sent_to(script, deadline_s=ENDLESS_S).body == b"x" * BODY_CAP


def test_a_gzip_bomb_is_kept_as_the_bytes_that_came() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    assert sent_to(answering(head + bomb)).body == bomb


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nd",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nwhat?\r\n",
    ],
    ids=["short", "chunk broken off", "chunk garbled"],
)
def test_a_broken_body_does_not_change_what_the_status_said(answer: bytes) -> None:
    outcome = sent_to(answering(answer))

    assert (outcome.kind, outcome.body[:3]) == ("delivered", b"abc")
    assert "broke off" in (outcome.reason or "")


# No answer


def drip_status(caller: Caller) -> None:
    caller.request()
    caller.drip(b"HTTP/1.1 200 OK" + b" " * 10_000)


def drip_headers(caller: Caller) -> None:
    caller.request()
    caller.say(b"HTTP/1.1 200 OK\r\n")
    caller.drip(b"X: y\r\n")


def drip_continues(caller: Caller) -> None:
    caller.request()
    caller.drip(b"HTTP/1.1 100 Continue\r\n\r\n")


def never_read(caller: Caller) -> None:
    caller.hold()


def never_answer(caller: Caller) -> None:
    caller.request()
    caller.hold()


@pytest.mark.parametrize(
    "script", [drip_status, drip_headers, drip_continues, never_read, never_answer]
)
def test_no_complete_answer_in_time_is_a_time_out(script: Script) -> None:
    outcome = sent_to(script, body=b"x" * 8_000_000)

    assert (outcome.kind, outcome.status, outcome.address) == ("timeout", None, "127.0.0.1")


def reset(caller: Caller) -> None:
    caller.request()
    caller.reset()


def hang_up(caller: Caller) -> None:
    caller.request()


def hang_up_at_once(caller: Caller) -> None:
    caller.reset()


@pytest.mark.parametrize("script", [reset, hang_up])
def test_a_connection_broken_before_the_answer_is_a_reset(script: Script) -> None:
    assert sent_to(script).kind == "reset"


def test_a_connection_broken_at_once_is_a_reset_or_was_never_one() -> None:
    # The system may see the reset before it has told of the connection: then there was none.
    assert sent_to(hang_up_at_once).kind in {"reset", "connect"}


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x01\0\0\r\n\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    ],
    ids=["ssh", "tls", "no number", "huge number", "1 MB header", "10,000 headers"],
)
def test_what_is_no_http_is_a_protocol_failure(answer: bytes) -> None:
    outcome = sent_to(answering(answer), deadline_s=ENDLESS_S)

    assert (outcome.kind, outcome.status) == ("protocol", None)
    assert len(outcome.reason or "") < 400


def test_nobody_listening_is_a_connect_failure() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        outcome = timely(sender(), outbound(f"http://127.0.0.1:{unused.getsockname()[1]}/"))

    assert (outcome.kind, outcome.address) == ("connect", "127.0.0.1")
    assert "refused" in (outcome.reason or "")


def test_a_full_backlog_is_a_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, queue_filled(deaf):
        outcome = timely(sender(), outbound(f"http://127.0.0.1:{deaf.getsockname()[1]}/"))

    assert outcome.kind == "timeout"


@contextmanager
def queue_filled(deaf: socket.socket) -> Iterator[None]:
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(deaf.getsockname())
    try:
        yield
    finally:
        for one in waiting:
            one.close()


def test_a_header_that_cannot_be_written_is_a_failure_not_an_exception() -> None:
    with receiver(answering(OK)) as target:
        bad = Outbound(
            url=target.url(), headers=(("x-trace-id", "a\r\nb: c"),), body=b"", deadline_s=SHORT_S
        )

        assert sender()(bad).kind == "protocol"

    assert target.connections == 0


# Names


def resolver(*answers: Sequence[str] | OSError) -> Any:
    """Look any name up as these addresses: one answer for each look-up, the last for ever."""
    remaining = list(answers)

    def resolve(host: str, port: int, **_: Any) -> Sequence[tuple[Any, ...]]:
        answer = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        if isinstance(answer, OSError):
            raise answer
        return [row for ip in answer for row in socket.getaddrinfo(ip, port, type=1)]

    return resolve


def test_a_name_is_looked_up_and_its_address_recorded() -> None:
    with receiver(answering(OK)) as target:
        outcome = sender(resolve=resolver(["127.0.0.1"]))(outbound(target.url(host="hook.test")))

    assert (outcome.kind, outcome.address) == ("delivered", "127.0.0.1")


def test_the_next_address_is_dialled_when_one_does_not_answer() -> None:
    with receiver(answering(OK)) as target:
        send = sender(resolve=resolver(["127.0.0.3", "127.0.0.1"]))

        assert send(outbound(target.url(host="hook.test"))).address == "127.0.0.1"


@pytest.mark.parametrize("answer", [socket.gaierror(-2, "unknown"), []], ids=["unknown", "empty"])
def test_a_name_without_an_address_is_a_dns_failure(answer: Sequence[str] | OSError) -> None:
    outcome = sender(resolve=resolver(answer))(outbound("http://hook.test/"))

    assert (outcome.kind, outcome.address) == ("dns", None)
    assert "hook.test" in (outcome.reason or "")


def test_a_name_server_that_never_answers_holds_nobody_beyond_the_deadline() -> None:
    released = Event()

    def resolve(host: str, port: int, **_: Any) -> Sequence[tuple[Any, ...]]:
        released.wait()
        raise socket.gaierror(-3, "too late")

    send = sender(resolve=resolve)
    with ThreadPoolExecutor(40) as pool:  # more than there are places for look-ups
        outcomes = list(pool.map(lambda _: timely(send, outbound("http://hook.test/")), range(40)))
    released.set()

    assert {outcome.kind for outcome in outcomes} == {"timeout"}


# Where callbacks may not go


@pytest.mark.parametrize(
    "answers",
    [
        (["169.254.169.254"],),
        (["10.0.0.1"],),
        (["::ffff:169.254.169.254"],),
        (["0.0.0.0"],),  # noqa: S104 - a target, nothing is bound
    ],
    ids=["metadata", "private", "mapped", "unspecified"],
)
def test_a_name_that_means_a_forbidden_address_is_refused_when_dialled(
    answers: tuple[Sequence[str], ...],
) -> None:
    with receiver(answering(OK), host="") as canary:
        outcome = sender(resolve=resolver(*answers))(outbound(canary.url(host="hook.test")))

    assert outcome.kind == "target_refused"
    assert answers[0][0] in (outcome.reason or "")
    assert canary.connections == 0


def test_a_name_is_judged_anew_every_time_it_is_dialled() -> None:
    with receiver(answering(OK), host="") as target:
        send = sender(resolve=resolver(["127.0.0.1"], ["0.0.0.0"]))  # noqa: S104 - a target

        kinds = [send(outbound(target.url(host="hook.test"))).kind for _ in range(3)]

    assert kinds == ["delivered", "target_refused", "target_refused"]
    assert target.connections == 1


def test_the_address_that_was_judged_is_the_one_that_is_dialled() -> None:
    looked_up = []
    flips = resolver(["127.0.0.1"], ["0.0.0.0"])  # noqa: S104 - a target

    def resolve(host: str, port: int, **options: Any) -> Sequence[tuple[Any, ...]]:
        looked_up.append(host)
        return flips(host, port, **options)  # type: ignore[no-any-return]  # flips is Any

    with receiver(answering(OK), host="") as target:
        outcome = sender(resolve=resolve)(outbound(target.url(host="hook.test")))

    assert (outcome.kind, looked_up) == ("delivered", ["hook.test"])


def test_of_several_addresses_only_allowed_ones_are_dialled() -> None:
    with receiver(answering(OK), host="") as target:
        send = sender(resolve=resolver(["0.0.0.0", "127.0.0.1"]))  # noqa: S104 - a target

        assert send(outbound(target.url(host="hook.test"))).address == "127.0.0.1"


@pytest.mark.parametrize(
    "url", ["http://0.0.0.0:{}/", "http://0:{}/", "http://u@127.0.0.1:{}/", "ftp://127.0.0.1:{}/"]
)
def test_a_url_that_would_not_be_registered_is_not_sent_to_either(url: str) -> None:
    with receiver(answering(OK), host="") as canary:
        outcome = sender()(outbound(url.format(canary.port)))

    assert outcome.kind == "target_refused"
    assert canary.connections == 0


# TLS


def test_an_unknown_certificate_is_a_tls_failure(tmp_path: Path) -> None:
    with receiver(answering(OK), tls_in=tmp_path) as target:
        outcome = timely(sender(), outbound(target.url(scheme="https"), deadline_s=ENDLESS_S))

    assert (outcome.kind, outcome.address) == ("tls", "127.0.0.1")


def test_no_tls_at_the_other_end_is_a_tls_failure() -> None:
    with receiver(lambda caller: caller.say(b"HTTP/1.1 400 X\r\n\r\n")) as target:
        outcome = sender()(outbound(target.url(scheme="https"), deadline_s=ENDLESS_S))

    assert outcome.kind == "tls"


def test_a_trusted_certificate_must_be_for_the_host_in_the_url(tmp_path: Path) -> None:
    with receiver(answering(OK), tls_in=tmp_path) as target:
        send = sender(ca_file=str(tmp_path / "ca.pem"), resolve=resolver(["127.0.0.1"]))
        kinds = [
            send(outbound(target.url(scheme="https", host=host), deadline_s=ENDLESS_S)).kind
            for host in ("127.0.0.1", "localhost", "hook.test")
        ]

    assert kinds == ["delivered", "delivered", "tls"]


def test_a_silent_handshake_ends_at_the_deadline() -> None:
    with receiver(lambda caller: caller.hold()) as target:
        outcome = timely(sender(), outbound(target.url(scheme="https")))

    assert outcome.kind == "timeout"


@pytest.mark.parametrize("script", [drip_headers, never_read])
def test_the_deadline_holds_over_tls(script: Script, tmp_path: Path) -> None:
    with receiver(script, tls_in=tmp_path) as target:
        send = sender(ca_file=str(tmp_path / "ca.pem"))

        outcome = timely(send, outbound(target.url(scheme="https"), body=b"x" * 8_000_000))

    assert outcome.kind == "timeout"


# Threads


def test_many_threads_share_one_sender() -> None:
    def echo(caller: Caller) -> None:
        _, body = caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    bodies = [b"%d" % number for number in range(64)]
    with receiver(echo) as target, ThreadPoolExecutor(8) as pool:
        send = sender()

        def post(body: bytes) -> bytes:
            return send(outbound(target.url(), body=body, deadline_s=ENDLESS_S)).body

        assert list(pool.map(post, bodies)) == bodies


def test_a_socket_that_got_connected_to_itself_is_given_up() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))

        with pytest.raises(ConnectionRefusedError):
            _connect(sock, sock.getsockname())
