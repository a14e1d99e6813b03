"""Holds our own answers to the contract, and makes bytes of them.

A handler's answer that breaks the contract is never sent: the client gets a 500 that names the rule
and the place (not the value, which may be a secret), and the log gets the same. Stand-ins are
trusted: they have held what they say to the contract when they chose it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from mock_platform.api.conditionals import already_there, entity_tag
from mock_platform.api.exchange import Exchange, Headers, Rendered
from mock_platform.api.media_types import acceptable, essence
from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.documented_statuses import key_documenting
from mock_platform.engine.operations import MediaType, Operation, Response
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, Schemas
from mock_platform.shared.contracts import Json, Reply, Violation
from mock_platform.shared.errors import AnswerInvalid, NotAcceptable
from mock_platform.shared.large_json import json_bytes

MOST_ACCEPTS_REMEMBERED = 64
LONGEST_ACCEPT_REMEMBERED = 512
"""Bytes."""
MOST_HEADERS_REMEMBERED = 64

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_BODILESS = frozenset({204, 205, 304})
_LENGTHLESS = frozenset({204, 304})
"""What has no body by definition; all else without one says so, or it would be sent in chunks."""
_EMPTY = (b"content-length", b"0")
_SET_BY_US = frozenset(
    {b"content-type", b"content-length", b"transfer-encoding", b"date", b"x-trace-id"}
)
"""Headers of the answer as it is sent; what a handler has of them belongs to some other answer."""
_FIRST_ANSWER = 200
"""What is below announces an answer, and is none."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Representation:
    header: tuple[bytes, bytes]
    is_json: bool
    check: Check | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the contract says about one status."""

    json: _Representation | None
    other: _Representation | None
    """Text or bytes, sent as they are."""
    obliged_headers: frozenset[bytes]
    all: Mapping[str, _Representation] = field(default_factory=dict)
    """By media type, as written."""

    def chosen(self, reply: Reply) -> _Representation | None:
        """JSON for everything but text and bytes, which go as such where there is a place."""
        if reply.media_type is not None:
            return self.all.get(reply.media_type) or self._within(reply.media_type)
        value = reply.body
        if isinstance(value, bytes) or (isinstance(value, str) and self.other is not None):
            return self.other
        return self.json

    def _within(self, media_type: str) -> _Representation | None:
        """What a range such as ``text/*`` is given out as."""
        kind = essence(media_type)
        if kind is None:
            return None
        found = (one for name, one in self.all.items() if kind.within(name))
        one = next(found, None)
        return one and replace(one, header=_content_type(media_type), is_json=kind.is_json)


@dataclass(slots=True)
class Answers:
    """The answers of one operation, compiled status by status when they are first given."""

    operation: Operation
    schemas: Schemas
    is_trusted: bool = False
    """Whoever answers has checked the answers."""
    _shapes: dict[int, _Shape] = field(default_factory=dict)
    _accepts: Remembered[bool] = field(default_factory=lambda: Remembered(MOST_ACCEPTS_REMEMBERED))
    _written: Remembered[tuple[bytes, bytes]] = field(
        default_factory=lambda: Remembered(MOST_HEADERS_REMEMBERED)
    )
    """Headers as they are sent: many are the same in every answer."""

    def warm(self) -> None:
        """Compile what has not been needed yet.

        Raises:
            SchemaBroken: a schema of an answer is none.
        """
        for status in self.operation.responses:
            if status.isdecimal():
                self._shape(int(status))

    def negotiate(self, accept: bytes) -> None:
        """Refuse a caller who accepts nothing that the operation could answer.

        Stand-ins know what they will answer, so they decide that themselves.

        Raises:
            NotAcceptable: that is so.
        """
        verdict = True if self.is_trusted else self._accepts.get(accept)
        if verdict is None:
            verdict = self._accepted(accept)
            if len(accept) <= LONGEST_ACCEPT_REMEMBERED:
                self._accepts.keep(accept, verdict)
        if not verdict:
            raise NotAcceptable(f"The operation answers {', '.join(self._offered())}.")

    def render(self, reply: Reply, exchange: Exchange) -> Rendered:
        """Check a reply and make bytes of it; 304 where the caller has it already.

        Raises:
            AnswerInvalid: it breaks the contract.
        """
        status = reply.status
        shape = self._shapes.get(status) or self._shape(status)
        headers: Headers = []
        body = b""
        if reply.body is not None or ((shape.json or shape.other) and status not in _BODILESS):
            body = self._body(reply, shape, exchange, headers)
        elif status not in _LENGTHLESS:
            headers.append(_EMPTY)
        if reply.version is not None:
            tag = entity_tag(reply.version)
            if b"if-none-match" in exchange.headers and self._is_known(reply, exchange):
                return Rendered(304, [(b"etag", tag)], b"")
            headers.append((b"etag", tag))
        for name, value in reply.headers.items():
            written = self._written.get((name, value)) or self._checked(name, value, exchange)
            if written[0] not in _SET_BY_US:
                headers.append(written)
        if shape.obliged_headers and (
            missing := shape.obliged_headers - {name for name, _ in headers}
        ):
            places = [f"header/{name.decode()}" for name in sorted(missing)]
            rules = [Violation(place, "required", "it is required") for place in places]
            raise self._invalid(rules, exchange)
        return Rendered(status, headers, body)

    def _checked(self, name: str, value: str, exchange: Exchange) -> tuple[bytes, bytes]:
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            rule = Violation(f"header/{name}", "format", "it is no header (RFC 9110 §5)")
            raise self._invalid([rule], exchange)
        return self._written.keep((name, value), (name.lower().encode(), value.encode("latin-1")))

    def _is_known(self, reply: Reply, exchange: Exchange) -> bool:
        condition = exchange.headers.get(b"if-none-match")
        return (
            condition is not None
            and reply.version is not None
            and exchange.method in ("GET", "HEAD")
            and f"{reply.status}".startswith("2")
            and "304" in self.operation.responses
            and already_there(condition, reply.version)
        )

    def _body(self, reply: Reply, shape: _Shape, exchange: Exchange, headers: Headers) -> bytes:
        value = reply.body
        one = shape.chosen(reply)
        if one is None:
            what = "a body" if value is None else "no such body"
            rule = Violation("", "content", f"status {reply.status} must have {what}")
            raise self._invalid([rule], exchange)
        if value is None and one.check is None and reply.media_type is None:
            headers.append(_EMPTY)
            return b""
        if one.check is not None and (broken := one.check(value)):
            raise self._invalid(broken, exchange)
        try:
            body = json_bytes(value) if one.is_json else _as_bytes(value)
        except (TypeError, ValueError, RecursionError) as reason:
            rule = Violation("", "json", f"it cannot be written as JSON: {reason}")
            raise self._invalid([rule], exchange) from reason
        headers.append(one.header)
        headers.append((b"content-length", b"%d" % len(body)))
        return body

    def _invalid(self, broken: Sequence[Violation], exchange: Exchange) -> AnswerInvalid:
        first = broken[0]
        detail = f"{first.pointer or 'the body'} breaks {first.rule}: {first.message}"
        _log.error(
            "answer.invalid",
            operation=self.operation.id,
            trace_id=exchange.trace.id,
            violations=[f"{one.pointer} {one.rule}: {one.message}" for one in broken],
        )
        return AnswerInvalid(detail, violations=broken)

    def _shape(self, status: int) -> _Shape:
        responses = self.operation.responses
        key = key_documenting(responses, status)
        if key is not None and status >= _FIRST_ANSWER:
            shape = self._shapes[status] = self._compiled(responses[key])
            return shape
        if self.is_trusted:
            return _UNDOCUMENTED
        told = "is not documented" if key is None else "is no answer yet"
        rule = Violation("", "responses", f"status {status} {told}")
        _log.error("answer.invalid", operation=self.operation.id, violations=[rule.message])
        raise AnswerInvalid(rule.message, violations=[rule])

    def _compiled(self, response: Response) -> _Shape:
        obliged = {name.lower() for name, one in response.headers.items() if one.get("required")}
        if self.is_trusted:
            obliged = set()
        representations = {k: self._representation(one) for k, one in response.content.items()}
        ones = representations.values()
        return _Shape(
            json=next((one for one in ones if one.is_json), None),
            other=next((one for one in ones if not one.is_json), None),
            obliged_headers=frozenset(name.encode() for name in obliged) - _SET_BY_US,
            all=representations,
        )

    def _representation(self, one: MediaType) -> _Representation:
        kind = essence(one.name)
        is_json = "*" in one.name or (kind is not None and kind.is_json)
        is_text = kind is not None and kind.type == "text"
        check: Check | None = None
        if one.schema_pointer is not None and (is_json or is_text):
            check = _trust
            if not self.is_trusted:
                check = self.schemas.validator(one.schema_pointer, Direction.ANSWER)
        name = "application/json" if "*" in one.name else one.name
        return _Representation(_content_type(name), is_json, check)

    def _offered(self) -> Sequence[str]:
        responses = self.operation.responses.values()
        return list(dict.fromkeys(name for one in responses for name in one.content))

    def _accepted(self, accept: bytes) -> bool:
        responses = self.operation.responses.items()
        if any(not one.content for status, one in responses if status.startswith("2")):
            return True  # an answer without a body is of no type
        offered = self._offered()
        return not offered or acceptable(accept.decode("latin-1"), offered)


def _content_type(name: str) -> tuple[bytes, bytes]:
    is_bare_text = name.lower().startswith("text/") and "charset" not in name
    return b"content-type", (name + "; charset=utf-8" if is_bare_text else name).encode()


def _trust(_value: Json) -> Sequence[Violation]:
    return ()


_UNDOCUMENTED = _Shape(json=None, other=None, obliged_headers=frozenset())


def _as_bytes(value: Json) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
