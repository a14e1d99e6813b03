"""What is None was not said: it is left out of what is asked, told and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")


def present(members: Mapping[str, V | None]) -> dict[str, V]:
    """Return the members that are something."""
    return {name: value for name, value in members.items() if value is not None}
