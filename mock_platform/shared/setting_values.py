"""Reads the values of settings: texts from the environment, or what an option made of one.

A reader returns what is meant, or raises ValueError; what would be right stands beside it, in the
setting's description. A library that knows more kinds of values takes longer to import than all that
is set here takes to read, and every start would wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path

import orjson

from mock_platform.shared.contracts import Json

Reader = Callable[[Json], Json]

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}


def text(pattern: str = ".*", least: int = 0) -> Reader:
    """Take texts that begin with the pattern and have so many characters."""
    begins = re.compile(pattern, re.DOTALL)

    def read(value: Json) -> str:
        if not isinstance(value, str) or len(value) < least or not begins.match(value):
            raise ValueError
        return value

    return read


def whole(least: int, most: int | None = None) -> Reader:
    """Take whole numbers between bounds."""

    def read(value: Json) -> int:
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        if type(value) is not int or not least <= value <= (inf if most is None else most):
            raise ValueError
        return value

    return read


def number(least: float, most: float, *, above: bool = False) -> Reader:
    """Take numbers between bounds; ``above``: the lower one is not taken."""

    def read(value: Json) -> float:
        found = float(value)
        if not least <= found <= most or (above and found == least):
            raise ValueError
        return found

    return read


def flag(value: Json) -> bool:
    """Take yes and no, in the words that people have for them."""
    if isinstance(value, bool):
        return value
    found = _FLAGS.get(str(value).strip().lower())
    if found is None:
        raise ValueError
    return found


def one_of(*words: str) -> Reader:
    """Take one of some words."""

    def read(value: Json) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return read


def listed(value: Json) -> tuple[str, ...]:
    """Take texts, separated by commas."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(stripped for part in parts if (stripped := str(part).strip()))


def path(value: Json) -> Path:
    """Take what may be a file's name."""
    return Path(value)


def secrets_by_name(value: Json) -> Mapping[str, tuple[str, ...]]:
    """Take a JSON object from names to secrets: a list, or a text that has blanks between them."""
    parsed = (orjson.loads(value) if value.strip() else {}) if isinstance(value, str) else value
    if not isinstance(parsed, Mapping):
        raise ValueError  # noqa: TRY004 - what is wrong with a value is a ValueError for all
    return {name: _secrets(written) for name, written in parsed.items()}


def _secrets(written: Json) -> tuple[str, ...]:
    found = tuple(written.split() if isinstance(written, str) else written)
    if not all(isinstance(one, str) for one in found):
        raise ValueError
    return found
