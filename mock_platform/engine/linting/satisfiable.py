"""Finds the schemas that no value satisfies, where that can be proven."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.generation import Dialect, Prover
from mock_platform.engine.pointers import of_ref, ref_of, split
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

_DIALECTS: Mapping[str, Dialect] = {"2.0": "2.0", "3.0": "3.0", "3.1": "2020-12"}
_HARMLESS = frozenset({"not", "if"})
"""What is below these need not hold."""


def schemas_satisfiable(document: Document) -> Iterator[Finding]:
    """Yield what nothing can be: an answer cannot be made of it, a request can never be right.

    Of schemas inside each other the innermost is told. ``false``, and an empty ``not`` beside
    nothing, are meant to allow nothing; references to what is told are not told again.
    """
    dialect = _DIALECTS.get(document.dialect)
    if dialect is None:
        return
    prover = Prover(document.root, dialect=dialect, direction=Direction.ANSWER)
    found: dict[str, tuple[Json, str]] = {}
    references: list[tuple[str, Json]] = []
    for pointer, node, kind in everything(document.root, "document"):
        if kind == "schemas" and isinstance(node, dict) and not _HARMLESS & set(split(pointer)):
            if ref_of(node) is not None and len(node) == 1:
                references.append((pointer, node))
            elif (reason := prover.impossible(node)) is not None:
                found[pointer] = (node, reason)
    causes = [*found, *(p for p, node in references if _leads_elsewhere(p, node, found))]
    for pointer, (node, reason) in found.items():
        is_told = any(cause.startswith(pointer + "/") for cause in causes)
        if not is_told and node.keys() != {"not"}:
            yield Finding(
                pointer=pointer,
                message=f"no value satisfies this schema: {reason}",
                remedy="take back one of the keywords that contradict each other",
            )


def _leads_elsewhere(pointer: str, node: Json, found: Container[str]) -> bool:
    """Tell whether a reference leads to what nothing satisfies, and that is not around it."""
    try:
        target = of_ref(node["$ref"])
    except LookupError:  # is told elsewhere
        return False
    return target in found and not pointer.startswith(target + "/")
