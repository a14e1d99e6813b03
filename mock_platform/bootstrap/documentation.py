"""Puts the documentation together: of what is served, and as a folder to give away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import flask

from mock_platform.console.docs_contents import Book, Chapter
from mock_platform.console.docs_pages import docs_pages
from mock_platform.console.docs_site import Site
from mock_platform.engine.describing.error_table import ErrorRow, error_rows
from mock_platform.engine.documents import Document
from mock_platform.infra import spec_files
from mock_platform.infra.spec_home import specs_dir

_TITLE = "Mock Platform"
_SHARED = "shared-contracts.spec.yaml"


def with_docs(pages: flask.Flask, documents: Iterable[Document]) -> flask.Flask:
    """Add the documentation of these documents to the pages. What it says is read when asked for."""
    chapters = [Chapter(document=document) for document in documents]
    book = Book(title=_TITLE, chapters=chapters, told_errors=lambda: _errors(chapters))
    pages.register_blueprint(docs_pages(Site(book=book, live=True)))
    return pages


def _errors(chapters: Sequence[Chapter]) -> Sequence[ErrorRow]:
    """Return the codes that the contracts list; else those of the mock, which refuses too."""
    for one in chapters:
        if rows := error_rows(one.document.root):
            return rows
    return error_rows(spec_files.load(specs_dir() / _SHARED).root)
