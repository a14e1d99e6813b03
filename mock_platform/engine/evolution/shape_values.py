"""Reads the keywords of a schema that stand for themselves: types, bounds, values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from mock_platform.shared.contracts import Json

NULL: Final = "yes"
NO_NULL: Final = "no"

_TYPES: Final = ("string", "number", "integer", "boolean", "array", "object")
_LOWER: Final = ("minLength", "minItems", "minProperties")
_UPPER: Final = ("maxLength", "maxItems", "maxProperties")


def types_in(node: Json) -> tuple[frozenset[str] | None, str]:
    """Return the types without null, and whether null is one of them."""
    written = node.get("type")
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list):
        return _types_of_values(node)
    found = {name for name in names if name in _TYPES}
    if "number" in found:
        found.discard("integer")  # which number includes
    null = "null" in names or node.get("nullable") is True
    return frozenset(found), NULL if null else NO_NULL


def _types_of_values(node: Json) -> tuple[frozenset[str] | None, str]:
    """Tell the types of a schema that names values only."""
    null = NULL if node.get("nullable") is True else ""
    values = [node["const"]] if "const" in node else node.get("enum")
    if not isinstance(values, list) or not values:
        return None, null
    found = {type_of(value) for value in values}
    return frozenset(found - {"null"}), NULL if "null" in found else null or NO_NULL


def type_of(value: Json) -> str:
    """Name the type of a JSON value."""
    if value is None:
        return "null"
    known = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return known.get(type(value), "object")


def implied_types(properties: Json, items: Json) -> tuple[frozenset[str] | None, str]:
    """Take what has properties for an object, and what has items for an array, as everybody does."""
    if properties:
        spots = next(iter(properties.values()))
        return frozenset({"object"}), spots[0].pointer.rpartition("/")[0]
    if items:
        return frozenset({"array"}), items[0].pointer
    return None, ""


def canonical(value: Json) -> str:
    """Write a value so that equal values are written equally."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def bounds_in(node: Json) -> Iterator[tuple[str, Json, str]]:
    """Yield the bounds: name, value that can be compared, keyword. A strict bound is tighter."""
    for name, sign in (("minimum", 1), ("maximum", -1)):
        strict = "exclusive" + name.capitalize()
        limit, limit_strict = node.get(name), node.get(strict)
        if is_number(limit):
            yield name, (limit, sign if limit_strict is True else 0), name
        if is_number(limit_strict):
            yield name, (limit_strict, sign), strict
    for name in (*_LOWER, *_UPPER):
        value = node.get(name)
        if is_number(value) and not (value == 0 and name in _LOWER):
            yield name, (value, 0), name


def matters(bound: str, types: frozenset[str] | None) -> bool:
    """Whether a bound says anything of values of these types: of numbers no length does."""
    bounded = {"Length": {"string"}, "Items": {"array"}, "Properties": {"object"}}
    return types is None or not types.isdisjoint(bounded.get(bound[3:], {"number", "integer"}))


def tighter(name: str, value: Json, other: Json) -> bool:
    """Whether a bound leaves less room than another of the same name."""
    return bool(value > other if name.startswith("min") else value < other)


def is_number(value: Json) -> bool:
    """Whether it is a number; True is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
