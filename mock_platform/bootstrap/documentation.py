"""Puts the documentation together: of what is served, and as a folder to give away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import flask

from mock_platform.console.docs_contents import Book, Chapter
from mock_platform.console.docs_pages import docs_pages
from mock_platform.console.docs_site import ASSETS, Site, asset
from mock_platform.engine.describing.changelogs import Version, releases
from mock_platform.engine.describing.error_table import ErrorRow, error_rows
from mock_platform.engine.documents import Document
from mock_platform.engine.sharing import strip_behaviour
from mock_platform.infra import spec_files
from mock_platform.infra.git_files import git_files
from mock_platform.infra.site_folder import write_site
from mock_platform.infra.spec_home import specs_dir
from mock_platform.infra.spec_writing import to_json, to_yaml

_TITLE = "Mock Platform"
_CONSOLE = "/console"
_SHARED = "shared-contracts.spec.yaml"


class Unrelated(Exception):
    """An older version belongs to none of the documents. The message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall be written to a folder."""

    specs: Sequence[Path]
    since: Sequence[Path] = ()
    """Older versions, as files."""
    against: Sequence[str] = ()
    """Older versions, as what git had at a commit or tag."""
    title: str = ""
    server: str = ""
    """Where the service is reached; empty: where each document says."""


def with_docs(pages: flask.Flask, documents: Iterable[Document], home: str = "") -> flask.Flask:
    """Add the documentation of these documents to the pages. What it says is read when asked for.

    ``home`` is where who looks around begins: the console, if there is one.
    """
    chapters = [Chapter(document=document) for document in documents]
    book = Book(title=_TITLE, chapters=chapters, told_errors=lambda: _errors_of_ours(chapters))
    pages.register_blueprint(
        docs_pages(Site(book=book, live=True, has_console=home.startswith(_CONSOLE)))
    )
    return pages


def site_of(wish: Wish) -> Site:
    """Read the documents and their older versions, and return what is to be written.

    Raises:
        SpecBroken: one of them is no contract.
        GitUnusable: there is no repository, or no such commit.
        Unrelated: an older version belongs to no document.
    """
    documents = _named_apart([spec_files.load(spec) for spec in wish.specs])
    chapters = [
        Chapter(document=document, releases=releases(versions))
        for document, versions in zip(documents, _histories(wish, documents), strict=True)
    ]
    only = chapters[0].overview.title if len(chapters) == 1 else "API documentation"
    book = Book(title=wish.title or only, chapters=chapters, told_errors=lambda: _errors(chapters))
    return Site(book=book, live=False, base=wish.server.rstrip("/"))


def write_docs(site: Site, folder: Path, *, force: bool) -> tuple[int, Iterator[str]]:
    """Return how many files there will be, and what writes them, one by one.

    Raises:
        FolderForeign: while writing: the folder is somebody else's.
        OSError: while writing.
    """
    count = len(site.places) + len(ASSETS) + 2 * len(site.book.chapters)
    return count, write_site(folder, _files(site), force=force)


def _files(site: Site) -> Iterator[tuple[str, bytes]]:
    for name in ASSETS:
        yield f"assets/{name}", asset(name)
    for one in site.book.chapters:
        folder = site.shelves[one.name].folder
        shared = strip_behaviour(one.document.root)
        yield f"{folder}/{folder}.yaml", to_yaml(shared)
        yield f"{folder}/{folder}.json", to_json(shared)
    for file in site.places:
        yield file, site.page(file)


def _named_apart(documents: Sequence[Document]) -> Sequence[Document]:
    """Give documents of one name names of their own."""
    taken: set[str] = set()
    apart: list[Document] = []
    for document in documents:
        name, number = document.name, 1
        while name in taken:
            number += 1
            name = f"{document.name}-{number}"
        taken.add(name)
        apart.append(replace(document, name=name))
    return apart


def _histories(wish: Wish, documents: Sequence[Document]) -> Sequence[Sequence[Version]]:
    """Return each document's versions, the present one last; none where nothing is older."""
    found: list[list[Version]] = [[] for _ in documents]
    for old in wish.since:
        found[_place(old, documents)].append(Version(document=spec_files.load(old), label=old.name))
    for ref in wish.against:
        for spec, versions in zip(wish.specs, found, strict=True):
            git = git_files(spec.absolute().parent, ref)
            if git.has(spec):
                then = spec_files.load(spec, read_bytes=git.read)
                versions.append(Version(document=then, label=ref))
    return [
        [*versions, Version(document=document, label="now")] if versions else []
        for versions, document in zip(found, documents, strict=True)
    ]


def _place(old: Path, documents: Sequence[Document]) -> int:
    """Return which document a file is an older version of: the one of its name, or the only one."""
    names = [document.name for document in documents]
    name = spec_files.name_of(old)
    if name in names:
        return names.index(name)
    if len(names) > 1:
        raise Unrelated(
            f"{old} is older than which of {', '.join(names)}? Give it the name of its document,"
            " or document one at a time."
        )
    return 0


def _errors(chapters: Sequence[Chapter]) -> Sequence[ErrorRow]:
    """Return the codes that the contracts list."""
    return next((rows for one in chapters if (rows := error_rows(one.document.root))), ())


def _errors_of_ours(chapters: Sequence[Chapter]) -> Sequence[ErrorRow]:
    """Return the codes that the contracts list; else those of the mock, which refuses too."""
    return _errors(chapters) or error_rows(spec_files.load(specs_dir() / _SHARED).root)
