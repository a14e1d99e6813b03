"""Parses regular expressions as ECMA-262 writes them, far enough to make up texts that match.

A class becomes the characters that we would pick from it: letters and digits before punctuation,
printable ASCII before the rest of Unicode. Whether a text really matches is asked elsewhere.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

from mock_platform.engine.generation.regex_chars import (
    CLASSES,
    CONTROL,
    PROPERTIES,
    SPACE,
    WORD,
    others,
    spanned,
    tidy,
)

_MOST_REPEATS = 2000


class PatternUnread(ValueError):
    """The pattern uses something that is not known here."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of these."""

    pool: str


@dataclass(frozen=True, slots=True)
class Chain:
    """One after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    branches: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same, several times."""

    part: Part
    fewest: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Remembered, so that it can be asked for again by its number or name."""

    part: Part
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Again:
    """What a group matched."""

    group: str


@dataclass(frozen=True, slots=True)
class Edge:
    """``^``, ``$`` or a boundary: a place, no text."""

    sign: str


@dataclass(frozen=True, slots=True)
class Look:
    """A condition on what follows (or precedes)."""

    part: Part
    wanted: bool


Part = Chars | Chain | Either | Repeat | Group | Again | Edge | Look

_LOOKS = {"(?=": True, "(?!": False, "(?<=": True, "(?<!": False}


def parse(pattern: str) -> Part:
    """Read a pattern.

    Raises:
        PatternUnread: it cannot be read.
    """
    try:
        parser = _Parser(pattern)
        part = parser.either()
    except (IndexError, ValueError, RecursionError) as reason:
        raise PatternUnread(f"{pattern!r}: {reason}") from reason
    if parser.left():
        raise PatternUnread(f"{pattern!r}: unexpected {parser.left()[:1]!r}")
    return part


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._groups = 0

    def left(self) -> str:
        return self._text[self._at :]

    def either(self) -> Part:
        branches = [self._chain()]
        while self._took("|"):
            branches.append(self._chain())
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _took(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) * found
        return found

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    def _until(self, sign: str) -> str:
        end = self._text.index(sign, self._at)
        found, self._at = self._text[self._at : end], end + len(sign)
        return found

    def _chain(self) -> Part:
        parts: list[Part] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        if self._took("*"):
            fewest, most = 0, None
        elif self._took("+"):
            fewest, most = 1, None
        elif self._took("?"):
            fewest, most = 0, 1
        elif (counts := self._counts()) is not None:
            fewest, most = counts
        else:
            return part
        if not self._took("?"):
            self._took("+")
        if fewest > _MOST_REPEATS:
            raise PatternUnread(f"{fewest} repetitions are too many")
        return self._repeated(Repeat(part, fewest, most))

    def _counts(self) -> tuple[int, int | None] | None:
        end = self._text.find("}", self._at)
        if self._text[self._at : self._at + 1] != "{" or end < 0:
            return None
        low, comma, high = self._text[self._at + 1 : end].partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            return None
        self._at = end + 1
        if not comma:
            return int(low), int(low)
        return int(low), int(high) if high else None

    def _atom(self) -> Part:
        match sign := self._next():
            case "^" | "$":
                return Edge(sign)
            case ".":
                return Chars(WORD[:-1] + " -_")
            case "[":
                return Chars(self._class())
            case "(":
                self._at -= 1
                return self._group()
            case "\\":
                return self._escape()
            case _:
                return Chars(sign)

    def _group(self) -> Part:
        for opening, wanted in _LOOKS.items():
            if self._took(opening):
                return Look(self._closed(), wanted)
        if self._took("(?:") or self._took("(?>"):
            return self._closed()
        self._groups += 1
        number, name = self._groups, ""
        if self._took("(?<") or self._took("(?P<"):
            name = self._until(">")
        elif self._took("(?"):
            self._groups -= 1
            return self._flags()
        else:
            self._took("(")
        return Group(self._closed(), number, name)

    def _flags(self) -> Part:
        """``(?i)`` and ``(?i:…)``: what matches without the flag matches with it."""
        while (sign := self._next()).isalpha() or sign == "-":
            pass
        return self._closed() if sign == ":" else Chain(())

    def _closed(self) -> Part:
        part = self.either()
        if not self._took(")"):
            raise PatternUnread("a group is not closed")
        return part

    def _escape(self) -> Part:
        match sign := self._next():
            case "b" | "B":
                return Edge(sign)
            case "A":
                return Edge("^")
            case "z" | "Z":
                return Edge("$")
            case "k":
                self._took("<")
                return Again(self._until(">"))
            case _ if sign in "123456789":
                while self._text[self._at : self._at + 1].isdecimal():
                    sign += self._next()
                return Again(sign)
            case _:
                return Chars(self._escaped(sign))

    def _escaped(self, sign: str) -> str:
        """Return the characters that an escape may stand for."""
        if sign.lower() in CLASSES:
            chars = CLASSES[sign.lower()]
            return chars if sign.islower() else others(chars + (SPACE if sign == "S" else ""))
        if sign in "pP":
            name = self._until("}").removeprefix("{") if self._took("{") else self._next()
            chars = PROPERTIES.get(name.rpartition("=")[2], string.ascii_letters)
            return chars if sign == "p" else others(chars)
        if sign in "xu":
            return self._by_number(2 if sign == "x" else 4)
        if sign == "c":
            return chr(ord(self._next()) % 32)
        return CONTROL.get(sign, sign)

    def _by_number(self, digits: int) -> str:
        if self._took("{"):
            return chr(int(self._until("}"), 16))
        written = self._text[self._at : self._at + digits]
        self._at += digits
        return chr(int(written, 16))

    def _class(self) -> str:
        negated = self._took("^")
        chars: list[str] = []
        first = True
        while first or not self._took("]"):
            first = False
            if self._took("[:"):
                chars.append(PROPERTIES.get(self._until(":]"), string.ascii_letters))
                continue
            if negated and not chars and self._took("]"):
                return WORD
            chars.append(self._span(self._member()))
        pool = "".join(dict.fromkeys("".join(chars)))
        return others(pool) if negated else tidy(pool)

    def _member(self) -> str:
        sign = self._next()
        if sign != "\\":
            return sign
        sign = self._next()
        return "\b" if sign == "b" else self._escaped(sign)

    def _span(self, low: str) -> str:
        rest = self._text[self._at : self._at + 2]
        if len(low) != 1 or rest[:1] != "-" or rest[1:] in ("]", ""):
            return low
        self._at += 1
        high = self._member()
        if len(high) != 1:
            return low + "-" + high
        if high < low:
            raise PatternUnread("a range ends before it begins")
        return spanned(ord(low), ord(high))
