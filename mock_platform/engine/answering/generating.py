"""Makes up values for the schemas of one document."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from mock_platform.engine.answering.sheets import Generators, Means
from mock_platform.engine.documents import Document
from mock_platform.engine.generation import Accepts, Dialect, Generator, Pretender
from mock_platform.engine.generation import Generators as Prepared
from mock_platform.engine.pointers import follow, lookup
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas

_DIALECTS: dict[str, Dialect] = {"2.0": "2.0", "3.0": "3.0", "3.1": "2020-12"}
_GIVEN = frozenset({"example", "examples", "default"})


@dataclass(frozen=True)
class _Generators:
    document: Document
    pretender: Pretender = field(default_factory=Pretender)

    @cached_property
    def prepared(self) -> Prepared:
        """What all the schemas of the document have in common."""
        return Prepared(
            self.document.root,
            dialect=_DIALECTS[self.document.dialect],
            direction=Direction.ANSWER,
            pretender=self.pretender,
        )

    def __call__(
        self, pointer: str, accepts: Accepts, /, *, name: str = "", afresh: bool = False
    ) -> Generator:
        root = self.document.root
        schema = lookup(root, pointer)
        if afresh:
            meant, _ = follow(root, pointer)
            if isinstance(meant, dict):
                schema = {key: value for key, value in meant.items() if key not in _GIVEN}
        return self.prepared.compile(schema, accepts, name=name)


def generators_of(document: Document, pretender: Pretender | None = None) -> Generators:
    """Return what makes generators for places of the document; one pretender will do for several."""
    return _Generators(document, pretender or Pretender())


def means_of(document: Document, pretender: Pretender | None = None) -> Means:
    """Return what all answers of a document are made from: one of each, whoever answers.

    Raises:
        SchemaBroken: the document's dialect is none that we can validate against.
    """
    return Means(
        root=document.root,
        schemas=Schemas(document),
        generators=generators_of(document, pretender),
    )
