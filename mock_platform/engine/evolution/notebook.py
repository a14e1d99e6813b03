"""Takes down what changed, each thing once, and works out at the end which operations it touches.

What is compared forms a graph: operations lead to schemas, schemas to one another. A pair that was
compared once is not compared again; whoever leads there later is only remembered.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from mock_platform.engine.documents import Document
from mock_platform.engine.evolution.changes import Change, Written
from mock_platform.engine.evolution.rules import RULES
from mock_platform.engine.evolution.terms import LEVELS


@dataclass(slots=True, kw_only=True)
class Note:
    """One change as it was found; its pointers are those of the bundled documents."""

    rule: str
    message: str
    old: str
    new: str
    touched_by: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Notebook:
    """What was compared, and what was found."""

    labels: list[str] = field(default_factory=list)
    """Of the operations."""
    touched: list[int] = field(default_factory=list)
    """Node → the operations that lead there, as bits."""
    leads_to: list[list[int]] = field(default_factory=list)
    known: dict[Hashable, int] = field(default_factory=dict)
    notes: dict[Hashable, Note] = field(default_factory=dict)

    def contract(self) -> int:
        """Return a node for what belongs to no operation."""
        self.touched.append(0)
        self.leads_to.append([])
        return len(self.touched) - 1

    def operation(self, label: str) -> int:
        """Return a node for an operation."""
        node = self.contract()
        self.touched[node] = 1 << len(self.labels)
        self.labels.append(label)
        return node

    def reached(self, node: int, pair: Hashable) -> tuple[int, bool]:
        """Return the node of a pair that one node leads to, and whether it is new."""
        found = self.known.get(pair)
        fresh = found is None
        if found is None:
            found = self.known[pair] = self.contract()
        self.leads_to[node].append(found)
        return found, fresh

    def note(
        self, node: int, rule: str, message: str, *, old: str, new: str, once: str = ""
    ) -> None:
        """Take a change down; ``once`` identifies it where its new place does not.

        What was written in several places and is one now is told once.
        """
        key = (rule, message, once or new)
        found = self.notes.setdefault(key, Note(rule=rule, message=message, old=old, new=new))
        found.touched_by.add(node)

    def changes(self, old: Document, new: Document) -> tuple[Change, ...]:
        """Return all changes, the gravest first, in the order of the documents."""
        self._spread()
        found = [self._change(note, old, new) for note in self.notes.values()]
        return tuple(sorted(found, key=lambda change: LEVELS.index(change.level)))

    def _change(self, note: Note, old: Document, new: Document) -> Change:
        rule = RULES[note.rule]
        bits = 0
        for node in note.touched_by:
            bits |= self.touched[node]
        return Change(
            rule=rule.id,
            level=rule.level,
            direction=rule.direction,
            message=note.message,
            remedy=rule.remedy,
            old=_written(old, note.old),
            new=_written(new, note.new),
            operations=tuple(self._labels(bits)),
        )

    def _labels(self, bits: int) -> Iterator[str]:
        while bits:
            lowest = bits & -bits
            yield self.labels[lowest.bit_length() - 1]
            bits ^= lowest

    def _spread(self) -> None:
        """Tell every node who leads there."""
        pending = [node for node, bits in enumerate(self.touched) if bits]
        while pending:
            node = pending.pop()
            bits = self.touched[node]
            for following in self.leads_to[node]:
                if bits & ~self.touched[following]:
                    self.touched[following] |= bits
                    pending.append(following)


def _written(document: Document, pointer: str) -> Written:
    origin = document.origin(pointer)
    return Written(file=origin.file, pointer=origin.pointer)
