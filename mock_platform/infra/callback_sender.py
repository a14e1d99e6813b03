"""Sends one callback and says what came of it, within its deadline, wherever the URL may lead.

requests does the talking, in a ``GuardedSession``; nothing is decompressed, and no more than 64 KiB
of an answer is read. The status line decides the outcome; the body is evidence, kept as far as it
came. ``infra.punctual_line`` holds the deadline and the target guard.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException

from requests.exceptions import InvalidURL, RequestException
from urllib3.exceptions import HTTPError, ProtocolError
from urllib3.exceptions import TimeoutError as Urllib3Timeout
from urllib3.response import BaseHTTPResponse

from mock_platform.infra.guarded_session import GuardedSession
from mock_platform.infra.punctual_line import LineFailed, LookUp, PunctualLine, Resolve
from mock_platform.infra.target_guard import TargetGuard
from mock_platform.shared.contracts import Outbound, Outcome, Sender

BODY_CAP = 64 * 1024
_LONGEST_REASON = 300

# Everything requests, urllib3, http.client and the socket are known to raise; ValueError is how
# http.client and the codecs refuse a header or a host they cannot write.
_FAILURES = (RequestException, HTTPError, HTTPException, OSError, ValueError)

# The first row that fits any link of an error's chain names it. A time-out and a reset come wrapped
# in a ProtocolError or a bare connection error, hence the order.
_KINDS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("timeout", (TimeoutError, Urllib3Timeout)),
    ("tls", (ssl.SSLError,)),
    ("reset", (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)),
    ("target_refused", (InvalidURL,)),
    ("protocol", (HTTPException, ProtocolError, ValueError)),
)


def make_sender(
    guard: TargetGuard,
    *,
    ca_file: str | None = None,
    resolve: Resolve = socket.getaddrinfo,
    monotonic: Callable[[], float] = time.monotonic,
) -> Sender:
    """Return a sender that many threads may share; each gets its own session.

    Args:
        guard: says where callbacks may go.
        ca_file: trust these certificates (PEM) instead of the bundled public ones; the environment
            (``REQUESTS_CA_BUNDLE``) is not asked. There is no way to trust just anybody.
        resolve: looks names up.
        monotonic: measures deadlines; must agree with the timeouts of sockets.
    """
    look_up = LookUp(resolve)
    here = threading.local()

    def send(outbound: Outbound) -> Outcome:
        if refusal := guard.refuse_url(outbound.url):
            return Outcome(kind="target_refused", reason=refusal)
        desk: _Desk | None = getattr(here, "desk", None)
        if desk is None:
            desk = here.desk = _Desk(PunctualLine(guard, look_up, monotonic), ca_file)
        return desk.send(outbound)

    return send


class _Desk:
    """One thread's session and line."""

    def __init__(self, line: PunctualLine, ca_file: str | None) -> None:
        self._line = line
        self._session = GuardedSession(line, ca_file)

    def send(self, outbound: Outbound) -> Outcome:
        self._line.begin(outbound.deadline_s)
        try:
            response = self._session.request(
                outbound.method,
                outbound.url,
                data=outbound.body,
                headers=dict(outbound.headers),
                stream=True,
                allow_redirects=False,
                timeout=outbound.deadline_s,
            )
            with closing(response):
                return self._answered(response.raw)
        except _FAILURES as error:
            kind, reason = _explain(error)
            return Outcome(kind=kind, address=self._line.address, reason=reason)

    def _answered(self, raw: BaseHTTPResponse) -> Outcome:
        body, broken = _read(raw)
        delivered = HTTPStatus.OK <= raw.status < HTTPStatus.MULTIPLE_CHOICES
        return Outcome(
            kind="delivered" if delivered else f"http_{raw.status}",
            status=raw.status,
            address=self._line.address,
            headers=tuple((name.lower(), value) for name, value in raw.headers.items()),
            body=body,
            reason=broken,
        )


def _read(raw: BaseHTTPResponse) -> tuple[bytes, str | None]:
    """Read up to the cap; return what came, and why it broke off if it did."""
    body = bytearray()
    try:
        while room := BODY_CAP - len(body):
            piece = raw.read1(room, decode_content=False)
            if not piece:
                break
            body += piece
    except _FAILURES as error:
        return bytes(
            body
        ), f"the answer's body broke off after {len(body)} bytes: {_explain(error)[1]}"
    return bytes(body), None


def _explain(error: BaseException) -> tuple[str, str]:
    """Return the outcome's kind and a sentence for the person who reads the attempt."""
    chain = tuple(_chain(error))
    for link in chain:
        if isinstance(link, LineFailed):
            return link.kind, str(link)
    for kind, types in _KINDS:
        for link in chain:
            if isinstance(link, types):
                return kind, _sentence(kind, link)
    return "connect", _sentence("connect", error)


def _sentence(kind: str, error: BaseException) -> str:
    if kind == "timeout":
        return "the attempt's time was up before the answer was"
    return f"{type(error).__name__}: {error}"[:_LONGEST_REASON]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all it was made of: urllib3 and requests wrap in four different ways."""
    pending, seen = [error], set[int]()
    while pending:
        link = pending.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        parts = (link.__cause__, link.__context__, getattr(link, "reason", None), *link.args)
        pending.extend(part for part in parts if isinstance(part, BaseException))
