"""Reads from a list's query which resources are asked for, in what order, and which page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mock_platform.engine.bindings import python_name
from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.names import same, squashed
from mock_platform.engine.resources.plain_json import is_number, text_of
from mock_platform.engine.resources.query_meanings import EVERYTHING, Known, Meaning, understood
from mock_platform.engine.resources.shapes import Shape, Shapes
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one request asks for."""

    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Property, and the values of which it must have one."""
    search: str | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    """Property, and whether from high to low."""
    numbers: Mapping[Meaning, int]
    marks: Mapping[Meaning, str]


@dataclass(frozen=True, slots=True)
class Queries:
    """One list operation's parameters, understood."""

    known: Mapping[str, Known]
    """Python name → what it is."""
    deep: frozenset[str]
    """Python names of parameters that are objects: ``filter[status]=open``."""
    shapes: Shapes
    item: Shape

    def named(self, meaning: Meaning) -> Known | None:
        """Return the parameter with this meaning, if the operation has one."""
        return next((one for one in self.known.values() if one.meaning is meaning), None)

    def asked(self, parameters: Mapping[str, Json], given: Collection[str]) -> Asked:
        """Read a request.

        Args:
            parameters: Python name → value, defaults included.
            given: the names in the query; a default filters nothing, so that nobody who creates
                something misses it in the list.
        """
        filters: list[tuple[str, tuple[str, ...]]] = []
        sorts: list[str] = []
        directions: list[str] = []
        search: str | None = None
        numbers: dict[Meaning, int] = {}
        marks: dict[Meaning, str] = {}
        for known, value in self._values(parameters):
            match known.meaning:
                case Meaning.FILTER if known.name in given and known.property is not None:
                    wanted = _wanted(value, known)
                    filters += [(known.property, wanted)] if wanted else []
                case Meaning.LIMIT | Meaning.OFFSET | Meaning.PAGE if is_number(value):
                    numbers[known.meaning] = int(value)
                case Meaning.AFTER | Meaning.BEFORE if value not in (None, ""):
                    marks[known.meaning] = text_of(value)
                case Meaning.SORT:
                    sorts += _texts(value)
                case Meaning.DIRECTION:
                    # Some call the property that is sorted by "order" too.
                    towards = directions if text_of(value).lower() in _DIRECTIONS else sorts
                    towards += _texts(value)
                case Meaning.SEARCH if known.name in given:
                    search = text_of(value)
                case _:
                    pass
        return Asked(
            filters=tuple(filters),
            search=search or None,
            sort=tuple(self._sorted_by(sorts, directions)),
            numbers=numbers,
            marks=marks,
        )

    def _values(self, parameters: Mapping[str, Json]) -> Iterator[tuple[Known, Json]]:
        for name, value in parameters.items():
            if name in self.deep and isinstance(value, dict):
                for member, inner in value.items():
                    known = understood(self.shapes, self.item, f"{name}[{member}]", None, member)
                    if known is not None:
                        yield known, inner
            elif name in self.known and value is not None:
                yield self.known[name], value

    def _sorted_by(
        self, sorts: Sequence[str], directions: Sequence[str]
    ) -> Iterator[tuple[str, bool]]:
        falls = bool(directions) and directions[0].lower().startswith("desc")
        for text in sorts:
            name, _, towards = text.replace(":", " ").strip().partition(" ")
            found = _property(self.item, name.lstrip("+-"))
            if found is not None:
                said = name.startswith("-") or towards.strip().lower().startswith("desc")
                yield found, said or (falls and not towards and not name.startswith("+"))


_DIRECTIONS = frozenset({"asc", "desc", "ascending", "descending"})


def queries(shapes: Shapes, operation: Operation, item: Shape) -> Queries:
    """Understand the query parameters of a list operation."""
    known: dict[str, Known] = {}
    deep: set[str] = set()
    for one in operation.parameters:
        if one.location != "query":
            continue
        name = python_name(one.name)
        shape = shapes.at(one.schema_pointer)
        if shape.is_object and squashed(one.name) in {"filter", "filters", "where", "page"}:
            deep.add(name)
        elif (found := understood(shapes, item, one.name, shape, one.name)) is not None:
            known.setdefault(name, found)
    return Queries(known, frozenset(deep), shapes, item)


def _property(item: Shape, name: str) -> str | None:
    """Return the property that is sorted by: ``created`` means ``created_at`` as well."""
    found = same(name, item.properties)
    flat = squashed(name)
    if found is not None or not flat:
        return found
    return next((one for one in item.properties if squashed(one).startswith(flat)), None)


def _wanted(value: Json, known: Known) -> tuple[str, ...]:
    texts = [text_of(one) for one in value] if isinstance(value, list) else [text_of(value)]
    if known.choices:
        texts = [
            part
            for text in texts
            for part in (text.split(",") if set(text.split(",")) <= known.choices else (text,))
        ]
    if known.offers_all and EVERYTHING & set(texts):
        return ()
    return tuple(texts)


def _texts(value: Json) -> list[str]:
    """Take a sort order apart: ``name,-age``, ``name,desc``, ``["name", "age:desc"]``."""
    texts = [text_of(one) for one in value] if isinstance(value, list) else [text_of(value)]
    parts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    joined: list[str] = []
    for part in parts:
        if joined and part.lower() in _DIRECTIONS:
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined
