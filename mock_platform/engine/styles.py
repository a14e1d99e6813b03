"""Takes the texts of parameters and form fields apart, by ``style`` and ``explode`` (RFC 6570).

Percent-encoding is undone after the delimiters are found: an encoded comma is part of an item, not
its end. Clients that encode the delimiters too are understood where the schema leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from mock_platform.engine.casting import DEEPEST, Text

Decode = Callable[[str], str]
"""Undoes the percent-encoding of one place of a request."""


class NotInStyle(ValueError):
    """A text is not written in its parameter's style."""


def query_text(raw: str) -> str:
    """Undo the encoding of forms, in which a plus is a space."""
    return unquote_plus(raw, errors="strict")


def reserved_text(raw: str) -> str:
    """Undo the encoding where a plus is a plus (``allowReserved``, paths, cookies)."""
    return unquote(raw, errors="strict")


def as_it_is(raw: str) -> str:
    """Headers are not encoded."""
    return raw


_COMMA, _ENCODED_COMMA = re.compile(","), re.compile("%2[Cc]")
_SPACE, _PIPE = re.compile(r"%20|\+| "), re.compile(r"\||%7[Cc]")
_DELIMITERS: Mapping[str, re.Pattern[str]] = {
    "spaceDelimited": _SPACE,
    "pipeDelimited": _PIPE,
    "tabDelimited": re.compile(r"%09|\t"),
}
SEPARATED = frozenset(_DELIMITERS)
"""Lists in one text, separated by a sign. OpenAPI 3 has them in queries, and none of tabs; 2.0 has
all of them everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one parameter is written where it stands by itself."""

    name: str
    """The parameter's: matrix repeats it."""
    style: str
    explode: bool
    decode: Decode

    def scalar(self, raw: str) -> str:
        """Read a text that is one value.

        Raises:
            NotInStyle: a label without its dot, a matrix without its name.
            UnicodeDecodeError: it is percent-encoded, but no UTF-8.
        """
        return self.decode(self._bare(raw))

    def arrays(self, raws: list[str]) -> Iterator[Text]:
        """Read texts that are one list: every way to understand them, the strictest first.

        Raises:
            NotInStyle, UnicodeDecodeError: as for ``scalar``.
        """
        if self.style == "matrix" and self.explode:
            parts = raws[0].split(";")[1:]
            yield [self.decode(_after(part, self.name, "=")) for part in parts]
            return
        bare = [self._bare(raw) for raw in raws]
        for delimiter in self._delimiters(bare):
            yield self._pieces(bare, delimiter)

    def objects(self, raw: str) -> Iterator[Text]:
        """Read a text that is one object, likewise; nothing where it is none."""
        bare = raw if self.style == "matrix" and self.explode else self._bare(raw)
        for delimiter in self._delimiters([bare]):
            if delimiter is None:
                continue
            pieces = [piece for piece in delimiter.split(bare) if piece or not self.explode]
            if (found := self._members(pieces)) is not None:
                yield found

    def _bare(self, raw: str) -> str:
        if self.style == "label":
            return _after(raw, "", ".")
        if self.style == "matrix":
            text = _after(raw, "", ";")
            return "" if text == self.name else _after(text, self.name, "=")
        return raw

    def _delimiters(self, bare: list[str]) -> Iterator[re.Pattern[str] | None]:
        """None: every text is an item by itself."""
        delimiter = _DELIMITERS.get(self.style, _COMMA)
        if self.explode and self.style == "label":
            delimiter = re.compile(r"\.")
        elif self.explode and self.style == "matrix":
            delimiter = re.compile(";")
        elif self.explode and self.style != "simple":
            yield None
            if len(bare) > 1 or self.style not in _DELIMITERS:
                return
        yield delimiter
        if delimiter is _COMMA and "," not in bare[0]:
            if self.style == "label" and "." in bare[0]:
                # The tables of 3.0.0 to 3.0.3 write it so.
                yield re.compile(r"\.")
            elif _ENCODED_COMMA.search(bare[0]):
                yield _ENCODED_COMMA

    def _pieces(self, bare: list[str], delimiter: re.Pattern[str] | None) -> list[str]:
        if delimiter is None:
            return [self.decode(one) for one in bare]
        pieces = delimiter.split(bare[0])
        if self.decode is as_it_is:  # lists in headers have optional white space
            return [piece.strip(" \t") for piece in pieces]
        return [self.decode(piece) for piece in pieces]

    def _members(self, pieces: list[str]) -> Text:
        if self.decode is as_it_is:
            pieces = [piece.strip(" \t") for piece in pieces]
        if self.explode:
            pairs = [piece.partition("=") for piece in pieces]
            if not all(equals for _, equals, _ in pairs):
                return None
            return {self.decode(name): self.decode(text) for name, _, text in pairs}
        if len(pieces) % 2:
            return None
        texts = [self.decode(piece) for piece in pieces]
        return dict(zip(texts[::2], texts[1::2], strict=True))


def _after(text: str, name: str, sign: str) -> str:
    if not text.startswith(name + sign):
        raise NotInStyle(f"it must begin with {name + sign}")
    return text[len(name + sign) :]


_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


def bracketed(name: str) -> list[str] | None:
    """Take ``a[b][c]`` apart; None when that is no such name."""
    root, bracket, _ = name.partition("[")
    if not bracket or not root:
        return None
    rest = name[len(root) :]
    path = _BRACKETS.findall(rest)
    return [root, *path] if "".join(f"[{one}]" for one in path) == rest else None


def tree(pairs: Iterable[tuple[list[str], Text]]) -> dict[str, Text]:
    """Put ``v[a][b]=1`` and its like together: objects in objects; what is repeated is a list.

    Raises:
        NotInStyle: a name is both a value and an object, or nested too deep.
    """
    found: dict[str, Text] = {}
    for path, text in pairs:
        if len(path) > DEEPEST:
            raise NotInStyle(f"at most {DEEPEST} levels are taken")
        node: dict[str, Text] = found
        for step in path[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise NotInStyle(f"{step} is both a value and an object")
        _put(node, path[-1], text)
    return found


def _put(node: dict[str, Text], name: str, text: Text) -> None:
    given = node.get(name)
    if isinstance(given, dict):
        raise NotInStyle(f"{name} is both a value and an object")
    if given is None:
        node[name] = text
    elif isinstance(given, list):
        given.append(text)
    else:
        node[name] = [given, text]
