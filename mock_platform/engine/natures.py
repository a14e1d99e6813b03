"""Says what the values of a schema may be: of which kinds, with which members, with which items.

What arrives as text (parameters, forms, XML) has no types of its own; it is read as what its schema
asks for. A schema with ``oneOf`` or ``anyOf`` has several natures: one for every way through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice, product

import jsonschema_rs

from mock_platform.engine.pointers import join, lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

Where = tuple[str, ...]
"""Pointers of the schemas that one value has to satisfy, all of them."""

MOST_NATURES = 32
"""Of one schema; further combinations of branches are not looked at."""

MOST_VISITS = 1_000
"""Schemas that are looked at for one value: each of a few could refer to the next one twice."""

DEEPEST = 100
"""Schemas that may stand inside each other, by reference or as they are written."""

STRUCTURES = frozenset({"array", "object"})
SCALARS = frozenset({"boolean", "integer", "number", "string"})

_NUMBERS = frozenset({"integer", "number"})
_HINTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), _NUMBERS | {"string"}),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), _NUMBERS | {"string"}),
    **dict.fromkeys(("items", "prefixItems", "minItems", "contains"), frozenset({"array"})),
    **dict.fromkeys(("properties", "required", "minProperties"), frozenset({"object"})),
    **dict.fromkeys(("patternProperties", "propertyNames"), frozenset({"object"})),
}
"""What is meant by keywords where no ``type`` is written."""

Said = tuple[str, Mapping[str, Json]]
"""A schema and where it is."""

Way = tuple[Said, ...]
"""What is said on one way through a schema."""


@dataclass(frozen=True)
class Nature:
    """One way to satisfy a schema: everything that is said on that way, to be taken together."""

    said: tuple[Said, ...]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The JSON types of the values; text where nothing is said."""
        known = [kinds for _, node in self.said if (kinds := _kinds(node)) is not None]
        if known:
            return frozenset.intersection(*known)
        hints = (_HINTS[key] for _, node in self.said for key in node if key in _HINTS)
        return next(hints, frozenset({"string"}))

    @cached_property
    def members(self) -> Mapping[str, Where]:
        """The properties by name."""
        found: dict[str, Where] = {}
        for pointer, node in self.said:
            for name in _mapping(node, "properties"):
                found[name] = (*found.get(name, ()), pointer + join("properties", name))
        return found

    @cached_property
    def obliged(self) -> frozenset[str]:
        """The properties that must be there."""
        listed = (node.get("required") for _, node in self.said)
        return frozenset(n for names in listed if isinstance(names, list) for n in names)

    @cached_property
    def takes_others(self) -> bool:
        """Whether properties that are not named are asked for, not merely tolerated."""
        keys = ("additionalProperties", "patternProperties", "unevaluatedProperties")
        said = any(node.get(key) for _, node in self.said for key in keys)
        forbidden = any(node.get("additionalProperties") is False for _, node in self.said)
        return said or not (self.members or forbidden)

    def member(self, name: str) -> Where:
        """Return the schemas of a property, named or not."""
        return self.members.get(name) or self._other(name)

    def _other(self, name: str) -> Where:
        found: list[str] = []
        for pointer, node in self.said:
            patterns = _mapping(node, "patternProperties")
            fitting = [one for one in patterns if _matches(one, name)]
            found += (pointer + join("patternProperties", one) for one in fitting)
            if not fitting and isinstance(node.get("additionalProperties"), dict):
                found.append(pointer + "/additionalProperties")
        return tuple(found)

    def item(self, index: int) -> Where:
        """Return the schemas of an item."""
        found: list[str] = []
        for pointer, node in self.said:
            first = node.get("prefixItems")
            if isinstance(first, list) and index < len(first):
                found.append(pointer + join("prefixItems", index))
            elif isinstance(node.get("items"), dict):
                found.append(pointer + "/items")
        return tuple(found)

    def hints(self, key: str) -> Mapping[str, Json]:
        """Merge what is said under a keyword such as ``xml``; the nearest to the reader counts."""
        merged: dict[str, Json] = {}
        for _, node in reversed(self.said):
            merged |= _mapping(node, key)
        return merged


@dataclass(slots=True)
class Natures:
    """The natures of one document's schemas, found once each."""

    root: Json
    siblings: bool
    """Whether what stands beside ``$ref`` counts."""
    _known: dict[Where, Sequence[Nature]] = field(default_factory=dict)

    def of(self, where: Where) -> Sequence[Nature]:
        """Return the ways to satisfy all these schemas: at least one."""
        found = self._known.get(where)
        if found is None:
            ways: list[Way] = [()]
            search = _Search(self.root, self.siblings)
            for pointer in where:
                ways = _crossed(ways, search.ways(pointer, frozenset()))
            found = self._known[where] = [Nature(way) for way in ways]
        return found

    def kinds(self, where: Where) -> frozenset[str]:
        """Return every kind that a value may be of."""
        return frozenset().union(*(way.kinds for way in self.of(where)))


@dataclass(slots=True)
class _Search:
    """Looks for the ways through a few schemas, for as long as it takes but no longer."""

    root: Json
    siblings: bool
    left: int = MOST_VISITS

    def ways(self, pointer: str, seen: frozenset[str]) -> list[Way]:
        """Every way through a schema; one that leads nowhere or to its beginning adds nothing."""
        self.left -= 1
        if pointer in seen or len(seen) > DEEPEST or self.left < 0:
            return [()]
        try:
            node = lookup(self.root, pointer)
        except LookupError:  # who compiles the schema tells
            return [()]
        if not isinstance(node, dict):
            return [()]
        seen |= {pointer}
        ref = ref_of(node)
        target = None if ref is None or not ref.startswith("#") else of_ref(ref)
        if target is not None and not self.siblings:
            return self.ways(target, seen)
        found: list[Way] = [((pointer, node),)]
        if target is not None:
            found = _crossed(found, self.ways(target, seen))
        for group in self._branches(pointer, node, seen):
            found = _crossed(found, group)
        return found

    def _branches(
        self, pointer: str, node: Mapping[str, Json], seen: frozenset[str]
    ) -> Iterator[list[Way]]:
        for index in range(len(node.get("allOf") or ())):
            yield self.ways(pointer + join("allOf", index), seen)
        for key in ("anyOf", "oneOf"):
            if count := len(node.get(key) or ()):
                yield self._any((pointer + join(key, index) for index in range(count)), seen)
        if "if" in node:
            places = (pointer + "/" + key for key in ("then", "else") if key in node)
            yield [*self._any(places, seen), ()]

    def _any(self, places: Iterable[str], seen: frozenset[str]) -> list[Way]:
        ways = (way for place in places for way in self.ways(place, seen))
        return list(islice(ways, MOST_NATURES))


def _crossed(left: list[Way], right: list[Way]) -> list[Way]:
    pairs = islice(product(left, right), MOST_NATURES)
    return [(*one, *other) for one, other in pairs]


def _mapping(node: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _matches(pattern: str, name: str) -> bool:
    """Tell whether a name is one of a pattern's: as validators do, who never take long over it."""
    validator = _validator_of(pattern)
    return validator is not None and validator.is_valid(name)


@lru_cache(maxsize=1_000)
def _validator_of(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):  # who compiles the schema tells
        return None


def _kinds(node: Mapping[str, Json]) -> frozenset[str] | None:
    """What one schema says of its value's type; None when that is nothing."""
    written = node.get("type")
    kinds = {written} if isinstance(written, str) else set(written or ())
    values = [*(node.get("enum") or ()), *([node["const"]] if "const" in node else ())]
    if "number" in kinds:
        kinds.add("integer")
    if kinds and node.get("nullable") is True:
        kinds.add("null")
    if kinds:
        return frozenset(kinds)
    return frozenset(_kind(value) for value in values) if values else None


def _kind(value: Json) -> str:
    return _KIND_OF.get(type(value), "object")


_KIND_OF: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
}
