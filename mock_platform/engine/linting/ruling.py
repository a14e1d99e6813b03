"""What a rule is: a name, a level, what it asks and why, and who is held to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding

Find = Callable[[Document], Iterator[Finding]]


class Group(Enum):
    """Whom a rule is for, and so when it is asked."""

    SERVING = "serving"
    """Without it the document cannot be served as it says: always, and nobody can switch it off."""
    SOUND = "sound"
    """Any document is held to it."""
    HOUSE = "convention"
    """Only who asked for it is held to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that documents are held to."""

    name: str
    group: Group
    level: str
    what: str
    """What is asked of the document."""
    why: str
    remedy: str
    find: Find | None = None
    """None: it is found while the files are read."""
