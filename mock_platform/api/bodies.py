"""Reads a request's body: of what type it is, what it says, and what the contract finds wrong.

JSON is UTF-8 (RFC 8259 §8.1), at most 1024 levels deep, without NaN; of duplicate keys the last one
counts. Integers beyond 64 bits are exact where the contract asks for an integer. How all other types
are read stands in ``api.representations``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import orjson

from mock_platform.api.media_types import TEXT_CHARSETS, Essence, essence, parameter
from mock_platform.engine.operations import Operation
from mock_platform.engine.schemas import Check, Schemas
from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.errors import (
    BodyInvalid,
    BodyUnparsable,
    MediaTypeUnsupported,
    PlatformError,
)

if TYPE_CHECKING:  # imported by the first operation that has a body
    from mock_platform.api.representations import Representation

MOST_TYPES_REMEMBERED = 64

_BEYOND_64_BITS = re.compile(rb"[0-9]{19}")
_JSON_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
_XML_CHARSETS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "utf-16", "utf-16le", "utf-16be"})


class Body(NamedTuple):
    """A body, read."""

    raw: bytes = b""
    value: Json = None
    violations: Sequence[Violation] = ()
    refusal: PlatformError | None = None
    """What a strict contract answers to it."""


class _Type(NamedTuple):
    essence: Essence
    boundary: str | None
    check: Check
    representation: Representation


class Bodies:
    """The bodies that one operation takes, compiled."""

    def __init__(self, operation: Operation, schemas: Schemas) -> None:
        from mock_platform.api.representations import Representation

        declared = operation.body or {}
        # Exact types go before text/*, and that before */*; those with parameters before others.
        self._declared = sorted(declared, key=lambda name: (name.count("*"), -name.count(";")))
        self._representations = {
            name: Representation.of(one, schemas) for name, one in declared.items()
        }
        self._required = operation.body_required
        self._remembered: dict[bytes | None, _Type] = {}

    def read(self, raw: bytes, headers: Mapping[bytes, bytes]) -> Body:
        """Parse and check a raw body."""
        written = headers.get(b"content-type")
        if not raw and (written is None or not self._takes_empty(written)):
            return _unparsable(b"", "a body is required") if self._required else Body()
        kind = self._remembered.get(written)
        if kind is None:
            try:
                kind = self._type(written)
            except MediaTypeUnsupported as refusal:
                rule = Violation("header/Content-Type", "content", refusal.detail)
                return Body(raw, guessed(raw), (rule,), refusal)
        if not kind.essence.is_json:
            return self._of_another_type(raw, kind)
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as reason:
            return _unparsable(raw, f"it is not JSON: {reason}")
        violations = kind.check(value)
        if violations and _BEYOND_64_BITS.search(raw):
            value = _exact(raw, value)
            violations = kind.check(value)
        return _judged(raw, value, violations) if violations else Body(raw, value)

    def _of_another_type(self, raw: bytes, kind: _Type) -> Body:
        wrong: list[Violation] = []
        try:
            value, broken = kind.representation.read(raw, kind.essence, kind.boundary, wrong)
        except BodyUnparsable as reason:
            return _unparsable(raw, reason.detail)
        return _judged(raw, value, [*wrong, *broken])

    def _takes_empty(self, written: bytes) -> bool:
        """Tell whether nothing is something: an empty text, or a form without fields."""
        kind = essence(written.decode("latin-1"))
        if kind is None or kind.is_json or kind.is_xml or kind.type == "multipart":
            return False
        is_idle = kind.is_form and not self._required
        return not is_idle and self._declares(kind, written) is not None

    def _type(self, written: bytes | None) -> _Type:
        takes = ", ".join(self._declared) or "no body at all"
        if written is None:
            raise MediaTypeUnsupported(
                f"The body has no Content-Type; the operation takes {takes}."
            )
        kind = essence(written.decode("latin-1"))
        name = None if kind is None else self._declares(kind, written)
        if kind is None or name is None:
            raise MediaTypeUnsupported(f"The operation takes {takes}.")
        _refuse_charset(kind)
        one = self._representations[name]
        boundary = parameter(written.decode("latin-1"), "boundary")
        found = _Type(kind, boundary, one.check, one)
        if boundary is None:  # every multipart body has a boundary of its own
            if len(self._remembered) >= MOST_TYPES_REMEMBERED:
                self._remembered.clear()
            self._remembered[written] = found
        return found

    def _declares(self, kind: Essence, written: bytes) -> str | None:
        """Find the type that the contract has for a body; parameters count where they differ."""
        fitting = [name for name in self._declared if kind.within(name)]
        text = written.decode("latin-1")
        exact = (name for name in fitting if ";" not in name or _has_parameters(text, name))
        return next(exact, fitting[0] if fitting else None)


def _judged(raw: bytes, value: Json, violations: Sequence[Violation]) -> Body:
    if not violations:
        return Body(raw, value)
    first = f"{violations[0].pointer or 'the body'}: {violations[0].message}"
    count = f"{len(violations)} violation{'s' if len(violations) > 1 else ''}"
    refusal = BodyInvalid(f"{count}: {first}", violations=violations)
    return Body(raw, value, violations, refusal)


def _unparsable(raw: bytes, reason: str) -> Body:
    return Body(raw, None, (Violation("", "parse", reason),), BodyUnparsable(reason))


def guessed(raw: bytes) -> Json:
    """Read a body of which nobody says what it is: JSON if it can be read so, else bytes."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw


def _has_parameters(written: str, declared: str) -> bool:
    pairs = (pair.strip().partition("=") for pair in declared.split(";")[1:])
    return all(parameter(written, name.lower()) == text.strip('"') for name, _, text in pairs)


def _refuse_charset(kind: Essence) -> None:
    if kind.charset is None:
        return
    if kind.is_json and kind.charset not in _JSON_CHARSETS:
        raise MediaTypeUnsupported(f"JSON is UTF-8, not {kind.charset}.")
    if kind.is_form and kind.charset not in _JSON_CHARSETS:
        raise MediaTypeUnsupported(f"Forms are UTF-8, not {kind.charset}.")
    if kind.is_xml and kind.charset not in _XML_CHARSETS:
        raise MediaTypeUnsupported(f"XML may be in {', '.join(sorted(_XML_CHARSETS))}.")
    if kind.type == "text" and not kind.is_xml and kind.charset not in TEXT_CHARSETS:
        raise MediaTypeUnsupported(f"Text may be in {', '.join(sorted(TEXT_CHARSETS))}.")


def _exact(raw: bytes, rounded: Json) -> Json:
    """Parse again without rounding: orjson makes floats of integers beyond 64 bits."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return rounded
