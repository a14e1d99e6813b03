"""Says what a runtime expression means for one request and its answer (OpenAPI 3.0.4 §4.7.20.2).

``{$request.body#/callbackUrl}`` and ``https://host/{$request.query.id}/done`` are compiled once;
the compiled form is called with the facts of one exchange. What is not there is None, and makes
the whole text None: half a URL is no URL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mock_platform.engine.pointers import split, step
from mock_platform.shared.contracts import Json
from mock_platform.shared.large_json import json_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One exchange, as expressions see it."""

    url: str
    method: str
    path: Mapping[str, Json] = field(default_factory=dict)
    """Path parameters by name."""
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: Json = None
    status: int | None = None
    """None until there is an answer."""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    response_body: Json = None


Expression = Callable[[Facts], Json]

_EXPECTED = (
    "expected $url, $method, $statusCode, $request.header.NAME, $request.query.NAME,"
    " $request.path.NAME, $request.body, $request.body#/POINTER, $response.header.NAME,"
    " $response.body or $response.body#/POINTER"
)

_WHOLE: Mapping[str, Expression] = {
    "$url": lambda facts: facts.url,
    "$method": lambda facts: facts.method,
    "$statusCode": lambda facts: facts.status,
}

_SOURCE = re.compile(
    r"\$(?P<side>request|response)\."
    r"(?:(?P<place>header|query|path)\.(?P<name>.+)|body(?:#(?P<pointer>(?:/.*)?))?)",
    re.DOTALL,
)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_POINTER = re.compile(r"(?:[^~]|~[01])*", re.DOTALL)
_EMBEDDED = re.compile(r"\{(\$[^{}]*)(\}?)")


def compile_expression(text: str) -> Expression:
    """Compile an expression, a text with ``{expressions}`` in it, or a text without any.

    The value keeps its type when the expression is all there is.

    Raises:
        ValueError: an expression is not one of those that OpenAPI knows.
    """
    if text.startswith("$"):
        return _expression(text)
    parts: list[str | Expression] = []
    end = 0
    for found in _EMBEDDED.finditer(text):
        if not found[2]:
            raise ValueError(f"{text!r}: {found[0]!r} has no closing brace")
        parts += [text[end : found.start()], _expression(found[1])]
        end = found.end()
    written = [part for part in (*parts, text[end:]) if part != ""]
    match written:
        case [] | [str()]:
            return lambda _facts: text
        case [part] if callable(part):
            return part
        case _:
            return lambda facts: _filled_in(written, facts)


def _filled_in(parts: Sequence[str | Expression], facts: Facts) -> str | None:
    texts = [_text(part if isinstance(part, str) else part(facts)) for part in parts]
    return None if None in texts else "".join(text for text in texts if text is not None)


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json_bytes(value).decode()


def _expression(text: str) -> Expression:
    if whole := _WHOLE.get(text):
        return whole
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no runtime expression; {_EXPECTED}")
    side, place, name, pointer = found.group("side", "place", "name", "pointer")
    if place is None:
        return _body(text, side, pointer or "")
    return _named(text, side, place, name)


def _body(text: str, side: str, pointer: str) -> Expression:
    if not _POINTER.fullmatch(pointer):
        raise ValueError(f"{text!r}: in a JSON pointer, ~ is written ~0 and / is written ~1")
    tokens = split(pointer)
    if side == "request":
        return lambda facts: _member(facts.body, tokens)
    return lambda facts: _member(facts.response_body, tokens)


def _member(node: Json, tokens: Sequence[str]) -> Json:
    try:
        for token in tokens:
            node = step(node, token)
    except LookupError:
        return None
    return node


def _named(text: str, side: str, place: str, name: str) -> Expression:
    if place == "header":
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{text!r}: {name!r} cannot be the name of a header")
        key = name.lower()
        if side == "request":
            return lambda facts: facts.headers.get(key)
        return lambda facts: facts.response_headers.get(key)
    if side == "response":
        raise ValueError(f"{text!r}: an answer has no {place}; {_EXPECTED}")
    if place == "path":
        return lambda facts: facts.path.get(name)
    return lambda facts: next(iter(facts.query.get(name, ())), None)
