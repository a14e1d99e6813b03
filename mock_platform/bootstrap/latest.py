"""A mapping whose content is exchanged as a whole, for those who look things up while it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Latest(Mapping[str, T]):
    """Reads always see one content or the next, never a mixture."""

    def __init__(self) -> None:
        self._now: Mapping[str, T] = {}

    def become(self, content: Mapping[str, T]) -> None:
        """Have this content from now on."""
        self._now = content

    def __getitem__(self, key: str) -> T:
        return self._now[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)
