"""Counts the resources of collections, so that none grows without bound and numbers are new.

A count is kept beside the resources and not in one write with them: a process that ends in between
leaves it too high by one. So nobody is refused before everything has been counted again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson

from mock_platform.shared.contracts import DEFAULT_WORLD, Kind, Repository
from mock_platform.shared.errors import CollectionFull, StaleVersion

MOST_TRIES = 64
"""How often a change is tried again because somebody else was faster."""

_LONGEST_NUMBER = 15
"""Digits of the largest id that new ids continue from; beyond that JavaScript loses count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many resources a collection has, and the highest number that any of them ever had."""

    id: str
    version: int = 0
    live: int = 0
    highest: int


TALLIES: Kind[Tally] = Kind(
    name="resource tally",
    encode=orjson.dumps,
    decode=lambda stored: Tally(**orjson.loads(stored)),
    facets=lambda _tally: {},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCounts:
    """Who came and who went. Holds a port, never state."""

    tallies: Repository[Tally]
    most: int = 10_000
    """How many resources a collection holds."""
    world: str = DEFAULT_WORLD

    def enter(
        self, collection: str, wanted: str | None, lowest: int, count: Callable[[], int]
    ) -> int:
        """Count one more; return a number that no other resource of the collection was given.

        Args:
            collection: which one.
            wanted: the id that was chosen, if one was; later numbers are above it.
            lowest: the first number that may be given.
            count: counts what is there.

        Raises:
            CollectionFull: there is no place left.
        """

        def one_more(tally: Tally) -> Tally:
            live = tally.live if tally.live < self.most else count()
            if live >= self.most:
                raise CollectionFull(
                    f"{collection} holds {live} resources, and no more than that", limit=self.most
                )
            number = tally.highest + 1 if wanted is None else _number(wanted)
            return replace(tally, live=live + 1, highest=max(tally.highest, number))

        return self._changed(collection, one_more, lowest).highest

    def leave(self, collection: str) -> None:
        """Count one less."""
        self._changed(collection, lambda tally: replace(tally, live=max(0, tally.live - 1)), 1)

    def _changed(self, collection: str, change: Callable[[Tally], Tally], lowest: int) -> Tally:
        for tries_left in reversed(range(MOST_TRIES)):
            old = self.tallies.get(self.world, collection)
            new = change(old or Tally(id=collection, highest=lowest - 1))
            new = replace(new, version=new.version + 1)
            try:
                self.tallies.save(self.world, new)
            except StaleVersion:
                if not tries_left:
                    raise
            else:
                return new
        raise AssertionError("unreachable: the last try returns or raises")


def _number(name: str) -> int:
    return int(name) if name.isdecimal() and len(name) <= _LONGEST_NUMBER else 0
