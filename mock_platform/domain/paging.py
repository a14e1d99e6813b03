"""Cursors: opaque to clients, bound to the list they came from.

A cursor names the last item seen, so that a page stays right while items are added before it.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Call, Json, Page, Reply, T
from mock_platform.shared.errors import CursorInvalid


def encode_cursor(after: str, /, **bound: str | None) -> str:
    """Return a cursor for what follows ``after`` in the list that ``bound`` describes."""
    text = json.dumps([after, present(bound)], separators=(",", ":"), sort_keys=True)
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, /, **bound: str | None) -> str | None:
    """Return what the cursor's page comes after; None without a cursor.

    Raises:
        CursorInvalid: not a cursor, or one of another list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        content = json.loads(urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError):  # the last: a thousand brackets
        content = None
    match content:
        case [str(after), dict(made_for)] if made_for == present(bound):
            return after
        case [str(), dict()]:
            raise CursorInvalid("the cursor belongs to a list with other filters; start it again")
        case _:
            raise CursorInvalid("this is not a cursor of ours; start the list without one")


def with_cursor(page: Page[T], **bound: str | None) -> Page[T]:
    """Return the page, what the next one comes after told as a cursor."""
    if page.next_after is None:
        return page
    return replace(page, next_after=encode_cursor(page.next_after, **bound))


def next_link(path: str, query: str, cursor: str | None) -> dict[str, str]:
    """Return the ``Link`` header of a page (RFC 8288); empty when there is no next page.

    Args:
        path: the request's path.
        query: its raw query string.
        cursor: the next page's cursor.
    """
    if cursor is None:
        return {}
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "cursor"]
    return {"Link": f'<{path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'}


def listed(page: Page[T], show: Callable[[T], Json], call: Call) -> Reply:
    """Answer with a page whose ``next_after`` is already a cursor."""
    onward = {} if page.next_after is None else {"nextCursor": page.next_after}
    return Reply(
        body={"items": [show(item) for item in page.items]} | onward,
        headers=next_link(call.path, call.query, page.next_after),
    )
