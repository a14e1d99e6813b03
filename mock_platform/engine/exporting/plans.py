"""What a collection is before it is written: requests in an order that works, with blanks to fill.

A blank is a variable: filled in from the start (the address, a name to choose), by hand (secrets,
which no contract knows), or with what an earlier answer said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Blank:
    """A variable's place in a text."""

    name: str


Text = tuple[str | Blank, ...]
"""A text with blanks in it."""


def plain(text: Text, values: Mapping[str, str]) -> str:
    """Fill in the blanks."""
    return "".join(values[one.name] if isinstance(one, Blank) else one for one in text)


def blanks(text: Text) -> set[str]:
    """Return the names of the blanks in a text."""
    return {one.name for one in text if isinstance(one, Blank)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """Something that stands for a value."""

    name: str
    value: str
    """What it is to begin with; empty for a secret."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A variable that gets its value from an answer."""

    variable: str
    header: str = ""
    """The header that has it; else the body does."""
    pointer: str = ""
    """Where in the body, as a JSON pointer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A header or a query parameter."""

    name: str
    text: Text
    is_sent: bool = True
    """Else it is only shown: it may be left out, and mostly is."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that the contract shows."""

    name: str
    status: int
    media_type: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request."""

    name: str
    """Letters, digits and ``_``; no two steps have the same."""
    operation: str
    title: str
    note: str
    folder: str
    method: str
    path: Text
    query: Sequence[Field] = ()
    headers: Sequence[Field] = ()
    body: Text | None = None
    parts: Sequence[Field] = ()
    """Of a multipart body."""
    statuses: Sequence[str] = ()
    """Every documented one."""
    captures: Sequence[Capture] = ()
    answers: Sequence[Answer] = ()

    @property
    def used(self) -> set[str]:
        """The variables that this request needs."""
        fields = [*self.query, *self.headers, *self.parts]
        texts = [self.path, self.body or (), *(one.text for one in fields)]
        return set[str]().union(*map(blanks, texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole collection."""

    title: str
    version: str
    variables: Sequence[Variable]
    steps: Sequence[Step]

    @property
    def captured(self) -> set[str]:
        """The variables that answers fill in."""
        return {capture.variable for step in self.steps for capture in step.captures}


def query_of(query: Sequence[Field]) -> Text:
    """Return the query that is sent."""
    parts: list[str | Blank] = []
    for one in query:
        if one.is_sent:
            escaped = [part if isinstance(part, Blank) else quote(part) for part in one.text]
            parts += ["&" if parts else "?", f"{quote(one.name)}=", *escaped]
    return tuple(parts)
