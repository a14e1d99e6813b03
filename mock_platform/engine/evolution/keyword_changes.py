"""Compares what single keywords of two schemas say, and decides which way each of them moved."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Final, NamedTuple

from mock_platform.engine.evolution.shape_values import is_number, tighter
from mock_platform.engine.evolution.shapes import Fact, Shape
from mock_platform.shared.contracts import Json


class Moved(NamedTuple):
    """A rule without its direction, what happened in words, and the places on both sides."""

    rule: str
    told: str
    old: str
    new: str


_LONGEST: Final = 60
_EXACT: Final = 2**53
"""Up to here floating numbers are whole ones as they are written."""
_ROOM: Final[dict[str, int]] = {"int32": 1, "float": 1, "int64": 2, "double": 2, "": 2}
"""Formats of numbers by the room they leave; no format leaves as much as the largest."""
_HINTS: Final = frozenset(("password",))
"""Formats that say how a value is shown."""


def shown(value: Json) -> str:
    """Write a value into a message."""
    text = value if isinstance(value, str) else repr(value)
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}`"


def keyword_changes(old: Shape, new: Shape) -> Iterator[Moved]:
    """Tell what the keywords that stand for themselves say now."""
    yield from _null(old, new)
    yield from _values(old, new)
    yield from _bounds(old, new)
    if old.types == new.types:
        yield from _format(old, new)
    yield from _added_or_gone(old, new, "pattern", "pattern")
    yield from _multiple(old, new)
    yield from _flag(old, new, "uniqueItems", ("unique-set", "unique-lifted"))
    yield from _flag(old, new, "deprecated", ("schema-deprecated", "schema-revived"))
    yield from _added_or_gone(old, new, "default", "default")


def type_changes(old: Shape, new: Shape) -> Iterator[Moved]:
    """Tell how the types moved."""
    was, now = old.types, new.types
    if was == now:
        return
    told = f"type {_types(was)} → {_types(now)}"
    if _within(now, was):
        rule = "type-narrowed"
    elif _within(was, now):
        rule = "type-widened"
    else:
        rule = "type-changed"
    yield Moved(rule, told, old.types_at or old.pointer, new.types_at or new.pointer)


def _within(some: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    if others is None:
        return True
    if some is None:
        return False
    return all(name in others or (name == "integer" and "number" in others) for name in some)


def _types(types: frozenset[str] | None) -> str:
    if types is None:
        return "any"
    return " or ".join(sorted(types)) or "nothing"


def _null(old: Shape, new: Shape) -> Iterator[Moved]:
    places = (old.types_at or old.pointer, new.types_at or new.pointer)
    if (old.null, new.null) == ("yes", "no"):
        yield Moved("null-refused", "null is no longer allowed", *places)
    elif (old.null, new.null) == ("no", "yes"):
        yield Moved("null-allowed", "null is allowed now", *places)


def _values(old: Shape, new: Shape) -> Iterator[Moved]:
    was, now = old.values, new.values
    if was is None or now is None:
        if was is not None:
            told = f"any value, no longer only {_listed(was)}"
            yield Moved("enum-lifted", told, old.values_at, new.pointer)
        elif now is not None:
            yield Moved("enum-set", f"only {_listed(now)}", old.pointer, new.values_at)
        return
    places = (old.values_at, new.values_at)
    if was and now and was.keys().isdisjoint(now):
        yield Moved("values-exchanged", f"{_listed(was)} → {_listed(now)}", *places)
        return
    for key in was:
        if key not in now:
            yield Moved("enum-value-removed", f"the value {shown(was[key])} is gone", *places)
    for key in now:
        if key not in was:
            yield Moved("enum-value-added", f"the value {shown(now[key])} is new", *places)


def _listed(values: dict[str, Json]) -> str:
    first = [shown(value) for value in values.values()][:3]
    return ", ".join(first) + (" …" if len(values) > len(first) else "")


def _bounds(old: Shape, new: Shape) -> Iterator[Moved]:
    for name in [*old.bounds, *(name for name in new.bounds if name not in old.bounds)]:
        was, now = old.bounds.get(name), new.bounds.get(name)
        if was is None and now is not None:
            yield Moved("bound-set", f"{_bound(now)}", old.pointer, now.pointer)
        elif was is not None and now is None:
            yield Moved("bound-lifted", f"no {_bound(was)} any more", was.pointer, new.pointer)
        elif was is not None and now is not None:
            whole = old.types == new.types == frozenset({"integer"})
            before, after = (_limit(name, fact.value, whole=whole) for fact in (was, now))
            if before != after:
                rule = "bound-tightened" if tighter(name, after, before) else "bound-loosened"
                yield Moved(rule, f"{_bound(was)} → {_bound(now)}", was.pointer, now.pointer)


def _limit(name: str, value: tuple[Json, int], *, whole: bool) -> tuple[Json, int]:
    """Return a bound as it can be compared: of whole numbers, ``> 0`` is ``>= 1``."""
    limit, strict = value
    if not whole or name not in {"minimum", "maximum"}:
        return value
    if name == "minimum":
        return (floor(limit) + 1 if strict else ceil(limit)), 0
    return (ceil(limit) - 1 if strict else floor(limit)), 0


def _bound(fact: Fact) -> str:
    return f"{fact.pointer.rpartition('/')[2]} {_digits(fact.value[0])}"


def _digits(number: Json) -> str:
    """Write a number out in full: 1048576 and 1048577 are two."""
    if isinstance(number, float) and number.is_integer() and abs(number) < _EXACT:
        number = int(number)
    return shown(number).strip("`")


def _format(old: Shape, new: Shape) -> Iterator[Moved]:
    was, now = (_format_of(shape) for shape in (old, new))
    if was.value == now.value:
        return
    told = f"format {was.value or 'any'} → {now.value or 'any'}"
    rooms = _ROOM.get(was.value), _ROOM.get(now.value)
    if None not in rooms:
        if rooms[0] == rooms[1] and "" in (was.value, now.value):
            return  # int64 says no more than integer
        widened = (rooms[0] or 0) < (rooms[1] or 0)
        rule = "format-widened" if widened else "format-narrowed"
        if rooms[0] == rooms[1]:
            rule = "format-changed"
    elif not was.value:
        rule = "format-narrowed"
    else:
        rule = "format-widened" if not now.value else "format-changed"
    yield Moved(rule, told, was.pointer, now.pointer)


def _format_of(shape: Shape) -> Fact:
    found = shape.facts.get("format")
    if found is None or not isinstance(found.value, str) or found.value in _HINTS:
        return Fact("", shape.pointer)
    return found


def _added_or_gone(old: Shape, new: Shape, keyword: str, family: str) -> Iterator[Moved]:
    was, now = old.facts.get(keyword), new.facts.get(keyword)
    if was is None and now is not None:
        yield Moved(f"{family}-set", f"{keyword} {shown(now.value)}", old.pointer, now.pointer)
    elif was is not None and now is None:
        told = f"no {keyword} {shown(was.value)} any more"
        yield Moved(f"{family}-lifted", told, was.pointer, new.pointer)
    elif was is not None and now is not None and not _same(was.value, now.value):
        told = f"{keyword} {shown(was.value)} → {shown(now.value)}"
        yield Moved(f"{family}-changed", told, was.pointer, now.pointer)


def _same(one: Json, two: Json) -> bool:
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)


def _multiple(old: Shape, new: Shape) -> Iterator[Moved]:
    was, now = old.facts.get("multipleOf"), new.facts.get("multipleOf")
    if was is None and now is not None:
        told = f"multipleOf {shown(now.value)}"
        yield Moved("multiple-tightened", told, old.pointer, now.pointer)
    elif was is not None and now is None:
        told = f"no multipleOf {shown(was.value)} any more"
        yield Moved("multiple-loosened", told, was.pointer, new.pointer)
    elif was is not None and now is not None and was.value != now.value:
        told = f"multipleOf {shown(was.value)} → {shown(now.value)}"
        if _divides(was.value, now.value):
            rule = "multiple-tightened"
        else:
            rule = "multiple-loosened" if _divides(now.value, was.value) else "multiple-changed"
        yield Moved(rule, told, was.pointer, now.pointer)


def _divides(one: Json, other: Json) -> bool:
    if not (is_number(one) and is_number(other)) or one == 0:
        return False
    return (_exactly(other) / _exactly(one)).denominator == 1


def _exactly(number: Json) -> Fraction:
    """Return the number that is written: 0.3 is three times 0.1."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def _flag(old: Shape, new: Shape, keyword: str, rules: tuple[str, str]) -> Iterator[Moved]:
    was, now = old.facts.get(keyword), new.facts.get(keyword)
    if was is None and now is not None:
        yield Moved(rules[0], f"{keyword} now", old.pointer, now.pointer)
    elif was is not None and now is None:
        yield Moved(rules[1], f"{keyword} no longer", was.pointer, new.pointer)
