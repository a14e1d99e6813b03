"""What a schema comes to once its references are followed and its ``allOf`` is laid together.

Two ways of writing the same thing have the same shape: a property of a base schema or of the schema
itself, ``nullable`` or a type ``null``, ``const`` or an ``enum`` of one, a boolean
``exclusiveMinimum`` or a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mock_platform.engine.evolution.shape_values import (
    NO_NULL,
    NULL,
    bounds_in,
    canonical,
    implied_types,
    matters,
    tighter,
    types_in,
)
from mock_platform.engine.pointers import join, lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json


class Spot(NamedTuple):
    """A schema, and where it is written in the bundled document."""

    pointer: str
    node: Json


Spots = tuple[Spot, ...]
"""Schemas that hold together, as those of an ``allOf`` do."""


class Fact(NamedTuple):
    """What a keyword says, and where."""

    value: Json
    pointer: str


class Union(NamedTuple):
    """An ``oneOf`` or ``anyOf``, without its branch for null."""

    kind: str
    branches: tuple[Spot, ...]
    pointer: str


@dataclass(slots=True, kw_only=True)
class Shape:
    """What a value must be."""

    pointer: str
    dialect: str
    types: frozenset[str] | None = None
    """None: any. Never with ``null``."""
    types_at: str = ""
    null: str = ""
    """Whether ``null`` is allowed: ``yes``, ``no``, or empty when nothing is said."""
    null_stays: bool = False
    values: dict[str, Json] | None = None
    values_at: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    bounds: dict[str, Fact] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    properties: dict[str, Spots] = field(default_factory=dict)
    patterns: dict[str, Spots] = field(default_factory=dict)
    items: Spots = ()
    extra: Fact | None = None
    """``additionalProperties``."""
    unions: list[Union] = field(default_factory=list)
    conditions: dict[str, Fact] = field(default_factory=dict)

    @property
    def pure_union(self) -> bool:
        """Whether nothing but its branches says what it is."""
        own = self.properties or self.values or self.items
        return len(self.unions) == 1 and self.types is None and not own


_FACTS: Final = (
    "default",
    "format",
    "pattern",
    "multipleOf",
    "discriminator",
    "x-state-machine",
)
_FLAGS: Final = ("uniqueItems", "deprecated", "readOnly", "writeOnly")
_CONDITIONS: Final = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "dependentRequired",
    "dependentSchemas",
    "propertyNames",
    "prefixItems",
    "unevaluatedItems",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
)
_ANNOTATIONS: Final = frozenset(
    ("$ref", "description", "summary", "title", "example", "examples", "$comment", "externalDocs")
)


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of one document's schemas, each made once."""

    root: Json
    dialect: str
    known: dict[tuple[str, ...], Shape] = field(default_factory=dict)

    def settled(self, spots: Spots) -> Spots:
        """Follow the references that stand alone; once each, or recursion would find ever more."""
        return tuple({one.pointer: one for one in map(self.followed, spots)}.values())

    def followed(self, spot: Spot) -> Spot:
        seen = set[str]()
        while (ref := ref_of(spot.node)) is not None and ref not in seen:
            if self.dialect != "3.0" and not spot.node.keys() <= _ANNOTATIONS:
                break
            seen.add(ref)
            spot = self.target(ref, spot)
        return spot

    def target(self, ref: str, spot: Spot) -> Spot:
        """Return what is referred to; anything goes where nothing is."""
        try:
            pointer = of_ref(ref)
            return Spot(pointer, lookup(self.root, pointer))
        except LookupError:
            return Spot(spot.pointer, True)

    def of(self, spots: Spots) -> Shape:
        """Return the shape of settled schemas."""
        key = tuple(spot.pointer for spot in spots)
        if key not in self.known:
            shape = Shape(pointer=key[0] if key else "", dialect=self.dialect)
            for part in self.parts(spots):
                _take_in(shape, part)
            if shape.types is None:
                shape.types, shape.types_at = implied_types(shape.properties, shape.items)
            shape.bounds = {
                name: fact for name, fact in shape.bounds.items() if matters(name, shape.types)
            }
            self.known[key] = shape
        return self.known[key]

    def parts(self, spots: Spots) -> Iterator[Spot]:
        """Yield the schemas and all that their ``allOf`` brings in, each once, a schema first."""
        seen = set[str]()
        pending = [*reversed(spots)]
        while pending:
            spot = self.followed(pending.pop())
            if spot.pointer not in seen:
                seen.add(spot.pointer)
                yield spot
                pending += reversed([*self._brought_in(spot)])

    def _brought_in(self, spot: Spot) -> Iterator[Spot]:
        node = spot.node
        if not isinstance(node, dict):
            return
        if (ref := ref_of(node)) is not None:
            yield self.target(ref, spot)
        members = node.get("allOf")
        for index, member in enumerate(members if isinstance(members, list) else ()):
            yield Spot(f"{spot.pointer}/allOf/{index}", member)
        for kind in ("oneOf", "anyOf"):
            branches, _ = _branches(node, kind, spot.pointer)
            if len(branches) == 1:
                yield branches[0]


def _take_in(shape: Shape, part: Spot) -> None:
    """Lay one schema over what is known already; the stricter one counts."""
    pointer, node = part
    if node is False:
        shape.types, shape.types_at = frozenset(), pointer
    if not isinstance(node, dict):
        return
    _take_types(shape, node, pointer)
    _take_facts(shape, node, pointer)
    _take_members(shape, node, pointer)
    for kind in ("oneOf", "anyOf"):
        branches, _ = _branches(node, kind, pointer)
        if len(branches) > 1:
            shape.unions.append(Union(kind, branches, f"{pointer}/{kind}"))


def _take_facts(shape: Shape, node: Json, pointer: str) -> None:
    for name in node:
        fact = Fact(node[name], f"{pointer}/{name}")
        if name in _FACTS or (name in _FLAGS and node[name] is True):
            shape.facts.setdefault(name, fact)
        elif name in _CONDITIONS:
            shape.conditions.setdefault(name, fact)
    for name, value, keyword in bounds_in(node):
        known = shape.bounds.get(name)
        if known is None or tighter(name, value, known.value):
            shape.bounds[name] = Fact(value, f"{pointer}/{keyword}")


def _take_types(shape: Shape, node: Json, pointer: str) -> None:
    types, null = types_in(node)
    nullable_union = any(_branches(node, kind, pointer)[1] for kind in ("oneOf", "anyOf"))
    if nullable_union:
        null = NULL
    elif types is None and ("oneOf" in node or "anyOf" in node) and not null:
        null = NO_NULL
    if not shape.null and "type" not in node and null == NULL:
        shape.null_stays = True  # said around what does not say so itself
    elif null == NO_NULL and not shape.null_stays:
        shape.null = NO_NULL
    shape.null = shape.null or null
    if types is not None:
        if shape.types is None:
            shape.types, shape.types_at = types, f"{pointer}/type" if "type" in node else pointer
        else:
            shape.types = _common(shape.types, types)
    _take_values(shape, node, pointer)


def _take_values(shape: Shape, node: Json, pointer: str) -> None:
    constant = [node["const"]] if "const" in node else None
    for keyword, values in (("const", constant), ("enum", node.get("enum"))):
        if not isinstance(values, list):
            continue
        found = {canonical(value): value for value in values if value is not None}
        if shape.values is None:
            shape.values, shape.values_at = found, f"{pointer}/{keyword}"
        else:
            shape.values = {key: v for key, v in shape.values.items() if key in found}


def _common(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    common = some & others
    for one, two in ((some, others), (others, some)):
        if "number" in one and "integer" in two:
            common |= {"integer"}
    return common


def _take_members(shape: Shape, node: Json, pointer: str) -> None:
    for keyword, holder in (
        ("properties", shape.properties),
        ("patternProperties", shape.patterns),
    ):
        members = node.get(keyword)
        for name, member in members.items() if isinstance(members, dict) else ():
            spot = Spot(f"{pointer}/{keyword}{join(name)}", member)
            holder[name] = (*holder.get(name, ()), spot)
    required = node.get("required")
    for index, name in enumerate(required if isinstance(required, list) else ()):
        if isinstance(name, str):
            shape.required.setdefault(name, f"{pointer}/required/{index}")
    if isinstance(node.get("items"), dict | bool):
        shape.items = (*shape.items, Spot(f"{pointer}/items", node["items"]))
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in node and node[keyword] not in (True, {}):
            known = shape.extra
            if known is None or node[keyword] is False:
                shape.extra = Fact(node[keyword], f"{pointer}/{keyword}")


def _branches(node: Json, kind: str, pointer: str) -> tuple[tuple[Spot, ...], bool]:
    """Return the branches that are not null, and whether one is."""
    written = node.get(kind)
    if not isinstance(written, list):
        return (), False
    branches = tuple(
        Spot(f"{pointer}/{kind}/{index}", branch)
        for index, branch in enumerate(written)
        if not _is_null(branch)
    )
    return branches, len(branches) < len(written)


def _is_null(branch: Json) -> bool:
    if not isinstance(branch, dict):
        return False
    return (
        branch.get("type") in ("null", ["null"])
        or branch.get("enum") == [None]
        or ("const" in branch and branch["const"] is None)
    )
