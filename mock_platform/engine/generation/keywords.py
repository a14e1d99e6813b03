"""Reads the keywords of one schema.

Whatever has the wrong shape (a ``required`` that is no list) is passed over: documents in the wild
have it, and other tools pass over it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Protocol

from mock_platform.engine.generation.addressing import Addresses, Scope
from mock_platform.engine.generation.meanings import (
    NUMBERS,
    TYPES,
    Condition,
    Contained,
    Discriminator,
    Limit,
    Node,
    Source,
)
from mock_platform.shared.contracts import Json

_INTEGERS = {"int32": 2**31, "int64": 2**63}
_KINDS = {"number": NUMBERS, "file": ("string",), **{k: (k,) for k in TYPES if k != "fraction"}}


class Sources(Protocol):
    """Makes the one source for a schema seen from one place."""

    def __call__(
        self, raw: Json, scope: Scope = ("",), hidden: frozenset[str] = frozenset(), /
    ) -> Source:
        """Return the source."""


class Keywords:
    """One schema while it is being read."""

    def __init__(
        self, raw: Json, scope: Scope, hidden: frozenset[str], make: Sources, addresses: Addresses
    ) -> None:
        self._raw, self._scope, self._hidden = raw, scope, hidden
        self._make, self._addresses = make, addresses

    def node(self, written: Json) -> Node:
        """Return what the schema says; examples and the like are taken from what was written.

        Raises:
            LookupError: a reference in it points nowhere.
        """
        raw = self._raw
        types = _types(raw.get("type"))
        lowest, highest = _limits(raw, types)
        contents, encoding = raw.get("format"), raw.get("contentEncoding")
        named = contents if isinstance(contents, str) else None
        ref = raw.get("$ref")
        return Node(
            types=types,
            values=self._values(),
            lowest=lowest,
            highest=highest,
            step=_number(raw.get("multipleOf")) or None,
            shortest=_count(raw.get("minLength")) or 0,
            longest=_count(raw.get("maxLength")),
            pattern=raw["pattern"] if isinstance(raw.get("pattern"), str) else None,
            format=named or ("base64" if encoding == "base64" else None),
            fewest_items=_count(raw.get("minItems")) or 0,
            most_items=_count(raw.get("maxItems")),
            unique=raw.get("uniqueItems") is True,
            prefix=self._prefix(),
            items=self._items(),
            contains=self._contains(),
            other_items=self._part("unevaluatedItems"),
            fewest_members=_count(raw.get("minProperties")) or 0,
            most_members=_count(raw.get("maxProperties")),
            required=self._seen(listed(raw.get("required"))),
            properties=self._properties(),
            by_pattern=tuple(self._map("patternProperties").items()),
            additional=self._part("additionalProperties"),
            names=self._part("propertyNames"),
            follow_ups=self._follow_ups(),
            other_members=self._part("unevaluatedProperties"),
            all_of=self._all_of(),
            any_of=self._any_of(),
            one_of=self._branches("oneOf"),
            nots=tuple(filter(None, (self._part("not"),))),
            conditions=self._conditions(),
            discriminator=_discriminator(raw.get("discriminator")),
            stated=stated(written),
            faker=written.get("x-faker"),
            referred=ref if isinstance(ref, str) else "",
        )

    def _values(self) -> tuple[Json, ...] | None:
        enum = self._raw.get("enum")
        if "const" in self._raw:
            const = self._raw["const"]
            return (const,) if not isinstance(enum, list) or const in enum else ()
        return tuple(enum) if isinstance(enum, list) else None

    def _child(self, raw: Json) -> Source:
        return self._make(raw, self._scope)

    def _part(self, key: str) -> Source | None:
        raw = self._raw.get(key)
        return self._child(raw) if isinstance(raw, (dict, bool)) else None

    def _same(self, raw: Json) -> Source | None:
        """Read what speaks of the same value, so that what is hidden is hidden from it too."""
        if not isinstance(raw, (dict, bool)):
            return None
        return self._make(raw, self._scope, self._hidden)

    def _branches(self, key: str) -> tuple[Source, ...]:
        return tuple(filter(None, map(self._same, listed(self._raw.get(key)))))

    def _map(self, key: str) -> dict[str, Source]:
        written = self._raw.get(key)
        parts = written.items() if isinstance(written, dict) else ()
        return {name: self._child(part) for name, part in parts if isinstance(part, (dict, bool))}

    def _properties(self) -> Mapping[str, Source]:
        shown = self._map("properties")
        return {
            name: self._child(False) if name in self._hidden else part
            for name, part in shown.items()
        }

    def _seen(self, names: Iterable[Json]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(n for n in names if isinstance(n, str) and n not in self._hidden)
        )

    def _items(self) -> Source | None:
        if isinstance(self._raw.get("items"), list):
            return self._part("additionalItems")
        return self._part("items")

    def _prefix(self) -> tuple[Source, ...]:
        written = self._raw.get("items")
        if not isinstance(written, list):
            written = listed(self._raw.get("prefixItems"))
        return tuple(self._child(part) for part in written)

    def _contains(self) -> Contained | None:
        part = self._part("contains")
        if part is None:
            return None
        fewest = _count(self._raw.get("minContains"))
        most = _count(self._raw.get("maxContains"))
        return Contained(part, 1 if fewest is None else fewest, most)

    def _follow_ups(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for key in ("dependencies", "dependentRequired"):
            written = self._raw.get(key)
            for name, names in written.items() if isinstance(written, dict) else ():
                if isinstance(names, list):
                    found[name] = self._seen(names)
        return found

    def _all_of(self) -> tuple[Source, ...]:
        found = list(self._branches("allOf"))
        for key in ("$ref", "$dynamicRef"):
            if isinstance(ref := self._raw.get(key), str):
                raw, scope = self._addresses.resolve(ref, self._scope, dynamic=key == "$dynamicRef")
                found.append(self._make(raw, scope, self._hidden))
        return tuple(found)

    def _any_of(self) -> tuple[tuple[Source, ...], ...]:
        branches = self._branches("anyOf")
        return (branches,) if branches else ()

    def _conditions(self) -> tuple[Condition, ...]:
        found: list[Condition] = []
        test = self._same(self._raw.get("if"))
        if test is not None and ("then" in self._raw or "else" in self._raw):
            found.append(
                Condition(
                    test, self._same(self._raw.get("then")), self._same(self._raw.get("else"))
                )
            )
        for key in ("dependencies", "dependentSchemas"):
            written = self._raw.get(key)
            for name, raw in written.items() if isinstance(written, dict) else ():
                if isinstance(raw, (dict, bool)):
                    there = Node(types=("object",), required=(name,))
                    then = self._make(raw, self._scope, self._hidden)
                    found.append(Condition(self._make(there), then, None))
        return tuple(found)


def stated(raw: Json) -> tuple[Json, ...]:
    """Return the examples of a schema, then its default."""
    found = [raw[key] for key in ("example", "x-example") if key in raw]
    found += listed(raw.get("examples"))
    if "default" in raw:
        found.append(raw["default"])
    return tuple(found)


def _types(written: Json) -> tuple[str, ...] | None:
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list):
        return None
    kinds = [kind for name in names if isinstance(name, str) for kind in _KINDS.get(name, ())]
    return tuple(dict.fromkeys(kinds)) or None


def _limits(raw: Json, types: tuple[str, ...] | None) -> tuple[Limit | None, Limit | None]:
    lows, highs = (
        _ends(raw, "minimum", "exclusiveMinimum"),
        _ends(raw, "maximum", "exclusiveMaximum"),
    )
    size = _INTEGERS.get(str(raw.get("format")))
    if size and types and set(types) & set(NUMBERS):
        lows.append(Limit(Fraction(-size)))
        highs.append(Limit(Fraction(size - 1)))
    return reduce(higher, lows, None), reduce(lower, highs, None)


def _ends(raw: Json, key: str, exclusive: str) -> list[Limit]:
    end, excluded = _number(raw.get(key)), raw.get(exclusive)
    found = [] if end is None else [Limit(end, excluded is True)]
    if (number := _number(excluded)) is not None:
        found.append(Limit(number, excluded=True))
    return found


def higher(one: Limit | None, other: Limit | None) -> Limit | None:
    """Return the stricter of two lower ends."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda end: (end.value, end.excluded))


def lower(one: Limit | None, other: Limit | None) -> Limit | None:
    """Return the stricter of two upper ends."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda end: (end.value, not end.excluded))


def _discriminator(written: Json) -> Discriminator | None:
    if isinstance(written, str):  # Swagger 2.0
        return Discriminator(written, ())
    if not isinstance(written, dict) or not isinstance(written.get("propertyName"), str):
        return None
    mapping = written.get("mapping")
    pairs = mapping.items() if isinstance(mapping, dict) else ()
    return Discriminator(written["propertyName"], tuple((k, str(v)) for k, v in pairs))


def listed(written: Json) -> list[Json]:
    """Return a list as it is, and an empty one for anything else."""
    return written if isinstance(written, list) else []


def _number(written: Json) -> Fraction | None:
    if isinstance(written, bool) or not isinstance(written, (int, float)):
        return None
    return Fraction(str(written))


def _count(written: Json) -> int | None:
    number = _number(written)
    return None if number is None or number < 0 else int(number)
