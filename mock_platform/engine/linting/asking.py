"""Asks a document every rule that it is held to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.linting.rule_table import RULES
from mock_platform.engine.linting.ruling import Group
from mock_platform.shared.contracts import Json

KEY = "x-lint"


def lint(document: Document, *, conventions: bool = False) -> Iterator[Finding]:
    """Yield everything that is wrong or doubtful in a document whose structure is sound.

    ``conventions``: hold it to those of our house too, whether it asks for that or not.
    """
    house = conventions or follows_conventions(document.root)
    for rule in RULES.values():
        if rule.find is not None and (house or rule.group is not Group.HOUSE):
            for finding in rule.find(document):
                yield replace(finding, rule=rule.name, level=rule.level)


def follows_conventions(root: Json) -> bool:
    """Tell whether a document asks to be held to the conventions."""
    told = root.get(KEY)
    return isinstance(told, dict) and told.get("conventions") is True
