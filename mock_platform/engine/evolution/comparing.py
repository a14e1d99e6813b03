"""Compares two versions of a contract, whole."""

from __future__ import annotations

from collections.abc import Sequence

from mock_platform.engine.documents import Document
from mock_platform.engine.evolution.callback_changes import webhook_changes
from mock_platform.engine.evolution.changes import Change, Written
from mock_platform.engine.evolution.machine_changes import machine_changes
from mock_platform.engine.evolution.rules import RULES
from mock_platform.engine.evolution.schema_changes import weigh_schemas
from mock_platform.engine.evolution.surface_changes import surface_changes
from mock_platform.engine.evolution.terms import BREAKING
from mock_platform.engine.evolution.weighing import Weighing, version
from mock_platform.engine.evolution.wording_changes import wording_changes
from mock_platform.engine.operations import operations


def appeared(new: Document) -> Change:
    """Return the change that a document is which was not there before."""
    labels = tuple(f"{each.method} {each.path}" for each in operations(new))
    return _whole("document-added", f"{new.name} is new", new, labels)


def vanished(old: Document) -> Change:
    """Return the change that it is when a document is there no more."""
    labels = tuple(f"{each.method} {each.path}" for each in operations(old))
    return _whole("document-removed", f"{old.name} is gone", old, labels)


def _whole(name: str, message: str, document: Document, labels: tuple[str, ...]) -> Change:
    rule = RULES[name]
    origin = document.origin("")
    place = Written(file=origin.file, pointer=origin.pointer)
    gone = rule.level == BREAKING
    return Change(
        rule=rule.id,
        level=rule.level,
        direction=rule.direction,
        message=message,
        remedy=rule.remedy,
        old=place if gone else None,
        new=None if gone else place,
        operations=labels,
    )


def compare(old: Document, new: Document) -> Sequence[Change]:
    """Return what changed, the gravest first; lines and columns are not looked up yet.

    Only what an operation, a callback or a webhook leads to is compared: what nobody can reach
    breaks nobody. Both documents are as the loader returns them; files are as it names them.
    """
    weighing = Weighing(version(old), version(new))
    met = surface_changes(weighing)
    webhook_changes(weighing)
    machine_changes(weighing, met)
    weigh_schemas(weighing)
    wording_changes(weighing)
    return weighing.book.changes(old, new)
