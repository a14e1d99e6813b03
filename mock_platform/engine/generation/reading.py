"""Reads schemas as OpenAPI 2.0, 3.0 and JSON Schema 2020-12 write them into what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, Protocol

from mock_platform.engine.generation.addressing import Addresses, Scope
from mock_platform.engine.generation.keywords import Keywords, listed
from mock_platform.engine.generation.meanings import Node, Source
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

Dialect = Literal["2.0", "3.0", "2020-12"]

BARE_NULL = Node(types=("null",))
_UNKNOWN_BEFORE = frozenset(
    {
        *("const", "examples", "prefixItems", "contains", "unevaluatedItems", "propertyNames"),
        *("patternProperties", "dependentRequired", "dependentSchemas", "dependencies"),
        *("unevaluatedProperties", "if", "then", "else", "$dynamicRef", "contentEncoding"),
    }
)
"""What OpenAPI 2.0 and 3.0 do not know: there it means nothing."""
_SAYS_NOTHING = frozenset(
    {
        *("$ref", "$defs", "$schema", "$comment", "title", "description", "summary"),
        *("deprecated", "externalDocs", "xml"),
    }
)
"""What may stand beside a reference without adding to it."""


class Reads(Protocol):
    """Says what schemas say."""

    addresses: Addresses

    def source(
        self, raw: Json, scope: Scope = ("",), hidden: frozenset[str] = frozenset(), /
    ) -> Source:
        """Return the one source for a schema seen from one place."""

    def meant(self, source: Source, /) -> Source:
        """Return what a reference that stands alone refers to, or the schema itself."""

    def read(self, source: Source, /) -> Node:
        """Return what a schema says.

        Raises:
            LookupError: a reference in it points nowhere.
        """


class Reader:
    """Reads a document's schemas, each once, as one direction sees them."""

    def __init__(self, root: Json, dialect: Dialect, direction: Direction) -> None:
        self.addresses = Addresses(root)
        self.modern = dialect == "2020-12"
        self._nullable = "x-nullable" if dialect == "2.0" else "nullable"
        self._direction = direction.value
        self._sources: dict[tuple[int, Scope, frozenset[str]], Source] = {}
        self._nodes: dict[Source, Node] = {}

    def source(
        self, raw: Json, scope: Scope = ("",), hidden: frozenset[str] = frozenset()
    ) -> Source:
        """Return the one source for a schema seen from one place."""
        if isinstance(raw, dict) and "$id" in raw and self.modern:
            scope = self.addresses.entered(raw, scope)
        key = (id(raw), scope, hidden)
        found = self._sources.get(key)
        if found is None:
            found = self._sources.setdefault(key, Source(raw, scope, hidden))
        return found

    def meant(self, source: Source) -> Source:
        """Return what a reference that stands alone refers to, or the schema itself."""
        seen: set[Source] = set()
        try:
            while source not in seen and (node := self.read(source)).bare:
                seen.add(source)
                source = node.all_of[0]
        except LookupError:
            return source  # who reads it will hear of it
        return source

    def read(self, source: Source) -> Node:
        """Return what a schema says.

        Raises:
            LookupError: a reference in it points nowhere.
        """
        node = self._nodes.get(source)
        if node is None:
            node = self._nodes.setdefault(source, self._read(source))
        return node

    def _read(self, source: Source) -> Node:
        raw = source.raw
        if isinstance(raw, Node):
            return raw
        if not isinstance(raw, dict):
            return Node(possible=raw is not False)
        ref = raw.get("$ref")
        if isinstance(ref, str) and not (self.modern and raw.keys() - _SAYS_NOTHING):
            return Node(all_of=(self._target(ref, source),), bare=True, referred=ref)
        if not self.modern:
            raw = {key: value for key, value in raw.items() if key not in _UNKNOWN_BEFORE}
        node = self._said(raw, source)
        if raw.get(self._nullable) is True and not self.modern:
            return self._or_null(node)
        return node

    def _said(self, raw: Json, source: Source) -> Node:
        hidden = source.hidden | self._flagged_names(source)
        keywords = Keywords(raw, source.scope, hidden, self.source, self.addresses)
        return keywords.node(source.raw)

    def _or_null(self, node: Node) -> Node:
        """Add null; without a type beside it, strict validators do not: there it is a last resort."""
        if node.types is not None:
            return replace(node, types=(*node.types, "null"))
        bare = replace(node, stated=(), faker=None, referred="")
        if bare == Node():
            return node
        either = (self.source(bare), self.source(BARE_NULL))
        return Node(any_of=(either,), stated=node.stated, faker=node.faker, referred=node.referred)

    def _target(self, ref: str, source: Source, *, dynamic: bool = False) -> Source:
        raw, scope = self.addresses.resolve(ref, source.scope, dynamic=dynamic)
        return self.source(raw, scope, source.hidden)

    # What one direction does not see -------------------------------------------------------------

    def _flagged_names(self, source: Source) -> frozenset[str]:
        names, seen = set[str](), set[int]()
        pending = [source]
        while pending:
            for meant in self._meanings(pending.pop()):
                if id(meant.raw) not in seen:
                    seen.add(id(meant.raw))
                    properties = meant.raw.get("properties")
                    parts = properties.items() if isinstance(properties, dict) else ()
                    flagged = self._flagged
                    names |= {n for n, part in parts if flagged(self.source(part, meant.scope))}
                    branches = listed(meant.raw.get("allOf"))
                    pending += [self.source(branch, meant.scope) for branch in branches]
        return frozenset(names)

    def _flagged(self, part: Source) -> bool:
        return any(
            meant.raw.get(self._direction) is True
            or any(
                inner.raw.get(self._direction) is True
                for branch in listed(meant.raw.get("allOf"))
                for inner in self._meanings(self.source(branch, meant.scope))
            )
            for meant in self._meanings(part)
        )

    def _meanings(self, source: Source) -> Iterator[Source]:
        """Yield the schema where it says something itself, and what it refers to."""
        seen: set[Source] = set()
        while source not in seen and isinstance(source.raw, dict):
            seen.add(source)
            ref = source.raw.get("$ref")
            if self.modern or not isinstance(ref, str):
                yield source
            if not isinstance(ref, str):
                return
            source = self._target(ref, source)
