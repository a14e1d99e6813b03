"""Writes the table of rules for ``docs/evolution.md``, so that page and code cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator

from mock_platform.engine.evolution.rules import CHAPTERS
from mock_platform.engine.evolution.terms import Rule


def rule_tables() -> str:
    """Return all rules as Markdown, a table for each chapter."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for number, (chapter, rules) in enumerate(CHAPTERS.items()):
        if number:
            yield ""
        yield f"### {chapter}"
        yield ""
        yield "| rule | what changed | class | why | source |"
        yield "|---|---|---|---|---|"
        for rule in rules:
            yield _row(rule)


def _row(rule: Rule) -> str:
    cells = (f"`{rule.id}`", rule.what, f"**{rule.level}**", rule.why, rule.source)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
