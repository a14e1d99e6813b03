"""Writes findings for people, for programs, for code scanning (SARIF 2.1.0) and for GitHub's log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from mock_platform.engine.findings import ERROR, INFO, WARNING, Finding
from mock_platform.engine.linting.rule_table import RULES
from mock_platform.engine.linting.ruling import Rule
from mock_platform.shared.contracts import Json

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note"}
_ANNOTATIONS = {ERROR: "error", WARNING: "warning", INFO: "notice"}


def as_text(findings: Sequence[Finding], _base: PurePath) -> str:
    """A line for each: ``FILE:LINE:COLUMN: message (remedy) [rule]``."""
    return "".join(f"{one}{f' [{one.rule}]' if one.rule else ''}\n" for one in findings)


def as_json(findings: Sequence[Finding], base: PurePath) -> str:
    """Everything that is known, and how many there are of each level."""
    counts = Counter(one.level for one in findings)
    told = [
        {
            "file": _relative(one.file, base),
            "line": one.line,
            "column": one.column,
            "pointer": one.pointer,
            "level": one.level,
            "rule": one.rule,
            "message": one.message,
            "remedy": one.remedy,
        }
        for one in findings
    ]
    totals = {level: counts[level] for level in (ERROR, WARNING, INFO)}
    return _written({"findings": told, "totals": totals})


def as_sarif(findings: Sequence[Finding], base: PurePath) -> str:
    """One run of the tool; the places are relative to ``base``."""
    names = [*RULES]
    driver = {"name": "mock-platform", "rules": [_sarif_rule(rule) for rule in RULES.values()]}
    results = [_sarif_result(one, names, base) for one in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return _written({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def as_annotations(findings: Sequence[Finding], base: PurePath) -> str:
    """GitHub's workflow commands: they show at the lines of a pull request."""
    return "".join(f"{_annotation(one, base)}\n" for one in findings)


Report = Callable[[Sequence[Finding], PurePath], str]
FORMATS: Mapping[str, Report] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_annotations,
}


def _written(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _relative(file: str, base: PurePath) -> str:
    path = PurePath(file)
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def _uri(file: str, base: PurePath) -> str:
    if "://" in file:
        return file
    path = _relative(file, base)
    return ("file://" if path.startswith("/") else "") + quote(path, safe="/")


def _sarif_rule(rule: Rule) -> Json:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": _SARIF_LEVELS[rule.level]},
        "properties": {"tags": [rule.group.value]},
    }


def _sarif_result(finding: Finding, names: Sequence[str], base: PurePath) -> Json:
    remedy = f" ({finding.remedy})" if finding.remedy else ""
    result: dict[str, Json] = {
        "level": _SARIF_LEVELS[finding.level],
        "message": {"text": finding.message + remedy},
    }
    if finding.rule in names:
        result |= {"ruleId": finding.rule, "ruleIndex": names.index(finding.rule)}
    if finding.file:
        place: dict[str, Json] = {"artifactLocation": {"uri": _uri(finding.file, base)}}
        if finding.line:
            place["region"] = {"startLine": finding.line, "startColumn": max(finding.column, 1)}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _annotation(finding: Finding, base: PurePath) -> str:
    facts = {
        "file": _relative(finding.file, base) if finding.file else "",
        "line": str(finding.line or ""),
        "col": str(finding.column or ""),
        "title": finding.rule,
    }
    written = ",".join(f"{key}={_escaped(value, ',:')}" for key, value in facts.items() if value)
    remedy = f" ({finding.remedy})" if finding.remedy else ""
    return f"::{_ANNOTATIONS[finding.level]} {written}::{_escaped(finding.message + remedy)}"


def _escaped(text: str, also: str = "") -> str:
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
