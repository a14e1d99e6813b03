"""Fills in the headers that a contract documents for an answer: as it says, else as they are used.

Headers that the server itself is responsible for are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_platform.engine.answering.sheets import Generator, Means
from mock_platform.engine.answering.statements import statements
from mock_platform.engine.operations import Operation, Response
from mock_platform.engine.pointers import follow, join
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, SchemaBroken
from mock_platform.shared.contracts import Json
from mock_platform.shared.large_json import json_bytes

_NOT_OURS = frozenset(
    {
        *("content-type", "content-length", "content-encoding", "transfer-encoding", "date"),
        *("connection", "keep-alive", "upgrade", "trailer", "te", "server", "x-trace-id"),
        *("content-range", "preference-applied"),
    }
)
_AS_USED: Mapping[str, str] = {
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": "*",
    "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "*",
    "access-control-max-age": "600",
    "cache-control": "no-store",
    "content-language": "en",
    "etag": '"1"',
    "expires": "Thu, 01 Jan 2026 00:00:00 GMT",
    "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
    "location": "/",
    "retry-after": "1",
    "vary": "Accept",
    "www-authenticate": 'Bearer realm="mock"',
}
"""What can be read by those who know the header, where a made-up text would mislead them."""

_NO_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]+")


@dataclass(slots=True)
class _Header:
    name: str
    text: str | None
    """Always this; None: it is generated."""
    generator: Generator | None = None
    explode: bool = False

    def value(self, seed: int) -> str | None:
        if self.text is not None or self.generator is None:
            return self.text
        try:
            return as_text(self.generator(seed), explode=self.explode)
        except (LookupError, ValueError):
            return None


@dataclass(slots=True)
class Headers:
    """The headers of one answer, compiled."""

    _headers: list[_Header] = field(default_factory=list)

    @property
    def are_always_the_same(self) -> bool:
        return all(one.generator is None for one in self._headers)

    def values(self, seed: int) -> dict[str, str]:
        """Return each header's value."""
        found = ((one.name, one.value(seed)) for one in self._headers)
        return {name: value for name, value in found if value is not None}


def headers_of(operation: Operation, response: Response, means: Means) -> Headers:
    """Compile the headers that the contract documents for an answer."""
    return Headers(
        [
            _compiled(name, raw, _place(operation, response, name, means), means)
            for name, raw in response.headers.items()
            if name.lower() not in _NOT_OURS and isinstance(raw, dict)
        ]
    )


def as_text(value: Json, *, explode: bool = False) -> str:
    """Write a header's value in style ``simple`` (OpenAPI 3.0.4 §4.7.12.3)."""
    match value:
        case list():
            text = ",".join(as_text(item) for item in value)
        case dict():
            between = "=" if explode else ","
            text = ",".join(f"{name}{between}{as_text(part)}" for name, part in value.items())
        case str():
            text = value
        case _:
            text = json_bytes(value).decode()
    return _NO_HEADER.sub(" ", text).strip()


def _compiled(name: str, raw: Mapping[str, Json], pointer: str | None, means: Means) -> _Header:
    holder, is_json = raw, False
    for media_type, one in (raw.get("content") or {}).items():
        holder, is_json = one, "json" in media_type
    explode = raw.get("explode") is True
    check = _check(pointer, means)
    for given in statements({**raw, **holder}, means.root).in_order:
        if check is None or not check(given.value):
            text = json_bytes(given.value).decode() if is_json else ""
            return _Header(name, text or as_text(given.value, explode=explode))
    used = _AS_USED.get(name.lower())
    if used is not None and (check is None or not (check(used) and check(_number(used)))):
        return _Header(name, used)
    if pointer is None:
        return _Header(name, used or name.lower())
    fits = (lambda value: not check(value)) if check is not None else (lambda _value: True)
    return _Header(name, None, means.generators(pointer, fits, name=name), explode)


def _number(text: str) -> Json:
    return int(text) if text.isdecimal() else text


def _check(pointer: str | None, means: Means) -> Check | None:
    try:
        return None if pointer is None else means.schemas.validator(pointer, Direction.ANSWER)
    except SchemaBroken:
        return None


def _place(operation: Operation, response: Response, name: str, means: Means) -> str | None:
    """Return where a header's schema is; None where it has none."""
    try:
        _, owner = follow(means.root, operation.pointer + join("responses", response.status))
        header, pointer = follow(means.root, owner + join("headers", name))
    except LookupError:
        return None
    for media_type in header.get("content") or {}:
        header, pointer = header["content"][media_type], pointer + join("content", media_type)
    return pointer + "/schema" if "schema" in header else None
