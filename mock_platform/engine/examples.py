"""Knows the least value of a schema: its example, or the smallest that it describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor

from mock_platform.engine.pointers import lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

_DEEPEST = 16
"""How far schemas are followed; one that requires itself has no least value."""

_MOST_PARTS = 10_000
"""Schemas that one value is made of; one that requires several of its kind has too many."""

_LONGEST = 10_000
"""Of a list or a text that is made up; who asks for more than that, gets that."""

_BY_FORMAT: Mapping[str, str] = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "somebody@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "byte": "AAAA",
}


def _followed(node: Json, root: Json) -> Json:
    hops = 0
    while (ref := ref_of(node)) is not None and hops < _DEEPEST:
        node, hops = lookup(root, of_ref(ref)), hops + 1
    return node


def least(schema: Json, root: Json) -> Json:
    """Return a schema's example, or the least value it describes.

    Patterns, and several schemas that contradict each other, are not looked at.
    """
    return _least(schema, _Making(root), 0)


@dataclass(slots=True)
class _Making:
    """One value on its way."""

    root: Json
    left: int = _MOST_PARTS


def _least(schema: Json, making: _Making, depth: int) -> Json:
    schema = _followed(schema, making.root)
    making.left -= 1
    if not isinstance(schema, dict) or depth > _DEEPEST or making.left < 0:
        return None
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            schema = {**schema, "allOf": [*schema.get("allOf", []), schema[key][0]]}
    if "allOf" in schema:
        return _all_of(schema, making, depth)
    return _LEAST.get(_type(schema), _nothing)(schema, making, depth)


def _all_of(schema: Json, making: _Making, depth: int) -> Json:
    own = {key: schema[key] for key in ("type", "properties", "required") if key in schema}
    values = [_least(part, making, depth + 1) for part in (own, *schema["allOf"]) if part]
    members = [value for value in values if isinstance(value, dict)]
    if members:
        return {name: value for part in members for name, value in part.items()}
    return next((value for value in reversed(values) if value is not None), None)


def _type(schema: Json) -> str:
    match schema.get("type"):
        case str(written):
            return written
        case [written, *_]:
            return str(written)
        case _:
            return "object" if "properties" in schema or "required" in schema else ""


def _nothing(_schema: Json, _making: _Making, _depth: int) -> Json:
    return None


def _object(schema: Json, making: _Making, depth: int) -> Json:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    members: dict[str, Json] = {}
    for name in dict.fromkeys((*properties, *required)):
        written = _followed(properties.get(name, {"type": "string"}), making.root)
        if isinstance(written, dict) and not written.get("writeOnly", False):
            if name in required:
                members[name] = _least(written, making, depth + 1)
            elif "example" in written:
                members[name] = written["example"]
    return members


def _array(schema: Json, making: _Making, depth: int) -> Json:
    count = min(schema.get("minItems", 0), _LONGEST)
    if not count:
        return []
    room, share = making.left, making.left // count
    making.left = share
    item = _least(schema.get("items", {}), making, depth + 1)
    making.left = room - count * (share - making.left)
    return [item] * count


def _string(schema: Json, _making: _Making, _depth: int) -> Json:
    text = _BY_FORMAT.get(schema.get("format", ""), "text")
    if len(text) > (longest := schema.get("maxLength", len(text))):
        text = text[:longest]
    return text.ljust(min(schema.get("minLength", 0), _LONGEST), "x")


def _number(schema: Json, _making: _Making, _depth: int) -> Json:
    """The number nearest to nothing that is allowed."""
    unit = schema.get("multipleOf", 1)
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is True or (not isinstance(above, bool) and above is not None):
        edge = low if above is True else above
        low = (floor(edge / unit) + 1) * unit
    if below is True or (not isinstance(below, bool) and below is not None):
        edge = high if below is True else below
        high = (ceil(edge / unit) - 1) * unit
    if low is not None and low > 0:
        return ceil(low / unit) * unit
    if high is not None and high < 0:
        return floor(high / unit) * unit
    return 0


_Least = Callable[[Json, _Making, int], Json]
_LEAST: Mapping[str, _Least] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema, _making, _depth: False,
}
