"""Makes up values for the schemas of one document."""

from __future__ import annotations

from collections.abc import Callable

from mock_platform.engine.answering.sheets import Generator, Generators
from mock_platform.engine.documents import Document
from mock_platform.engine.examples import least
from mock_platform.engine.pointers import lookup
from mock_platform.shared.contracts import Json


def generators_of(document: Document) -> Generators:
    """Return what makes generators for places of the document."""
    root = document.root

    def generator(pointer: str, _accepts: Callable[[Json], bool]) -> Generator:
        schema = lookup(root, pointer)
        return lambda _seed: least(schema, root)

    return generator
