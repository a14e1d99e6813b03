"""Says what a list's query parameters are for: how many, which page, in what order, which ones.

A parameter means what its name and type say together; one that says nothing known is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from mock_platform.engine.resources.names import same, singular, squashed
from mock_platform.engine.resources.plain_json import is_number, text_of
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
EVERYTHING = frozenset({"all", "any", "*"})
"""Values of a filter that filter nothing."""


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


def understood(
    shapes: Shapes, item: Shape, name: str, shape: Shape | None, word: str
) -> Known | None:
    """Say what a parameter of this name and shape is for; None: nobody knows.

    Args:
        shapes: the document's.
        item: what is listed.
        name: the parameter's, as written.
        shape: the parameter's, if there is one.
        word: what the name says, or the part of it that a member of an object is called.
    """
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
            offers_all=bool(EVERYTHING & _choices(shapes, shape) - choices),
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


def _whole(value: Json) -> int | None:
    return int(value) if is_number(value) else None
