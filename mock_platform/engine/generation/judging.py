"""Says whether a value is what a schema says, for the parts that no compiled validator is made for.

Branches that must not fit, examples, members of an ``enum``: they are judged here, while a value
grows. The last word on the whole value has the validator that serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from mock_platform.engine.generation.meanings import Node, Source, identity, kind_of
from mock_platform.engine.generation.reading import Reader
from mock_platform.engine.generation.text_rules import TextRules
from mock_platform.shared.contracts import Json


@dataclass(slots=True)
class _Seen:
    """What the keywords of one value have looked at: for ``unevaluated*``."""

    members: set[str] = field(default_factory=set)
    items: set[int] = field(default_factory=set)

    def add(self, other: _Seen) -> None:
        self.members |= other.members
        self.items |= other.items


_Memory = dict[tuple[Source, int], _Seen | None]
"""What was found out about a schema and a value: branches ask the same again and again."""


class Judge:
    """Holds values against sources."""

    def __init__(self, reader: Reader, rules: TextRules) -> None:
        self._reader = reader
        self._rules = rules
        self._listed: dict[Source, tuple[frozenset[Json], frozenset[Json]]] = {}
        self.source = reader.source
        self.meant = reader.meant
        self.text = reader.source(Node(types=("string",)))
        """Says that a value is a text."""

    def fits(self, source: Source, value: Json) -> bool:
        """Return whether the value is what the schema says."""
        return self._evaluated(source, value, {}) is not None

    def fits_all(self, sources: Iterable[Source], value: Json) -> bool:
        """Return whether the value is what each of the schemas says."""
        memory: _Memory = {}
        return all(self._evaluated(source, value, memory) is not None for source in sources)

    def states(self, sources: Iterable[Source]) -> bool:
        """Return whether one of the schemas gives a value itself."""
        return any(self._reader.read(source).stated for source in sources)

    def _evaluated(self, source: Source, value: Json, memory: _Memory) -> _Seen | None:
        """Return what was looked at, or None if the value does not fit."""
        key = (source, id(value))
        if key not in memory:
            memory[key] = _Seen()  # a schema that refers to itself in place adds nothing
            memory[key] = self._judged(source, value, memory)
        return memory[key]

    def _judged(self, source: Source, value: Json, memory: _Memory) -> _Seen | None:
        node = self._reader.read(source)
        if (
            not node.possible
            or not self._is_typed(node, value)
            or not self._is_listed(source, node, value)
        ):
            return None
        seen = _Seen()
        match value:
            case str():
                fits = self._text(node, value)
            case bool() | None:
                fits = True
            case int() | float():
                fits = _number(node, value)
            case list():
                fits = self._list(node, value, seen, memory)
            case _:
                fits = self._object(node, value, seen, memory)
        if not fits or not self._branches(node, value, seen, memory):
            return None
        return seen if self._others(node, value, seen, memory) else None

    def _is_typed(self, node: Node, value: Json) -> bool:
        if node.types is None or (kind := kind_of(value)) in node.types:
            return True
        whole = kind == "fraction" and float(value).is_integer() and self._reader.modern
        return whole and "integer" in node.types

    def _is_listed(self, source: Source, node: Node, value: Json) -> bool:
        if node.values is None and not node.banned:
            return True
        listed = self._listed.get(source)
        if listed is None:
            allowed, banned = map(identity, node.values or ()), map(identity, node.banned)
            listed = self._listed[source] = frozenset(allowed), frozenset(banned)
        same = identity(value)
        return (node.values is None or same in listed[0]) and same not in listed[1]

    def _text(self, node: Node, text: str) -> bool:
        if len(text) < node.shortest or (node.longest is not None and len(text) > node.longest):
            return False
        if node.pattern is not None and not self._rules.pattern(node.pattern)(text):
            return False
        if any(self._rules.pattern(pattern)(text) for pattern in node.unlike):
            return False
        return node.format is None or self._rules.judged_format(node.format)(text)

    def _inside(self, source: Source, value: Json, memory: _Memory) -> bool:
        return self._evaluated(source, value, memory) is not None

    def _list(self, node: Node, items: list[Json], seen: _Seen, memory: _Memory) -> bool:
        if len(items) < node.fewest_items:
            return False
        if node.most_items is not None and len(items) > node.most_items:
            return False
        if (node.unique or node.repeats) and _repeats(items) == node.unique:
            return False
        for index, (source, item) in enumerate(zip(node.prefix, items, strict=False)):
            if not self._inside(source, item, memory):
                return False
            seen.items.add(index)
        rest = range(len(node.prefix), len(items))
        if node.items is not None:
            if not all(self._inside(node.items, items[index], memory) for index in rest):
                return False
            seen.items.update(rest)
        return self._contains(node, items, seen, memory)

    def _contains(self, node: Node, items: list[Json], seen: _Seen, memory: _Memory) -> bool:
        if (wanted := node.contains) is None:
            return True
        found = [i for i, item in enumerate(items) if self._inside(wanted.source, item, memory)]
        seen.items.update(found)
        return wanted.fewest <= len(found) <= (len(found) if wanted.most is None else wanted.most)

    def _object(self, node: Node, members: dict[str, Json], seen: _Seen, memory: _Memory) -> bool:
        most = len(members) if node.most_members is None else node.most_members
        if not node.fewest_members <= len(members) <= most:
            return False
        if any(name not in members for name in node.required):
            return False
        for name, names in node.follow_ups.items():
            if name in members and any(other not in members for other in names):
                return False
        if node.names is not None and not all(
            self._inside(node.names, name, memory) for name in members
        ):
            return False
        for name, part in members.items():
            for source in self.of_member(node, name):
                if not self._inside(source, part, memory):
                    return False
                seen.members.add(name)
        return True

    def of_member(self, node: Node, name: str) -> Iterator[Source]:
        """Yield what one schema says of the member with this name."""
        named = node.properties.get(name)
        if named is not None:
            yield named
        found = named is not None
        for pattern, source in node.by_pattern:
            if self._rules.pattern(pattern)(name):
                found = True
                yield source
        if not found and node.additional is not None:
            yield node.additional

    def _branches(self, node: Node, value: Json, seen: _Seen, memory: _Memory) -> bool:
        for source in node.all_of:
            if (inner := self._evaluated(source, value, memory)) is None:
                return False
            seen.add(inner)
        for branches in node.any_of:
            fitting = [s for b in branches if (s := self._evaluated(b, value, memory)) is not None]
            if not fitting:
                return False
            for each in fitting:
                seen.add(each)
        if node.one_of:
            fitting = [
                s for b in node.one_of if (s := self._evaluated(b, value, memory)) is not None
            ]
            if len(fitting) != 1:
                return False
            seen.add(fitting[0])
        if any(self._evaluated(source, value, memory) is not None for source in node.nots):
            return False
        return self._conditions(node, value, seen, memory)

    def _conditions(self, node: Node, value: Json, seen: _Seen, memory: _Memory) -> bool:
        for condition in node.conditions:
            tested = self._evaluated(condition.test, value, memory)
            if tested is not None:
                seen.add(tested)
            branch = condition.otherwise if tested is None else condition.then
            if branch is not None:
                if (inner := self._evaluated(branch, value, memory)) is None:
                    return False
                seen.add(inner)
        return True

    def _others(self, node: Node, value: Json, seen: _Seen, memory: _Memory) -> bool:
        """Judge what nothing else has looked at."""
        if node.other_members is not None and isinstance(value, dict):
            for name in [name for name in value if name not in seen.members]:
                if not self._inside(node.other_members, value[name], memory):
                    return False
                seen.members.add(name)
        if node.other_items is not None and isinstance(value, list):
            for index in [index for index in range(len(value)) if index not in seen.items]:
                if not self._inside(node.other_items, value[index], memory):
                    return False
                seen.items.add(index)
        return True


def _number(node: Node, value: float) -> bool:
    if node.lowest is None and node.highest is None and node.step is None:
        return True
    exact = Fraction(str(value))
    if (low := node.lowest) is not None and (
        exact < low.value or (low.excluded and exact == low.value)
    ):
        return False
    if (high := node.highest) is not None and (
        exact > high.value or (high.excluded and exact == high.value)
    ):
        return False
    return node.step is None or (exact / node.step).denominator == 1


def _repeats(items: list[Json]) -> bool:
    return len({identity(item) for item in items}) < len(items)
