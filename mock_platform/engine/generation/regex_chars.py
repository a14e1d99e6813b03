"""Knows which characters a class of a regular expression stands for; of many, the likelier ones."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Final

DIGITS: Final = string.digits
WORD: Final = string.ascii_lowercase + string.ascii_uppercase + DIGITS + "_"
PRINTABLE: Final = "".join(map(chr, range(0x20, 0x7F)))
SPACE: Final = " \t\n\r\f\v"
_MOST_OF_A_CLASS = 256
CLASSES: Final[Mapping[str, str]] = {"d": DIGITS, "w": WORD, "s": " "}
CONTROL: Final[Mapping[str, str]] = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "f": "\f",
    "0": "\0",
    "a": "\a",
}
PROPERTIES: Final[Mapping[str, str]] = {
    "L": string.ascii_letters,
    "Lu": string.ascii_uppercase,
    "Ll": string.ascii_lowercase,
    "N": DIGITS,
    "Nd": DIGITS,
    "P": string.punctuation.translate(dict.fromkeys(map(ord, "$+<=>^`|~"))),
    "S": "$+<=>^`|~",
    "Z": " ",
    "Zs": " ",
    "Letter": string.ascii_letters,
    "Alphabetic": string.ascii_letters,
    "Uppercase_Letter": string.ascii_uppercase,
    "Lowercase_Letter": string.ascii_lowercase,
    "Number": DIGITS,
    "Punctuation": string.punctuation,
    "ASCII": PRINTABLE,
    "Latin": string.ascii_letters,
    "digit": DIGITS,
    "alpha": string.ascii_letters,
    "Alpha": string.ascii_letters,
}


def spanned(low: int, high: int) -> str:
    """Return the characters of a range: its printable ASCII, else its first ones."""
    ascii_part = range(max(low, 0x20), min(high, 0x7E) + 1)
    codes = ascii_part or range(low, min(high, low + _MOST_OF_A_CLASS) + 1)
    return "".join(map(chr, codes))


def others(chars: str) -> str:
    """Return characters that are none of these."""
    pool = "".join(c for c in PRINTABLE if c not in chars)
    return tidy(pool) or "".join(c for c in map(chr, range(0xA1, 0x17F)) if c not in chars)


def tidy(pool: str) -> str:
    """Put the likelier characters first."""
    return "".join(sorted(pool, key=lambda c: not c.isalnum()))
