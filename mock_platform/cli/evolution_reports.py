"""Writes down what changed: for people, for programs, for a pull request, for a build server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final
from xml.etree import ElementTree as ET

import click

from mock_platform.engine.evolution import BREAKING, DOCS, LEVELS, RISKY, RULES, Change
from mock_platform.engine.evolution.verdict import Comparison, counted_levels

_COLOURS: Final = {"breaking": "red", "risky": "yellow", "additive": "green", "docs": "cyan"}
_SHOWN: Final = 3
"""How many operations are named; the others are counted."""


def as_text(comparisons: Sequence[Comparison]) -> str:
    """Write for people; with colours, which click takes away where there is no terminal."""
    lines: list[str] = []
    for comparison in comparisons:
        versions = [_version(comparison.old_version), _version(comparison.new_version)]
        names = f"{comparison.old} {versions[0]} → {comparison.new} {versions[1]}"
        lines += [names, ""]
        for level in LEVELS:
            found = [each for each in comparison.changes if each.level == level]
            if found:
                lines.append(click.style(f"{level} ({len(found)})", fg=_COLOURS[level], bold=True))
                for change in found:
                    lines += _told(change)
                lines.append("")
        if not comparison.changes:
            lines += ["nothing changed", ""]
    return "\n".join([*lines, summary(comparisons)]) + "\n"


def _told(change: Change) -> Iterator[str]:
    yield f"  {click.style(change.rule, bold=True)}  {change.message}"
    places = [str(place) for place in (change.old, change.new) if place]
    yield click.style(f"    {' → '.join(places)}", dim=True)
    if change.operations:
        yield f"    touches {_operations(change.operations)}"
    if change.accepted:
        yield f"    accepted: {change.accepted}"
    elif change.remedy:
        yield f"    {change.remedy}"


def _operations(operations: Sequence[str]) -> str:
    named = ", ".join(operations[:_SHOWN])
    more = len(operations) - _SHOWN
    return f"{named} and {more} more" if more > 0 else named


def _version(version: str) -> str:
    return f"({version or 'not there'})"


def summary(comparisons: Sequence[Comparison]) -> str:
    """Return the numbers of changes in one line."""
    counts = counted_levels(comparisons)
    told = [f"{counts[level]} {level}" for level in LEVELS if level != DOCS or counts[level]]
    return ", ".join(told)


def as_json(comparisons: Sequence[Comparison]) -> str:
    """Write for programs."""
    facts = {
        "summary": counted_levels(comparisons),
        "comparisons": [
            {
                "old": {"name": comparison.old, "version": comparison.old_version},
                "new": {"name": comparison.new, "version": comparison.new_version},
                "majorMoved": comparison.major_moved,
                "changes": [
                    {**asdict(change), "why": RULES[change.rule].why}
                    for change in comparison.changes
                ],
            }
            for comparison in comparisons
        ],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def as_markdown(comparisons: Sequence[Comparison]) -> str:
    """Write for a pull request, or a changelog."""
    lines: list[str] = []
    for comparison in comparisons:
        names = f"`{comparison.old}` → `{comparison.new}`"
        versions = f"{comparison.old_version or 'none'} → {comparison.new_version or 'none'}"
        lines += [f"## {_inline(names)}", "", f"Version {_cell(versions)}", ""]
        for level in LEVELS:
            found = [each for each in comparison.changes if each.level == level]
            if found:
                lines += [f"### {level.capitalize()} ({len(found)})", ""]
                lines += ["| change | rule | touches | where |", "|---|---|---|---|"]
                lines += [_row(change) for change in found]
                lines.append("")
        if not comparison.changes:
            lines += ["Nothing changed.", ""]
    return "\n".join([*lines, f"**{summary(comparisons)}**"]) + "\n"


def _row(change: Change) -> str:
    places = "<br>".join(f"`{place}`" for place in (change.old, change.new) if place)
    message = change.message + (f" (accepted: {change.accepted})" if change.accepted else "")
    touched = _cell(_operations(change.operations))
    return f"| {_cell(message)} | `{change.rule}` | {touched} | {_inline(places)} |"


def _cell(text: str) -> str:
    """Write words of a contract: no tag, link or picture of theirs."""
    return _inline(re.sub(r"[\[\]]", r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;")))


def _inline(text: str) -> str:
    return " ".join(text.replace("|", r"\|").splitlines())


def as_junit(comparisons: Sequence[Comparison]) -> str:
    """Write for a build server: a suite for each contract, a case for each change."""
    suites = ET.Element("testsuites", name="evolution")
    for comparison in comparisons:
        broken = sum(map(_fails, comparison.changes))
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=_plain(comparison.new),
            tests=str(max(1, len(comparison.changes))),
            failures=str(broken),
            errors="0",
        )
        for change in comparison.changes:
            _case(suite, change)
        if not comparison.changes:
            ET.SubElement(suite, "testcase", name="nothing changed", classname=comparison.new)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, "unicode") + "\n"


def _case(suite: ET.Element, change: Change) -> None:
    place = change.new or change.old
    case = ET.SubElement(suite, "testcase", name=_plain(change.message), classname=change.rule)
    if place:
        case.set("file", place.file)
        case.set("line", str(place.line))
    told = _plain(f"{RULES[change.rule].why}\n{change.old} → {change.new}\n{change.remedy}")
    if _fails(change):
        failure = ET.SubElement(case, "failure", message=_plain(change.message), type=change.level)
        failure.text = told
    elif change.level in {BREAKING, RISKY}:
        accepted = f", accepted: {change.accepted}" if change.accepted else ""
        ET.SubElement(case, "system-out").text = _plain(f"{change.level}{accepted}: {told}")


def _fails(change: Change) -> bool:
    return change.level == BREAKING and not change.accepted


def _plain(text: str) -> str:
    """Take away what XML cannot hold."""
    return re.sub(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text)


REPORTS: Final[Mapping[str, Callable[[Sequence[Comparison]], str]]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "junit": as_junit,
}
