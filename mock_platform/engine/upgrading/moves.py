"""Remembers what moved from where to where while a document is upgraded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mock_platform.shared.contracts import Json


@dataclass(slots=True)
class Moves:
    """Both ways: the old place of what is new, and the new place of what was old."""

    origins: dict[str, str] = field(default_factory=dict)
    _now: dict[str, str] = field(default_factory=dict)

    def add(self, new: str, old: str) -> None:
        """Say where something is now. What has several places now is first of all at the first."""
        self.origins[new] = old
        self._now.setdefault(old, new)

    def within(self, new: str, old: str) -> None:
        """Say where the inner part of something was written, when that had no inner part."""
        self.origins[new] = old

    def now(self, old: str) -> str:
        """Return where an old pointer's target is now."""
        known, rest = old, ""
        while known and known not in self._now:
            known, _, last = known.rpartition("/")
            rest = f"/{last}{rest}"
        return self._now.get(known, known) + rest


def listed(node: Mapping[str, Json], key: str, otherwise: Iterable[str]) -> list[str]:
    """Return the texts in a list, or something else where there is no list."""
    value = node.get(key)
    if isinstance(value, str):
        return [value]
    return [one for one in (value if isinstance(value, list) else otherwise) if type(one) is str]


def mapped(node: Mapping[str, Json], key: str) -> dict[str, Json]:
    """Return a mapping; an empty one where there is none."""
    value = node.get(key)
    return value if isinstance(value, dict) else {}
