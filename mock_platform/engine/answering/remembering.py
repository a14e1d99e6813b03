"""Remembers what was made lately: a bounded number of things, whoever made them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Remembered(Generic[T]):
    """Begins anew when it is full: cheaper than to know what was used last, and safe in threads."""

    most: int
    _things: dict[Hashable, T] = field(default_factory=dict)

    def get(self, key: Hashable) -> T | None:
        """Return what was kept under a key, if it still is."""
        return self._things.get(key)

    def keep(self, key: Hashable, thing: T) -> T:
        """Keep a thing; return it."""
        if len(self._things) >= self.most:
            self._things = {}
        self._things[key] = thing
        return thing
