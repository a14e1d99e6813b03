"""Picks what a list's request asks for out of everything that is there, and cuts the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mock_platform.domain.paging import decode_cursor, encode_cursor
from mock_platform.domain.resources import Resource
from mock_platform.engine.resources.plain_json import text_of
from mock_platform.engine.resources.queries import Asked, Queries
from mock_platform.engine.resources.query_meanings import Meaning
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import CursorInvalid

USUAL_LIMIT = 100
"""How many are on a page where the contract documents pages, but not how long they are."""

_MOST_DIGITS = 9
"""Of a place in a list: a cursor may have been made by hand."""

_NAMED_BY = ("id", "name", "key", "code", "slug", "value")
"""What stands for an object in a filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One page of a list."""

    items: Sequence[Resource]
    total: int
    """How many there are on all pages."""
    first: int
    """The place of the page's first item, from 0."""
    limit: int
    lowest_page: int = 1
    last_mark: str | None = None
    """A cursor for what follows the page; None at the end."""
    first_mark: str | None = None
    """A cursor for what comes before the page; None at the start."""

    @property
    def has_more(self) -> bool:
        return self.first + len(self.items) < self.total

    @property
    def page(self) -> int:
        """The page's number, as the contract counts."""
        return self.lowest_page + self.first // max(1, self.limit)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // max(1, self.limit))


def select(
    queries: Queries,
    asked: Asked,
    everything: Sequence[Resource],
    *,
    opaque: bool,
    most: int | None = None,
) -> Slice:
    """Filter, sort and cut a list.

    Args:
        queries: what the parameters can mean.
        asked: what this request asks for.
        everything: all that is in the collection, oldest first.
        opaque: cursors are handed out in the answer; otherwise they are ids.
        most: how many the answer may hold.

    Raises:
        CursorInvalid: the cursor is none of this list.
    """
    found = [one for one in everything if _meets(one.body, asked)]
    for name, falls in reversed(asked.sort):
        found = _sorted(found, name, falls=falls)
    limit = _limit(queries, asked, len(found), most)
    bound = {"list": "resources", "asked": repr((asked.filters, asked.search, asked.sort))}
    first, end = _borders(queries, asked, found, limit, bound)
    items = found[first:end]
    page = queries.named(Meaning.PAGE)

    def mark(index: int) -> str:
        name = found[index].name
        return encode_cursor(f"{index}:{name}", **bound) if opaque else name

    return Slice(
        items=items,
        total=len(found),
        first=first,
        limit=limit,
        lowest_page=1 if page is None else page.lowest,
        last_mark=mark(end - 1) if items and end < len(found) else None,
        first_mark=mark(first) if items and first > 0 else None,
    )


def _limit(queries: Queries, asked: Asked, there: int, most: int | None) -> int:
    known = queries.named(Meaning.LIMIT)
    pages = {Meaning.PAGE, Meaning.OFFSET, Meaning.AFTER}
    limit = asked.numbers.get(Meaning.LIMIT)
    if limit is None and known is not None:
        limit = known.usual if known.usual is not None else USUAL_LIMIT
    if limit is None:
        limit = USUAL_LIMIT if any(queries.named(one) for one in pages) else max(there, 1)
    bounds = [one for one in (most, known.most if known is not None else None) if one is not None]
    return max(0, min([limit, *bounds]))


def _borders(
    queries: Queries, asked: Asked, found: Sequence[Resource], limit: int, bound: dict[str, str]
) -> tuple[int, int]:
    if (mark := asked.marks.get(Meaning.AFTER)) is not None:
        place, is_there = _place(mark, found, bound)
        first = place + is_there
    elif (mark := asked.marks.get(Meaning.BEFORE)) is not None:
        end, _ = _place(mark, found, bound)
        return max(0, end - limit), end
    elif Meaning.OFFSET in asked.numbers and (known := queries.named(Meaning.OFFSET)):
        first = max(0, asked.numbers[Meaning.OFFSET] - known.lowest)
    elif Meaning.PAGE in asked.numbers and (known := queries.named(Meaning.PAGE)):
        first = max(0, asked.numbers[Meaning.PAGE] - known.lowest) * limit
    else:
        first = 0
    first = min(first, len(found))
    return first, min(first + limit, len(found))


def _place(mark: str, found: Sequence[Resource], bound: dict[str, str]) -> tuple[int, bool]:
    """Return where a mark stands, and whether what it names is still there."""
    names = {one.name: index for index, one in enumerate(found)}
    if mark in names:
        return names[mark], True
    told = decode_cursor(mark, **bound) or ""
    index, _, name = told.partition(":")
    if name in names:
        return names[name], True
    if not (index.isdecimal() and len(index) <= _MOST_DIGITS):
        raise CursorInvalid("this is not a cursor of ours; start the list without one")
    return min(int(index), len(found)), False


# What is asked for


def _meets(body: Json, asked: Asked) -> bool:
    if not isinstance(body, dict):
        return not asked.filters and asked.search is None
    return all(_has(body.get(name), wanted) for name, wanted in asked.filters) and (
        asked.search is None or _contains(body, asked.search.lower())
    )


def _has(value: Json, wanted: Collection[str]) -> bool:
    match value:
        case list():
            return any(_has(one, wanted) for one in value)
        case dict():
            return any(_has(value[name], wanted) for name in _NAMED_BY if name in value)
        case _:
            return text_of(value) in wanted


def _contains(value: Json, text: str) -> bool:
    match value:
        case dict():
            return any(_contains(one, text) for one in value.values())
        case list():
            return any(_contains(one, text) for one in value)
        case _:
            return isinstance(value, str) and text in value.lower()


def _sorted(found: Sequence[Resource], name: str, *, falls: bool) -> list[Resource]:
    """Sort by a property; those without it come last, whichever way it goes."""
    values = [(one, one.body.get(name) if isinstance(one.body, dict) else None) for one in found]
    there = [pair for pair in values if pair[1] is not None]
    there.sort(key=lambda pair: _rank(pair[1]), reverse=falls)
    return [one for one, _ in there] + [one for one, value in values if value is None]


def _rank(value: Json) -> tuple[int, float, str]:
    """Numbers come first, then text, then anything else."""
    if isinstance(value, (int, float)):
        return 0, float(value), ""
    return (1, 0.0, value) if isinstance(value, str) else (2, 0.0, str(value))
