"""Collects what a contract itself gives as a value: examples, by name or not, and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mock_platform.engine.pointers import lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

_DEEPEST = 32
"""How many references in a row are followed."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value that the contract gives."""

    value: Json
    is_written: bool = False
    """It is not the value, but already the text that is sent (``serializedValue``, OpenAPI 3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """All values that the contract gives for one place."""

    named: Mapping[str, Given] = field(default_factory=dict)
    """``examples``."""
    in_order: tuple[Given, ...] = ()
    """Best first: ``example``, ``examples``, then what the schema says."""


def statements(holder: Json, root: Json) -> Statements:
    """Collect what a media type, parameter or header object gives, and what its schema does."""
    named = examples(holder, root)
    own = [Given(holder["example"])] if "example" in holder else []
    return Statements(
        named=named,
        in_order=(*own, *named.values(), *map(Given, _of_schema(holder.get("schema"), root))),
    )


def examples(holder: Json, root: Json) -> Mapping[str, Given]:
    """Return the named examples; those that are elsewhere (``externalValue``) are left out."""
    written = holder.get("examples")
    found: dict[str, Given] = {}
    for name, reference in written.items() if isinstance(written, dict) else ():
        example = followed(reference, root)
        if not isinstance(example, dict):
            continue
        if "dataValue" in example or "value" in example:
            found[str(name)] = Given(example.get("dataValue", example.get("value")))
        elif "serializedValue" in example:
            found[str(name)] = Given(example["serializedValue"], is_written=True)
    return found


def followed(node: Json, root: Json) -> Json:
    """Return what a reference leads to; None where that is nothing."""
    for _ in range(_DEEPEST):
        if (ref := ref_of(node)) is None:
            return node
        try:
            node = lookup(root, of_ref(ref))
        except LookupError:
            return None
    return None


def _of_schema(schema: Json, root: Json) -> Iterator[Json]:
    """Yield ``example``, ``examples``, ``default``, ``const``, and the first of an ``enum``."""
    for _ in range(_DEEPEST):
        if not isinstance(schema, dict):
            return
        if "example" in schema:
            yield schema["example"]
        listed = schema.get("examples")
        yield from listed if isinstance(listed, list) else ()
        for key in ("default", "const"):
            if key in schema:
                yield schema[key]
        if isinstance(schema.get("enum"), list):
            yield from schema["enum"][:1]
        if (ref := ref_of(schema)) is None:
            return
        try:
            schema = lookup(root, of_ref(ref))
        except LookupError:
            return
