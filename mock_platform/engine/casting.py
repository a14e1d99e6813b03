"""Gives texts the types that their schema asks for.

Scalars are strict: what is no JSON number or boolean stays a string, and the schema refuses it. So
``1_000``, ``+5``, ``٣`` and ``True`` are no numbers and no booleans. Where a text may be several
things (``oneOf``, ``type: [integer, string]``), the first of them that the schema accepts is meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mock_platform.engine.natures import Nature, Natures, Where
from mock_platform.shared.contracts import Json

Text = Json
"""What a structure of texts is made of: ``str``, lists and dicts of texts, ``Decoded``, bytes."""

DEEPEST = 32
"""How many brackets a name may have, and how deep elements may be nested."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,307})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_INDEX = re.compile(r"[0-9]{0,9}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A value among texts that has its types already."""

    value: Json


def integer_of(text: str) -> Json:
    """Return the integer that is written, or the text."""
    return int(text) if _INTEGER.fullmatch(text) else text


def number_of(text: str) -> Json:
    """Return the number that is written, or the text."""
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return value if math.isfinite(value) else text


def boolean_of(text: str) -> Json:
    """Return the boolean that is written, or the text."""
    return _BOOLEANS.get(text, text)


_SCALARS: Mapping[str, Callable[[str], Json]] = {
    "boolean": boolean_of,
    "integer": integer_of,
    "number": number_of,
}

Accepts = Callable[[Where, Json], bool]
"""Whether all the schemas at some place take a value."""


@dataclass(slots=True)
class Caster:
    """Reads texts by the schemas of one document."""

    natures: Natures
    accepts: Accepts

    def cast(self, where: Where, text: Text) -> Json:
        """Return the value that the text stands for; where that is none, the text itself."""
        return _Cast(self).value(where, text)

    def first_accepted(self, where: Where, values: Iterator[Json]) -> Json:
        """Return the first value that the schemas take; the very first one if they take none."""
        first = next(values)
        others = [value for value in values if not _same(value, first)]
        if not others:
            return first
        return next((one for one in (first, *others) if self.accepts(where, one)), first)


@dataclass(slots=True)
class _Cast:
    """One reading. What was read is remembered: there may be many ways to the same place."""

    caster: Caster
    _known: dict[tuple[Where, int], Json] = field(default_factory=dict)

    def value(self, where: Where, text: Text) -> Json:
        if isinstance(text, Decoded | bytes):
            return self._in_list(where, text.value if isinstance(text, Decoded) else text)
        key = (where, id(text))
        if key not in self._known:
            self._known[key] = self.caster.first_accepted(where, self._readings(where, text))
        return self._known[key]

    def _in_list(self, where: Where, value: Json) -> Json:
        """One value is a list of one where nothing but a list can be meant."""
        wants_list = self.caster.natures.kinds(where) == {"array"}
        return [value] if wants_list and not isinstance(value, list) else value

    def _readings(self, where: Where, text: Text) -> Iterator[Json]:
        ways = self.caster.natures.of(where)
        match text:
            case str():
                yield from self._of_text(ways, text)
            case list():
                for way in ways:
                    yield [self.value(way.item(index), one) for index, one in enumerate(text)]
            case _:
                for way in ways:
                    yield self._of_members(way, text)

    def _of_text(self, ways: Sequence[Nature], text: str) -> Iterator[Json]:
        """One text is a scalar; failing that, a list of one."""
        scalars = [value for way in ways for value in _scalars(way.kinds, text)]
        yield from scalars
        for way in ways:
            if "array" in way.kinds:
                yield [self.value(way.item(0), text)]
        if not scalars:
            yield text

    def _of_members(self, way: Nature, text: Mapping[str, Text]) -> Json:
        is_list = "array" in way.kinds and "object" not in way.kinds
        if text.keys() == {""} or (is_list and all(map(_INDEX.fullmatch, text))):
            return self._of_indexed(way, text)
        return {name: self.value(way.member(name), one) for name, one in text.items()}

    def _of_indexed(self, way: Nature, text: Mapping[str, Text]) -> Json:
        """Read ``v[0]=a&v[1]=b`` and ``v[]=a&v[]=b``: members that are items."""
        items: list[Text] = []
        for name in sorted(text, key=lambda written: int(written or 0)):
            one = text[name]
            items += one if isinstance(one, list) and not name else [one]
        return [self.value(way.item(index), one) for index, one in enumerate(items)]


def _scalars(kinds: frozenset[str], text: str) -> Iterator[Json]:
    for kind, cast in _SCALARS.items():
        if kind in kinds and (value := cast(text)) is not text:
            yield value
            break
    if "string" in kinds:
        yield text
    if "null" in kinds and text in ("", "null"):
        yield None


def _same(one: Json, other: Json) -> bool:
    return type(one) is type(other) and bool(one == other)
