"""Finds the specs that came with this installation."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def specs_dir() -> Path:
    """Return the directory of the installed specs: in the package, or beside it in a checkout."""
    installed = _PACKAGE / "specs"
    return installed if installed.is_dir() else _PACKAGE.parent / "specs"
