r"""Rewrites regular expressions that other languages take, so that they mean the same to ECMA 262.

``\_`` and a lone ``}`` are themselves in most languages, and errors where every character counts as
Unicode; octal escapes, ``[\w-.]``, ``\p{XDigit}`` and ``\Z`` come from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

LONGEST_REPEAT = 1000
"""What may be repeated more often than that may be repeated as often as one likes."""
_MOST_DIGITS = 9

_TOKEN = re.compile(
    r"""
      (?P<surrogates>(?:-?\\u[dD][89a-fA-F][0-9a-fA-F]{2})+)
    | (?P<property>\\[pP]\{(?P<name>\w+)\})
    | (?P<octal>\\0[0-7]{0,2})
    | (?P<escape>\\(?:u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|c[A-Za-z]|k<\w+>|.))
    | (?P<repeat>\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_SETS: Mapping[str, str] = {
    "XDigit": "0-9A-Fa-f",
    "Alnum": "0-9A-Za-z",
    "Alpha": "A-Za-z",
    "Digit": "0-9",
    "Lower": "a-z",
    "Upper": "A-Z",
    "Space": r"\s",
    "Punct": r"!-\/:-@\[-`\{-~",
    "ASCII": r"\x00-\x7f",
}
"""What Java calls them."""
_ENDS: Mapping[str, str] = {r"\A": "^", r"\Z": "$", r"\z": "$"}
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CLASSES = frozenset("dDsSwW")
_ASTRAL = r"\u{10000}-\u{10ffff}"


def rewritten(pattern: str, is_pattern: Callable[[str], bool]) -> str | None:
    """Return an expression that says the same and is one; None where there is none."""
    if is_pattern(pattern):
        return pattern
    found = "".join(_Rewriting().pieces(pattern))
    return found if is_pattern(found) else None


class _Rewriting:
    """One expression on its way."""

    def __init__(self) -> None:
        self._in_class = False
        self._after = ""
        """The piece before: within a class a set such as ``\\w`` begins no range."""

    def pieces(self, pattern: str) -> Iterator[str]:
        for token in _TOKEN.finditer(pattern):
            self._after = self._set(token) or self._piece(token)
            yield self._after

    def _set(self, token: re.Match[str]) -> str | None:
        """Return what stands for many characters at once; None where it is not for that."""
        inner, sign = "", ""
        if token["surrogates"]:
            inner = _ASTRAL
        elif token["property"]:
            inner, sign = _SETS.get(token["name"], ""), "^" if token[0][1] == "P" else ""
        if not inner or self._in_class:
            return inner or None
        return f"[{sign}{inner}]"

    def _piece(self, token: re.Match[str]) -> str:
        text = token[0]
        if token["octal"]:
            return f"\\x{int(text[1:], 8):02x}"
        if token["escape"]:
            return self._escaped(text)
        if self._in_class:
            return self._member(text)
        if token["repeat"]:
            return _repeat(token)
        if text == "[":
            self._in_class = True
        return f"\\{text}" if text in "{}]" else text

    def _escaped(self, text: str) -> str:
        if text in _ENDS and not self._in_class:
            return _ENDS[text]
        character = text[1:]
        if len(character) > 1 or character.isalnum() or character in _SYNTAX:
            return text
        return r"\-" if character == "-" and self._in_class else character

    def _member(self, text: str) -> str:
        """Return what stands for a piece within a class."""
        if text == "]":
            self._in_class = False
            return text
        if len(text) > 1:  # what would be a repeat elsewhere
            return text.replace("{", r"\{").replace("}", r"\}")
        if text == "-" and self._after[:1] == "\\" and self._after[1:] in _CLASSES:
            return r"\-"
        return f"\\{text}" if text in "[{}" else text


def _repeat(token: re.Match[str]) -> str:
    low, comma, high = token["low"] or "0", token["comma"], token["high"]
    if not (token["low"] or token["high"]):
        return token[0].replace("{", r"\{").replace("}", r"\}")
    if high and _times(high) > LONGEST_REPEAT:
        high = ""
    low = str(min(_times(low), LONGEST_REPEAT))
    return f"{{{low}{comma}{high}}}"


def _times(digits: str) -> int:
    """Return how often; of thousands of digits Python makes no number."""
    return int(digits) if len(digits) <= _MOST_DIGITS else LONGEST_REPEAT + 1
