"""Cursors: opaque to clients, bound to the list they came from.

A cursor names the last item seen, so that a page stays right while items are added before it.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from mock_platform.shared.errors import CursorInvalid


def encode_cursor(after: str, /, **bound: str | None) -> str:
    """Return a cursor for what follows ``after`` in the list that ``bound`` describes."""
    text = json.dumps([after, _given(bound)], separators=(",", ":"), sort_keys=True)
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
    except (binascii.Error, ValueError):
        content = None
    match content:
        case [str(after), dict(made_for)] if made_for == _given(bound):
            return after
        case [str(), dict()]:
            raise CursorInvalid("the cursor belongs to a list with other filters; start it again")
        case _:
            raise CursorInvalid("this is not a cursor of ours; start the list without one")


def _given(bound: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in bound.items() if value is not None}
