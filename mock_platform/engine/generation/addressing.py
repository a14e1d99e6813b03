"""Finds what a reference means: pointers, ``$anchor``, ``$id``, and ``$dynamicRef`` by its scope.

A scope lists the resources that were entered, outermost first, and ends with the one we are in. The
document itself is called ``""`` there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urldefrag, urljoin

from mock_platform.engine.anatomy import parts
from mock_platform.engine.pointers import split, step
from mock_platform.shared.contracts import Json

Scope = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    resources: dict[str, Json] = field(default_factory=dict)
    anchors: dict[tuple[str, str], Json] = field(default_factory=dict)
    dynamic: set[tuple[str, str]] = field(default_factory=set)


class Addresses:
    """Where a document's schemas are. What takes a walk through all of it is done when first asked."""

    def __init__(self, root: Json) -> None:
        self._root = root
        own = root.get("$id") if isinstance(root, dict) else None
        self._own = urldefrag(own)[0] if isinstance(own, str) else ""

    def resolve(self, ref: str, scope: Scope, *, dynamic: bool = False) -> tuple[Json, Scope]:
        """Return what a reference means, and the scope to read it in.

        Raises:
            LookupError: nothing is there.
        """
        if ref.startswith("#/") and scope == ("",):
            return self._walk(self._root, unquote(ref[1:]), scope)
        uri, fragment = urldefrag(urljoin(scope[-1] or self._own, ref))
        fragment = unquote(fragment)
        base = "" if uri == self._own else uri
        if not fragment or fragment.startswith("/"):
            return self._walk(self._resource(base, ref), fragment, _entered(scope, base))
        if dynamic and (base, fragment) in self._index.dynamic:
            base = next(b for b in (*scope, base) if (b, fragment) in self._index.dynamic)
        try:
            return self._index.anchors[base, fragment], _entered(scope, base)
        except KeyError:
            raise LookupError(f"{ref!r} points nowhere: there is no such anchor") from None

    def entered(self, node: Json, scope: Scope) -> Scope:
        """Return the scope inside a schema: another one if it has an ``$id``."""
        written = node.get("$id") if isinstance(node, dict) else None
        if not isinstance(written, str) or node is self._root:
            return scope
        return _entered(scope, urldefrag(urljoin(scope[-1] or self._own, written))[0])

    def name_of(self, node: Json) -> str | None:
        """Return what the document calls a schema, if it has a name."""
        return self._names.get(id(node))

    def children_of(self, node: Json) -> tuple[tuple[str, Json], ...]:
        """Return the named schemas that are built upon one by ``allOf``."""
        return self._children.get(id(node), ())

    def named(self, name: str) -> Json | None:
        """Return the schema that the document calls so."""
        return self._named.get(name)

    def _resource(self, base: str, ref: str) -> Json:
        if not base:
            return self._root
        try:
            return self._index.resources[base]
        except KeyError:
            raise LookupError(f"{ref!r} does not point into this document") from None

    def _walk(self, node: Json, pointer: str, scope: Scope) -> tuple[Json, Scope]:
        for token in split(pointer):
            try:
                node = step(node, token)
            except IndexError:
                raise LookupError(f"there is no item {token}") from None
            scope = self.entered(node, scope)
        return node, scope

    @cached_property
    def _named(self) -> Mapping[str, Json]:
        root = self._root if isinstance(self._root, dict) else {}
        found: dict[str, Json] = {}
        for section in (root.get("components"), root):
            for key in ("schemas", "definitions", "$defs"):
                part = section.get(key) if isinstance(section, dict) else None
                found.update(part if isinstance(part, dict) else {})
        return found

    @cached_property
    def _names(self) -> Mapping[int, str]:
        return {id(node): name for name, node in self._named.items() if isinstance(node, dict)}

    @cached_property
    def _children(self) -> Mapping[int, tuple[tuple[str, Json], ...]]:
        found: dict[int, tuple[tuple[str, Json], ...]] = {}
        for name, node in self._named.items():
            branches = node.get("allOf") if isinstance(node, dict) else None
            for branch in branches if isinstance(branches, list) else ():
                ref = branch.get("$ref") if isinstance(branch, dict) else None
                try:
                    parent = self.resolve(ref, ("",))[0] if isinstance(ref, str) else None
                except LookupError:
                    continue
                if parent is not None and parent is not node:
                    found[id(parent)] = (*found.get(id(parent), ()), (name, node))
        return found

    @cached_property
    def _index(self) -> _Index:
        index = _Index()
        root = self._root if isinstance(self._root, dict) else {}
        whole = any(key in root for key in ("openapi", "swagger", "components", "paths"))
        for node, scope in self._schemas(root, "document" if whole else "schemas", ("",)):
            if isinstance(node.get("$id"), str):
                index.resources[scope[-1]] = node
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(anchor := node.get(key), str):
                    index.anchors[scope[-1], anchor] = node
                    if key == "$dynamicAnchor":
                        index.dynamic.add((scope[-1], anchor))
        return index

    def _schemas(self, node: Json, kind: str, scope: Scope) -> Iterator[tuple[Json, Scope]]:
        if kind == "schemas":
            scope = self.entered(node, scope)
            if isinstance(node, dict):
                yield node, scope
        for _, part, inner in parts(node, kind):
            yield from self._schemas(part, inner, scope)


def _entered(scope: Scope, base: str) -> Scope:
    return scope if scope[-1] == base else (*dict.fromkeys(scope), base)
