"""Turns JSON into values, as strictly as YAML, at nearly the cost of reading it.

A parser in C does not see a key that stands twice. But a text that comes out as it went in, written
again, has lost nothing; only the others are looked at closely.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import isfinite
from typing import NoReturn

import orjson

from mock_platform.engine.findings import ERROR, WARNING, Finding
from mock_platform.infra.spec_text import TOO_DEEP, Care, TextBroken, read_yaml
from mock_platform.infra.yaml_places import MAX_DEPTH
from mock_platform.shared.contracts import Json

_LARGE = 1_000_000
"""Texts of more bytes may be nested as deep as orjson writes: 254 levels."""


def read_sound_json(data: bytes) -> Json | None:
    """Return what a text holds that is JSON without any doubt; None for all others."""
    data = data.strip()
    try:
        value = orjson.loads(data)
        is_indented = data[1:2] == b"\n"
        same = orjson.dumps(value, option=orjson.OPT_INDENT_2 if is_indented else None) == data
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    if not same or (len(data) <= _LARGE and _is_too_deep(value)):
        return None
    return value


def read_json(text: str, care: Care = Care.STRICT) -> tuple[Json, list[Finding]]:
    """Return the text's document; doubtful JSON is read again as YAML, which knows the places.

    Raises:
        TextBroken: there is no document to return.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_refuse, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        told = f"this is no JSON: {error.msg}"
        broken = Finding(message=told, remedy=_SAY, line=error.lineno, column=error.colno)
        if care is Care.STRICT:
            raise TextBroken(broken) from error
        return _as_yaml(text, broken)
    except RecursionError as error:
        raise TextBroken(Finding(message=TOO_DEEP)) from error
    except ValueError as error:
        value, findings = read_yaml(text.replace("\t", " "), care)
        constant = f"{error}".partition(" ")[0]
        line, column = _place_of(text, constant) if constant in _CONSTANTS else (0, 0)
        doubt = ERROR if care is Care.STRICT else WARNING
        found = Finding(
            message=str(error), remedy=_NO_NUMBER, level=doubt, line=line, column=column
        )
        return value, findings or [found]
    if _is_too_deep(value):
        raise TextBroken(Finding(message=TOO_DEEP))
    return _whole(value, text), []


_SAY = "correct that; JSON has no comments, and no comma after the last one"
_NO_NUMBER = "write a number, or null"
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")


def _as_yaml(text: str, broken: Finding) -> tuple[Json, list[Finding]]:
    """Read what is nearly JSON: with comments, or with commas before what ends a list."""
    plain = _COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else _blank(found[0]), text)
    try:
        value, findings = read_yaml(plain.replace("\t", " "), Care.LENIENT)
    except TextBroken:
        raise TextBroken(broken) from None
    if not isinstance(value, dict):
        raise TextBroken(broken)
    return _whole(value, text), [replace(broken, level=WARNING), *findings]


def _blank(comment: str) -> str:
    """Return as many lines of nothing, so that what follows stays where it is."""
    return re.sub(r"[^\n]", " ", comment)


def _place_of(text: str, word: str) -> tuple[int, int]:
    before, found, _ = text.partition(word)
    return (before.count("\n") + 1, len(before) - before.rfind("\n")) if found else (0, 0)


def _whole(value: Json, text: str) -> Json:
    """Put U+FFFD where one half of a surrogate pair is escaped: that is no character."""
    return _without_halves(value) if _ESCAPED_HALF.search(text) else value


def _without_halves(value: Json) -> Json:
    match value:
        case str():
            return _HALF.sub("\ufffd", value)
        case list():
            return [_without_halves(item) for item in value]
        case dict():
            return {_without_halves(key): _without_halves(item) for key, item in value.items()}
        case _:
            return value


def _is_too_deep(value: Json) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        deeper: list[Json] = []
        for node in level:
            if isinstance(node, dict):
                deeper.extend(node.values())
            elif isinstance(node, list):
                deeper.extend(node)
        level = deeper
    return any(isinstance(node, (dict, list)) for node in level)


def _members(pairs: list[tuple[str, Json]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands here twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse(text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
