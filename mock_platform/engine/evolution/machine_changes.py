"""Compares state machines: states, and which operation leads from which of them to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import orjson

from mock_platform.engine.anatomy import everything
from mock_platform.engine.evolution.surface_changes import Met
from mock_platform.engine.evolution.weighing import Version, Weighing, paired
from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json

KEY: Final = "x-state-machine"
_BELONGING: Final = {"resource": None, "key": "id", "field": "status"}
"""What a machine belongs to, and what is meant when it is left out."""


class Stated(NamedTuple):
    """A machine as it is written, the states beside it, and where."""

    machine: Json
    states: tuple[str, ...]
    pointer: str


class Way(NamedTuple):
    """Where a transition leads, which callback tells of it, and where it is written."""

    to: str
    emit: str | None
    pointer: str


def machine_changes(weighing: Weighing, met: tuple[Met, ...]) -> None:
    """Compare the machines of both versions."""
    nodes = {each.new.id: each.node for each in met}
    names = {each.old.id: each.new.id for each in met}
    contract = weighing.book.contract()
    for label, was, now in paired(_machines(weighing.old), _machines(weighing.new)):
        if was is None and now is not None:
            if not any(via in nodes for (_, via), _ in _ways(now)):
                continue  # all of it is as new as its operations
            told = f"{label}: a state machine is new"
            weighing.note(contract, "machine-added", told, old="", new=now.pointer)
        elif was is not None and now is None:
            told = f"{label}: the state machine is gone"
            weighing.note(contract, "machine-removed", told, old=was.pointer, new="")
        elif was is not None and now is not None and was.machine != now.machine:
            machine = _Pair(weighing, contract, label, was, now)
            machine.belonging()
            machine.states()
            machine.transitions(nodes, names)
        if was is not None and now is not None and was.states != now.states:
            _Pair(weighing, contract, label, was, now).members()


def _machines(version: Version) -> Mapping[str, Stated]:
    """Return the machines by the resource and field that have their states."""
    found: dict[str, Stated] = {}
    if not _speaks_of_machines(version.document.root):
        return found
    for pointer, node, kind in everything(version.document.root, "document"):
        machine = node.get(KEY) if kind == "schemas" and isinstance(node, dict) else None
        if isinstance(machine, dict):
            label = f"{machine.get('resource')}.{machine.get('field', 'status')}"
            found[_name(pointer) or label] = Stated(
                machine, tuple(map(str, node.get("enum") or ())), pointer + join(KEY)
            )
    return found


def _speaks_of_machines(root: Json) -> bool:
    """Look for the key before walking through a large document for it."""
    try:
        return KEY.encode() in orjson.dumps(root)
    except TypeError:  # a number that is larger than orjson writes
        return True


def _name(pointer: str) -> str:
    return pointer.removeprefix("/components/schemas/")


class _Pair:
    """The same machine in both versions."""

    def __init__(self, weighing: Weighing, node: int, label: str, old: Stated, new: Stated) -> None:
        self.weighing, self.node, self.label = weighing, node, label
        self.old, self.new = old, new

    def note(self, rule: str, told: str, inside: str = "", node: int | None = None) -> None:
        """Take a change down that is in the same member on both sides."""
        places = [
            stated.pointer + (f"/{inside}" if inside in stated.machine else "")
            for stated in (self.old, self.new)
        ]
        self.take(rule, told, places[0], places[1], node)

    def take(self, rule: str, told: str, old: str, new: str, node: int | None = None) -> None:
        touched = self.node if node is None else node
        self.weighing.note(touched, rule, f"{self.label}: {told}", old=old, new=new)

    def belonging(self) -> None:
        for key, default in _BELONGING.items():
            was, now = (each.machine.get(key, default) for each in (self.old, self.new))
            if was != now:
                self.note("machine-key-changed", f"{key} `{was}` → `{now}`", key)
        refusals = [
            (each.machine.get("otherwise") or {}).get("status", 409)
            for each in (self.old, self.new)
        ]
        if refusals[0] != refusals[1]:
            told = f"the refusal is {refusals[1]}, it was {refusals[0]}"
            self.note("refusal-changed", told, "otherwise")

    def states(self) -> None:
        was, now = (each.machine.get("initial") for each in (self.old, self.new))
        if was != now:
            self.note("initial-changed", f"initial `{was}` → `{now}`", "initial")
        ends = [_listed(each.machine.get("terminal")) for each in (self.old, self.new)]
        for state in ends[1]:
            if state not in ends[0] and state in self.old.states:
                self.note("terminal-added", f"`{state}` is final now", "terminal")
        for state in ends[0]:
            if state not in ends[1] and state in self.new.states:
                self.note("terminal-removed", f"`{state}` is not final any more", "terminal")

    def members(self) -> None:
        was, now = (each.pointer.removesuffix(join(KEY)) + "/enum" for each in (self.old, self.new))
        for state in self.old.states:
            if state not in self.new.states:
                self.take("state-removed", f"the state `{state}` is gone", was, now)
        for state in self.new.states:
            if state not in self.old.states:
                self.take("state-added", f"the state `{state}` is new", was, now)

    def transitions(self, nodes: Mapping[str, int], names: Mapping[str, str]) -> None:
        """Compare the ways out of each state that is in both versions."""
        was = {(state, names.get(via, via)): way for (state, via), way in _ways(self.old)}
        now = dict(_ways(self.new))
        for (state, via), one, two in _pairs(was, now):
            label = f"{via} in {state}" if state else f"{via}, the birth"
            node = nodes.get(via)
            if one is not None and two is not None:
                self.changed(label, one, two, node)
            elif one is not None and node is not None and state in ("", *self.new.states):
                told = f"{label} is not possible any more"
                self.take("transition-removed", told, one.pointer, self.at(self.new), node)
            elif two is not None:
                told = f"{label} is possible, and leads to {two.to}"
                self.take("transition-added", told, self.at(self.old), two.pointer, node)

    def changed(self, label: str, old: Way, new: Way, node: int | None) -> None:
        places = old.pointer, new.pointer
        if old.to != new.to:
            told = f"{label} leads to `{new.to}`, it was `{old.to}`"
            self.take("transition-redirected", told, *places, node)
        if old.emit == new.emit:
            return
        if not new.emit:
            self.take("emit-removed", f"{label} sends no {old.emit} any more", *places, node)
        elif not old.emit:
            self.take("emit-added", f"{label} sends {new.emit} now", *places, node)
        else:
            told = f"{label} sends {new.emit}, it was {old.emit}"
            self.take("emit-changed", told, *places, node)

    def at(self, stated: Stated) -> str:
        return stated.pointer + ("/transitions" if "transitions" in stated.machine else "")


def _pairs(
    old: Mapping[tuple[str, str], Way], new: Mapping[tuple[str, str], Way]
) -> Iterator[tuple[tuple[str, str], Way | None, Way | None]]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield key, old.get(key), new.get(key)


def _ways(stated: Stated) -> Iterator[tuple[tuple[str, str], Way]]:
    for index, rule in enumerate(stated.machine.get("transitions") or ()):
        if isinstance(rule, dict):
            place = f"{stated.pointer}/transitions/{index}"
            way = Way(str(rule.get("to")), rule.get("emit"), place)
            for state in _listed(rule.get("from")) or ("",):
                yield (state, str(rule.get("via"))), way


def _listed(written: Json) -> tuple[str, ...]:
    if isinstance(written, list):
        return tuple(map(str, written))
    return () if written is None else (str(written),)
