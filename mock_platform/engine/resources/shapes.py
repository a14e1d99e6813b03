"""What a schema says about an object at its surface: enough to recognise it, whatever holds it together.

``allOf`` counts in full; of ``oneOf`` and ``anyOf`` every branch may be meant, so their properties
are known, and none of them is required.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_platform.engine.pointers import follow, join, lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

_DEEPEST = 12
"""How many schemas may stand inside each other through ``allOf`` and its like."""

_SAYINGS = ("default", "const", "example", "format", "pattern", "maxLength", "minimum", "maximum")


@dataclass(slots=True, kw_only=True)
class Shape:
    """The surface of one schema."""

    pointer: str
    """Where the schema is, references followed."""
    types: set[str] = field(default_factory=set)
    properties: dict[str, str] = field(default_factory=dict)
    """Name → pointer of its schema."""
    required: set[str] = field(default_factory=set)
    read_only: bool = False
    write_only: bool = False
    nullable: bool = False
    is_open: bool = False
    """It says that there may be more than it names."""
    is_closed: bool = False
    """It says that there may not."""
    items: str | None = None
    """Pointer of the schema of an array's items."""
    most_items: int | None = None
    said: dict[str, Json] = field(default_factory=dict)
    """Its keywords for single values, ``enum`` and the first of ``examples`` among them."""

    @property
    def is_object(self) -> bool:
        return "object" in self.types or (not self.types and bool(self.properties))

    @property
    def is_array(self) -> bool:
        return "array" in self.types or (not self.types and self.items is not None)

    @property
    def is_anything(self) -> bool:
        """Nothing is said that an object would have to keep to."""
        return not self.properties and not self.types - {"object", "null"} and self.items is None

    @property
    def is_scalar(self) -> bool:
        """Whether its values are single: text, a number, a truth."""
        return bool(self.types) and not self.types & {"object", "array"} and not self.properties

    @property
    def is_whole(self) -> bool:
        """Whether its values are numbers; ids that are numbers are whole ones."""
        return bool(self.types & {"integer", "number"}) and "string" not in self.types


class Shapes:
    """A document's schemas, each looked at once."""

    def __init__(self, root: Json) -> None:
        self.root = root
        self._known: dict[str, Shape] = {}

    def at(self, pointer: str) -> Shape:
        """Return the shape of the schema at a pointer; of nothing, where a reference is broken."""
        known = self._known.get(pointer)
        if known is None:
            known = self._known[pointer] = self._read(pointer)
        return known

    def property(self, shape: Shape, name: str) -> Shape | None:
        """Return the shape of a property, if the schema names it."""
        pointer = shape.properties.get(name)
        return None if pointer is None else self.at(pointer)

    def _read(self, pointer: str) -> Shape:
        try:
            _, place = follow(self.root, pointer)
        except LookupError:
            return Shape(pointer=pointer)
        shape = Shape(pointer=place)
        self._gather(shape, pointer, sure=True, depth=0, seen=set())
        return shape

    def _gather(
        self, shape: Shape, pointer: str, *, sure: bool, depth: int, seen: set[str]
    ) -> None:
        if depth > _DEEPEST or pointer in seen:
            return
        seen.add(pointer)
        try:
            node = lookup(self.root, pointer)
            if (ref := ref_of(node)) is not None:
                self._gather(shape, of_ref(ref), sure=sure, depth=depth + 1, seen=seen)
        except LookupError:
            return
        if not isinstance(node, dict):
            return
        _note(shape, node, pointer, sure=sure)
        for key in ("allOf", "oneOf", "anyOf"):
            branches = node.get(key)
            for number in range(len(branches) if isinstance(branches, list) else 0):
                inner = pointer + join(key, number)
                self._gather(shape, inner, sure=sure and key == "allOf", depth=depth + 1, seen=seen)


def _note(shape: Shape, node: Mapping[str, Json], pointer: str, *, sure: bool) -> None:
    written = node.get("type")
    if isinstance(written, (str, list)):
        shape.types |= {written} if isinstance(written, str) else {str(one) for one in written}
    properties = node.get("properties")
    for name in properties if isinstance(properties, dict) else ():
        shape.properties.setdefault(name, pointer + join("properties", name))
    if sure:
        shape.required |= {str(one) for one in node.get("required") or () if isinstance(one, str)}
        shape.is_closed |= node.get("additionalProperties") is False
        shape.is_closed |= node.get("unevaluatedProperties") is False
    more = node.get("additionalProperties")
    shape.is_open |= more is True or isinstance(more, dict)
    shape.read_only |= node.get("readOnly") is True
    shape.write_only |= node.get("writeOnly") is True
    shape.nullable |= node.get("nullable") is True
    if shape.items is None and isinstance(node.get("items"), dict):
        shape.items = pointer + "/items"
    if isinstance(node.get("maxItems"), int):
        shape.most_items = node["maxItems"]
    _quote(shape, node)


def _quote(shape: Shape, node: Mapping[str, Json]) -> None:
    for key in _SAYINGS:
        if key in node:
            shape.said.setdefault(key, node[key])
    for key, kept in (("enum", "enum"), ("examples", "example")):
        listed = node.get(key)
        if isinstance(listed, list) and listed:
            shape.said.setdefault(kept, listed if key == "enum" else listed[0])
