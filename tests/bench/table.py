"""Writes what was measured as one Markdown table of ratios."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from tests.bench.mocks import MOCKS, OURS
from tests.bench.running import Figures

FIGURES = ("get", "post", "start", "memory", "reload")
Rounds = Sequence[Mapping[tuple[str, str], Figures]]
"""Of each round: document and mock → its figures."""


def rows(rounds: Rounds, documents: Sequence[str]) -> list[str]:
    """Return the table: one line for each document and peer."""
    lines = [
        "| document | peer | GET | POST | start | memory | reload |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for document in documents:
        for mock in MOCKS:
            found = [one[document, mock.name] for one in rounds if (document, mock.name) in one]
            if mock.name == OURS or not found:
                continue
            cells = [_ratio(rounds, document, mock.name, figure) for figure in FIGURES]
            trouble = next((one.trouble for one in found if one.trouble), "")
            if trouble and not any(one.start for one in found):
                cells = [trouble, *[""] * (len(FIGURES) - 1)]
            lines.append(f"| {document} | {mock.name} | {' | '.join(cells)} |")
    return lines


def _ratio(rounds: Rounds, document: str, name: str, figure: str) -> str:
    """Our figure over theirs, round by round; the median."""
    found = []
    for one in rounds:
        ours = getattr(one.get((document, OURS), Figures()), figure)
        theirs = getattr(one.get((document, name), Figures()), figure)
        if ours and theirs:
            found.append(ours / theirs)
    return f"{statistics.median(found):.2f}" if found else "none"


def median_ratio(pairs: Sequence[tuple[float | None, float | None]]) -> str:
    known = [one / other for one, other in pairs if one and other]
    return f"{statistics.median(known):.2f}" if known else "none"
