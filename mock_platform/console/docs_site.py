"""Turns contracts into pages: a place in the documentation becomes HTML.

The same pages are served below ``/docs/`` and written to a folder. A page depends on the contract,
its place, and where the service is reached; on nothing else, so it may be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mock_platform.console.docs_contents import Book, Chapter
from mock_platform.console.docs_deep_links import deep_link
from mock_platform.console.docs_links import (
    ERRORS,
    HOME,
    Place,
    Shelf,
    file_of,
    relative,
    shelves,
    shown_as,
)
from mock_platform.console.docs_markdown import breakable, markdown, plainly, safe_url
from mock_platform.engine.describing.operation_pages import operation_page
from mock_platform.engine.describing.plain import as_json
from mock_platform.engine.describing.samples import made_up
from mock_platform.engine.describing.schema_trees import size, tree
from mock_platform.engine.drawing.machine_picture import machine_picture
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

ASSETS: Final = ("base.css", "docs.css", "docs.js", "icon.svg")
_KEPT = 128
_TRY = "try/"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The documentation of a book, page by page."""

    book: Book
    live: bool
    """It is served by the mock itself: operations can be tried out."""
    has_console: bool = False
    """There is a console beside it, at ``/console/``."""
    base: str = ""
    """Where the service is reached, for curl: ``https://api.example.com``."""

    @cached_property
    def _render(self) -> Callable[[Place, str], bytes]:
        return lru_cache(maxsize=_KEPT)(self._rendered)

    @cached_property
    def shelves(self) -> Mapping[str, Shelf]:
        return shelves(
            {one.name: ([*one.by_id], one.overview.schemas) for one in self.book.chapters}
        )

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """File → the page it holds."""
        return {file_of(place, self.shelves): place for place in self._all()}

    def _all(self) -> Iterator[Place]:
        yield HOME
        if self.book.errors:
            yield ERRORS
        for one in self.book.chapters:
            yield (one.name, "overview")
            yield from ((one.name, section) for section, _ in sections(one))
            yield from ((one.name, "operation", name) for name in one.by_id)
            yield from ((one.name, "schema", name) for name in one.overview.schemas)

    def page(self, file: str, base: str = "") -> bytes:
        """Return a page.

        Raises:
            LookupError: there is none.
        """
        return self._render(self.places[file], base or self.base)

    def _rendered(self, place: Place, base: str) -> bytes:
        kind = place[0] if len(place) == 1 else place[1]
        template = _templates().get_template(f"docs/{kind}.html")
        here = file_of(place, self.shelves)
        chapter = self.book.by_name.get(place[0])
        shown = _Shown(self, here)
        told = {} if chapter is None else _told(chapter, place, base or chapter.origin)
        page = template.render(
            site=self,
            book=self.book,
            chapter=chapter,
            section=kind,
            sections=() if chapter is None else sections(chapter),
            link=shown.link,
            asset=shown.asset,
            console=relative(here, "../console/"),
            try_out=shown.try_out,
            download=shown.download,
            **told,
        )
        return page.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Shown:
    """One page's view of all others."""

    site: Site
    here: str

    def link(self, *place: str) -> str:
        try:
            there = file_of(place, self.site.shelves)
        except LookupError:
            return ""
        live = self.site.live
        return relative(self.here, shown_as(there, live=live))

    def asset(self, name: str) -> str:
        return relative(self.here, f"assets/{name}")

    def try_out(self, chapter: Chapter, operation_id: str = "") -> str:
        """Return where an operation can be tried out: Swagger UI, opened at it."""
        way = f"{relative(self.here, _TRY)}?urls.primaryName={quote(chapter.name, safe='')}"
        if not operation_id:
            return way
        return f"{way}{deep_link(chapter.document, chapter.by_id[operation_id])}"

    def download(self, chapter: Chapter, ending: str) -> str:
        name = f"{chapter.name}.{ending}"
        if self.site.live:
            return relative(self.here, f"../specs/{name}")
        folder = self.site.shelves[chapter.name].folder
        return relative(self.here, f"{folder}/{folder}.{ending}")


def sections(chapter: Chapter) -> tuple[tuple[str, str], ...]:
    """Return the pages that a chapter has beside its overview, with their titles."""
    there = (
        ("states", "States", bool(chapter.machines)),
        ("callbacks", "Callbacks", chapter.has_callbacks),
        ("security", "Security", bool(chapter.schemes)),
        ("changes", "Changes", bool(chapter.releases)),
    )
    return tuple((name, title) for name, title, is_there in there if is_there)


def _told(chapter: Chapter, place: Place, base: str) -> Mapping[str, Json]:
    """Return what the page is about."""
    match place:
        case (_, "operation", name):
            operation = chapter.by_id[name]
            moves = [
                (machine, one)
                for machine in chapter.machines
                for one in machine.transitions
                if one.operation == name
            ]
            page = operation_page(chapter.document, operation, base)
            return {"page": page, "group": chapter.group_of(operation), "moves": moves}
        case (_, "schema", name):
            schema = chapter.document.root["components"]["schemas"][name]
            root = chapter.document.root
            return {
                "name": name,
                "tree": tree(schema, root),
                "sample": as_json(made_up(schema, root, Direction.ANSWER)),
            }
        case (_, "states"):
            return {
                "pictures": [
                    # It escapes what it draws.
                    Markup(machine_picture(one.machine, name=f"machine-{number}"))  # noqa: S704
                    for number, one in enumerate(chapter.machines)
                ]
            }
        case _:
            return {}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("mock_platform.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        markdown=markdown,
        plainly=plainly,
        safe_url=safe_url,
        breakable=breakable,
        lines=size,
        an=lambda noun: f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}",
    )
    return made


def asset(name: str) -> bytes:
    """Return one of the files that pages load."""
    return files("mock_platform.console").joinpath("static", name).read_bytes()
