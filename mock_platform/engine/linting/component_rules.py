"""Components are there to be used; this finds those that nothing leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import join, of_ref, ref_of, split
from mock_platform.shared.contracts import Json

_DEPTH = 3
"""How many tokens lead to a component."""


def components_used(document: Document) -> Iterator[Finding]:
    """Yield the components that no path, webhook or other used component refers to."""
    if not document.root.get("paths") and not document.root.get("webhooks"):
        return  # a library of components: who uses them, stands elsewhere
    leads = _leads(document.root)
    pending, used = [""], set[str]()
    while pending:
        for target in leads[pending.pop()] - used:
            used.add(target)
            pending.append(target)
    for section, members in (document.root.get("components") or {}).items():
        for name in members if isinstance(members, dict) else ():
            place = join("components", section, name)
            if place not in used and not section.startswith("x-"):
                yield Finding(
                    pointer=place,
                    message=f"nothing uses {name} of the {section}",
                    remedy="take it away",
                )


def _leads(root: Json) -> Mapping[str, set[str]]:
    """Return which components each component leads to; the empty pointer is all the rest."""
    leads: dict[str, set[str]] = defaultdict(set)
    told_apart: set[str] = set()
    for pointer, node, kind in everything(root, "document"):
        owner = _component(pointer)
        if not isinstance(node, dict):
            continue
        leads[owner] |= {_component(target) for target in _targets(node, kind)} - {"", owner}
        if kind == "schemas" and "discriminator" in node:
            told_apart.add(owner)
    for owner, targets in list(leads.items()):  # a parent that tells its heirs apart leads to them
        for parent in targets & told_apart:
            leads[parent].add(owner)
    return leads


def _targets(node: Mapping[str, Json], kind: str) -> Iterator[str]:
    ref = ref_of(node)
    if ref is not None and ref.startswith("#"):
        yield of_ref(ref)
    if kind == "schemas" and isinstance(told := node.get("discriminator"), dict):
        mapping = told.get("mapping")
        for target in mapping.values() if isinstance(mapping, dict) else ():
            written = str(target)
            is_ref = written.startswith("#")
            yield of_ref(written) if is_ref else join("components", "schemas", written)
    if kind in {"document", "operation"}:
        for choice in node.get("security") or ():
            yield from (join("components", "securitySchemes", name) for name in choice)


def _component(pointer: str) -> str:
    tokens = split(pointer)
    is_within = len(tokens) >= _DEPTH and tokens[0] == "components"
    return join(*tokens[:_DEPTH]) if is_within else ""
