"""Where a reader of an inbox is: after which record, and what has gone since.

A bookmark names the last record by number and by id. Numbers alone would not do: an inbox that was
forgotten, by a restart say, numbers from 1 again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mock_platform.domain.paging import decode_cursor, encode_cursor
from mock_platform.shared.contracts import Page, Record, RecordFilter, RecordStore
from mock_platform.shared.errors import CursorInvalid

MOST_BYTES: Final = 4 * 1024 * 1024
"""Of the bodies in one answer; as text and base64, escaped, they can be ten times as much."""
NOW: Final = "now"
"""Instead of a cursor: after whatever is there."""
_EVERYTHING: Final = RecordFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """After one record; after none to begin with."""

    seq: int = 0
    record_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What is left of the inbox for a reader who comes back."""

    after: int = 0
    missed: int = 0
    """How many came since, and had to make room for others."""
    is_anew: bool = False
    """The inbox was forgotten meanwhile; it is read from its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One inbox, as it is read."""

    records: RecordStore
    world: str
    inbox: str

    def bookmark(self, cursor: str | None) -> Bookmark | None:
        """Return where a cursor points; None without one.

        Raises:
            CursorInvalid: it belongs to another inbox, or is none.
        """
        if cursor == NOW:
            return self.end()
        told = decode_cursor(cursor, **self._bound())
        if told is None:
            return None
        seq, _, record_id = told.partition(".")
        if not (seq.isascii() and seq.isdecimal()):
            raise CursorInvalid("this is not a cursor of ours; start without one")
        return Bookmark(seq=int(seq), record_id=record_id)

    def cursor(self, mark: Bookmark) -> str:
        return encode_cursor(f"{mark.seq}.{mark.record_id}", **self._bound())

    def end(self) -> Bookmark:
        """Return the last record's."""
        return _after(self.records.latest(*self._place(), before=None, limit=1).items)

    def resumed(self, mark: Bookmark | None) -> Resumed:
        """Find the marked record again, or what has become of it."""
        if mark is None:
            return Resumed()
        found = self.records.page(*self._place(), after=str(max(0, mark.seq - 1)), limit=1).items
        is_other = not found or (found[0].seq == mark.seq and found[0].id != mark.record_id)
        if mark.seq and is_other:
            return Resumed(is_anew=True)
        first = found[0].seq if found else 0
        return Resumed(after=mark.seq, missed=max(0, first - mark.seq - 1))

    def onward(self, shown: tuple[Record, ...], end: Bookmark, *, is_all: bool) -> Bookmark:
        """Return where to go on: after what was shown, and what did not match behind it."""
        last = _after(shown[-1:])
        return end if is_all and end.seq > last.seq else last

    def _place(self) -> tuple[str, str, RecordFilter]:
        return self.world, self.inbox, _EVERYTHING

    def _bound(self) -> dict[str, str | None]:
        return {"list": "wait", "world": self.world, "inbox": self.inbox}


def affordable(page: Page[Record]) -> Page[Record]:
    """Cut a page where its bodies become too much for one answer; one record there always is."""
    room = MOST_BYTES
    for number, record in enumerate(page.items):
        room -= len(record.body)
        if number and room < 0:
            return Page(page.items[:number], str(page.items[number - 1].seq))
    return page


def _after(records: tuple[Record, ...]) -> Bookmark:
    return Bookmark(seq=records[-1].seq, record_id=records[-1].id) if records else Bookmark()
