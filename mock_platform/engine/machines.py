"""Finds the state machines that a contract states beside its enums."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from mock_platform.domain.state_machine import Machine, MachineBroken, parse_machine
from mock_platform.engine.anatomy import everything
from mock_platform.engine.callbacks import declared
from mock_platform.engine.documented_statuses import key_documenting
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.pointers import join
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json

KEY = "x-state-machine"


def machines(document: Document) -> tuple[tuple[str, Machine], ...]:
    """Return every machine with the pointer of its ``x-state-machine``.

    Raises:
        SpecBroken: with every finding, pointing into the bundled document.
    """
    ids = {operation.id for operation in operations(document)}
    found: list[tuple[str, Machine]] = []
    findings: list[Finding] = []
    for pointer, schema in _extended(document):
        states = [state for state in schema.get("enum") or [] if isinstance(state, str)]
        try:
            found.append((pointer, parse_machine(schema[KEY], states, ids)))
        except MachineBroken as broken:
            findings += [
                Finding(
                    # A flaw of the enum is told as /../enum/3
                    pointer=normpath(pointer + flaw.pointer),
                    message=flaw.message,
                    remedy=flaw.remedy,
                )
                for flaw in broken.flaws
            ]
    if findings:
        raise SpecBroken(findings)
    return tuple(found)


def machine_findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the machines, and between them and the rest of the contract."""
    try:
        machines(document)
    except SpecBroken as broken:
        yield from broken.findings
        return
    by_id = {operation.id: operation for operation in operations(document)}
    callbacks = sorted({each.name for each in declared(document)})
    for pointer, schema in _extended(document):
        refusal = schema[KEY].get("otherwise", {}).get("status", 409)
        for index, rule in enumerate(schema[KEY]["transitions"]):
            place = pointer + join("transitions", index)
            emitted = rule.get("emit")
            if emitted is not None and emitted not in callbacks:
                yield Finding(
                    pointer=place + "/emit",
                    message=f"no operation declares a callback {emitted!r}",
                    remedy=did_you_mean(emitted, callbacks),
                )
            if rule.get("from") is not None:
                yield from _undocumented(by_id[rule["via"]], refusal, place)


def _extended(document: Document) -> Iterator[tuple[str, Json]]:
    for pointer, node, kind in everything(document.root, "document"):
        if kind == "schemas" and isinstance(node, dict) and KEY in node:
            yield pointer + join(KEY), node


def _undocumented(operation: Operation, status: int, place: str) -> Iterator[Finding]:
    if key_documenting(operation.responses, status) is None:
        yield Finding(
            pointer=place + "/via",
            message=f"{operation.id} can be refused with {status}, but does not say so",
            remedy=f"add '{status}' to its responses",
        )
