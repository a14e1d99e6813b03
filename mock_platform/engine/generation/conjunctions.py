"""Adds up what several schemas say of one value, and notices when that leaves no value at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import ceil, floor, lcm

from mock_platform.engine.generation.branching import Draft, Said
from mock_platform.engine.generation.keywords import higher, lower
from mock_platform.engine.generation.meanings import (
    NUMBERS,
    Contained,
    Limit,
    Node,
    Source,
    Unsatisfiable,
    identity,
)
from mock_platform.shared.contracts import Json

_Sources = tuple[Source, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plan:
    """All that one value has to be, with every choice made."""

    draft: Draft
    types: tuple[str, ...]
    """Those of which a value may exist."""
    kinds: tuple[str, ...] = ()
    """The same with ``number`` for both of its halves, the likeliest first and ``null`` last."""
    typed: bool
    """Whether a schema names the type; otherwise the order of ``kinds`` is a guess."""
    values: tuple[Json, ...] | None
    banned: tuple[Json, ...]
    nots: tuple[Source, ...]
    faker: Json

    lowest: Limit | None
    highest: Limit | None
    step: Fraction | None

    shortest: int
    longest: int | None
    patterns: tuple[str, ...]
    unlike: tuple[str, ...]
    formats: tuple[str, ...]

    fewest_items: int
    most_items: int | None
    unique: bool
    repeats: bool
    contains: tuple[Contained, ...]
    lists: tuple[Node, ...]
    """Nodes with ``prefix`` and ``items``; each applies by itself."""

    fewest_members: int
    most_members: int | None
    required: tuple[str, ...]
    follow_ups: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[Source, ...]
    objects: tuple[Node, ...]
    """Nodes with ``properties``, ``by_pattern`` and ``additional``; each applies by itself."""


class Extras:
    """Schemas that nobody wrote: the one that allows anything, and unions, one of each."""

    def __init__(self, make: Callable[[Json], Source]) -> None:
        self._make = make
        self._unions: dict[_Sources, Source] = {}
        self.anything = make(Node())

    def union(self, sources: _Sources) -> Source:
        """Return the schema that allows what any of the others does."""
        if len(sources) == 1:
            return sources[0]
        if sources not in self._unions:
            self._unions[sources] = self._make(Node(any_of=(sources,)))
        return self._unions[sources]


def conjunction(draft: Draft, extras: Extras) -> Plan:
    """Add up everything a draft says.

    Raises:
        Unsatisfiable: it contradicts itself.
    """
    said = draft.said
    if not {each.source for each in said}.isdisjoint(draft.nots):
        raise Unsatisfiable("", "it has to be, and must not be, what one schema says")
    nodes = [each.node for each in said]
    lowest = reduce(higher, (n.lowest for n in nodes), None)
    highest = reduce(lower, (n.highest for n in nodes), None)
    contains = tuple(n.contains for n in nodes if n.contains is not None)
    plan = Plan(
        draft=draft,
        types=draft.types,
        typed=any(n.types is not None for n in nodes),
        values=_values(nodes),
        banned=tuple(value for n in nodes for value in n.banned),
        nots=tuple(dict.fromkeys(draft.nots)),
        faker=next((n.faker for n in nodes if n.faker is not None), None),
        lowest=lowest,
        highest=highest,
        step=reduce(common_step, (n.step for n in nodes), None),
        shortest=max((n.shortest for n in nodes), default=0),
        longest=_least(n.longest for n in nodes),
        patterns=_unique(n.pattern for n in nodes if n.pattern is not None),
        unlike=_unique(pattern for n in nodes for pattern in n.unlike),
        formats=_unique(n.format for n in nodes if n.format is not None),
        fewest_items=max((n.fewest_items for n in nodes), default=0),
        most_items=_least(n.most_items for n in nodes),
        unique=any(n.unique for n in nodes),
        repeats=any(n.repeats for n in nodes),
        contains=contains,
        lists=tuple(_lists(said, extras)),
        fewest_members=max((n.fewest_members for n in nodes), default=0),
        most_members=_least(n.most_members for n in nodes),
        required=_unique(name for n in nodes for name in n.required),
        follow_ups=tuple(pair for n in nodes for pair in n.follow_ups.items()),
        names=tuple(n.names for n in nodes if n.names is not None),
        objects=tuple(_objects(said, extras.anything)),
    )
    return _pruned(plan)


def _pruned(plan: Plan) -> Plan:
    reasons = {kind: _impossible(plan, kind) for kind in plan.types}
    left = tuple(kind for kind in plan.types if reasons[kind] is None)
    if not left:
        reason = next(filter(None, reasons.values()), "its parts have no type in common")
        raise Unsatisfiable("", reason)
    kinds = list(dict.fromkeys("number" if kind in NUMBERS else kind for kind in left))
    if not plan.typed:
        kinds.sort(key=lambda kind: (not _suggested(plan, kind), kind != "string"))
    kinds.sort(key=lambda kind: kind == "null")
    return replace(plan, types=left, kinds=tuple(kinds))


def _impossible(plan: Plan, kind: str) -> str | None:
    match kind:
        case "string" if plan.longest is not None and plan.shortest > plan.longest:
            return f"minLength {plan.shortest} is more than maxLength {plan.longest}"
        case "string" if both := set(plan.patterns) & set(plan.unlike):
            return f"a text has to be, and must not be, like {min(both)!r}"
        case "array":
            return _impossible_list(plan)
        case "object":
            return _impossible_object(plan)
        case "integer" | "fraction":
            return _impossible_number(plan, kind)
        case _:
            return None


def _impossible_list(plan: Plan) -> str | None:
    most, needed = plan.most_items, max([plan.fewest_items, *(c.fewest for c in plan.contains)])
    if most is not None and needed > most:
        return f"at least {needed} items are more than maxItems {most}"
    if plan.unique and plan.repeats:
        return "its items must differ, and two of them must be equal"
    if any(c.most is not None and c.fewest > c.most for c in plan.contains):
        return "minContains is more than maxContains"
    return None


def _impossible_object(plan: Plan) -> str | None:
    most, needed = plan.most_members, max(plan.fewest_members, len(plan.required))
    if most is not None and needed > most:
        return f"at least {needed} members are more than maxProperties {most}"
    for node in plan.objects:
        for name in plan.required:
            if name in node.properties and forbidden(node.properties[name]):
                return f"the member {name!r} is required and forbidden"
    return None


def _impossible_number(plan: Plan, kind: str) -> str | None:
    low, high = plan.lowest, plan.highest
    if low and high and (low.value, low.excluded or high.excluded) > (high.value, False):
        return f"nothing is between the bounds {float(low.value):g} and {float(high.value):g}"
    if kind == "fraction" and plan.step is None:
        return None  # 3.0 is one, too, for Draft 4
    if kind == "fraction":
        first, last = multiples(low, high, plan.step)
        if first is not None and last is not None and first > last:
            return "no number is between the bounds that is a multiple of what it has to be"
        return None
    first, last = multiples(low, high, common_step(plan.step, Fraction(1)))
    if first is not None and last is not None and first > last:
        return "no whole number is between the bounds that is a multiple of what it has to be"
    return None


def forbidden(source: Source) -> bool:
    """Return whether a schema plainly allows nothing."""
    return source.raw is False or (isinstance(source.raw, Node) and not source.raw.possible)


def common_step(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """Return the number whose multiples are the common multiples of both."""
    if one is None or other is None:
        return one or other
    numerator = lcm(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)


def multiples(
    low: Limit | None, high: Limit | None, step: Fraction | None
) -> tuple[int | None, int | None]:
    """Return the first and the last whole number whose product with the step is in the range."""
    step = step or Fraction(1)
    first = last = None
    if low is not None:
        first = floor(low.value / step) + 1 if low.excluded else ceil(low.value / step)
    if high is not None:
        last = ceil(high.value / step) - 1 if high.excluded else floor(high.value / step)
    return first, last


def _suggested(plan: Plan, kind: str) -> bool:
    match kind:
        case "object":
            return bool(plan.objects or plan.required or plan.fewest_members or plan.names)
        case "array":
            counted = plan.fewest_items or plan.most_items is not None or plan.unique
            return bool(plan.lists or plan.contains or counted)
        case "string":
            counted = plan.shortest or plan.longest is not None
            return bool(plan.patterns or plan.formats or plan.unlike or counted)
        case "number":
            return bool(plan.lowest or plan.highest or plan.step)
        case _:
            return False


def _values(nodes: Iterable[Node]) -> tuple[Json, ...] | None:
    listed = [n.values for n in nodes if n.values is not None]
    if not listed:
        return None
    shared = [{identity(value) for value in values} for values in listed]
    return tuple(v for v in listed[0] if all(identity(v) in each for each in shared))


def _objects(said: Iterable[Said], anything: Source) -> Iterator[Node]:
    for each in said:
        node = each.node
        if node.properties or node.by_pattern or node.additional is not None:
            yield node
        if node.other_members is not None and node.additional is None:
            inner = [s.node for s in said if each.source in s.owners and s is not each]
            if not any(n.additional or n.other_members for n in inner):
                names = dict.fromkeys(name for n in (node, *inner) for name in n.properties)
                patterns = tuple(p for n in (node, *inner) for p, _ in n.by_pattern)
                yield Node(
                    properties=dict.fromkeys(names, anything),
                    by_pattern=tuple((pattern, anything) for pattern in patterns),
                    additional=node.other_members,
                )


def _lists(said: Iterable[Said], extras: Extras) -> Iterator[Node]:
    for each in said:
        node = each.node
        if node.prefix or node.items is not None:
            yield node
        if node.other_items is not None and node.items is None:
            inner = [s.node for s in said if each.source in s.owners and s is not each]
            if not any(n.items or n.other_items for n in inner):
                looked_at = [n.contains.source for n in (node, *inner) if n.contains is not None]
                allowed = [s for s in (*looked_at, node.other_items) if not forbidden(s)]
                rest = extras.union((*allowed,)) if allowed else node.other_items
                longest = max(len(n.prefix) for n in (node, *inner))
                yield Node(prefix=(extras.anything,) * longest, items=rest)


def _least(limits: Iterable[int | None]) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
