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


def made_up(schema: Json, root: Json, direction: Direction, depth: int = 0) -> Json:
    """Return a value with every member, as far down as one reads."""
    seen = folded(schema, root)
    if "example" in seen.schema:
        return seen.schema["example"]
    if listed := items(seen.schema, "examples"):
        return listed[0]
    if seen.choices:
        return _chosen(seen.choices[0], seen.schema, root, direction, depth)
    kinds = types(seen.schema)
    if "object" in kinds:
        return {} if depth > _DEEPEST else _object(seen.schema, root, direction, depth)
    if "array" in kinds:
        inner = seen.schema.get("items")
        shallow = depth > _DEEPEST or not isinstance(inner, dict)
        return [] if shallow else [made_up(inner, root, direction, depth + 1)]
    return least(dict(seen.schema), root)


def _object(schema: Mapping[str, Json], root: Json, direction: Direction, depth: int) -> Json:
    made: dict[str, Json] = {}
    for name, member in [*members(schema, "properties").items()][:_WIDEST]:
        if folded(member, root).schema.get(direction.value) is not True:
            made[name] = made_up(member, root, direction, depth + 1)
    return made


def _chosen(
    choice: Json, schema: Mapping[str, Json], root: Json, direction: Direction, depth: int
) -> Json:
    """Make the first choice, with the members that all choices share."""
    if depth > _DEEPEST:
        return None
    value = made_up(choice, root, direction, depth + 1)
    if isinstance(value, dict) and "properties" in schema:
        return {**_object(schema, root, direction, depth), **value}
    return value
