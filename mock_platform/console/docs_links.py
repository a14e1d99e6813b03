"""Knows where each page of the documentation is, and how one page leads to another.

All links are relative, so the same pages work below ``/docs/`` and in any folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mock_platform.engine.describing.slugs import slugs

RESERVED = ("errors", "try", "assets", "index")
"""What is beside the documents."""

Place = tuple[str, ...]
"""What a page is about: ``("home",)``, ``(document, "operation", operationId)``."""

HOME: Place = ("home",)
ERRORS: Place = ("errors",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The names of one document's pages."""

    folder: str
    operations: Mapping[str, str]
    schemas: Mapping[str, str]


def shelves(contents: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> Mapping[str, Shelf]:
    """Return document → the names of its pages, from document → (operationIds, schemas)."""
    folders = slugs(contents, RESERVED)
    return {
        name: Shelf(folder=folders[name], operations=slugs(ids), schemas=slugs(schemas))
        for name, (ids, schemas) in contents.items()
    }


_FILES = {
    "overview": "index.html",
    "states": "states.html",
    "callbacks": "callbacks.html",
    "security": "security.html",
    "changes": "changes.html",
}


def file_of(place: Place, known: Mapping[str, Shelf]) -> str:
    """Return the file that a page is written to: ``order-service/operations/payOrder.html``.

    Raises:
        LookupError: there is no such page.
    """
    if place == HOME:
        return "index.html"
    if place == ERRORS:
        return "errors.html"
    shelf, kind = known[place[0]], place[1]
    if kind == "operation":
        return f"{shelf.folder}/operations/{shelf.operations[place[2]]}.html"
    if kind == "schema":
        return f"{shelf.folder}/schemas/{shelf.schemas[place[2]]}.html"
    return f"{shelf.folder}/{_FILES[kind]}"


def shown_as(file: str, *, live: bool) -> str:
    """Return what stands in a link: a server leaves endings and ``index`` out."""
    if not live:
        return file
    return file.removesuffix("index.html").removesuffix(".html")


def relative(here: str, there: str) -> str:
    """Return the link from one file to another; a folder ends with a slash."""
    start = posixpath.join("/root", posixpath.dirname(here))
    target = posixpath.normpath(posixpath.join("/root", there))
    way = posixpath.relpath(target, start)
    slash = "/" if there.endswith("/") or there in {"", "."} else ""
    return quote(way + slash if way != "." else "./")
