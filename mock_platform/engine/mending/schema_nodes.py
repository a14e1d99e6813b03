"""Mends schemas in place, each once, however many refer to it.

No recursion: what is written in the wild is nested as deep as its writers liked. And nothing that
makes a loop slow: every start waits until all schemas of a document were looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mock_platform.engine.mending.ledger import Ledger, Target, Trail, drop, trail_of
from mock_platform.engine.mending.schema_keywords import KEYWORDS, Mend
from mock_platform.engine.mending.schema_types import TYPES
from mock_platform.shared.contracts import Json

Found = Sequence[tuple[dict[str, Json], Trail]]
Inner = Callable[[Ledger, dict[str, Json], str, Trail], Found]
"""Puts schemas where a keyword wants them, and returns those that are objects."""


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
        known = (_OF_30 if ledger.dialect == "3.0" else _OF_31).get
        while pending:
            node, at = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if "$ref" in node and self._ends(node, at, pending):
                continue
            for key in [*node]:
                if key == "type" and type(kind := node.get(key)) is str and kind in TYPES:
                    continue  # nothing is said more often
                mend = known(key)
                if mend is not None and key in node:  # it may have been taken away meanwhile
                    found = mend(ledger, node, key, at)
                    if found:
                        pending += found

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
    return [(value, (trail, key))] if type(value) is dict else ()


def _additional(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if isinstance(value, dict):
        return [(value, (trail, key))]
    if isinstance(value, bool):
        return ()
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        node[key] = value.lower() == "true"
        ledger.tell((trail, key), f"{key} is written {value!r}", f"write {value.lower()}")
    else:
        drop(ledger, node, key, trail, f"{value!r} is no schema")
    return ()


def _items(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    """``items`` has been a list in other drafts: in 2020-12 that is ``prefixItems``."""
    value = node[key]
    if not isinstance(value, list):
        return _one(ledger, node, key, trail)
    ledger.tell((trail, key), "items is one schema for all items, no list")
    del node[key]
    if ledger.dialect != "3.0" and value and "prefixItems" not in node:
        node["prefixItems"] = value
        return _list(ledger, node, "prefixItems", trail)
    if len(value) == 1:
        node[key] = value[0]
        return _one(ledger, node, key, trail)
    if value:
        node[key] = {"anyOf": value}
        return [(node[key], (trail, key))]
    return ()


def _list(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if isinstance(value, dict):
        value = node[key] = [value]
        ledger.tell((trail, key), f"{key} is a list")
    if not isinstance(value, list) or not value:
        drop(ledger, node, key, trail, "it lists schemas, at least one")
        return ()
    return _each(ledger, value, enumerate(value), (trail, key))


def _map(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if not isinstance(value, dict):
        drop(ledger, node, key, trail, "it maps names to schemas")
        return ()
    return _each(ledger, value, value.items(), (trail, key))


def _each(
    ledger: Ledger, holder: Json, parts: Iterable[tuple[int | str, Json]], inside: Trail
) -> Found:
    """Return the schemas in a list or a mapping; what is no object becomes one, or stays out."""
    found = []
    for place, part in parts:
        schema = part
        if type(part) is not dict:
            schema = holder[place] = _no_object(ledger, part, (inside, place))
        if type(schema) is dict:
            found.append((schema, (inside, place)))
    return found


def _patterns(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> Found:
    value = node[key]
    if isinstance(value, dict):
        for pattern in [pattern for pattern in value if not ledger.is_pattern(pattern)]:
            drop(ledger, value, pattern, (trail, key), "it is no regular expression")
    return _map(ledger, node, key, trail)


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
_OF_30: Mapping[str, Inner | Mend] = {**KEYWORDS, **_INNER}
"""All keywords, with and without schemas in them."""
_OF_31: Mapping[str, Inner | Mend] = {**_OF_30, "dependentRequired": _needs}
"""All keywords, with those that 3.0 does not have."""
