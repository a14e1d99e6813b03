"""Reads schemas by the letter, and in the two ways in which contradictory ones still make sense."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.contract.real_documents.document_read import Json

_IN_SLASHES = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)
_DATA = frozenset({"example", "examples", "default", "const"})
"""What holds values, and no schemas."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the schemas of a document."""

    told: str
    """What a verdict says that holds in this reading only."""
    read: Callable[[Json, bool], Json]
    """The schema, and whether it is one of OpenAPI 3.1."""


def _as_it_is(node: Json, _modern: bool) -> Json:
    return node


def _by_the_book(node: Json, modern: bool) -> Json:
    """Take out what OpenAPI, but not the library, passes over.

    Discriminators "MUST NOT change the validation outcome" (3.0.4, 3.1.1), and what stands beside
    ``$ref`` "SHALL be ignored" (3.0).
    """
    return _changed(node, lambda said: _plain(said, modern))


def _as_meant(node: Json, modern: bool) -> Json:
    """Besides, take slashes off patterns, and an ``enum`` for what the ``type`` beside it can be.

    And read ``nullable`` in 3.1, too, and in 3.0 where no ``type`` is beside it.
    """
    return _changed(node, lambda said: _or_null(_meant(_plain(said, modern)), modern))


def _changed(node: Json, change: Callable[[Json], Json]) -> Json:
    match node:
        case dict():
            told = {k: v if k in _DATA else _changed(v, change) for k, v in node.items()}
            return change(told)
        case list():
            return [_changed(one, change) for one in node]
        case _:
            return node


def _plain(said: Json, modern: bool) -> Json:
    if not modern and isinstance(said.get("$ref"), str):
        return {"$ref": said["$ref"]}
    return {k: v for k, v in said.items() if not _is_hint(k, v)}


def _is_hint(key: str, value: Json) -> bool:
    return key == "discriminator" and isinstance(value, dict) and "propertyName" in value


def _meant(said: Json) -> Json:
    pattern, values = said.get("pattern"), said.get("enum")
    if isinstance(pattern, str) and (found := _IN_SLASHES.fullmatch(pattern)):
        said["pattern"] = found[1] if "i" not in found[2] else f"(?i:{found[1]})"
    if isinstance(values, list) and said.get("type") == "array":
        if not any(isinstance(one, list) for one in values):
            said["items"] = {"allOf": [said.get("items", {})], "enum": said.pop("enum")}
    elif isinstance(values, list) and isinstance(said.get("type"), str):
        said["enum"] = [_of_type(said["type"], one) for one in values]
    return said


def _or_null(said: Json, modern: bool) -> Json:
    if said.get("nullable") is not True:
        return said
    if not modern:
        return said if "type" in said else {"anyOf": [said, {"enum": [None]}]}
    if not isinstance(said.get("type"), str):
        return said
    said["type"] = [said["type"], "null"]
    if isinstance(said.get("enum"), list):
        said["enum"] = [*said["enum"], None]
    return said


def _of_type(name: str, value: Json) -> Json:
    if name == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if name in {"integer", "number"} and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value
    return value


BY_THE_LETTER = Reading("", _as_it_is)
BY_THE_BOOK = Reading("valid, by what OpenAPI says and the library does not follow", _by_the_book)
AS_MEANT = Reading("valid as it is evidently meant", _as_meant)
