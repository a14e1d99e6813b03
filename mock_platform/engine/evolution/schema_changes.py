"""Compares two schemas: their keywords, and what is inside them."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.evolution.alikeness import alike
from mock_platform.engine.evolution.keyword_changes import keyword_changes, shown, type_changes
from mock_platform.engine.evolution.shapes import Fact, Shape, Spot, Spots
from mock_platform.engine.evolution.terms import ANSWER, REQUEST
from mock_platform.engine.evolution.union_changes import discriminator_changes, union_changes
from mock_platform.engine.evolution.weighing import Task, Weighing

_HIDDEN: Final = {REQUEST: "readOnly", ANSWER: "writeOnly"}
"""What a property says that does not take part in one direction."""
_OPEN, _SHAPED, _CLOSED = 0, 1, 2


def weigh_schemas(weighing: Weighing) -> None:
    """Compare all schemas that were asked for, and those that they lead to."""
    while weighing.tasks:
        _Pair(weighing, weighing.tasks.popleft()).weigh()


class _Pair:
    """Two schemas in one direction."""

    def __init__(self, weighing: Weighing, task: Task) -> None:
        self.weighing, self.task = weighing, task
        self.old = weighing.old.shapes.of(task.old)
        self.new = weighing.new.shapes.of(task.new)

    def weigh(self) -> None:
        if self.old.unions or self.new.unions:
            replaced = union_changes(self.weighing, self.task, self.old, self.new, self.note)
            if replaced:
                return
        for moved in type_changes(self.old, self.new):
            self.note(*moved)
            if moved.rule == "type-changed":
                return
        both_machines = "x-state-machine" in self.old.facts and "x-state-machine" in self.new.facts
        for moved in keyword_changes(self.old, self.new):
            told_by_machine = both_machines and moved.rule.startswith("enum-value")
            if not (told_by_machine and self.task.direction == ANSWER):
                self.note(*moved)
        discriminator_changes(self.old, self.new, self.note)
        self.conditions()
        self.members()
        self.others()
        self.items()

    def note(self, rule: str, told: str, old: str, new: str, once: str = "") -> None:
        """Take a change of this schema down."""
        subject = self.weighing.named(new) if new else self.weighing.old.subject(old)
        self.weighing.note(
            self.task.node,
            f"{self.task.direction}-{rule}",
            f"{subject}: {told}",
            old=old,
            new=new,
            once=once,
        )

    def lead(self, old: Spots, new: Spots) -> None:
        self.weighing.schemas(self.task.node, self.task.direction, old, new)

    # Objects -------------------------------------------------------------------------------------

    def members(self) -> None:
        old, new = self.old, self.new
        for name, spots in old.properties.items():
            if name in new.properties:
                self.member(name, spots, new.properties[name])
            elif not self.hidden(self.weighing.old.shapes.of(self._was(spots))):
                self.removed(name, spots)
        for name, spots in new.properties.items():
            if name not in old.properties and not self.hidden(
                self.weighing.new.shapes.of(self._is(spots))
            ):
                self.added(name, spots)
        self.required()
        for pattern in old.patterns.keys() & new.patterns.keys():
            self.lead(old.patterns[pattern], new.patterns[pattern])
        for pattern in sorted(old.patterns.keys() ^ new.patterns.keys()):
            rule = "condition-set" if pattern in new.patterns else "condition-lifted"
            spots = new.patterns.get(pattern) or old.patterns[pattern]
            places = (old.pointer, spots[0].pointer)
            if pattern not in new.patterns:
                places = (spots[0].pointer, new.pointer)
            self.note(rule, f"patternProperties {shown(pattern)}", *places)

    def _was(self, spots: Spots) -> Spots:
        return self.weighing.old.shapes.settled(spots)

    def _is(self, spots: Spots) -> Spots:
        return self.weighing.new.shapes.settled(spots)

    def hidden(self, member: Shape) -> bool:
        """Whether the property does not take part in this direction."""
        return _HIDDEN[self.task.direction] in member.facts

    def member(self, name: str, old: Spots, new: Spots) -> None:
        was = self.weighing.old.shapes.of(self._was(old))
        now = self.weighing.new.shapes.of(self._is(new))
        keyword = _HIDDEN[self.task.direction]
        places = (old[0].pointer, new[0].pointer)
        rule = "read-only" if self.task.direction == REQUEST else "write-only"
        if self.hidden(was) and self.hidden(now):
            return
        if self.hidden(now):
            self.note(f"{rule}-set", f"{keyword} now", *places, once=places[1])
        elif self.hidden(was):
            if self.task.direction == REQUEST and name in self.new.required:
                self.note("property-added-required", f"required, and no longer {keyword}", *places)
            else:
                self.note(f"{rule}-lifted", f"{keyword} no longer", *places, once=places[1])
        else:
            self.lead(old, new)

    def removed(self, name: str, spots: Spots) -> None:
        place = spots[0].pointer
        if self.task.direction == ANSWER:
            rule = "property-removed-required" if name in self.old.required else "property-removed"
        else:
            rule = "property-removed-closed" if _state(self.new) == _CLOSED else "property-removed"
        subject = self.weighing.old.subject(place)
        self.weighing.note(
            self.task.node,
            f"{self.task.direction}-{rule}",
            f"{subject}: this property is gone",
            old=place,
            new=self.new.pointer,
            once=place,
        )

    def added(self, name: str, spots: Spots) -> None:
        place = spots[0].pointer
        rule, told = "property-added", "new"
        if self.task.direction == REQUEST:
            if name in self.new.required:
                rule, told = "property-added-required", "new, and required"
        elif _state(self.old) == _CLOSED:
            rule, told = "property-added-closed", "new, where no others were allowed"
        self.note(rule, told, self.old.pointer, place, once=place)

    def required(self) -> None:
        old, new = self.old, self.new
        for name in new.required:
            if name not in old.required and self.takes_part(name):
                self.necessity(name, "property-required", "required now")
        for name in old.required:
            if name not in new.required and self.takes_part(name):
                self.necessity(name, "property-optional", "optional now")

    def necessity(self, name: str, rule: str, told: str) -> None:
        """Take down that a property must be there, or need not be any more."""
        was, now = (
            shape.properties[name][0].pointer
            if name in shape.properties
            else shape.required.get(name, shape.pointer)
            for shape in (self.old, self.new)
        )
        if name not in self.new.properties:
            told = f"the property {shown(name)} is {told}"
        self.note(rule, told, was, now, once=now)

    def takes_part(self, name: str) -> bool:
        """Whether it was there and is there, or is no property that is described; in view."""
        in_old, in_new = name in self.old.properties, name in self.new.properties
        if in_old != in_new:
            return False  # told as added or removed
        if not in_old:
            return True
        was = self.weighing.old.shapes.of(self._was(self.old.properties[name]))
        now = self.weighing.new.shapes.of(self._is(self.new.properties[name]))
        return not (self.hidden(was) or self.hidden(now))

    def others(self) -> None:
        """Compare what further properties an object may have."""
        if "object" not in (self.old.types or {"object"}) & (self.new.types or {"object"}):
            return
        was, now = _state(self.old), _state(self.new)
        places = (_place(self.old.extra, self.old), _place(self.new.extra, self.new))
        if was == now == _SHAPED and self.old.extra and self.new.extra:
            self.lead(_spots(self.old.extra), _spots(self.new.extra))
        elif was < now:
            self.note("object-closed", "fewer further properties are allowed", *places)
        elif was > now:
            self.note("object-opened", "more further properties are allowed", *places)

    # The rest ------------------------------------------------------------------------------------

    def items(self) -> None:
        if not (self.old.items or self.new.items):
            return
        if "array" not in (self.old.types or {"array"}) & (self.new.types or {"array"}):
            return
        anything = (
            Spot(self.old.pointer + "/items", True),
            Spot(self.new.pointer + "/items", True),
        )
        self.lead(self.old.items or (anything[0],), self.new.items or (anything[1],))

    def conditions(self) -> None:
        old, new = self.old.conditions, self.new.conditions
        for name in [*old, *(name for name in new if name not in old)]:
            was, now = old.get(name), new.get(name)
            if was is None and now is not None:
                self.note("condition-set", f"{name} is new", self.old.pointer, now.pointer)
            elif was is not None and now is None:
                self.note("condition-lifted", f"{name} is gone", was.pointer, self.new.pointer)
            elif was is not None and now is not None and not alike(self.weighing, was, now):
                told = f"{name} is another one"
                self.note("condition-changed", told, was.pointer, now.pointer)


def _state(shape: Shape) -> int:
    if shape.extra is None:
        return _OPEN
    return _CLOSED if shape.extra.value is False else _SHAPED


def _place(fact: Fact | None, shape: Shape) -> str:
    return fact.pointer if fact else shape.pointer


def _spots(fact: Fact) -> Spots:
    return (Spot(fact.pointer, fact.value),)
