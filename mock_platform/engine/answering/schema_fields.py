"""Reads which properties a schema has, over references and branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from mock_platform.engine.bindings import python_name
from mock_platform.engine.pointers import lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

_DEEPEST = 16


class Fields:
    """The properties that a schema has, over references and branches; each read once, if at all."""

    def __init__(self, schema: Json, root: Json) -> None:
        self._root = root
        self._inner: dict[str, Fields] = {}
        self._parts = list(_parts(schema, root, 0))
        ref = ref_of(schema)
        self.name = "" if ref is None else python_name(of_ref(ref).rpartition("/")[2])
        """The schema's name among the components, in the spelling of Python."""
        self._properties = [
            found for part in self._parts if isinstance(found := part.get("properties"), dict)
        ]
        self.names: Sequence[str] = list(dict.fromkeys(chain.from_iterable(self._properties)))
        pairs = [(python_name(name), name) for name in reversed(self.names)]
        self.by_argument: Mapping[str, str] = dict(pairs)
        """How Python writes a property's name → the property, the first one where several are alike."""

    def of(self, name: str) -> Fields:
        """Return the fields of a property."""
        known = self._inner.get(name)
        if known is None:
            found = (one[name] for one in self._properties if name in one)
            known = self._inner[name] = Fields(next(found, {}), self._root)
        return known

    @cached_property
    def items(self) -> Fields | None:
        """The fields of a list's items; None when it is no list."""
        found = (part["items"] for part in self._parts if isinstance(part.get("items"), dict))
        items = next(found, None)
        return None if items is None else Fields(items, self._root)


def _parts(schema: Json, root: Json, depth: int) -> Iterator[Mapping[str, Json]]:
    while isinstance(schema, dict) and depth < _DEEPEST:
        yield schema
        for key in ("allOf", "oneOf", "anyOf"):
            for branch in schema.get(key) or ():
                yield from _parts(branch, root, depth + 4)
        ref = ref_of(schema)
        if ref is None:
            return
        depth += 1
        try:
            schema = lookup(root, of_ref(ref))
        except LookupError:
            return
