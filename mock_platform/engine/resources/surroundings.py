"""Fills in what surrounds a list: totals, page numbers, cursors, links to the pages around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from mock_platform.engine.resources.names import squashed
from mock_platform.engine.resources.queries import Queries
from mock_platform.engine.resources.query_meanings import Meaning
from mock_platform.engine.resources.selecting import Slice
from mock_platform.engine.resources.shapes import Shape, Shapes
from mock_platform.shared.contracts import Json

_HOLDERS = frozenset(
    {
        *("meta", "metadata", "pagination", "paging", "page", "pageinfo", "pagemetadata", "links"),
        *("responsemetadata", "paginginfo", "paginationinfo", "cursors", "resultinfo"),
    }
)
"""Objects beside a list that say more about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A page, and how its neighbours are asked for."""

    cut: Slice
    queries: Queries
    url: str
    """Of the list, absolute where the host is known, without its query."""
    query: tuple[tuple[str, str], ...]
    """What was asked, pair by pair."""

    @property
    def here(self) -> str:
        """The URL that was asked for."""
        return self._with({})

    @property
    def next(self) -> str | None:
        """The next page's URL."""
        cut = self.cut
        if not cut.has_more:
            return None
        return self._at(cut.page + 1, cut.first + len(cut.items), Meaning.AFTER, cut.last_mark)

    @property
    def previous(self) -> str | None:
        """The URL of the page before."""
        cut = self.cut
        if cut.first == 0:
            return None
        before = max(0, cut.first - cut.limit)
        return self._at(cut.page - 1, before, Meaning.BEFORE, cut.first_mark)

    @property
    def start(self) -> str | None:
        """The first page's URL."""
        return self._at(self.cut.lowest_page, 0, Meaning.AFTER, "")

    @property
    def end(self) -> str | None:
        """The last page's URL."""
        last = max(0, self.cut.pages - 1)
        return self._at(self.cut.lowest_page + last, last * self.cut.limit, Meaning.AFTER, None)

    @property
    def link(self) -> str | None:
        """The ``Link`` header (RFC 8288)."""
        around = {"prev": self.previous, "next": self.next, "last": self.end, "first": self.start}
        if around["next"] is None and around["prev"] is None:
            return None
        return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in around.items() if url is not None)

    def _at(self, page: int, first: int, towards: Meaning, mark: str | None) -> str | None:
        """Return the URL of a page, in the first way that the operation's parameters allow."""
        known = {one.meaning: one for one in self.queries.known.values()}
        marks = {known[m].name for m in (Meaning.AFTER, Meaning.BEFORE) if m in known}
        if towards in known and mark is not None:
            return self._with({known[towards].name: mark or None}, without=marks)
        if Meaning.PAGE in known:
            return self._with({known[Meaning.PAGE].name: str(page)}, without=marks)
        if Meaning.OFFSET in known:
            place = str(first + known[Meaning.OFFSET].lowest)
            return self._with({known[Meaning.OFFSET].name: place}, without=marks)
        return None

    def _with(self, changed: Mapping[str, str | None], without: Collection[str] = ()) -> str:
        kept = [pair for pair in self.query if pair[0] not in changed and pair[0] not in without]
        kept += [(name, value) for name, value in changed.items() if value is not None]
        return f"{self.url}?{urlencode(kept)}" if kept else self.url


Says = Callable[[Surroundings], Json]


def _table(*rows: tuple[str, Says]) -> Mapping[str, Says]:
    return {name: says for names, says in rows for name in names.split()}


def _offset(page: Surroundings) -> int:
    known = page.queries.named(Meaning.OFFSET)
    return page.cut.first + (0 if known is None else known.lowest)


def _before(page: Surroundings) -> int | None:
    return page.cut.page - 1 if page.cut.first else None


_MEMBERS: Mapping[str, Says] = _table(
    ("total totalcount totalitems totalresults totalelements", lambda page: page.cut.total),
    ("totalrecords totalsize totalrows totalentries", lambda page: page.cut.total),
    ("recordcount resultcount count xtotalcount xtotal", lambda page: page.cut.total),
    (
        "pagecount totalpages pages numpages lastpage pagestotal xtotalpages",
        lambda page: page.cut.pages,
    ),
    (
        "shown returned numberofelements itemcount currentcount countonpage",
        lambda page: len(page.cut.items),
    ),
    (
        "limit perpage pagesize size maxresults itemsperpage xperpage",
        lambda page: page.cut.limit,
    ),
    ("offset skip start startindex startat", _offset),
    ("page pagenumber currentpage pageindex pageno number xpage", lambda page: page.cut.page),
    (
        "hasmore hasnext hasnextpage more hasmoreitems moreresults istruncated truncated",
        lambda page: page.cut.has_more,
    ),
    ("hasprevious hasprev haspreviouspage hasprevpage", lambda page: page.cut.first > 0),
    ("first isfirst", lambda page: page.cut.first == 0),
    ("last islast", lambda page: not page.cut.has_more),
    ("empty isempty", lambda page: not page.cut.items),
    ("nextcursor nextpagetoken nexttoken continuationtoken", lambda page: page.cut.last_mark),
    ("endcursor nextpagecursor nextmarker nextkey", lambda page: page.cut.last_mark),
    ("prevcursor previouscursor previouspagetoken startcursor", lambda page: page.cut.first_mark),
    ("firstid", lambda page: page.cut.items[0].name if page.cut.items else None),
    ("lastid", lambda page: page.cut.items[-1].name if page.cut.items else None),
)
"""What a member says, whatever its type; one that does not fit its schema is not kept."""

_LINKS: Mapping[str, Says] = _table(
    ("next nextpage nextlink nexturl nextpageurl nexthref odatanextlink", lambda page: page.next),
    (
        "prev previous previouspage prevpage prevlink previouslink prevurl previousurl prevpageurl",
        lambda page: page.previous,
    ),
    ("self selflink href url current currentpageurl", lambda page: page.here),
    ("first firstpage firstpageurl", lambda page: page.start),
    ("last lastpage lastpageurl", lambda page: page.end),
)
"""What a member says that is a URL, or an object with one."""

_NUMBERED: Mapping[str, Says] = _table(
    ("next nextpage xnextpage", lambda page: page.cut.page + 1 if page.cut.has_more else None),
    ("prev previous previouspage prevpage xprevpage", _before),
    ("first firstpage", lambda page: page.cut.lowest_page),
    ("last lastpage", lambda page: page.cut.lowest_page + max(0, page.cut.pages - 1)),
)
"""What a member says that is a number where others have a URL."""

CURSORS = frozenset(
    {
        *("nextcursor", "nextpagetoken", "nexttoken", "continuationtoken", "endcursor"),
        *("nextpagecursor", "nextmarker", "nextkey"),
    }
)
"""Members that hand out cursors."""


def surrounded(shapes: Shapes, shape: Shape, page: Surroundings, path: tuple[str, ...]) -> Json:
    """Return the members of a list's object that are known, but for the list itself.

    Args:
        shapes: the document's.
        shape: the object's schema.
        page: what it is to say.
        path: where the list stands.
    """
    members: dict[str, Json] = {}
    for name in shape.properties:
        inner = shapes.property(shape, name)
        if inner is None or path == (name,):
            continue
        flat = squashed(name)
        deeper = path[1:] if path and path[0] == name else ()
        if inner.is_object and (flat in _HOLDERS or deeper):
            if held := surrounded(shapes, inner, page, deeper):
                members[name] = held
        elif (says := _says(flat, inner)) is not None:
            value = _put(inner, says(page))
            if value is not None or inner.nullable or "null" in inner.types:
                members[name] = value
    return members


def hands_out_cursors(shapes: Shapes, shape: Shape, depth: int = 2) -> bool:
    """Tell whether the object has a member for the next page's cursor."""
    if any(squashed(name) in CURSORS for name in shape.properties):
        return True
    inner = [shapes.at(p) for name, p in shape.properties.items() if squashed(name) in _HOLDERS]
    return depth > 0 and any(hands_out_cursors(shapes, one, depth - 1) for one in inner)


def header_value(name: str, page: Surroundings) -> str | None:
    """Return what a documented header says about a page; None if it is none of these."""
    flat = squashed(name)
    if flat == "link":
        return page.link
    says = _MEMBERS.get(flat) or _NUMBERED.get(flat)
    value = None if says is None or not flat.startswith("x") else says(page)
    return None if value is None else str(value)


def _says(flat: str, inner: Shape) -> Says | None:
    if inner.types & {"integer", "number"}:
        return _NUMBERED.get(flat) or _MEMBERS.get(flat)
    if "boolean" in inner.types:
        return _MEMBERS.get(flat)
    if "array" in inner.types:
        return None
    if inner.is_object:
        return _LINKS.get(flat) if "href" in inner.properties else None
    return _MEMBERS.get(flat) if flat in _MEMBERS and flat not in _LINKS else _LINKS.get(flat)


def _put(inner: Shape, value: Json) -> Json:
    return {"href": value} if inner.is_object and value is not None else value
