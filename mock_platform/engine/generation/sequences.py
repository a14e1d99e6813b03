"""Makes arrays: how many items, what each of them must be, and that they differ if they have to."""

from __future__ import annotations

from functools import cached_property

from mock_platform.engine.generation.conjunctions import Plan
from mock_platform.engine.generation.judging import Judge
from mock_platform.engine.generation.meanings import (
    Contained,
    Node,
    Source,
    Unsatisfiable,
    copied,
    identity,
)
from mock_platform.engine.generation.turns import Conjunction, Turn
from mock_platform.shared.contracts import Json

_USUAL = 2
_OUTER = 2
"""A list that is the answer, or is wrapped in it, looks like one: it has more than one item."""
_MOST_ITEMS = 5_000
_RANDOM_TRIES = 12
_NUDGES = 60


class Sequences:
    """The arrays of one plan."""

    def __init__(self, plan: Plan, judge: Judge) -> None:
        self._plan = plan
        self._judge = judge
        self.fewest = max([plan.fewest_items, *(c.fewest for c in plan.contains)])
        if self.fewest > _MOST_ITEMS:
            raise Unsatisfiable("", f"{self.fewest} items are more than we make")
        self._longest_prefix = max((len(node.prefix) for node in plan.lists), default=0)
        self._known: dict[int, Conjunction] = {}

    def sources(self, index: int) -> Conjunction:
        """Return all that the item at a place must be."""
        index = min(index, self._longest_prefix)
        found = self._known.get(index)
        if found is None:
            parts = [_at(node, index) for node in self._plan.lists]
            found = tuple(dict.fromkeys(self._judge.meant(s) for s in parts if s is not None))
            self._known[index] = found
        return found

    def make(self, turn: Turn, name: str, attempt: int = 0) -> Json:
        """Return one of the arrays; each attempt puts what it must contain at other places.

        Raises:
            Unsatisfiable: there are not enough items that it may have.
        """
        wanted, needed = self._length(turn)
        slots = self._slots(turn, needed, attempt) if self._plan.contains else {}
        needed = max([needed, *(place + 1 for place in slots)])
        wanted = max(wanted, needed)
        items: list[Json] = []
        seen: set[Json] = set()
        around = turn.place
        while len(items) < wanted:
            turn.place = len(items)
            try:
                item = self._item(items, slots, seen, turn, name)
            except Unsatisfiable as reason:
                if len(items) >= needed:
                    break
                raise reason.under("/items") from None
            finally:
                turn.place = around
            if self._overfull(items, item):
                raise Unsatisfiable("/contains", "more items fit it than maxContains allows")
            items.append(item)
        if self._plan.repeats and len(items) > 1:
            items[-1] = copied(items[0])
        return items

    def _length(self, turn: Turn) -> tuple[int, int]:
        """Return how many items are wanted, and how many there must be."""
        fewest = max(self._plan.fewest_items, _USUAL if self._plan.repeats else 0)
        if turn.sparing() or self.sources(self._longest_prefix + 1) in turn.around:
            return fewest, fewest
        most = self._plan.most_items
        few = 2 if turn.depth <= _OUTER else 1
        usual = self._longest_prefix or few + (turn.nudge or turn.below(_USUAL)) % (_USUAL + 1)
        return max(fewest, usual if most is None else min(usual, most)), fewest

    # What it must contain ------------------------------------------------------------------------

    def _slots(self, turn: Turn, fewest: int, attempt: int) -> dict[int, list[Contained]]:
        """Choose a place for everything that must be contained."""
        total = sum(c.fewest for c in self._plan.contains)
        start = self._longest_prefix if attempt % 2 == 0 else 0
        most = self._plan.most_items
        room = max(fewest, start + total) if most is None else most
        if start + total > room:
            start = max(0, room - total)
        slots: dict[int, list[Contained]] = {}
        place = start + (turn.below(max(1, room - total - start + 1)) if attempt > 1 else 0)
        for wanted in self._plan.contains:
            for _ in range(wanted.fewest):
                slots.setdefault(place % max(1, room), []).append(wanted)
                place += 1
            if total > room:  # one item has to be several things
                place = start
        return slots

    def _overfull(self, items: list[Json], item: Json) -> bool:
        for wanted in self._plan.contains:
            if wanted.most is not None and self._judge.fits(wanted.source, item):
                count = sum(self._judge.fits(wanted.source, each) for each in items)
                if count >= wanted.most:
                    return True
        return False

    # One item ------------------------------------------------------------------------------------

    def _item(
        self,
        items: list[Json],
        slots: dict[int, list[Contained]],
        seen: set[Json],
        turn: Turn,
        name: str,
    ) -> Json:
        place = len(items)
        contained = slots.get(place, [])
        extra = [c.source for c in contained]
        extra += [
            self._excluded[c.source]
            for c in self._plan.contains
            if c not in contained and c.most is not None and self._is_due(c, items, slots)
        ]
        sources = (*self.sources(place), *extra) if extra else self.sources(place)
        if not self._plan.unique:
            return turn.grow(sources, name, turn)
        return self._another(sources, seen, turn, name)

    def _is_due(
        self, wanted: Contained, items: list[Json], slots: dict[int, list[Contained]]
    ) -> bool:
        """Return whether one more item that fits would leave no room for those with a place."""
        ahead = sum(wanted in each for place, each in slots.items() if place > len(items))
        there = sum(self._judge.fits(wanted.source, item) for item in items)
        return wanted.most is not None and there + ahead >= wanted.most

    @cached_property
    def _excluded(self) -> dict[Source, Source]:
        make = self._judge.source
        return {c.source: make(Node(nots=(c.source,))) for c in self._plan.contains}

    def _another(self, sources: Conjunction, seen: set[Json], turn: Turn, name: str) -> Json:
        """Return an item that is not there yet."""
        nudge, plain = turn.nudge, turn.plain
        try:
            for attempt in range(_RANDOM_TRIES + _NUDGES + len(seen)):
                turn.plain = plain or attempt > 0
                if attempt > _RANDOM_TRIES:
                    turn.nudge = attempt - _RANDOM_TRIES
                item = turn.grow(sources, name, turn)
                if (same := identity(item)) not in seen:
                    seen.add(same)
                    return item
        finally:
            turn.nudge, turn.plain = nudge, plain
        raise Unsatisfiable("", f"no more than {len(seen)} different items were found")


def _at(node: Node, index: int) -> Source | None:
    return node.prefix[index] if index < len(node.prefix) else node.items
