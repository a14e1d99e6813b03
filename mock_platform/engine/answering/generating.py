"""Makes up values for the schemas of one document."""

from __future__ import annotations

from dataclasses import dataclass, field

from mock_platform.engine.answering.sheets import Generators
from mock_platform.engine.documents import Document
from mock_platform.engine.generation import (
    Accepts,
    Dialect,
    Generator,
    Pretender,
    compile_generator,
)
from mock_platform.engine.pointers import follow, lookup
from mock_platform.engine.schema_dialects import Direction

_DIALECTS: dict[str, Dialect] = {"2.0": "2.0", "3.0": "3.0", "3.1": "2020-12"}
_GIVEN = frozenset({"example", "examples", "default"})


@dataclass(frozen=True, slots=True)
class _Generators:
    document: Document
    pretender: Pretender = field(default_factory=Pretender)

    def __call__(
        self, pointer: str, accepts: Accepts, /, *, name: str = "", afresh: bool = False
    ) -> Generator:
        root = self.document.root
        schema = lookup(root, pointer)
        if afresh:
            meant, _ = follow(root, pointer)
            if isinstance(meant, dict):
                schema = {key: value for key, value in meant.items() if key not in _GIVEN}
        return compile_generator(
            schema,
            root,
            dialect=_DIALECTS[self.document.dialect],
            direction=Direction.ANSWER,
            accepts=accepts,
            pretender=self.pretender,
            name=name,
        )


def generators_of(document: Document, pretender: Pretender | None = None) -> Generators:
    """Return what makes generators for places of the document; one pretender will do for several."""
    return _Generators(document, pretender or Pretender())
