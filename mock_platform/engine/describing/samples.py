"""Writes the samples of a body: those the contract gives, else one that shows every member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mock_platform.engine.answering.statements import followed
from mock_platform.engine.describing.constraint_words import types
from mock_platform.engine.describing.folding import folded
from mock_platform.engine.describing.plain import as_json, items, members, text
from mock_platform.engine.examples import least
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

_DEEPEST = 5
_WIDEST = 60
_MOST_EXAMPLES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample of a body."""

    text: str
    title: str = ""
    """What it shows; empty where the contract does not say."""
    is_made_up: bool = False
    """The contract has no example; this one follows from the schema."""
    value: Json = None


def samples(holder: Json, root: Json, direction: Direction) -> tuple[Sample, ...]:
    """Return the samples of a media type object.

    Args:
        holder: the media type object.
        root: the document it stands in.
        direction: who sends the body; what the other side alone says is left out.
    """
    found = [
        _given(name, example)
        for name, written in members(holder, "examples").items()
        if isinstance(example := followed(written, root), dict)
    ]
    if "example" in holder:
        found.append(Sample(text=_written(holder["example"]), value=holder["example"]))
    if found:
        return tuple(found[:_MOST_EXAMPLES])
    if not isinstance(holder.get("schema"), dict):
        return ()
    value = made_up(holder["schema"], root, direction)
    is_own = "example" in folded(holder["schema"], root).schema
    return (Sample(text=_written(value), is_made_up=not is_own, value=value),)


def _given(name: str, example: Mapping[str, Json]) -> Sample:
    title = text(example, "summary") or name
    if "serializedValue" in example:
        return Sample(text=str(example["serializedValue"]), title=title)
    if "externalValue" in example:
        return Sample(text=f"see {text(example, 'externalValue')}", title=title)
    value = example.get("dataValue", example.get("value"))
    return Sample(text=_written(value), title=title, value=value)


def _written(value: Json) -> str:
    """A text is a body as it is; everything else is shown as JSON."""
    return value if isinstance(value, str) and "\n" in value else as_json(value)


def made_up(schema: Json, root: Json, direction: Direction) -> Json:
    """Return a value with every member, as far down as one reads."""
    return _Making(root, direction).value(schema, 0)


@dataclass(slots=True)
class _Making:
    """One value in the making; when it has grown large, what follows is kept short."""

    root: Json
    direction: Direction
    left: int = 150

    def value(self, schema: Json, depth: int) -> Json:
        self.left -= 1
        seen = folded(schema, self.root)
        if "example" in seen.schema:
            return seen.schema["example"]
        if listed := items(seen.schema, "examples"):
            return listed[0]
        if seen.choices:
            return self.chosen(seen.choices[0], seen.schema, depth)
        kinds = types(seen.schema)
        if "object" in kinds:
            return {} if self.is_over(depth) else self.object(seen.schema, depth)
        if "array" in kinds:
            inner = seen.schema.get("items")
            is_empty = self.is_over(depth) or not isinstance(inner, dict)
            return [] if is_empty else [self.value(inner, depth + 1)]
        return least(dict(seen.schema), self.root)

    def is_over(self, depth: int) -> bool:
        return depth > _DEEPEST or self.left < 0

    def object(self, schema: Mapping[str, Json], depth: int) -> Json:
        made: dict[str, Json] = {}
        for name, member in [*members(schema, "properties").items()][:_WIDEST]:
            if folded(member, self.root).schema.get(self.direction.value) is not True:
                made[name] = self.value(member, depth + 1)
        return made

    def chosen(self, choice: Json, schema: Mapping[str, Json], depth: int) -> Json:
        """Make the first choice, with the members that all choices share."""
        if self.is_over(depth):
            return None
        value = self.value(choice, depth + 1)
        if isinstance(value, dict) and "properties" in schema:
            return {**self.object(schema, depth), **value}
        return value
