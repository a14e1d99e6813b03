"""Puts the pages together that show what is served: documents, documentation, console, counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mock_platform.bootstrap.console import Console
from mock_platform.bootstrap.when_asked import WhenAsked, Wsgi
from mock_platform.engine.documents import Document
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:
    from mock_platform.infra.metrics import Metrics


def pages_of(
    console: Console,
    documents: Mapping[str, Document],
    who: Callable[[str, str], str],
    *,
    published: Mapping[str, Json] | None = None,
    metrics: Callable[[], Metrics | None] = lambda: None,
    **shown: Any,
) -> WhenAsked:
    """Return the pages about some documents; nothing of them is made before somebody looks.

    ``who`` says who answers an operation; ``published`` are the documents that can be fetched, if
    not just these; ``shown`` is what else the console shows.
    """

    def make() -> Wsgi:
        from mock_platform.bootstrap.documentation import with_docs
        from mock_platform.infra.pages import make_pages

        roots = published or {name: one.root for name, one in documents.items()}
        pages = make_pages(roots, "Mock Platform", metrics(), console.home)
        told = with_docs(pages, documents.values(), console.home)
        return console.mounted(told, lambda: console.room(documents, who, **shown))

    return WhenAsked(make)
