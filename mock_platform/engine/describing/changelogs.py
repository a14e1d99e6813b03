"""What changed from one version of a contract to the next, as a changelog shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One change."""

    level: str
    """``breaking``, ``risky`` or ``additive``."""
    message: str
    place: str
    """Where it is, in words or as a pointer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What changed between two versions."""

    version: str
    """What it became."""
    since: str
    """What it was."""
    alterations: tuple[Alteration, ...]
