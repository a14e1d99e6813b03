"""Follows lists of a running platform, page by page and bounded, once or for as long as wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from mock_platform.shared.contracts import Json

PAGE: Final = 100
MOST_PAGES: Final = 100
"""Ten thousand items, whatever there is."""
WAIT_S: Final = 20.0
MOST_COUNTED: Final = 1000
"""What ``waitForRecords`` counts to at the most."""

Filters = Mapping[str, str | None]


class Client(Protocol):
    """What is needed of ``infra.service_client.ServiceClient``."""

    def get(
        self,
        *path: str,
        query: Mapping[str, str | int | float | None] | None = None,
        patience_s: float = 0.0,
    ) -> Json: ...

    def post(self, *path: str) -> Json: ...


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
        page = client.get(*path, query={**filters, "limit": PAGE, "cursor": cursor})
        kept.extend(page["items"])
        cursor = page.get("nextCursor")
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
            query = {**self.filters, "limit": PAGE, "cursor": cursor}
            page = self.client.get(*self.path, query=query)
            marks = {item["id"]: self.mark(item) for item in page["items"]}
            new += [item for item in page["items"] if known.get(item["id"]) != marks[item["id"]]]
            self._pages.append((cursor, marks))
            cursor = page.get("nextCursor")
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
    client: Client, inbox: str, filters: Filters, *, pause: Callable[[], None], since_now: bool
) -> Iterator[Json]:
    """Yield what arrives in an inbox, for ever: the platform tells as soon as something does.

    Where there are more records than it counts to, it is asked after each pause instead.
    """
    tail = Tail(client, ("inboxes", inbox, "records"), filters, lambda record: record["seq"])
    if since_now:
        tail.skip()
    count = _counted(client, inbox, filters, 0, 0)  # before looking: what comes after it is told
    while True:
        yield from tail.look()
        if tail.is_behind:
            continue
        if count >= MOST_COUNTED:
            pause()
        else:
            count = _counted(client, inbox, filters, count, WAIT_S)


def _counted(client: Client, inbox: str, filters: Filters, known: int, wait_s: float) -> int:
    """Return how many records there are, once there are more than are known or the time is up."""
    query = {**filters, "count": known + 1, "timeout": wait_s}
    told = client.get("inboxes", inbox, "wait", query=query, patience_s=wait_s)
    count: int = told["count"]
    return count
