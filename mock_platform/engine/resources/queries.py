"""Understands what a list's query parameters ask for: which resources, in what order, which page.

A parameter means what its name and type say together; one that says nothing known is ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from mock_platform.engine.bindings import python_name
from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.names import same, singular, squashed
from mock_platform.engine.resources.shapes import Shape, Shapes
from mock_platform.shared.contracts import Json


class Meaning(Enum):
    """What a query parameter is for."""

    LIMIT = auto()
    OFFSET = auto()
    PAGE = auto()
    AFTER = auto()
    BEFORE = auto()
    SORT = auto()
    DIRECTION = auto()
    SEARCH = auto()
    FILTER = auto()


def _meanings(**names: str) -> Mapping[str, Meaning]:
    return {word: Meaning[name] for name, listed in names.items() for word in listed.split()}


_CERTAIN = _meanings(
    LIMIT="limit perpage pagesize pagelimit maxresults maxitems maxpagesize itemsperpage "
    "resultsperpage batchsize",
    OFFSET="offset skip startindex pageoffset startat firstresult",
    PAGE="pagenumber pageno pagenum pageindex currentpage",
    AFTER="cursor startingafter pagetoken nexttoken nextpagetoken continuationtoken nextcursor "
    "pagecursor pageafter exclusivestartkey sinceid scrollid bookmark",
    BEFORE="endingbefore pagebefore",
    SORT="sortby orderby ordering sortfield sortkey sortcolumn",
    DIRECTION="sortorder sortdirection sortdir orderdirection",
)
_LIKELY = _meanings(
    LIMIT="count size first top take rows max n num",
    OFFSET="start from",
    PAGE="page p",
    AFTER="after marker continue continuation token",
    BEFORE="before",
    SORT="sort",
    DIRECTION="order direction dir",
    SEARCH="q query search searchterm keyword term",
)
"""Only where the resource has no property of this name."""

_NUMBERS = frozenset({Meaning.LIMIT, Meaning.OFFSET, Meaning.PAGE})
_MOMENTS = frozenset({"date", "date-time"})
_EVERYTHING = frozenset({"all", "any", "*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A query parameter that is understood."""

    name: str
    """As written."""
    meaning: Meaning
    property: str | None = None
    """What a filter looks at."""
    choices: frozenset[str] = frozenset()
    """What the property can be, if it says so."""
    offers_all: bool = False
    """Among its own choices is one that filters nothing."""
    lowest: int = 1
    """The number of the first page, or of the first place."""
    most: int | None = None
    usual: int | None = None
    """What it is when nobody says it."""


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
                case Meaning.LIMIT | Meaning.OFFSET | Meaning.PAGE if _is_number(value):
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
                    known = _known(self.shapes, self.item, f"{name}[{member}]", None, member)
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
        elif (found := _known(shapes, item, one.name, shape, one.name)) is not None:
            known.setdefault(name, found)
    return Queries(known, frozenset(deep), shapes, item)


def _known(shapes: Shapes, item: Shape, name: str, shape: Shape | None, word: str) -> Known | None:
    flat = squashed(name)
    meaning = _CERTAIN.get(flat)
    found = None if meaning else _filtered(item, word)
    if found is not None:
        kind = shapes.property(item, found)
        choices = _choices(shapes, kind)
        return Known(
            name=name,
            meaning=Meaning.FILTER,
            property=found,
            choices=choices,
            offers_all=bool(_EVERYTHING & _choices(shapes, shape) - choices),
        )
    meaning = meaning or _LIKELY.get(flat)
    if meaning is None or not _fits(meaning, shape):
        return None
    said = shape.said if shape is not None else {}
    usual, lowest = said.get("default"), said.get("minimum")
    starts_at_zero = usual == 0 or (usual is None and lowest == 0)
    most = said.get("maximum")
    return Known(
        name=name,
        meaning=meaning,
        lowest=0 if starts_at_zero or (meaning is Meaning.OFFSET and lowest != 1) else 1,
        most=_whole(most),
        usual=_whole(usual),
    )


def _filtered(item: Shape, word: str) -> str | None:
    found = same(word, item.properties)
    if found is None and singular(squashed(word)) != squashed(word):
        found = same(singular(squashed(word)), item.properties)
    return found


def _fits(meaning: Meaning, shape: Shape | None) -> bool:
    if shape is None or not shape.types:
        return True
    if meaning in _NUMBERS:
        return bool(shape.types & {"integer", "number"})
    if meaning in {Meaning.AFTER, Meaning.BEFORE}:
        return shape.said.get("format") not in _MOMENTS and "boolean" not in shape.types
    return not shape.types <= {"boolean", "integer", "number"}


def _choices(shapes: Shapes, shape: Shape | None) -> frozenset[str]:
    if shape is None:
        return frozenset()
    if shape.items is not None:
        shape = shapes.at(shape.items)
    return frozenset(text_of(one) for one in shape.said.get("enum", ()))


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
    if known.offers_all and _EVERYTHING & set(texts):
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


def _whole(value: Json) -> int | None:
    return int(value) if _is_number(value) else None


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def text_of(value: Json) -> str:
    """Write a value as a URL would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "null" if value is None else str(value)
