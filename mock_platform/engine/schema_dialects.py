"""Says in JSON Schema what a contract's schema means, once for requests and once for answers.

OpenAPI 3.0 has its own dialect: ``nullable``, ``readOnly``, ``writeOnly``, formats of numbers. It is
translated to Draft 4, the draft it grew from. References stay references: a translation is a set of
definitions, one per place of the document that is reached, so recursion needs no special care.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.shared.contracts import Json


class Direction(Enum):
    """Who speaks. Its value is the keyword that keeps a property out of what is said."""

    REQUEST = "readOnly"
    ANSWER = "writeOnly"


@dataclass(frozen=True, slots=True)
class Place:
    """A schema of the document, and the properties that its users have hidden from it."""

    pointer: str
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Translation:
    """One schema in JSON Schema, and the places that its references lead to."""

    schema: Json
    places: frozenset[Place]


_KEPT = frozenset(
    {
        *("type", "enum", "format", "pattern", "minLength", "maxLength", "multipleOf"),
        *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    }
)
_COMBINED = ("allOf", "anyOf", "oneOf")
_SINGLE = ("not", "items", "additionalProperties")
_BOUNDS = {"int32": 2**31, "int64": 2**63}


@dataclass(slots=True)
class OpenApi30:
    """Translates one document's schemas in one direction; what was translated is remembered."""

    root: Json
    direction: Direction
    _known: dict[Place, Translation] = field(default_factory=dict)
    _numbers: dict[Place, str] = field(default_factory=dict)

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
            node, _ = follow(self.root, place.pointer)
            places: set[Place] = set()
            schema = self._schema(node, place.hidden, places)
            found = self._known[place] = Translation(schema, frozenset(places))
        return found

    def _schema(self, node: Json, hidden: frozenset[str], places: set[Place]) -> Json:
        if not isinstance(node, dict):
            return {"not": {}} if node is False else {}
        if (ref := ref_of(node)) is not None:  # whatever stands beside it is ignored in 3.0
            _, pointer = follow(self.root, of_ref(ref))
            place = Place(pointer, hidden)
            places.add(place)
            return self.reference(place)
        hidden = hidden | self._hidden(node, frozenset())
        said = {key: value for key, value in node.items() if key in _KEPT}
        for key in _SINGLE:
            if isinstance(node.get(key), dict):
                said[key] = self._schema(node[key], frozenset(), places)
        if node.get("additionalProperties") is False:
            said["additionalProperties"] = False
        for key in _COMBINED:
            if node.get(key):
                said[key] = [self._schema(branch, hidden, places) for branch in node[key]]
        if "properties" in node:
            said["properties"] = {
                name: {self.direction.value: True}
                if name in hidden
                else self._schema(part, frozenset(), places)
                for name, part in node["properties"].items()
            }
        if required := [name for name in node.get("required") or () if name not in hidden]:
            said["required"] = required
        return _nullable(_bounded(said), node)

    def _hidden(self, node: Json, seen: frozenset[int]) -> frozenset[str]:
        """The properties that this direction may not mention, over all branches of ``allOf``."""
        if id(node) in seen or not isinstance(node, dict):
            return frozenset()
        seen |= {id(node)}
        names = {n for n, part in (node.get("properties") or {}).items() if self._flagged(part)}
        for branch in node.get("allOf") or ():
            names |= self._hidden(self._meant(branch), seen)
        return frozenset(names)

    def _flagged(self, part: Json) -> bool:
        meant = self._meant(part)
        return isinstance(meant, dict) and (
            meant.get(self.direction.value) is True
            or any(self._meant(b).get(self.direction.value) is True for b in meant.get("allOf", ()))
        )

    def _meant(self, node: Json) -> Json:
        ref = ref_of(node)
        return node if ref is None else follow(self.root, of_ref(ref))[0]


def _bounded(said: dict[str, Json]) -> dict[str, Json]:
    """Draft 4 knows formats of strings only; those of integers are bounds."""
    limit = _BOUNDS.get(said.get("format", ""))
    if limit and said.get("type") in ("integer", "number"):
        del said["format"]
        said["allOf"] = [*said.get("allOf", ()), {"minimum": -limit, "maximum": limit - 1}]
    return said


def _nullable(said: dict[str, Json], node: Json) -> dict[str, Json]:
    """``nullable`` adds null to ``type`` (an ``enum`` without null still forbids it, 3.0.4 §4.7.24.1).

    Without ``type`` the letter of 3.0.4 gives it no effect; its authors mean "or null", and so do we.
    """
    if node.get("nullable") is not True:
        return said
    if "type" in said:
        return said | {"type": [said["type"], "null"]}
    return {"anyOf": [{"type": "null"}, said]} if said else said


Translator = Callable[[Json, Direction], OpenApi30]

TRANSLATORS: Mapping[str, Translator] = {"3.0": OpenApi30}
"""Version line → translator. A line that is not here cannot be validated against."""
