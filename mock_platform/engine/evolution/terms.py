"""The words of the comparison: how grave a change is, whom it concerns, and what a rule says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

BREAKING: Final = "breaking"
"""A client that keeps to the old version fails with the new one."""
RISKY: Final = "risky"
"""It may fail; whether it does, the contract cannot tell."""
ADDITIVE: Final = "additive"
"""It goes on as before; there is more, or less to mind."""
DOCS: Final = "docs"
"""Only words changed."""
LEVELS: Final = (BREAKING, RISKY, ADDITIVE, DOCS)
"""The gravest first."""

REQUEST: Final = "request"
"""What clients send: it breaks when less of it is taken."""
ANSWER: Final = "answer"
"""What clients get, callbacks included: it breaks when more may come, or less is certain."""
CONTRACT: Final = "contract"
"""What concerns neither alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind of change is classed, and on what grounds."""

    id: str
    what: str
    direction: str
    level: str
    why: str
    remedy: str
    source: str


Row = tuple[str, str, str, str, str, str]
"""Id, what, level, why, remedy, source."""


def in_one(direction: str, rows: Iterable[Row]) -> Iterator[Rule]:
    """Make the rules of one direction."""
    for name, what, level, why, remedy, source in rows:
        yield Rule(
            id=name,
            what=what,
            direction=direction,
            level=level,
            why=why,
            remedy=remedy,
            source=source,
        )


Verdict = tuple[str, str, str]
"""Level, why, remedy."""
Pair = tuple[str, str, str, Verdict, Verdict]
"""Id without its direction, what, source, the verdict on requests, the verdict on answers."""


_CHECKS: Final = {REQUEST: "request-", ANSWER: "response-"}
"""How the checks of oasdiff begin that concern one direction."""


def in_both(pairs: Iterable[Pair]) -> Iterator[Rule]:
    """Make two rules of each pair: ``request-…`` and ``answer-…``."""
    for name, what, source, *verdicts in pairs:
        for direction, (level, why, remedy) in zip(_CHECKS, verdicts, strict=True):
            yield Rule(
                id=f"{direction}-{name}",
                what=what,
                direction=direction,
                level=level,
                why=why,
                remedy=remedy,
                source="; ".join(_sources(source, _CHECKS[direction])),
            )


def _sources(source: str, prefix: str) -> Iterator[str]:
    """Leave out the checks of the other direction."""
    for each in source.split("; "):
        author, _, checks = each.partition("oasdiff: ")
        if author:
            yield each
            continue
        known = checks.replace("request-/response-", prefix).split(", ")
        if ours := [check for check in known if check.startswith(prefix)]:
            yield f"oasdiff: {', '.join(ours)}"
