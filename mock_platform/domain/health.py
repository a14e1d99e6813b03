"""Alive, and willing: the two answers every service gives about itself."""

from __future__ import annotations

from collections.abc import Mapping

from mock_platform.shared.contracts import Reply
from mock_platform.shared.errors import NotReady


def health() -> Reply:
    """Answer that the process can answer."""
    return Reply(body={"status": "ok"})


def readiness(checks: Mapping[str, str]) -> Reply:
    """Answer what each part said of itself.

    Raises:
        NotReady: a part said something else than ``ok``.
    """
    unwell = {name: said for name, said in checks.items() if said != "ok"}
    if unwell:
        told = "; ".join(f"{name}: {said}" for name, said in unwell.items())
        raise NotReady(told, checks=dict(checks))
    return Reply(body={"status": "ready", "checks": dict(checks)})
