"""Reads a request's body: how much, of what type, and what the contract finds wrong with it.

JSON is UTF-8 (RFC 8259 §8.1), at most 1024 levels deep, without NaN; of duplicate keys the last one
counts. Integers beyond 64 bits are exact where the contract asks for an integer. Types that are
neither JSON nor text are passed on as bytes, unchecked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from mock_platform.api.exchange import ClientGone, Exchange
from mock_platform.api.media_types import Essence, essence
from mock_platform.engine.operations import Operation
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, Schemas
from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.errors import (
    BodyInvalid,
    BodyTooLarge,
    BodyUnparsable,
    MediaTypeUnsupported,
    PlatformError,
)

MOST_TYPES_REMEMBERED = 64

_BEYOND_64_BITS = re.compile(rb"[0-9]{19}")
_TEXT_CHARSETS = frozenset({"utf-8", "us-ascii", "iso-8859-1"})
_JSON_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


class Body(NamedTuple):
    """A body, read."""

    raw: bytes = b""
    value: Json = None
    violations: Sequence[Violation] = ()


class _Type(NamedTuple):
    essence: Essence
    check: Check


async def received(exchange: Exchange, limit: int) -> bytes:
    """Return the raw body.

    Raises:
        BodyTooLarge: it is longer than ``limit``, or says that it will be.
        ClientGone: the caller went away before it was complete.
    """
    declared = exchange.headers.get(b"content-length", b"")
    length = int(declared) if declared.isdigit() else None
    if length is not None and length > limit:
        raise _too_large(limit)
    raw = await _whole(exchange, limit)
    if len(raw) > limit:
        raise _too_large(limit)
    if length is not None and len(raw) < length:
        raise ClientGone
    return raw


async def _whole(exchange: Exchange, limit: int) -> bytes:
    """Read to the end, or to the first byte beyond the limit."""
    parts, size = [], 0
    while exchange.unread and size <= limit:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        exchange.unread = message.get("more_body", False)
        parts.append(part)
        size += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int) -> PlatformError:
    return BodyTooLarge(f"At most {limit} bytes are taken.", limit=limit)


class Bodies:
    """The bodies that one operation takes, compiled."""

    def __init__(self, operation: Operation, schemas: Schemas, *, lenient: bool) -> None:
        declared = operation.body or {}
        # Exact types go before text/*, and that before */*.
        self._declared = sorted(declared, key=lambda name: name.count("*"))
        self._checks = {
            name: schemas.validator(one.schema_pointer, Direction.REQUEST)
            if one.schema_pointer is not None
            else _anything_goes
            for name, one in declared.items()
        }
        self._required = operation.body_required
        self._lenient = lenient
        """Hand an invalid body on, with its violations, instead of refusing it."""
        self._remembered: dict[bytes | None, _Type] = {}

    def read(self, raw: bytes, headers: Mapping[bytes, bytes]) -> Body:
        """Parse and check a raw body.

        Raises:
            MediaTypeUnsupported: the operation takes no such type.
            BodyUnparsable: it is missing, or not what its content type says.
            BodyInvalid: with everything that breaks the contract.
        """
        written = headers.get(b"content-type")
        if not raw and (written is None or not self._takes_empty(written)):
            return self._missing()
        kind = self._remembered.get(written) or self._type(written)
        if not kind.essence.is_json:
            return self._judged(raw, _text(raw, kind.essence), kind.check)
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as reason:
            return self._unparsable(raw, f"it is not JSON: {reason}")
        return self._judged(raw, value, kind.check)

    def _judged(self, raw: bytes, value: Json, check: Check) -> Body:
        violations = check(value)
        if violations and _BEYOND_64_BITS.search(raw):
            value = _exact(raw, value)
            violations = check(value)
        if violations and not self._lenient:
            first = f"{violations[0].pointer or 'the body'}: {violations[0].message}"
            count = f"{len(violations)} violation{'s' if len(violations) > 1 else ''}"
            raise BodyInvalid(f"{count}: {first}", violations=violations)
        return Body(raw, value, violations)

    def _takes_empty(self, written: bytes) -> bool:
        kind = essence(written.decode("latin-1"))
        return kind is not None and not kind.is_json and self._declares(kind) is not None

    def _missing(self) -> Body:
        return self._unparsable(b"", "a body is required") if self._required else Body()

    def _unparsable(self, raw: bytes, reason: str) -> Body:
        if self._lenient:
            return Body(raw, None, (Violation("", "parse", reason),))
        raise BodyUnparsable(reason)

    def _type(self, written: bytes | None) -> _Type:
        takes = ", ".join(self._declared) or "no body at all"
        if written is None:
            raise MediaTypeUnsupported(
                f"The body has no Content-Type; the operation takes {takes}."
            )
        kind = essence(written.decode("latin-1"))
        name = None if kind is None else self._declares(kind)
        if kind is None or name is None:
            raise MediaTypeUnsupported(f"The operation takes {takes}.")
        if kind.charset is not None and kind.is_json and kind.charset not in _JSON_CHARSETS:
            raise MediaTypeUnsupported(f"JSON is UTF-8, not {kind.charset}.")
        if kind.charset is not None and kind.type == "text" and kind.charset not in _TEXT_CHARSETS:
            raise MediaTypeUnsupported(f"Text may be in {', '.join(sorted(_TEXT_CHARSETS))}.")
        if len(self._remembered) >= MOST_TYPES_REMEMBERED:
            self._remembered.clear()
        is_checked = kind.is_json or kind.type == "text"
        found = _Type(kind, self._checks[name] if is_checked else _anything_goes)
        self._remembered[written] = found
        return found

    def _declares(self, kind: Essence) -> str | None:
        return next((name for name in self._declared if kind.within(name)), None)


def _anything_goes(_value: Json) -> Sequence[Violation]:
    return ()


def _text(raw: bytes, kind: Essence) -> str | bytes:
    if kind.type != "text":
        return raw
    try:
        return raw.decode(kind.charset or "utf-8")
    except UnicodeDecodeError as reason:
        raise BodyUnparsable(f"it is not {kind.charset or 'utf-8'}: {reason.reason}") from reason


def _exact(raw: bytes, rounded: Json) -> Json:
    """Parse again without rounding: orjson makes floats of integers beyond 64 bits."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return rounded
