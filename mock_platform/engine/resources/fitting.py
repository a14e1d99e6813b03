"""Makes what is stored fit an answer's schema: shows what it names, adds what it wants, no more.

What is stored came through the schema of a request, and answers may want more than that, or less.
A value that fits already is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from mock_platform.engine.examples import least
from mock_platform.engine.pointers import join, lookup, split
from mock_platform.engine.resources.shapes import Shapes
from mock_platform.engine.schemas import Check, SchemaBroken
from mock_platform.shared.contracts import Json, Violation

Generate = Callable[[str, int], Json]
"""(pointer of a schema, seed) → a value that an answer may have; LookupError or ValueError: none."""

Compile = Callable[[str], Check]
"""Compiles the check of an answer's value against the schema at a pointer."""

_CALLED_BY = ("id", "gid", "uuid", "guid", "login", "username", "slug", "key", "code", "name")

_MISSING = object()


@dataclass(slots=True, kw_only=True)
class Fitting:
    """A document's schemas, as measures for answers."""

    shapes: Shapes
    compile: Compile
    generate: Generate | None = None
    _checks: dict[str, Check] = field(default_factory=dict)

    def wrong(self, value: Json, pointer: str) -> Sequence[Violation]:
        """Return what is wrong with a value; nothing where there is no schema to tell."""
        check = self._checks.get(pointer)
        if check is None:
            check = self._checks[pointer] = self._compiled(pointer)
        return check(value)

    def made(self, pointer: str, seed: str) -> Json:
        """Make a value from nothing but its schema, the same for the same seed."""
        if self.generate is not None:
            try:
                return self.generate(pointer, crc32(seed.encode()))
            except (LookupError, ValueError):
                pass
        try:
            return least(lookup(self.shapes.root, pointer), self.shapes.root)
        except LookupError:
            return None

    def shown(self, value: Json, pointer: str) -> Json:
        """Leave out what the schema does not name, unless it says that there may be more.

        The members come in the schema's order.
        """
        shape = self.shapes.at(pointer)
        if not isinstance(value, dict) or not shape.properties:
            return value
        shown = {
            name: value[name]
            for name, inner in shape.properties.items()
            if name in value and not self.shapes.at(inner).write_only
        }
        if shape.is_open:
            return shown | {n: inner for n, inner in value.items() if n not in shape.properties}
        return shown

    def fitted(
        self,
        value: Json,
        pointer: str,
        seed: str,
        *,
        example: Json = None,
        first: str | None = None,
    ) -> Json:
        """Return the value as the schema wants it.

        Args:
            value: what there is.
            pointer: the schema.
            seed: what is missing is the same for the same seed.
            example: where what is missing comes from, if it fits itself.
            first: the member to keep if not all can be kept.
        """
        value = self.shown(value, pointer)
        wrong = self.wrong(value, pointer)
        if not wrong:
            return value
        base = self._base(pointer, seed, example)
        value = self._filled(value, base, wrong, pointer)
        for _ in range(2):  # what was added or replaced may show what else is wrong
            wrong = self.wrong(value, pointer)
            if not wrong:
                return value
            value = _replaced(value, base, wrong)
        if not self.wrong(value, pointer):
            return value
        return self._gathered(value, base, pointer, first)

    # How -----------------------------------------------------------------------------------------

    def _compiled(self, pointer: str) -> Check:
        try:
            lookup(self.shapes.root, pointer)
            return self.compile(pointer)
        except (LookupError, SchemaBroken):
            return lambda _value: ()

    def _base(self, pointer: str, seed: str, example: Json) -> Json:
        if example is not None and not self.wrong(example, pointer):
            return example
        return self.made(pointer, seed)

    def _filled(self, value: Json, base: Json, wrong: Sequence[Violation], pointer: str) -> Json:
        """Add the members that are required: at the surface only those, further in all."""
        required = self.shapes.at(pointer).required
        for one in wrong:
            if one.rule != "required":
                continue
            source, target = _at(base, one.pointer), _at(value, one.pointer)
            if isinstance(source, dict) and isinstance(target, dict):
                wanted = {n: v for n, v in source.items() if one.pointer or n in required}
                value = _with(value, split(one.pointer), {**(wanted or source), **target})
        return value

    def _gathered(self, value: Json, base: Json, pointer: str, first: str | None) -> Json:
        """Take what is made, and of what there is every member that leaves it right."""
        if not isinstance(value, dict) or not isinstance(base, dict):
            return base
        for name in sorted(value, key=lambda name: name != first):
            richer = {**base, name: value[name]}
            if not self.wrong(richer, pointer):
                base = richer
        return base


def _replaced(value: Json, base: Json, wrong: Sequence[Violation]) -> Json:
    """Replace what is wrong by what was made; what was not made either is left out."""
    for one in wrong:
        if one.pointer:
            instead = _meant(_at(value, one.pointer), _at(base, one.pointer))
            value = _with(value, split(one.pointer), instead)
    return value


def _meant(said: Json, made: Json) -> Json:
    """Return what was made, as what was said: an object that was only called by its id has it."""
    if isinstance(made, dict) and isinstance(said, (str, int)) and not isinstance(said, bool):
        for name in _CALLED_BY:
            if name in made and type(made[name]) is type(said):
                return {**made, name: said}
    return made


def _at(value: Json, pointer: str) -> Json:
    try:
        return lookup(value, pointer)
    except LookupError:
        return _MISSING


def _with(value: Json, path: Sequence[str], new: Json) -> Json:
    """Return the value with another one in a place of it, or with none there."""
    if not path:
        return value if new is _MISSING else new
    name, *deeper = path
    match value:
        case dict() if name in value:
            inner = _with(value[name], deeper, new) if deeper else new
            kept = {key: one for key, one in value.items() if key != name}
            return kept if inner is _MISSING else {**kept, name: inner}
        case list() if name.isdecimal() and int(name) < len(value):
            place = int(name)
            inner = _with(value[place], deeper, new) if deeper else new
            changed = [] if inner is _MISSING else [inner]
            return [*value[:place], *changed, *value[place + 1 :]]
        case _:
            return value


def member(shapes: Shapes, pointer: str, name: str) -> str:
    """Return where the schema of an object's member is."""
    return shapes.at(pointer).properties.get(name, pointer + join("properties", name))


def stated(said: Mapping[str, Json]) -> Json:
    """Return what a schema gives as a value: its default, constant, example or first choice."""
    for key in ("default", "const", "example"):
        if key in said:
            return said[key]
    choices = said.get("enum")
    return choices[0] if choices else _MISSING


def is_stated(value: Json) -> bool:
    """Tell whether ``stated`` found anything."""
    return value is not _MISSING
