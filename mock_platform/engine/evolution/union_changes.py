"""Compares ``oneOf`` and ``anyOf``: which branch is which, which are new, which are gone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Final

from mock_platform.engine.evolution.alikeness import alike
from mock_platform.engine.evolution.shapes import Shape, Shapes, Spot, Union
from mock_platform.engine.evolution.weighing import Task, Weighing
from mock_platform.engine.pointers import ref_of
from mock_platform.shared.contracts import Json

Note = Callable[..., None]
"""Takes down a rule without its direction, what happened, both places, and ``once``."""

_MOST_COMPARED: Final = 50_000
"""Pairs of branches of one union that are looked into: each may hold whatever it likes."""

_KIND_RULES: Final = {("anyOf", "oneOf"): "union-tightened", ("oneOf", "anyOf"): "union-loosened"}


def union_changes(weighing: Weighing, task: Task, old: Shape, new: Shape, note: Note) -> bool:
    """Compare the unions of two schemas; whether there is nothing else to compare in them."""
    if old.pure_union != new.pure_union and not (old.unions and new.unions):
        return _one_and_several(weighing, task, old, new, note)
    for was, now in zip(old.unions, new.unions, strict=False):
        _branches(weighing, task, was, now, note)
    for gone in old.unions[len(new.unions) :]:
        note("condition-lifted", f"{gone.kind} is gone", gone.pointer, new.pointer)
    for fresh in new.unions[len(old.unions) :]:
        note("condition-set", f"{fresh.kind} is new", old.pointer, fresh.pointer)
    return False


def _one_and_several(weighing: Weighing, task: Task, old: Shape, new: Shape, note: Note) -> bool:
    """A schema became a choice of several, or the other way round."""
    wider = new.pure_union
    union = (new if wider else old).unions[0]
    single = task.old if wider else task.new
    one = single[0] if single else Spot("", True)
    if not wider and _says_nothing(new):
        note("branch-added", "anything, no longer only some", union.pointer, new.pointer)
        return True
    if wider and _says_nothing(old):
        note("branch-removed", "only some, no longer anything", old.pointer, union.pointer)
        return True
    found = _the_one(weighing, one, union, wider=wider)
    if found is None:
        told = "one schema became several" if wider else "several schemas became one"
        note("union-changed", told, old.pointer, new.pointer)
        return True
    if wider:
        weighing.schemas(task.node, task.direction, task.old, (found,))
    else:
        weighing.schemas(task.node, task.direction, (found,), task.new)
    rule = "branch-added" if wider else "branch-removed"
    for branch in union.branches:
        if branch is not found:
            told = f"{_label(branch)} {'may be' if wider else 'cannot be'} instead"
            places = (old.pointer, branch.pointer) if wider else (branch.pointer, new.pointer)
            note(rule, told, *places, once=branch.pointer)
    return True


def _says_nothing(shape: Shape) -> bool:
    own = shape.properties or shape.values or shape.items or shape.unions
    return shape.types is None and not own


def _the_one(weighing: Weighing, one: Spot, union: Union, *, wider: bool) -> Spot | None:
    """Return the branch that is the schema itself."""
    for branch in union.branches:
        pair = (one, branch) if wider else (branch, one)
        settled = (
            weighing.old.shapes.followed(pair[0]),
            weighing.new.shapes.followed(pair[1]),
        )
        named = _component(settled[0].pointer), _component(settled[1].pointer)
        if named[0] and named[0] == named[1]:
            return branch
        if alike(weighing, *settled):
            return branch
    return None


def _component(pointer: str) -> str:
    parts = pointer.split("/")
    return parts[3] if parts[:3] == ["", "components", "schemas"] and len(parts) == 4 else ""  # noqa: PLR2004 - /components/schemas/Name


def _branches(weighing: Weighing, task: Task, was: Union, now: Union, note: Note) -> None:
    if rule := _KIND_RULES.get((was.kind, now.kind)):
        note(rule, f"{was.kind} → {now.kind}", was.pointer, now.pointer)
    pairs, gone, fresh = _matched(weighing, was, now)
    for old, new in pairs:
        weighing.schemas(task.node, task.direction, (old,), (new,))
    for branch in gone:
        told = f"{_label(branch)} cannot be any more"
        note("branch-removed", told, branch.pointer, now.pointer, once=branch.pointer)
    for branch in fresh:
        note("branch-added", f"{_label(branch)} may be now", was.pointer, branch.pointer)


Pairs = list[tuple[Spot, Spot]]
_Tell = str | tuple[str, ...] | None
"""What a branch says of itself; nothing, where it is empty."""


def _matched(weighing: Weighing, was: Union, now: Union) -> tuple[Pairs, list[Spot], list[Spot]]:
    """Find which branch is which: by name, by being alike, by what they say of themselves."""
    pairs: Pairs = []
    gone, fresh = list(was.branches), list(now.branches)
    for found in (_of_one_name, _alike, _of_one_mark):
        more = found(weighing, gone, fresh)
        pairs += more
        gone = _without(gone, {old.pointer for old, _ in more})
        fresh = _without(fresh, {new.pointer for _, new in more})
    if len(gone) == len(fresh) == 1 and not _component_of(weighing.old.shapes, gone[0]):
        pairs.append((gone.pop(), fresh.pop()))
    return pairs, gone, fresh


def _without(branches: list[Spot], pointers: set[str]) -> list[Spot]:
    return [branch for branch in branches if branch.pointer not in pointers]


def _component_of(shapes: Shapes, branch: Spot) -> str:
    return _component(shapes.followed(branch).pointer)


def _of_one_name(weighing: Weighing, gone: list[Spot], fresh: list[Spot]) -> Pairs:
    return _by(_component_of, weighing, gone, fresh)


def _alike(weighing: Weighing, gone: list[Spot], fresh: list[Spot]) -> Pairs:
    """Pair the branches that mean the same; of very many, as many as can be compared."""
    left = _MOST_COMPARED
    pairs: Pairs = []
    free = list(fresh)
    for old in gone:
        place = next((n for n, new in enumerate(free[:left]) if alike(weighing, old, new)), None)
        left -= len(free) if place is None else place + 1
        if place is not None:
            pairs.append((old, free.pop(place)))
        if left <= 0:
            break
    return pairs


def _of_one_mark(weighing: Weighing, gone: list[Spot], fresh: list[Spot]) -> Pairs:
    """Pair the branches with the same title, type or constant property."""
    return _by(_mark, weighing, gone, fresh)


def _by(
    tell: Callable[[Shapes, Spot], _Tell],
    weighing: Weighing,
    gone: list[Spot],
    fresh: list[Spot],
) -> Pairs:
    """Pair the branches of which the same is told, in order; what tells nothing is left."""
    waiting: dict[_Tell, deque[Spot]] = defaultdict(deque)
    for new in fresh:
        waiting[tell(weighing.new.shapes, new)].append(new)
    told = [(old, tell(weighing.old.shapes, old)) for old in gone]
    return [(old, waiting[key].popleft()) for old, key in told if key and waiting[key]]


def _mark(shapes: Shapes, branch: Spot) -> _Tell:
    shape = shapes.of(shapes.settled((branch,)))
    for name, spots in shape.properties.items():
        values = shapes.of(shapes.settled(spots)).values
        if values and len(values) == 1:
            return (name, *values)
    title = branch.node.get("title") if isinstance(branch.node, dict) else None
    if isinstance(title, str):
        return title
    if shape.types and shape.types != {"object"}:
        return tuple(sorted(shape.types))
    return None


def _label(branch: Spot) -> str:
    ref = ref_of(branch.node)
    if ref is not None:
        return f"`{ref.rpartition('/')[2]}`"
    node: Json = branch.node if isinstance(branch.node, dict) else {}
    named = node.get("title") or node.get("type")
    return f"`{named}`" if isinstance(named, str) else "a branch"


def discriminator_changes(old: Shape, new: Shape, note: Note) -> None:
    """Compare by which property, and how, the branches are told apart."""
    was, now = old.facts.get("discriminator"), new.facts.get("discriminator")
    if was is None and now is not None:
        note("discriminator-set", "a discriminator is new", old.pointer, now.pointer)
    elif was is not None and now is None:
        note("discriminator-lifted", "the discriminator is gone", was.pointer, new.pointer)
    elif was is not None and now is not None:
        places = (was.pointer, now.pointer)
        names = [_member(fact.value, "propertyName") for fact in (was, now)]
        if names[0] != names[1]:
            told = f"the discriminator is {names[1]!r}, it was {names[0]!r}"
            note("discriminator-changed", told, *places)
        before, after = _mapping(was.value), _mapping(now.value)
        for value in [*before, *(value for value in after if value not in before)]:
            if value not in after:
                told = f"the discriminator's value `{value}` is gone"
                note("discriminator-value-removed", told, *places)
            elif value not in before:
                told = f"the discriminator's value `{value}` is new"
                note("discriminator-value-added", told, *places)
            elif _last(before[value]) != _last(after[value]):
                told = f"the discriminator's value `{value}` means another schema"
                note("discriminator-changed", told, *places)


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _mapping(value: Json) -> Mapping[str, Json]:
    mapping = _member(value, "mapping")
    return mapping if isinstance(mapping, dict) else {}


def _last(target: Json) -> str:
    return str(target).rpartition("/")[2]
