"""Says what follows when a schema must not hold: one of several things, each a schema of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from mock_platform.engine.generation.meanings import (
    NUMBERS,
    TYPES,
    Contained,
    Limit,
    Node,
    Source,
)

_MOST_PAIRS = 6
_SPARE_NAME = "another"

Make = Callable[[Node], Source]


def opposites(node: Node, make: Make) -> Iterator[Node]:
    """Yield schemas that each contradict this one.

    Where nothing definite follows, a schema is yielded that only says which type is concerned: what
    grows from it has to be judged.
    """

    def no(source: Source) -> Source:
        return make(Node(nots=(source,)))

    if not node.possible:
        yield Node()
        return
    if node.types is not None and (other := tuple(t for t in TYPES if t not in node.types)):
        yield Node(types=other)
    if node.values is not None:
        yield Node(banned=node.values)
    if node.banned:
        yield Node(values=node.banned)
    yield from _logic(node)
    yield from _of_object(node, make, no)
    yield from _of_list(node, make, no)
    yield from _of_text(node)
    yield from _of_number(node)


def _logic(node: Node) -> Iterator[Node]:
    for source in node.nots:
        yield Node(all_of=(source,))
    for source in node.all_of:
        yield Node(nots=(source,))
    for branches in node.any_of:
        yield Node(nots=branches)
    if node.one_of:
        yield Node(nots=node.one_of)
        for pair in list(combinations(node.one_of, 2))[:_MOST_PAIRS]:
            yield Node(all_of=pair)
    for condition in node.conditions:
        if condition.then is not None:
            yield Node(all_of=(condition.test,), nots=(condition.then,))
        if condition.otherwise is not None:
            yield Node(nots=(condition.test, condition.otherwise))


def _of_object(node: Node, make: Make, no: Callable[[Source], Source]) -> Iterator[Node]:
    forbidden = make(Node(possible=False))
    for name in node.required:
        yield Node(types=("object",), properties={name: forbidden})
    for name, source in node.properties.items():
        yield Node(types=("object",), required=(name,), properties={name: no(source)})
    if node.additional is not None and _SPARE_NAME not in node.properties:
        other = no(node.additional)
        yield Node(types=("object",), required=(_SPARE_NAME,), properties={_SPARE_NAME: other})
    if node.fewest_members:
        yield Node(types=("object",), most_members=node.fewest_members - 1)
    if node.most_members is not None:
        yield Node(types=("object",), fewest_members=node.most_members + 1)
    for name, names in node.follow_ups.items():
        for other_name in names:
            absent = {other_name: forbidden}
            yield Node(types=("object",), required=(name,), properties=absent)
    if node.by_pattern or node.names is not None or node.other_members is not None:
        yield Node(types=("object",), fewest_members=1)


def _of_list(node: Node, make: Make, no: Callable[[Source], Source]) -> Iterator[Node]:
    anything = make(Node())
    parts = (*node.prefix, node.items) if node.items is not None else node.prefix
    for index, source in enumerate(parts):
        prefix = (*(anything for _ in range(index)), no(source))
        yield Node(types=("array",), fewest_items=index + 1, prefix=prefix)
    if node.fewest_items:
        yield Node(types=("array",), most_items=node.fewest_items - 1)
    if node.most_items is not None:
        yield Node(types=("array",), fewest_items=node.most_items + 1)
    yield from _of_contents(node, no)
    if node.unique:
        yield Node(types=("array",), fewest_items=2, repeats=True)
    if node.repeats:
        yield Node(types=("array",), unique=True)
    if node.other_items is not None:
        yield Node(types=("array",), fewest_items=1)


def _of_contents(node: Node, no: Callable[[Source], Source]) -> Iterator[Node]:
    if (wanted := node.contains) is None:
        return
    if wanted.fewest == 1:
        yield Node(types=("array",), items=no(wanted.source))
    elif wanted.fewest:
        fewer = Contained(wanted.source, 0, wanted.fewest - 1)
        yield Node(types=("array",), contains=fewer)
    if wanted.most is not None:
        more = Contained(wanted.source, wanted.most + 1, None)
        yield Node(types=("array",), contains=more)


def _of_text(node: Node) -> Iterator[Node]:
    if node.shortest:
        yield Node(types=("string",), longest=node.shortest - 1)
    if node.longest is not None:
        yield Node(types=("string",), shortest=node.longest + 1)
    if node.pattern is not None:
        yield Node(types=("string",), unlike=(node.pattern,))
    for pattern in node.unlike:
        yield Node(types=("string",), pattern=pattern)
    if node.format is not None:
        yield Node(types=("string",))


def _of_number(node: Node) -> Iterator[Node]:
    if (low := node.lowest) is not None:
        yield Node(types=NUMBERS, highest=Limit(low.value, not low.excluded))
    if (high := node.highest) is not None:
        yield Node(types=NUMBERS, lowest=Limit(high.value, not high.excluded))
    if node.step is not None:
        yield Node(types=NUMBERS)
