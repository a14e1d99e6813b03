"""Ids in order, so that a page is found without looking at those before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping
from operator import itemgetter

from mock_platform.infra.paging import Selection, selection, selections

_LAST = itemgetter(-1)


class SortedIds:
    """A set of ids in ascending order, cheap to change anywhere, cheapest at the end.

    One long list would be moved in memory by every change; so it is cut into short ones.
    """

    __slots__ = ("_chunks",)

    SHORT = 256

    def __init__(self) -> None:
        self._chunks: list[list[str]] = []

    def __bool__(self) -> bool:
        return bool(self._chunks)

    def add(self, new: str) -> None:
        """Put one id in its place; it must not be there yet."""
        chunks = self._chunks
        if not chunks or new > chunks[-1][-1]:
            if chunks and len(chunks[-1]) < self.SHORT:
                chunks[-1].append(new)
            else:
                chunks.append([new])
            return
        place = bisect_left(chunks, new, key=_LAST)
        chunk = chunks[place]
        insort(chunk, new)
        if len(chunk) > 2 * self.SHORT:
            chunks.insert(place + 1, chunk[self.SHORT :])
            del chunk[self.SHORT :]

    def remove(self, old: str) -> None:
        """Take one id out; it must be there."""
        chunks = self._chunks
        place = bisect_left(chunks, old, key=_LAST)
        chunk = chunks[place]
        del chunk[bisect_left(chunk, old)]
        if not chunk:
            del chunks[place]
        elif place and len(chunk) + len(chunks[place - 1]) <= self.SHORT:
            chunks[place - 1] += chunk
            del chunks[place]

    def after(self, mark: str, limit: int) -> list[str]:
        """Return up to ``limit`` ids greater than ``mark``."""
        found: list[str] = []
        chunks = self._chunks
        place = bisect_right(chunks, mark, key=_LAST)
        while place < len(chunks) and len(found) < limit:
            chunk = chunks[place]
            start = bisect_right(chunk, mark)
            found += chunk[start : start + limit - len(found)]
            place += 1
        return found

    def before(self, mark: str | None, limit: int) -> list[str]:
        """Return up to ``limit`` ids smaller than ``mark``, the greatest first."""
        found: list[str] = []
        chunks = self._chunks
        place = len(chunks) - 1
        if mark is not None:
            place = min(bisect_left(chunks, mark, key=_LAST), place)
        while place >= 0 and len(found) < limit:
            chunk = chunks[place]
            end = len(chunk) if mark is None else bisect_left(chunk, mark)
            found += chunk[max(0, end - limit + len(found)) : end][::-1]
            place -= 1
        return found

    def __len__(self) -> int:
        return sum(map(len, self._chunks))


class FacetIndex:
    """Which ids answer to which filter, world by world."""

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[tuple[str, Selection], SortedIds] = {}

    def add(self, world: str, new: str, facets: Mapping[str, str]) -> None:
        self._enter(world, new, selections(facets))

    def remove(self, world: str, old: str, facets: Mapping[str, str]) -> None:
        self._leave(world, old, selections(facets))

    def move(
        self, world: str, moved: str, before: Mapping[str, str], after: Mapping[str, str]
    ) -> None:
        """Note that an item's facets have changed."""
        if before == after:
            return
        left, entered = selections(before), selections(after)
        self._leave(world, moved, [chosen for chosen in left if chosen not in entered])
        self._enter(world, moved, [chosen for chosen in entered if chosen not in left])

    def after(
        self, world: str, facets: Mapping[str, str], mark: str | None, limit: int
    ) -> list[str]:
        """Return up to ``limit`` ids with these facets, greater than ``mark``."""
        ids = self._ids.get((world, selection(facets)))
        return ids.after(mark or "", limit) if ids is not None else []

    def before(
        self, world: str, facets: Mapping[str, str], mark: str | None, limit: int
    ) -> list[str]:
        """Return up to ``limit`` ids with these facets, smaller than ``mark``, greatest first."""
        ids = self._ids.get((world, selection(facets)))
        return ids.before(mark, limit) if ids is not None else []

    def count(self, world: str, facets: Mapping[str, str]) -> int:
        """Return how many ids have these facets."""
        return len(self._ids.get((world, selection(facets)), ()))

    def _enter(self, world: str, new: str, chosen: Iterable[Selection]) -> None:
        for one in chosen:
            ids = self._ids.get((world, one))
            if ids is None:
                ids = self._ids[world, one] = SortedIds()
            ids.add(new)

    def _leave(self, world: str, old: str, chosen: Iterable[Selection]) -> None:
        for one in chosen:
            ids = self._ids[world, one]
            ids.remove(old)
            if not ids:
                del self._ids[world, one]
