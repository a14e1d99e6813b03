"""Mends schemas in place, each once, however many refer to it.

No recursion: what is written in the wild is nested as deep as its writers liked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mock_platform.engine.mending.ledger import Ledger, Target, Trail, drop, trail_of
from mock_platform.engine.mending.schema_keywords import KEYWORDS, Mend
from mock_platform.shared.contracts import Json

Found = Iterator[tuple[dict[str, Json], Trail]]
Inner = Callable[[Ledger, dict[str, Json], str, Trail], Found]
"""Puts schemas where a keyword wants them, and yields those that are objects."""


@dataclass(slots=True)
class SchemaMender:
    """Mends schemas, and remembers which it has seen."""

    ledger: Ledger
    _seen: set[int] = field(default_factory=set)

    def mend(self, holder: Json, key: str | int, trail: Trail) -> None:
        """Mend the schema behind a key, or at an index, of an object whose trail it is."""
        value = holder[key]
        if type(value) is not dict:
            holder[key] = value = _no_object(self.ledger, value, (trail, key))
        if type(value) is dict:
            self.mend_object(value, (trail, key))

    def mend_object(self, schema: dict[str, Json], trail: Trail) -> None:
        """Mend a schema and all within it."""
        pending: list[tuple[dict[str, Json], Trail]] = [(schema, trail)]
        ledger, seen = self.ledger, self._seen
        keywords = KEYWORDS if ledger.dialect == "3.0" else _LATER_KEYWORDS
        while pending:
            node, at = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if "$ref" in node and self._ends(node, at, pending):
                continue
            for key in [*node]:
                if key in _INNER:
                    pending.extend(_INNER[key](ledger, node, key, at))
                elif key in keywords and key in node:
                    keywords[key](ledger, node, key, at)

    def _ends(
        self, node: dict[str, Json], trail: Trail, pending: list[tuple[dict[str, Json], Trail]]
    ) -> bool:
        """Follow a reference; tell whether what stands beside it is ignored."""
        meant = _referred(self.ledger, node, trail)
        if meant is None:
            return False
        if isinstance(meant.node, dict) and id(meant.node) not in self._seen:
            pending.append((meant.node, trail_of(meant.pointer)))  # it may be written anywhere
        return self.ledger.dialect == "3.0"


def _referred(ledger: Ledger, node: dict[str, Json], trail: Trail) -> Target | None:
    """Return what a schema refers to; a reference that cannot be followed is taken away."""
    ref = node["$ref"]
    if not isinstance(ref, str):
        drop(ledger, node, "$ref", trail, "it is no text")
        return None
    found = ledger.target(node, trail)
    if found is None:
        del node["$ref"]
        return None
    if not isinstance(found.node, (dict, bool)):
        ledger.tell((trail, "$ref"), f"{ref!r} leads to what is no schema", "correct the reference")
        del node["$ref"]
        return None
    return found


def _no_object(ledger: Ledger, value: Json, trail: Trail) -> Json:
    """Return what stands for a schema that is no object: true or false, or anything at all."""
    if isinstance(value, bool):
        return ({} if value else {"not": {}}) if ledger.dialect == "3.0" else value
    ledger.tell(trail, f"{value!r:.80} is no schema; anything is allowed")
    return {}


def _one(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if type(value) is not dict:
        value = node[key] = _no_object(ledger, value, (trail, key))
    if type(value) is dict:
        yield value, (trail, key)


def _additional(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if isinstance(value, bool):
        return
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        node[key] = value.lower() == "true"
        ledger.tell((trail, key), f"{key} is written {value!r}", f"write {value.lower()}")
    elif not isinstance(value, dict):
        drop(ledger, node, key, trail, f"{value!r} is no schema")
    else:
        yield value, (trail, key)


def _items(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    """``items`` has been a list in other drafts: in 2020-12 that is ``prefixItems``."""
    value = node[key]
    if not isinstance(value, list):
        yield from _one(ledger, node, key, trail)
        return
    ledger.tell((trail, key), "items is one schema for all items, no list")
    del node[key]
    if ledger.dialect != "3.0" and value and "prefixItems" not in node:
        node["prefixItems"] = value
        yield from _list(ledger, node, "prefixItems", trail)
    elif len(value) == 1:
        node[key] = value[0]
        yield from _one(ledger, node, key, trail)
    elif value:
        node[key] = {"anyOf": value}
        yield node[key], (trail, key)


def _list(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if isinstance(value, dict):
        value = node[key] = [value]
        ledger.tell((trail, key), f"{key} is a list")
    if not isinstance(value, list) or not value:
        drop(ledger, node, key, trail, "it lists schemas, at least one")
        return
    yield from _each(ledger, value, enumerate(value), (trail, key))


def _map(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if not isinstance(value, dict):
        drop(ledger, node, key, trail, "it maps names to schemas")
        return
    yield from _each(ledger, value, value.items(), (trail, key))


def _each(
    ledger: Ledger, holder: Json, parts: Iterable[tuple[int | str, Json]], inside: Trail
) -> Found:
    """Yield the schemas in a list or a mapping; what is no object becomes one, or stays out."""
    for place, part in parts:
        schema = part if type(part) is dict else _no_object(ledger, part, (inside, place))
        if schema is not part:
            holder[place] = schema
        if type(schema) is dict:
            yield schema, (inside, place)


def _patterns(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if isinstance(value, dict):
        for pattern in [pattern for pattern in value if not ledger.is_pattern(pattern)]:
            drop(ledger, value, pattern, (trail, key), "it is no regular expression")
    yield from _map(ledger, node, key, trail)


def _needs(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    value = node[key]
    if not isinstance(value, dict):
        drop(ledger, node, key, trail, "it maps names to lists of names")
        return
    for name in [*value]:
        names = value[name]
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            drop(ledger, value, name, (trail, key), "this is no list of names")
        elif len(set(names)) != len(names):
            value[name] = list(dict.fromkeys(names))


_INNER: Mapping[str, Inner] = {
    "items": _items,
    "additionalProperties": _additional,
    "patternProperties": _patterns,
    **dict.fromkeys(("properties", "definitions", "$defs", "dependentSchemas"), _map),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _list),
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), _one),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "contentSchema"), _one),
}
_LATER_KEYWORDS: Mapping[str, Mend] = {**KEYWORDS, "dependentRequired": _needs}
"""Keywords that hold no schemas, with those that 3.0 does not have."""
