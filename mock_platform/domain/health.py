"""Alive, and willing: the two answers every service gives about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_platform.shared.contracts import Reply
from mock_platform.shared.errors import NotReady

_WILLING: Final = frozenset({"ok", "paused"})
"""What is paused was paused on purpose: it takes work, and does it later."""


def health() -> Reply:
    """Answer that the process can answer."""
    return Reply(body={"status": "ok"})


def readiness(checks: Mapping[str, str]) -> Reply:
    """Answer what each part said of itself.

    Raises:
        NotReady: a part said something else than ``ok`` or ``paused``.
    """
    unwell = {name: said for name, said in checks.items() if said not in _WILLING}
    if unwell:
        told = "; ".join(f"{name}: {said}" for name, said in unwell.items())
        raise NotReady(told, checks=dict(checks))
    return Reply(body={"status": "ready", "checks": dict(checks)})
