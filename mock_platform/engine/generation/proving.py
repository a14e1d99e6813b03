"""Proves that nothing satisfies a schema: never on doubt, and never by trying.

What cannot be followed to its end (``not``, ``unevaluated*``, too many choices) is taken to allow
everything, so whatever is left without a value has none.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

from mock_platform.engine.generation.addressing import Scope
from mock_platform.engine.generation.branching import Branches, Draft
from mock_platform.engine.generation.conjunctions import Extras, conjunction
from mock_platform.engine.generation.heights import Heights
from mock_platform.engine.generation.judging import Judge
from mock_platform.engine.generation.making import Craft, Maker
from mock_platform.engine.generation.meanings import Node, Source, Unsatisfiable
from mock_platform.engine.generation.reading import Dialect, Reader
from mock_platform.engine.generation.text_rules import PatternBroken, TextRules
from mock_platform.engine.generation.turns import Conjunction
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

_TELLING = frozenset(
    {
        *("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "enum", "const", "required"),
        *("minItems", "contains", "minProperties", "minLength", "minimum", "exclusiveMinimum"),
        *("multipleOf", "pattern", "discriminator", "dependencies"),
    }
)
"""Without any of these a schema with a type has a value: none, nothing, or the empty one."""
_TYPES = ("object", "array", "string", "integer", "number", "boolean")
_MOST_STEPS = 300
_MOST_INSIDE = 100
_IN_DOUBT = (PatternBroken, RecursionError)
_Way = list[Conjunction]
_ANYTHING_GOES: list[_Way] = [[]]


class _Cautious:
    """Reads schemas without what has no simple consequences."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._nodes: dict[Source, Node] = {}
        self.addresses = reader.addresses

    def source(
        self, raw: Json, scope: Scope = ("",), hidden: frozenset[str] = frozenset(), /
    ) -> Source:
        return self._reader.source(raw, scope, hidden)

    def meant(self, source: Source, /) -> Source:
        return self._reader.meant(source)

    def read(self, source: Source, /) -> Node:
        node = self._nodes.get(source)
        if node is None:
            node = self._reader.read(source)
            if node.nots or node.other_members or node.other_items:
                node = replace(node, nots=(), other_members=None, other_items=None)
            self._nodes[source] = node
        return node


class Prover:
    """Looks for proofs among a document's schemas; what they have in common is worked out once."""

    def __init__(self, root: Json, *, dialect: Dialect, direction: Direction) -> None:
        self._reader = Reader(root, dialect, direction)
        rules = TextRules(modern=self._reader.modern)
        judge = Judge(self._reader, rules)
        self._craft = Craft(judge, rules, None, examples=False)
        self._branches = Branches(_Cautious(self._reader))
        self._extras = Extras(self._reader.source)
        self._reasons: dict[Conjunction, str] = {}
        self._inside: dict[Conjunction, list[tuple[str, Conjunction]]] = {}
        self._heights = Heights(self._needs)

    def impossible(self, schema: Json) -> str | None:
        """Return why nothing satisfies a schema; None: perhaps something does."""
        if isinstance(schema, dict) and schema.get("type") in _TYPES and not _tells(schema):
            return None
        sources = (self._reader.meant(self._reader.source(schema)),)
        try:
            if self._heights.of(sources) < inf:
                return None
        except RecursionError:
            return None
        return self._why(sources)

    def _why(self, sources: Conjunction) -> str:
        """Follow what is impossible inside to where it begins."""
        path: list[str] = []
        seen: set[Conjunction] = set()
        while sources not in self._reasons:
            seen.add(sources)
            inner = ((place, s) for place, s in self._inside[sources] if self._heights.of(s) == inf)
            place, sources = next(inner)
            path.append(place)
            if sources in seen:
                return f"every value has another one inside, at {'/'.join(path)}"
        return f"at {'/'.join(path)}, {self._reasons[sources]}" if path else self._reasons[sources]

    def _needs(self, sources: Conjunction) -> list[_Way]:
        """Return the ways to make a value: for each, what must be inside."""
        ways: list[_Way] = []
        reason = "its parts have no type in common"
        try:
            draft = self._branches.unbranched(sources)
            if not all(said.node.possible for said in draft.said):
                reason = "nothing is allowed there: the schema is false"
            decided = self._branches.decided(draft, _MOST_STEPS)
            while True:
                try:
                    ways += self._ways(next(decided), sources)
                except _IN_DOUBT:
                    return _ANYTHING_GOES
                except Unsatisfiable as refusal:
                    reason = refusal.reason
        except StopIteration as end:
            if not end.value:
                return _ANYTHING_GOES
        except LookupError:  # is told elsewhere
            return _ANYTHING_GOES
        if not ways:
            self._reasons[sources] = reason
        return ways

    def _ways(self, decided: Draft, sources: Conjunction) -> list[_Way]:
        maker = Maker(conjunction(decided, self._extras), sources, self._craft)
        plan = maker.plan
        if plan.values is not None or set(plan.kinds) - {"object", "array"}:
            return _ANYTHING_GOES
        if max(plan.fewest_items, plan.fewest_members) > _MOST_INSIDE:
            return _ANYTHING_GOES
        ways: list[list[tuple[str, Conjunction]]] = []
        if "object" in plan.kinds:
            members = maker.members
            ways.append([(name, members.sources(name)) for name in members.required])
        if "array" in plan.kinds:
            places = range(plan.fewest_items)
            inside = [(str(place), maker.sequences.sources(place)) for place in places]
            inside += [("contains", (each.source,)) for each in plan.contains if each.fewest]
            ways.append(inside)
        self._inside.setdefault(sources, []).extend(pair for way in ways for pair in way)
        return [[inner for _, inner in way] for way in ways]


def _tells(schema: Json) -> bool:
    return not _TELLING.isdisjoint(schema)
