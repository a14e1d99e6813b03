"""Joins what is known of every error code: its status, what it means, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mock_platform.engine.describing.plain import members, text
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import PlatformError

SCHEMA = "ErrorCode"
"""The component whose description has the table."""

_ROW = re.compile(
    r"^\|\s*`(?P<code>[A-Z][A-Z0-9_]*)`\s*\|\s*(?P<status>\w+)\s*\|\s*(?P<remedy>.*?)\s*\|$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """One error code."""

    code: str
    status: str
    meaning: str
    remedy: str
    """CommonMark."""


def error_rows(root: Json) -> tuple[ErrorRow, ...]:
    """Return the error codes that a document lists; nothing where it lists none."""
    schema = members(root.get("components"), "schemas").get(SCHEMA)
    return tuple(
        ErrorRow(
            code=row["code"],
            status=row["status"],
            meaning=_meaning(row["code"]),
            remedy=row["remedy"],
        )
        for row in _ROW.finditer(text(schema, "description"))
    )


def _meaning(code: str) -> str:
    known = PlatformError.registry.get(code)
    return known.title() if known is not None else ""
