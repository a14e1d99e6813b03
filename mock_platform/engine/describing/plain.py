"""Takes from an untrusted document what is a text, a list or a mapping, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from mock_platform.shared.contracts import Json

_LONGEST = 20_000
_LONGEST_VALUE = 200


def text(holder: Json, key: str) -> str:
    """Return a text member; empty where there is none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def members(holder: Json, key: str) -> Mapping[str, Json]:
    """Return a member that is a mapping, by names that are texts."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return {str(name): one for name, one in value.items()} if isinstance(value, dict) else {}


def items(holder: Json, key: str) -> Sequence[Json]:
    """Return a member that is a list."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []


def as_json(value: Json) -> str:
    """Write a value for people to read: indented, and cut where nobody would read on."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
    except (TypeError, ValueError):
        written = str(value)
    return written if len(written) <= _LONGEST else written[:_LONGEST] + "\n…"


def usual(schema: Json) -> str | None:
    """Return in one line what a schema's value is where none is given; None: it does not say."""
    return as_word(schema["default"]) if "default" in schema else None


def as_word(value: Json) -> str:
    """Write a value in one line: texts as they are where they cannot be mistaken."""
    if isinstance(value, str) and value and value == value.strip():
        written = value
    else:
        try:
            written = orjson.dumps(value, default=str).decode()
        except (TypeError, ValueError):
            written = str(value)
    return written if len(written) <= _LONGEST_VALUE else written[:_LONGEST_VALUE] + "…"
