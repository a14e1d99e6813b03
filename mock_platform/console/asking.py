"""Reads what a page was asked for: filters and cursors."""

from __future__ import annotations

import flask

from mock_platform.domain.paging import decode_cursor, encode_cursor
from mock_platform.shared.contracts import Page, T


def text(name: str) -> str | None:
    """Return what the query says under this name; None when that is nothing."""
    return flask.request.args.get(name, "").strip() or None


def asks_again() -> bool:
    """Tell whether a page that is shown already asks for its live parts."""
    return "X-Live" in flask.request.headers


def cursor_from(**bound: str | None) -> str | None:
    """Return what the page begins after. Raises CursorInvalid."""
    return decode_cursor(text("cursor"), way="latest", **bound)


def next_cursor(page: Page[T], **bound: str | None) -> str | None:
    """Return the cursor of the next page; None when there is none."""
    if page.next_after is None:
        return None
    return encode_cursor(page.next_after, way="latest", **bound)
