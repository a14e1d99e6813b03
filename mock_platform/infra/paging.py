"""How stores cut lists into pages, and what a list can be filtered by.

A filter with several conditions must not cost more than one with a single condition. So every
combination of facets is its own ready-made list, a *selection*; with the two or three facets that
our entities have, that is at most eight lists an item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

from mock_platform.shared.contracts import Page
from mock_platform.shared.errors import CursorInvalid

T = TypeVar("T")

Selection = tuple[tuple[str, str], ...]
"""Facets with the values asked for, in order of name; the empty one means everything."""

LARGEST = 2**63 - 1
"""What every store can compare with; no item's number comes near."""


def selection(facets: Mapping[str, str]) -> Selection:
    """Return what a filter asks for, in the one form that can be looked up."""
    return tuple(sorted(facets.items()))


def selections(facets: Mapping[str, str]) -> list[Selection]:
    """Return all filters an item with these facets answers to, the empty one first."""
    pairs = selection(facets)
    return [chosen for size in range(len(pairs) + 1) for chosen in combinations(pairs, size)]


def cut(found: Sequence[T], limit: int, mark: Callable[[T], str]) -> Page[T]:
    """Make a page of up to ``limit`` items; one more than that must have been asked for."""
    if len(found) <= limit:
        return Page(tuple(found))
    return Page(tuple(found[:limit]), mark(found[limit - 1]))


def number_after(after: str | None) -> int:
    """Read a cursor that is a number; the first page begins after 0.

    Raises:
        CursorInvalid: it is no number.
    """
    if after is None:
        return 0
    try:
        return max(0, min(int(after), LARGEST))
    except ValueError:
        raise CursorInvalid("the cursor of this list is a number") from None
