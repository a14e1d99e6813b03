"""Says in JSON Schema what a contract's schema means, once for requests and once for answers.

OpenAPI 3.0 has its own dialect: ``nullable``, ``readOnly``, ``writeOnly``, formats of numbers. It is
translated to Draft 4, the draft it grew from; that of 3.1 and 3.2 to Draft 2020-12, which it is but
for ``readOnly`` and ``writeOnly``. References stay references: a translation is a set of definitions,
one per place of the document that is reached, so recursion needs no special care.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from mock_platform.engine.pointers import follow, lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json


class Direction(Enum):
    """Who speaks. Its value is the keyword that keeps a property out of what is said."""

    REQUEST = "readOnly"
    ANSWER = "writeOnly"


class Place(NamedTuple):
    """A schema of the document, and the properties that its users have hidden from it.

    A tuple, as thousands of them are looked up while the first request waits.
    """

    pointer: str
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Translation:
    """One schema in JSON Schema, and the places that its references lead to."""

    schema: Json
    places: frozenset[Place]


_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Translator:
    """Translates one document's schemas in one direction; what was translated is remembered."""

    root: Json
    direction: Direction
    dialect: Dialect
    _known: dict[Place, Translation] = field(default_factory=dict)
    _numbers: dict[Place, str] = field(default_factory=dict)
    _targets: dict[str, tuple[Json, str]] = field(default_factory=dict)

    def number(self, place: Place) -> str:
        """Return what a place is called among the ``definitions``: always the same."""
        return self._numbers.setdefault(place, str(len(self._numbers)))

    def reference(self, place: Place) -> Json:
        """Return a schema that refers to a place."""
        return {"$ref": "#/definitions/" + self.number(place)}

    def translated(self, place: Place) -> Translation:
        """Translate the schema at a place.

        Raises:
            LookupError: a reference points nowhere, or only at references.
        """
        found = self._known.get(place)
        if found is None:
            node, _ = self.dialect.meant(self.root, place.pointer)
            places: set[Place] = set()
            schema = self.part(node, place.hidden, places)
            found = self._known[place] = Translation(schema, frozenset(places))
        return found

    def part(self, node: Json, hidden: frozenset[str], places: set[Place]) -> Json:
        """Translate a schema, or one within it; add the places that it refers to."""
        if not isinstance(node, dict):
            return {"not": {}} if node is False else {}
        dialect = self.dialect
        if (ref := ref_of(node)) is not None and not dialect.siblings:
            return self._referred(ref, hidden, places)
        kept = {key: value for key, value in node.items() if key in dialect.kept}
        if ref is None and dialect.holding.isdisjoint(node):
            return dialect.finished(kept, node)  # most say nothing by other schemas
        said: dict[str, Json] = {}
        if ref is not None or "properties" in node or "allOf" in node:
            hidden |= self._hidden(node)
        if ref is not None:
            said |= self._referred(ref, hidden, places)
        said |= kept
        said.update(self._within(node, hidden, places))
        said.update(self._members(node, hidden, places))
        return dialect.finished(said, node)

    def _within(
        self, node: Json, hidden: frozenset[str], places: set[Place]
    ) -> Iterator[tuple[str, Json]]:
        """What a schema says by other schemas; those of the same value hide the same properties."""
        dialect = self.dialect
        for key, value in node.items():
            if key in dialect.inner:
                inherited = hidden if dialect.inner[key] else _NOTHING
                if isinstance(value, dict):
                    yield key, self.part(value, inherited, places)
                elif isinstance(value, bool) and (
                    dialect.siblings or key == "additionalProperties"
                ):
                    yield key, value
            elif key in dialect.lists and value:
                inherited = hidden if dialect.lists[key] else _NOTHING
                yield key, [self.part(branch, inherited, places) for branch in value]

    def _referred(self, ref: str, hidden: frozenset[str], places: set[Place]) -> dict[str, Json]:
        place = Place(self._meant(ref)[1], hidden)
        places.add(place)
        return {"$ref": "#/definitions/" + self.number(place)}

    def _members(
        self, node: Json, hidden: frozenset[str], places: set[Place]
    ) -> Iterator[tuple[str, Json]]:
        """What a schema says about properties by name."""
        if "properties" in node:
            yield (
                "properties",
                {
                    name: {self.direction.value: True}
                    if name in hidden
                    else self.part(part, _NOTHING, places)
                    for name, part in node["properties"].items()
                },
            )
        if required := [name for name in node.get("required") or () if name not in hidden]:
            yield "required", required
        for key, is_same in self.dialect.maps.items():
            if isinstance(node.get(key), dict):
                inherited = hidden if is_same else _NOTHING
                parts = {k: self.part(v, inherited, places) for k, v in node[key].items()}
                yield key, parts
        if self.dialect.siblings and isinstance(needs := node.get("dependentRequired"), dict):
            yield (
                "dependentRequired",
                {k: [n for n in v if n not in hidden] for k, v in needs.items() if k not in hidden},
            )

    def _hidden(self, node: Json) -> frozenset[str]:
        """The properties that this direction may not mention, over all branches of ``allOf``."""
        names, seen = set[str](), set[int]()
        pending = [node]
        while pending:
            for meant in self._meanings(pending.pop()):
                if id(meant) not in seen:
                    seen.add(id(meant))
                    parts = meant.get("properties") or {}
                    names |= {name for name, part in parts.items() if self._flagged(part)}
                    pending += meant.get("allOf") or ()
        return frozenset(names)

    def _flagged(self, part: Json) -> bool:
        rule = self.direction.value
        if isinstance(part, dict) and "$ref" not in part and "allOf" not in part:
            return part.get(rule) is True
        return any(
            meant.get(rule) is True
            or any(
                inner.get(rule) is True
                for branch in meant.get("allOf") or ()
                for inner in self._meanings(branch)
            )
            for meant in self._meanings(part)
        )

    def _meanings(self, node: Json) -> Iterator[Mapping[str, Json]]:
        """The node where it says something itself, and what it refers to."""
        seen = set[int]()
        while isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            ref = ref_of(node)
            if ref is None or self.dialect.siblings:
                yield node
            if ref is None:
                return
            node, _ = self._meant(ref)

    def _meant(self, ref: str) -> tuple[Json, str]:
        found = self._targets.get(ref)
        if found is None:
            found = self._targets[ref] = self.dialect.meant(self.root, of_ref(ref))
        return found


Finished = Callable[[dict[str, Json], Json], dict[str, Json]]
"""From what was translated and the schema as written to what is said in the end."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One way of writing schemas: which keywords it has, and which hold schemas."""

    draft: str
    """The JSON Schema that it is translated to: ``4`` or ``2020-12``."""
    siblings: bool
    """Whether what stands beside ``$ref`` counts."""
    meant: Callable[[Json, str], tuple[Json, str]]
    """From a pointer to the schema that is meant, and where it is."""
    kept: frozenset[str]
    inner: Mapping[str, bool]
    """Keywords that hold a schema, and whether it is one for the same value, not a part of it."""
    lists: Mapping[str, bool]
    """Keywords that hold a list of schemas."""
    maps: Mapping[str, bool]
    """Keywords that hold schemas by name, ``properties`` apart."""
    finished: Finished

    @cached_property
    def holding(self) -> frozenset[str]:
        """Every keyword that hangs together with other schemas, or with the names of properties."""
        names = {"properties", "required", "dependentRequired"}
        return frozenset(names.union(self.inner, self.lists, self.maps))


def _at(root: Json, pointer: str) -> tuple[Json, str]:
    return lookup(root, pointer), pointer


def _bounded(said: dict[str, Json], limited: bool) -> dict[str, Json]:
    """JSON Schema knows formats of strings only; those of integers are bounds."""
    limit = _BOUNDS.get(said.get("format", ""))
    if limit and limited:
        del said["format"]
        said["allOf"] = [*said.get("allOf", ()), {"minimum": -limit, "maximum": limit - 1}]
    return said


def _finished_30(said: dict[str, Json], node: Json) -> dict[str, Json]:
    """``nullable`` adds null to ``type`` (an ``enum`` without null still forbids it, 3.0.4 §4.7.24.1).

    Without ``type`` the letter of 3.0.4 gives it no effect; its authors mean "or null", and so do we.
    """
    said = _bounded(said, said.get("type") in ("integer", "number"))
    if node.get("nullable") is not True:
        return said
    if "type" in said:
        return said | {"type": [said["type"], "null"]}
    return {"anyOf": [{"type": "null"}, said]} if said else said


def _finished_31(said: dict[str, Json], _node: Json) -> dict[str, Json]:
    types = said.get("type", ())
    numbers = {types} if isinstance(types, str) else set(types)
    return _bounded(said, bool(numbers & {"integer", "number"}) and "string" not in numbers)


_COMBINED = {"allOf": True, "anyOf": True, "oneOf": True}
_BOUNDS = {"int32": 2**31, "int64": 2**63}
_KEPT = frozenset(
    {
        *("type", "enum", "format", "pattern", "minLength", "maxLength", "multipleOf"),
        *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    }
)

DIALECTS: Mapping[str, Dialect] = {
    "3.0": Dialect(
        draft="4",
        siblings=False,
        meant=follow,
        kept=_KEPT,
        inner={"items": False, "additionalProperties": False, "not": True},
        lists=_COMBINED,
        maps={},
        finished=_finished_30,
    ),
    "3.1": Dialect(
        draft="2020-12",
        siblings=True,
        meant=_at,
        kept=_KEPT | {"const", "minContains", "maxContains"},
        inner={
            **dict.fromkeys(("items", "additionalProperties", "contains", "propertyNames"), False),
            **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), False),
            **dict.fromkeys(("not", "if", "then", "else"), True),
        },
        lists=_COMBINED | {"prefixItems": False},
        maps={"patternProperties": False, "dependentSchemas": True},
        finished=_finished_31,
    ),
}
"""By the dialect of the document."""
