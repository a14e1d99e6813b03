"""Unfolds a schema into a tree that one can read: members, what they demand, what they may be.

A tree is bounded: what lies too deep is left to the page of the schema it belongs to, so a schema
that contains itself, or half of a large document, is shown as far as it helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from mock_platform.engine.describing.constraint_words import constraints, marks, pattern, types
from mock_platform.engine.describing.folding import Folded, folded
from mock_platform.engine.describing.plain import as_word, items, members, text, usual
from mock_platform.shared.contracts import Json

MOST_BRANCHES = 250
"""A tree that would have more is drawn less deep."""
DEEPEST = 5
_WIDEST = 300
"""So many members of one object are listed."""
_MOST_VALUES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One line of a tree, and what is below it."""

    name: str
    """The member's name; for items and choices what they are, in words."""
    kind: str = "member"
    """``member``, ``pattern``, ``item`` or ``choice``; the root of a tree is a ``root``."""
    type: str = ""
    schema: str = ""
    """The component that it refers to, if it does."""
    required: bool = False
    marks: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    pattern: str = ""
    values: tuple[str, ...] = ()
    """What it may be, if that is a list."""
    default: str | None = None
    example: str | None = None
    description: str = ""
    heading: str = ""
    """What the branches are, where they are no members: ``one of``."""
    branches: tuple[Branch, ...] = ()
    is_cut: bool = False
    """There is more below it than is shown."""


class _TooLarge(Exception):
    """The tree would have more branches than one reads."""


def tree(schema: Json, root: Json, *, deepest: int = DEEPEST, most: int = MOST_BRANCHES) -> Branch:
    """Unfold a schema, as deep as it stays readable."""
    growth = _Growth(root, _WIDEST * _WIDEST)
    grown = growth.branch("", schema, depth=1, kind="root")
    for depth in range(2, deepest + 1):
        growth = _Growth(root, most)
        try:
            grown = growth.branch("", schema, depth=depth, kind="root")
        except _TooLarge:
            break
        if not growth.has_cut:
            break
    return grown


def size(branch: Branch) -> int:
    """Return how many lines the tree has."""
    return 1 + sum(map(size, branch.branches))


@dataclass(slots=True)
class _Growth:
    """One tree while it grows."""

    root: Json
    left: int
    """So many more branches it may have."""
    has_cut: bool = False

    def branch(
        self, name: str, schema: Json, *, depth: int, kind: str = "member", required: bool = False
    ) -> Branch:
        self.left -= 1
        if self.left < 0:
            raise _TooLarge
        seen = folded(schema, self.root)
        values = seen.schema.get("enum")
        if not isinstance(values, list):
            values = [seen.schema["const"]] if "const" in seen.schema else []
        alone = Branch(
            name=name,
            kind=kind,
            type=type_words(seen, self.root),
            schema=seen.name,
            required=required,
            marks=marks(seen.schema),
            constraints=constraints(seen.schema),
            pattern=pattern(seen.schema),
            values=_values(values),
            default=usual(seen.schema),
            example=_example(seen.schema),
            description=text(seen.schema, "description"),
        )
        if depth == 0:
            is_cut = _has_more(seen)
            self.has_cut |= is_cut
            return replace(alone, is_cut=is_cut)
        below = tuple(islice(self.below(seen, depth - 1), _WIDEST))
        return replace(alone, heading=_heading(seen), branches=below)

    def below(self, seen: Folded, depth: int) -> Iterator[Branch]:
        """Yield what is inside: members, items, choices."""
        schema = seen.schema
        wanted = {str(one) for one in items(schema, "required")}
        for name, member in members(schema, "properties").items():
            yield self.branch(name, member, depth=depth, required=name in wanted)
        for likeness, member in members(schema, "patternProperties").items():
            yield self.branch(likeness, member, depth=depth, kind="pattern")
        if isinstance(more := schema.get("additionalProperties"), dict) and more:
            yield self.branch("any other name", more, depth=depth, kind="item")
        for number, one in enumerate(items(schema, "prefixItems")):
            yield self.branch(f"item {number}", one, depth=depth, kind="item")
        if isinstance(schema.get("items"), dict):
            yield from self.of_items(schema["items"], depth)
        for number, one in enumerate(seen.choices):
            yield self.branch(f"{number + 1}", one, depth=depth, kind="choice")

    def of_items(self, schema: Json, depth: int) -> Iterator[Branch]:
        """Yield what each item is, unless the words of its type have said it all."""
        one = self.branch("each item", schema, depth=depth, kind="item")
        if one.description or any(
            (one.constraints, one.pattern, one.values, one.marks, one.branches, one.is_cut)
        ):
            yield one


def _has_more(seen: Folded) -> bool:
    schema = seen.schema
    inner = schema.get("items")
    return bool(
        seen.choices
        or members(schema, "properties")
        or members(schema, "patternProperties")
        or items(schema, "prefixItems")
        or (isinstance(inner, dict) and inner.keys() & {"properties", "$ref", "oneOf", "anyOf"})
    )


def _heading(seen: Folded) -> str:
    if not seen.choices:
        return ""
    told = text(seen.schema.get("discriminator"), "propertyName")
    return f"{seen.choosing}, told apart by {told}" if told else seen.choosing


def type_words(seen: Folded, root: Json) -> str:
    """Return the type in words: ``array of string (uri)``."""
    words = [_typed(one, seen.schema, root) for one in types(seen.schema)] or _guessed(seen)
    return " or ".join(words) or "anything"


def _typed(written: str, schema: Json, root: Json) -> str:
    if written == "array" and isinstance(schema.get("items"), dict):
        inner = folded(schema["items"], root)
        # The item of an array that contains itself is named, not unfolded.
        nested = types(inner.schema) == ("array",)
        what = inner.name or ("array" if nested else type_words(inner, root))
        return f"array of {what}"
    written_as = text(schema, "format")
    return f"{written} ({written_as})" if written_as and written != "object" else written


def _guessed(seen: Folded) -> list[str]:
    values = seen.schema.get("enum")
    if isinstance(values, list) and values and all(isinstance(one, str) for one in values):
        return ["string"]
    if seen.choices:
        return [seen.choosing]
    return ["nothing"] if seen.is_never else []


def _values(values: list[Json]) -> tuple[str, ...]:
    shown = tuple(as_word(one) for one in values[:_MOST_VALUES])
    more = len(values) - _MOST_VALUES
    return (*shown, f"… and {more} more") if more > 0 else shown


def _example(schema: Json) -> str | None:
    if "example" in schema:
        return as_word(schema["example"])
    listed = items(schema, "examples")
    return as_word(listed[0]) if listed else None
