"""Compares two versions of a contract, whole."""

from __future__ import annotations

from collections.abc import Sequence

from mock_platform.engine.documents import Document
from mock_platform.engine.evolution.callback_changes import webhook_changes
from mock_platform.engine.evolution.changes import Change
from mock_platform.engine.evolution.machine_changes import machine_changes
from mock_platform.engine.evolution.schema_changes import weigh_schemas
from mock_platform.engine.evolution.surface_changes import surface_changes
from mock_platform.engine.evolution.weighing import Weighing, version
from mock_platform.engine.evolution.wording_changes import wording_changes


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
