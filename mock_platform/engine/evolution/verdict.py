"""What a comparison comes to: what was compared with what, what was found, and whether that will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mock_platform.engine.evolution.changes import Change
from mock_platform.engine.evolution.terms import BREAKING, LEVELS, RISKY
from mock_platform.engine.evolution.wording_changes import major_of
from mock_platform.engine.findings import Finding

NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of one contract, and what changed between them."""

    old: str
    """What people call the old version: its file, or ``v1.2:specs/orders.yaml``."""
    new: str
    old_version: str
    """Its ``info.version``; empty when it was not there."""
    new_version: str
    changes: Sequence[Change]
    doubts: Sequence[Finding] = ()
    """The first of what had to be mended, or could not be read, before they were compared."""
    doubted: int = 0
    """How many there are."""

    @property
    def major_moved(self) -> bool:
        """Whether the version says that something may break."""
        return major_of(self.new_version) > major_of(self.old_version)

    def without(self, level: str) -> Comparison:
        """Leave out the changes of a level."""
        return replace(self, changes=[each for each in self.changes if each.level != level])

    def fails(self, level: str, *, unless_major: bool) -> bool:
        """Whether there is a change as grave as this, or graver, that nobody accepted."""
        if level == NEVER:
            return False
        excused = {BREAKING, RISKY} if unless_major and self.major_moved else set()
        grave = LEVELS[: LEVELS.index(level) + 1]
        return any(
            each.level in grave and each.level not in excused and not each.accepted
            for each in self.changes
        )


def counted_levels(comparisons: Iterable[Comparison]) -> dict[str, int]:
    """Count the changes of each level, the gravest first."""
    found = dict.fromkeys(LEVELS, 0)
    for comparison in comparisons:
        for change in comparison.changes:
            found[change.level] += 1
    return found
