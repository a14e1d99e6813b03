"""Writes parameters and bodies as a client would, by style and media type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from tests.contract.real_documents.document_read import Json, Param

_BETWEEN = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
BOUNDARY = "real-documents-boundary"


class NoSpelling(ValueError):
    """There is no agreed way to write this value."""


def text_of(value: Json) -> str:
    """Write a scalar."""
    match value:
        case True | False | None:
            return json.dumps(value)
        case dict() | list():
            raise NoSpelling("objects and lists within parameters have no spelling")
        case _:
            return str(value)


def encoded(value: Json) -> str:
    return quote(text_of(value), safe="")


def in_query(param: Param, value: Json) -> Iterator[str]:
    """Yield the pairs of a query parameter."""
    name = quote(param.name, safe="[]")
    if param.media_type is not None:
        yield f"{name}={quote(_content(param.media_type, value), safe='')}"
    elif isinstance(value, list):
        items = [encoded(one) for one in value]
        if param.explode:
            yield from (f"{name}={item}" for item in items)
        else:
            yield f"{name}={_BETWEEN.get(param.style, ',').join(items)}"
    elif isinstance(value, dict):
        yield from _object_in_query(param, name, value)
    else:
        yield f"{name}={encoded(value)}"


def _object_in_query(param: Param, name: str, value: Mapping[str, Json]) -> Iterator[str]:
    if param.style == "deepObject":
        yield from (f"{path}={encoded(one)}" for path, one in bracketed(name, value))
    elif param.explode:
        yield from (f"{encoded(key)}={encoded(one)}" for key, one in value.items())
    else:
        yield f"{name}=" + ",".join(f"{encoded(key)},{encoded(one)}" for key, one in value.items())


def bracketed(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Yield ``name[key][key]`` and the scalar there."""
    match value:
        case dict():
            for key, one in value.items():
                yield from bracketed(f"{name}[{quote(key, safe='')}]", one)
        case list():
            for index, one in enumerate(value):
                inner = f"{name}[{index}]" if isinstance(one, dict | list) else name
                yield from bracketed(inner, one)
        case _:
            yield name, value


def in_path(param: Param, value: Json) -> str:
    """Return what stands for a path parameter."""
    if param.media_type is not None:
        return quote(_content(param.media_type, value), safe="")
    if isinstance(value, list):
        bare = [encoded(one) for one in value]
        named = [f";{param.name}={one}" for one in bare]
    elif isinstance(value, dict):
        sign = "=" if param.explode else ","
        bare = [f"{encoded(key)}{sign}{encoded(one)}" for key, one in value.items()]
        named = [f";{one}" for one in bare]
    else:
        bare = [encoded(value)]
        named = [f";{param.name}={bare[0]}"]
    if param.style == "label":
        return "." + ("." if param.explode else ",").join(bare)
    if param.style == "matrix":
        return "".join(named) if param.explode else f";{param.name}=" + ",".join(bare)
    return ",".join(bare)


def in_header(param: Param, value: Json) -> str:
    """Return a header's value; nothing in it is encoded."""
    if param.media_type is not None:
        return _content(param.media_type, value)
    if isinstance(value, list):
        return ",".join(_plain(one) for one in value)
    if isinstance(value, dict):
        sign = "=" if param.explode else ","
        return ",".join(f"{_plain(key)}{sign}{_plain(one)}" for key, one in value.items())
    text = text_of(value)
    if not text.isascii() or not text.isprintable() or text != text.strip():
        raise NoSpelling("no client sends this text in a header")
    return text


def in_cookie(param: Param, value: Json) -> str:
    """Return a cookie."""
    if param.media_type is not None:
        return f"{param.name}={quote(_content(param.media_type, value), safe='')}"
    if isinstance(value, list):
        return f"{param.name}=" + ",".join(encoded(one) for one in value)
    return f"{param.name}={encoded(value)}"


def _plain(value: Json) -> str:
    text = text_of(value)
    if "," in text or "=" in text or not text.isascii() or not text.isprintable():
        raise NoSpelling("no client sends this text within a header's list")
    return text


def _content(media_type: str, value: Json) -> str:
    return json.dumps(value) if "json" in media_type else text_of(value)


def form(value: Mapping[str, Json], encoding: Mapping[str, Json]) -> bytes:
    """Write ``application/x-www-form-urlencoded``."""
    pairs = (pair for key, one in value.items() for pair in _field(key, one, encoding.get(key, {})))
    return "&".join(f"{name}={quote(text, safe='')}" for name, text in pairs).encode()


def _field(key: str, value: Json, how: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    name = quote(key, safe="")
    if how.get("style") == "deepObject" and isinstance(value, dict | list):
        yield from ((path, text_of(one)) for path, one in bracketed(name, value))
    elif isinstance(value, list) and how.get("explode", True) is not False:
        yield from ((name, as_text(one)) for one in value)
    elif isinstance(value, list):
        yield name, ",".join(as_text(one) for one in value)
    else:
        yield name, as_text(value)


def as_text(value: Json) -> str:
    """Write a value as the part of a form."""
    return json.dumps(value) if isinstance(value, dict | list) else text_of(value)


def multipart(value: Mapping[str, Json], kinds: Mapping[str, str]) -> bytes:
    """Write ``multipart/form-data``; the parts with a media type of their own are files."""
    lines: list[bytes] = []
    for key, given in value.items():
        for one in given if isinstance(given, list) else [given]:
            about = f'Content-Disposition: form-data; name="{key}"'
            kind = kinds.get(key, "")
            if kind and not isinstance(one, dict | list):
                about = f'{about}; filename="file.bin"'
            elif isinstance(one, dict | list):
                kind = "application/json"
            head = about + (f"\r\nContent-Type: {kind}" if kind else "")
            lines.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n{as_text(one)}\r\n".encode())
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()
