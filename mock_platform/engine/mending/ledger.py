"""Keeps account of what was mended, and knows what the references of a document lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from mock_platform.engine.findings import WARNING, Finding
from mock_platform.engine.pointers import follow, join, of_ref, ref_of, split, step, to_ref
from mock_platform.shared.contracts import Json

Trail = tuple[Any, str | int] | None
"""How one got somewhere: the trail to the parent, and the last step; written out when it is told."""

_FARTHEST = 50
"""How many references one pointer may lead through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a reference leads to in the end."""

    node: Json = None
    pointer: str = ""
    ref: str = ""
    """The reference as everybody can follow it."""
    why: str = ""
    """Why it leads nowhere; empty when it leads somewhere."""


def pointer_of(trail: Trail) -> str:
    """Write the trail as a JSON pointer."""
    tokens: list[str | int] = []
    while trail is not None:
        trail, token = trail
        tokens.append(token)
    return join(*reversed(tokens))


def trail_of(pointer: str) -> Trail:
    """Turn a JSON pointer into a trail."""
    trail: Trail = None
    for token in split(pointer):
        trail = (trail, token)
    return trail


@dataclass(slots=True, kw_only=True)
class Ledger:
    """One document while it is mended."""

    root: Json
    dialect: str
    findings: list[Finding] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    """Pointer → where that was written, for what no longer stands where it was."""
    targets: dict[str, Target] = field(default_factory=dict)
    """Everything that was referred to so far, by reference."""

    patterns: dict[str, bool] = field(default_factory=dict)
    """Which texts are regular expressions; looking takes a while."""

    def tell(self, trail: Trail, message: str, remedy: str = "") -> None:
        """Note a warning."""
        told = Finding(level=WARNING, pointer=pointer_of(trail), message=message, remedy=remedy)
        self.findings.append(told)

    def place(self, trail: Trail) -> str:
        """Return where something was written when the document was read."""
        pointer, rest = pointer_of(trail), ""
        while pointer and pointer not in self.moved:
            pointer, _, last = pointer.rpartition("/")
            rest = f"/{last}{rest}"
        return self.moved.get(pointer, pointer) + rest

    def target(self, node: dict[str, Json], trail: Trail) -> Target | None:
        """Return what a node refers to, once the reference is one that all can follow.

        None, and told, when it leads nowhere.
        """
        ref: str = node["$ref"]
        found = self.targets.get(ref)
        if found is None:
            found = self.targets[ref] = _target(self.root, ref)
        if found.why:
            told = f"{ref!r} leads nowhere: {found.why}"
            self.tell((trail, "$ref"), told, "correct the reference")
            return None
        if found.ref != ref:
            node["$ref"] = found.ref
            self.targets[found.ref] = found
        return found

    def is_pattern(self, text: str) -> bool:
        """Tell whether a text is a regular expression to those who validate."""
        if text not in self.patterns:
            old = self.dialect == "3.0"
            draft = jsonschema_rs.Draft4Validator if old else jsonschema_rs.Draft202012Validator
            try:
                draft({"pattern": text})
                self.patterns[text] = True
            except (jsonschema_rs.ValidationError, ValueError):
                self.patterns[text] = False
        return self.patterns[text]


def _target(root: Json, ref: str) -> Target:
    try:
        written = of_ref(ref)
        try:
            node, pointer = follow(root, written)
        except LookupError as error:
            try:
                written = _through(root, written if written.startswith("/") else f"/{written}")
                node, pointer = follow(root, written)
            except LookupError:
                raise error from None
            ref = to_ref(written)
    except LookupError as error:
        return Target(why=str(error.args[0]))
    return Target(node=node, pointer=pointer, ref=ref)


def _through(root: Json, pointer: str) -> str:
    """Return where a pointer leads that goes through references on its way."""
    node, here = root, ""
    for count, token in enumerate(split(pointer)):
        if count > _FARTHEST:
            raise LookupError(f"{pointer!r} is too long")
        if (ref := ref_of(node)) is not None and token not in node:
            node, here = follow(root, of_ref(ref))
        node, here = step(node, token), here + join(token)
    return here


def drop(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail, why: str) -> None:
    """Take a keyword away."""
    ledger.tell((trail, key), f"{key} is ignored: {why}")
    del node[key]
