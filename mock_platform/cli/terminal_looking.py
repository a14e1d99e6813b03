"""Follows lists of a running platform, page by page and bounded, once or for as long as wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mock_platform.cli.terminal_answers import PAGE, Client, page, record, thing
from mock_platform.shared.contracts import Json

MOST_PAGES: Final = 100
"""Ten thousand items, whatever there is."""
WAIT_S: Final = 20.0

Filters = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Listed:
    """The newest items of a list, and whether all of it was seen."""

    items: list[Json]
    is_whole: bool


def newest(client: Client, path: tuple[str, ...], filters: Filters, limit: int) -> Listed:
    """Return up to ``limit`` of the newest items; lists begin with the oldest, so read them all."""
    kept: deque[Json] = deque(maxlen=limit)
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        told, items = page(client, path, {**filters, "cursor": cursor}, "items")
        kept.extend(items)
        cursor = told.get("nextCursor")
        if cursor is None:
            return Listed([*kept], is_whole=True)
    return Listed([*kept], is_whole=False)


@dataclass
class Tail:
    """The end of a list: what is new there, or has changed, since it was looked at last.

    The last ``window`` items, or a few more, are looked at each time; what changes before them goes
    unseen. What is new is never missed.
    """

    client: Client
    path: tuple[str, ...]
    filters: Filters
    mark: Callable[[Json], Json]
    """What is different when an item has changed."""
    window: int = PAGE
    is_behind: bool = True
    """Whether there was more than one look could take in."""
    _pages: deque[tuple[str | None, dict[str, Json]]] = field(
        default_factory=lambda: deque([(None, {})])
    )
    """The pages that hold the window: where each begins, and its items' marks."""

    def look(self) -> list[Json]:
        """Return what is new or has changed, oldest first."""
        known = {name: mark for _, marks in self._pages for name, mark in marks.items()}
        cursor = self._pages[0][0]
        self._pages.clear()
        new: list[Json] = []
        for _ in range(MOST_PAGES):
            told, items = page(self.client, self.path, {**self.filters, "cursor": cursor}, "items")
            marks = {item["id"]: self.mark(item) for item in items}
            new += [item for item in items if known.get(item["id"]) != marks[item["id"]]]
            self._pages.append((cursor, marks))
            cursor = told.get("nextCursor")
            self.is_behind = cursor is not None
            if cursor is None:
                break
        self._forget()
        return new

    def skip(self) -> None:
        """Take everything that is there for seen."""
        while self.is_behind:
            self.look()

    def _forget(self) -> None:
        while sum(len(marks) for _, marks in [*self._pages][1:]) >= self.window:
            self._pages.popleft()


def changes(tail: Tail, *, pause: Callable[[], None], since_now: bool) -> Iterator[Json]:
    """Yield what is new or changes, for ever; look again after each pause."""
    if since_now:
        tail.skip()
    while True:
        yield from tail.look()
        if not tail.is_behind:
            pause()


def arrivals(
    client: Client,
    inbox: str,
    filters: Filters,
    *,
    pause: Callable[[], None],
    say: Callable[[str], None],
    since_now: bool,
) -> Iterator[Json]:
    """Return what arrives in an inbox, for ever, each once: the platform tells as it comes.

    What is "now" is settled before this returns. What was lost is said.
    """
    first = _waited(client, inbox, filters, "now", 0.0)[0] if since_now else None

    def following() -> Iterator[Json]:
        cursor = first
        while True:
            cursor, items, lost = _waited(client, inbox, filters, cursor, WAIT_S)
            if lost:
                say(f"{inbox}: {lost}")
            yield from items
            if not items:
                pause()  # who does not let us wait is not asked all the time

    return following()


def _waited(
    client: Client, inbox: str, filters: Filters, cursor: str | None, wait_s: float
) -> tuple[str, list[Json], str]:
    """Return where to go on, what has come, and what was lost."""
    query = {**filters, "cursor": cursor, "count": 1, "timeout": wait_s}
    told, items = page(client, ("inboxes", inbox, "wait"), query, "records", wait_s)
    onward = str(thing(told, "nextCursor")["nextCursor"])
    return onward, [*map(record, items)], _lost(told)


def _lost(told: Mapping[str, Json]) -> str:
    if told.get("anew"):
        return "it was forgotten and begins anew; what had not been seen of it is lost"
    missed = told.get("missed")
    return f"{missed} came and were dropped before they could be seen" if missed else ""
