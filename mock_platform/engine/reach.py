"""Knows which schemas reach so far that compiling each of them alone would cost too much.

In some documents nearly every body refers, at the end, to nearly every schema: each one compiled
alone is the whole document compiled again. They are compiled together, some at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.schema_dialects import Direction, Place, Translator

FAR = 48
"""A schema that reaches more places than these is not compiled alone."""

TOGETHER = 128
"""How many are compiled at once: a request may wait for it."""


def goes_far(translator: Translator, place: Place) -> bool:
    """Tell whether a schema reaches many others.

    Raises:
        LookupError: a reference points nowhere, or only at references.
    """
    seen, pending = {place}, [place]
    while pending:
        fresh = translator.translated(pending.pop()).places - seen
        seen |= fresh
        pending += fresh
        if len(seen) > FAR:
            return True
    return False


def bodies(document: Document, direction: Direction) -> Sequence[str]:
    """Return the pointers of the schemas of all bodies that go in a direction, each once."""
    return [*dict.fromkeys(_bodies(document, direction))]


def _bodies(document: Document, direction: Direction) -> Iterator[str]:
    for operation in operations(document):
        holders = (
            [operation.body or {}]
            if direction is Direction.REQUEST
            else [response.content for response in operation.responses.values()]
        )
        for content in holders:
            yield from (one.schema_pointer for one in content.values() if one.schema_pointer)


def companions(pointer: str, pointers: Sequence[str]) -> Sequence[str]:
    """Return those that are compiled together with one; it alone when it is none of them."""
    if pointer not in pointers:
        return [pointer]
    start = pointers.index(pointer) // TOGETHER * TOGETHER
    return pointers[start : start + TOGETHER]
