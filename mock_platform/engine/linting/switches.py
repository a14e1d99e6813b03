"""Reads ``x-lint``: which rules are off in which part of which file, and why.

A switch counts from the object it stands in downwards, in the file it stands in; at a file's root,
for the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mock_platform.engine.anatomy import ANATOMY, DATA, NAMED
from mock_platform.engine.findings import ERROR, INFO, Finding
from mock_platform.engine.linting.asking import KEY
from mock_platform.engine.linting.rule_table import RULES
from mock_platform.engine.linting.ruling import Group
from mock_platform.engine.pointers import join
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json

SWITCH = "lint-switch"
_OFF = ("ignore", "off")
"""Two words for one thing: ``off`` needs quotes in YAML, where 1.1 takes it for a boolean."""
_MEMBERS = ("conventions", *_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One rule that is off in one part."""

    rule: str
    pointer: str
    """Of the part: into the bundled document until the file has been looked up."""
    file: str = ""
    written: str = ""
    """Where the switch itself stands, as a pointer."""

    def hides(self, finding: Finding) -> bool:
        """Tell whether it is this rule's finding in this part."""
        within = f"{finding.pointer}/".startswith(f"{self.pointer}/")
        return finding.rule == self.rule and finding.file == self.file and within


def read_switches(root: Json, pointer: str = "", kind: str = "document") -> Iterator[Switch]:
    """Yield the switches of a document that are sound; ``switch_findings`` tells of the others."""
    for place, told in _told(root, pointer, kind):
        for word in _OFF:
            off = told.get(word) if isinstance(told, dict) else None
            for rule, reason in off.items() if isinstance(off, dict) else ():
                known = RULES.get(rule)
                if known and known.group is not Group.SERVING and _is_reason(reason):
                    written = place + join(KEY, word, rule)
                    yield Switch(rule=rule, pointer=place, written=written)


def switch_findings(root: Json, pointer: str = "", kind: str = "document") -> Iterator[Finding]:
    """Yield what is wrong with the switches of a document."""
    for place, told in _told(root, pointer, kind):
        for finding in _findings(told, place + join(KEY), place):
            yield replace(finding, rule=SWITCH)


def sift(
    findings: Iterable[Finding], switches: Sequence[Switch], asked: Iterable[str], main: str
) -> Iterator[Finding]:
    """Yield the findings that no switch hides, and tell of the switches that hide nothing.

    All of them have their files. ``asked``: the rules that were; others may hide nothing yet.
    ``main``: the file that is checked; those of other files may be there for others.
    """
    idle = set(switches)
    for finding in findings:
        hiding = [switch for switch in switches if switch.hides(finding)]
        idle.difference_update(hiding)
        if not hiding:
            yield finding
    held_to = set(asked)
    for switch in switches:
        if switch in idle and switch.rule in held_to and switch.file == main:
            yield Finding(
                rule=SWITCH,
                level=INFO,
                file=switch.file,
                pointer=switch.written,
                message=f"{switch.rule} finds nothing here, switched on or off",
                remedy="take the switch away",
            )


def _is_reason(reason: Json) -> bool:
    return isinstance(reason, str) and bool(reason.strip())


def _findings(told: Json, place: str, holder: str) -> Iterator[Finding]:
    if not isinstance(told, dict):
        yield Finding(pointer=place, message=f"{KEY} is no mapping", remedy=RULES[SWITCH].remedy)
        return
    for key in told:
        if key not in _MEMBERS:
            remedy = did_you_mean(key, list(_MEMBERS))
            yield Finding(pointer=place + join(key), message=f"{KEY} has no {key!r}", remedy=remedy)
    if "conventions" in told and (holder or not isinstance(told["conventions"], bool)):
        told_why = "conventions is true or false, at the root of a document"
        yield Finding(pointer=place + "/conventions", message=told_why, level=ERROR)
    for word in _OFF:
        off = told.get(word, {})
        if isinstance(off, dict):
            for rule, reason in off.items():
                yield from _rule_findings(rule, reason, place + join(word, rule))
        else:
            why = f"{word} lists rules without reasons"
            remedy = f"{word}: {{rule-name: why not here}}"
            yield Finding(pointer=place + join(word), message=why, remedy=remedy)


def _rule_findings(rule: str, reason: Json, place: str) -> Iterator[Finding]:
    known = RULES.get(rule)
    if known is None:
        remedy = did_you_mean(rule, list(RULES))
        yield Finding(pointer=place, message=f"there is no rule {rule!r}", remedy=remedy)
    elif known.group is Group.SERVING:
        told = f"{rule} cannot be switched off: without it the document cannot be served"
        yield Finding(pointer=place, message=told, remedy=known.remedy)
    elif not _is_reason(reason):
        told = f"{rule} is switched off without a reason, and so stays on"
        yield Finding(pointer=place, message=told, remedy=f"{rule}: why it does not count here")


def _told(node: Json, pointer: str, kind: str) -> Iterator[tuple[str, Json]]:
    """Yield every ``x-lint`` with the pointer of what holds it; data is left alone."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _told(item, pointer + join(index), kind)
    if not isinstance(node, dict):
        return
    if KEY in node:
        yield pointer, node[KEY]
    anatomy = ANATOMY.get(kind, {})
    for key, value in node.items():
        shape, inner = anatomy.get(key) or anatomy.get("*") or ("", "")
        place = pointer + join(key)
        if key.startswith("x-") or (key in DATA and not shape):
            continue
        if shape == "map" and isinstance(value, dict):
            yield from _told_among(key, value, place, inner)
        else:
            yield from _told(value, place, inner)


def _told_among(key: str, members: Json, place: str, kind: str) -> Iterator[tuple[str, Json]]:
    """The same, for a mapping of names to objects."""
    if key not in NAMED and KEY in members:
        yield place, members[KEY]
    for name, member in members.items():
        if key in NAMED or not name.startswith("x-"):
            yield from _told(member, place + join(name), kind)
