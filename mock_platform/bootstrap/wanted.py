"""What ``mock-platform serve`` can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What ``mock-platform serve`` was asked to serve, and how."""

    specs: Sequence[tuple[Path, str | None]]
    """Each file, and the path it is mounted at; None: where its ``servers`` say."""
    handlers: str | None = None
    """A module, a file or a folder with functions named after operations."""
    stateful: bool = False
    """Keep what is created, in collections found in paths and schemas."""
    seed_data: Path | None = None
    """What to begin with."""
    dynamic: bool = False
    """Make answers up even where there are examples."""
    validation: str = "strict"
    """``strict``, ``soft`` or ``none``."""
    strict: bool = False
    """Refuse documents that would otherwise be mended."""
    allow_outside: bool = False
    """Documents may refer to files outside their folders."""
    allow_remote: bool = False
    """Documents may refer to files elsewhere, by URL."""
    overlays: Sequence[Path] = ()
    """OpenAPI Overlays: each for the document it ``extends``; without that, for all."""
