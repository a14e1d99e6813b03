"""Tells everything that is wrong or doubtful in spec files, each with its place and its rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from mock_platform.engine.dangling import dangling
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import ERROR, Finding, SpecBroken
from mock_platform.engine.linting.asking import KEY, follows_conventions, lint
from mock_platform.engine.linting.rule_table import RULES
from mock_platform.engine.linting.ruling import Group
from mock_platform.engine.linting.switches import (
    Switch,
    read_switches,
    sift,
    switch_findings,
)
from mock_platform.engine.upgrading import upgrade
from mock_platform.infra.spec_files import How, folder_of, gathered, located, sound
from mock_platform.infra.spec_folder import Folder
from mock_platform.infra.spec_structure import (
    schema_findings,
    structure_findings,
    validator_findings,
)
from mock_platform.infra.yaml_places import placed
from mock_platform.shared.contracts import Json


def check(path: Path, *, conventions: bool = False, **how: Unpack[How]) -> tuple[Finding, ...]:
    """Tell everything that is wrong or doubtful in a spec and the files it refers to.

    ``conventions``: hold it to those of our house, whether it asks for that or not.
    """
    how["strict"] = True
    folder = folder_of(path, how)
    try:
        document, read = gathered(folder, path, how.get("overlays", ()))
    except SpecBroken as broken:
        return tuple(_named(broken.findings, "text-readable"))
    overlays = {str(overlay) for overlay in how.get("overlays", ())}
    found = [
        *_named((one for one in read if one.file in overlays), "overlay-applies"),
        *_named((one for one in read if one.file not in overlays), "text-readable"),
    ]
    wrong = [*_named(located(document, _misshapen(document)), "openapi-structure")]
    found += wrong or _finer(document, conventions=conventions)
    house = conventions or follows_conventions(document.root)
    asked = [] if wrong else [r.name for r in RULES.values() if house or r.group is not Group.HOUSE]
    found += _switched_wrongly(document, folder)
    main = document.origin("").file
    return placed(sift(found, [*_switches(document, folder)], asked, main))


def _misshapen(document: Document) -> Sequence[Finding]:
    return structure_findings(document) or [*schema_findings(document)]


def _finer(document: Document, *, conventions: bool) -> Iterator[Finding]:
    """These checks need a document whose structure is sound."""
    if not dangling(document):  # the validator cannot do with references that lead nowhere
        yield from _named(located(document, validator_findings(document)), "openapi-valid")
    modern = upgrade(document) if "swagger" in document.root else document

    def ask(one: Document) -> Iterator[Finding]:
        return lint(one, conventions=conventions)

    yield from _named(located(modern, sound(modern, ask)), "reference-resolves")


def _named(findings: Iterable[Finding], rule: str) -> Iterator[Finding]:
    for finding in findings:
        yield finding if finding.rule else replace(finding, rule=rule)


def _switches(document: Document, folder: Folder) -> Iterator[Switch]:
    seen: set[Switch] = set()
    for switch in read_switches(document.root):
        origin, written = document.origin(switch.pointer), document.origin(switch.written)
        one = replace(switch, file=origin.file, pointer=origin.pointer, written=written.pointer)
        if one not in seen:
            seen.add(one)
            yield one
    for file, head in _other_heads(document, folder).items():
        yield from (replace(switch, file=file) for switch in read_switches(head))


def _switched_wrongly(document: Document, folder: Folder) -> Iterator[Finding]:
    found = [*located(document, switch_findings(document.root))]
    for file, head in _other_heads(document, folder).items():
        found += [replace(finding, file=file) for finding in switch_findings(head)]
    yield from (replace(finding, level=ERROR) for finding in dict.fromkeys(found))


def _other_heads(document: Document, folder: Folder) -> Mapping[str, Json]:
    """Return what the roots of the other files say about themselves: that is not in the bundle."""
    main = document.origin("").file
    return {
        folder.name(file): {KEY: content[KEY]}
        for file, content in folder.content.items()
        if isinstance(content, dict) and KEY in content and folder.name(file) != main
    }
