"""Turns JSON into values, as strictly as YAML, at nearly the cost of reading it.

A parser in C does not see a key that stands twice. But a text that comes out as it went in, written
again, has lost nothing; only the others are looked at closely.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import NoReturn

import orjson

from mock_platform.engine.findings import Finding
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
        broken = Finding(message=told, line=error.lineno, column=error.colno)
        raise TextBroken(broken) from error
    except RecursionError as error:
        raise TextBroken(Finding(message=TOO_DEEP)) from error
    except ValueError as error:
        value, findings = read_yaml(text.replace("\t", " "), care)
        return value, findings or [Finding(message=str(error))]
    if _is_too_deep(value):
        raise TextBroken(Finding(message=TOO_DEEP))
    return value, []


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
