"""Reads what a caller would like: ``Prefer`` (RFC 7240), or the same in the query: ``?__code=404``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PART = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*"?)+')
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ESCAPED = re.compile(r"\\(.)")
_TRUE = frozenset({"", "true", "1", "yes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a caller would like of an answer; None is "whatever you think"."""

    code: str | None = None
    """The status."""
    example: str | None = None
    """The name of an example."""
    dynamic: bool | None = None
    """Generate, even where there are examples."""
    seed: str | None = None
    """Generate the same for the same seed."""
    lenient: bool = False
    """``handling=lenient``: pass over what cannot be had."""


INDIFFERENT = Preferences()


def preferences(prefer: Iterable[str], query: str) -> Preferences:
    """Read all ``Prefer`` headers of a request and its query; the headers go first."""
    stated = {**_from_query(query), **_from_headers(prefer)}
    dynamic = stated.get("dynamic")
    return Preferences(
        code=stated.get("code"),
        example=stated.get("example"),
        dynamic=None if dynamic is None else dynamic.lower() in _TRUE,
        seed=stated.get("seed"),
        lenient=stated.get("handling", "").lower() == "lenient",
    )


def applied(wanted: Preferences, honoured: Iterable[str]) -> str:
    """Write the value of ``Preference-Applied``: what was honoured, as it was asked for."""
    said = {
        "code": wanted.code,
        "example": wanted.example,
        "dynamic": str(wanted.dynamic).lower(),
        "seed": wanted.seed,
        "handling": "lenient",
    }
    names = set(honoured)
    return ", ".join(f"{name}={_word(said[name] or '')}" for name in said if name in names)


def _from_headers(lines: Iterable[str]) -> Mapping[str, str]:
    """Of preferences that are given more than once, the first counts (RFC 7240 §2)."""
    found: dict[str, str] = {}
    for line in lines:
        for member in _MEMBER.findall(line):
            parts = _PART.findall(member)  # what follows a semicolon refines; none of ours do that
            name, _, value = (parts[0] if parts else "").partition("=")
            if _TOKEN.fullmatch(name := name.strip().lower()):
                found.setdefault(name, _unquoted(value.strip()))
    return found


def _from_query(query: str) -> Mapping[str, str]:
    if "__" not in query:
        return {}
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name.startswith("__"):
            found.setdefault(name[2:].lower(), unquote_plus(value))
    return found


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return _ESCAPED.sub(r"\1", value[1:].removesuffix('"'))


def _word(value: str) -> str:
    if _TOKEN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
