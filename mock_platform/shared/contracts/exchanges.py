"""Requests and answers as values, on both sides: those we serve, and those we send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mock_platform.shared.contracts.basics import Json, Trace


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of the contract that one place of a message breaks."""

    pointer: str
    """RFC 6901 pointer into the body, or ``query/limit``, ``path/orderId``, ``header/If-Match``."""
    rule: str
    """The schema keyword that was broken: ``required``, ``maximum``, ``format`` …"""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler may know of its request beyond parameters and body. Ask for it as ``call``."""

    trace: Trace
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, in order of arrival; values decoded as latin-1."""
    raw_body: bytes = b""
    expected_versions: frozenset[int] | None = None
    """What ``If-Match`` allows; None when it was absent or ``*`` (RFC 9110 §13.1.1)."""
    callbacks: Mapping[str, str] = field(default_factory=dict)
    """Callback name → URL: the operation's ``callbacks`` keys, evaluated for this request."""
    violations: tuple[Violation, ...] = ()
    """What the contract found wrong with the body. Only a handler whose signature has a parameter
    named ``violations`` is called when there are any; all others are spared (the api refuses)."""
    path: str = ""
    """The request's path, percent-encoding as received, without the query."""
    query: str = ""
    """The request's raw query string, without the question mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, as a value. The api validates it against the contract and sends it."""

    status: int = 200
    body: Json = None
    version: int | None = None
    """Becomes ``ETag: "<version>"``; the api answers 304 to a matching ``If-None-Match``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    """The body's media type; None: the one that the contract documents for the status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """An answer that is not there yet. The api asks again whenever the topic's bell rings."""

    topic: str
    ready: Callable[[], Reply | None]
    otherwise: Callable[[], Reply]
    """The answer when the time is up."""
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """An answer that misbehaves: late, or never. The api acts it out without blocking anybody."""

    reply: Reply
    delay_s: float = 0.0
    """Wait this long before the reply is sent (or before hanging up)."""
    hang_up: bool = False
    """Close the connection instead of answering."""


Answer = Reply | Wait | Play


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One HTTP request, ready to go."""

    method: str = "POST"
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    deadline_s: float
    """For everything: name look-up, connecting, sending, reading the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one POST. ``kind`` as in ``Attempt.outcome``."""

    kind: str
    status: int | None = None
    address: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reason: str | None = None


Sender = Callable[[Outbound], Outcome]
"""Sends one callback; every failure is an Outcome, nothing is raised."""
