"""What one schema says, whatever dialect it was written in: the words that generation thinks in.

A ``Source`` is a schema as written, and is read into a ``Node`` when somebody needs it, so a schema
that refers to itself is no trouble. Sources are interned: equal means identical.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mock_platform.shared.contracts import Json

TYPES = ("object", "array", "string", "integer", "fraction", "boolean", "null")
"""The kinds of values that exclude each other; JSON Schema's ``number`` is the two in the middle."""

NUMBERS = ("integer", "fraction")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A schema as written, where its references are resolved, and what its users hide from it."""

    raw: Json
    """A dict, a boolean, or a ``Node`` that nobody wrote."""
    scope: tuple[str, ...] = ("",)
    """The resources (``$id``) that were entered on the way; the last one is the schema's own."""
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limit:
    """One end of a range of numbers."""

    value: Fraction
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Contained:
    """How many items of a list fit a schema."""

    source: Source
    fewest: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """``if``, ``then`` and ``else``."""

    test: Source
    then: Source | None
    otherwise: Source | None


@dataclass(frozen=True, slots=True)
class Discriminator:
    """The member that tells which of several schemas is meant."""

    member: str
    mapping: tuple[tuple[str, str], ...]
    """Value and reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What one schema says by itself: everything in it holds at once."""

    possible: bool = True
    types: tuple[str, ...] | None = None
    values: tuple[Json, ...] | None = None
    banned: tuple[Json, ...] = ()

    lowest: Limit | None = None
    highest: Limit | None = None
    step: Fraction | None = None

    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None
    unlike: tuple[str, ...] = ()
    """Patterns that must not be found."""
    format: str | None = None

    fewest_items: int = 0
    most_items: int | None = None
    unique: bool = False
    repeats: bool = False
    """Two items must be equal: what remains of ``uniqueItems`` under ``not``."""
    prefix: tuple[Source, ...] = ()
    items: Source | None = None
    contains: Contained | None = None
    other_items: Source | None = None
    """``unevaluatedItems``."""

    fewest_members: int = 0
    most_members: int | None = None
    required: tuple[str, ...] = ()
    properties: Mapping[str, Source] = field(default_factory=dict)
    by_pattern: tuple[tuple[str, Source], ...] = ()
    additional: Source | None = None
    names: Source | None = None
    follow_ups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``dependentRequired``."""
    other_members: Source | None = None
    """``unevaluatedProperties``."""

    all_of: tuple[Source, ...] = ()
    """Branches, and what ``$ref`` refers to."""
    any_of: tuple[tuple[Source, ...], ...] = ()
    """Each a list of which one must hold."""
    one_of: tuple[Source, ...] = ()
    nots: tuple[Source, ...] = ()
    conditions: tuple[Condition, ...] = ()
    discriminator: Discriminator | None = None

    stated: tuple[Json, ...] = ()
    """Examples, then the default."""
    faker: Json = None
    """``x-faker``."""
    bare: bool = False
    """Nothing but a reference."""
    referred: str = ""
    """The pointer that ``$ref`` holds."""


class Unsatisfiable(ValueError):
    """No value was found that the schema accepts."""

    def __init__(self, pointer: str, reason: str, nearest: Json = None) -> None:
        super().__init__(f"{pointer or '/'}: {reason}")
        self.nearest = nearest
        """For those who must say something all the same: it breaks a ``not``, ``oneOf`` or format."""
        self.pointer = pointer
        """From the schema that was asked for to the part that allows nothing."""
        self.reason = reason

    def under(self, place: str) -> Unsatisfiable:
        """Return the same, seen from further outside."""
        return Unsatisfiable(place + self.pointer, self.reason)


_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "fraction",
    str: "string",
    list: "array",
}


def kind_of(value: Json) -> str:
    """Return which of ``TYPES`` a value is; ``1.0`` is a fraction here."""
    return _KINDS.get(type(value), "object")


def identity(value: Json) -> Json:
    """Return something hashable that is equal exactly for values that JSON Schema calls equal."""
    match value:
        case bool():
            return ("boolean", value)
        case list():
            return ("array", *map(identity, value))
        case dict():
            return ("object", frozenset((name, identity(part)) for name, part in value.items()))
        case _:
            return value


def copied(value: Json) -> Json:
    """Return a copy that shares nothing which can change."""
    match value:
        case list():
            return [copied(item) for item in value]
        case dict():
            return {name: copied(part) for name, part in value.items()}
        case _:
            return value


def whole(value: Json) -> Json:
    """Return the value with ``1.0`` written as ``1``: the same, and an integer for Draft 4, too."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [whole(item) for item in value]
        case dict():
            return {name: whole(part) for name, part in value.items()}
        case _:
            return value
