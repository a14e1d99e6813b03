"""Makes up values for the schemas of one document.

What makes them is imported when the first one is wanted: there are contracts whose examples say it all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mock_platform.engine.answering.sheets import Generators, Means
from mock_platform.engine.documents import Document
from mock_platform.engine.pointers import follow, lookup
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas

if TYPE_CHECKING:
    from mock_platform.engine.generation import Accepts, Dialect, Generator, Pretender
    from mock_platform.engine.generation import Generators as Prepared

_DIALECTS: dict[str, Dialect] = {"2.0": "2.0", "3.0": "3.0", "3.1": "2020-12"}
_GIVEN = frozenset({"example", "examples", "default"})


@dataclass(frozen=True)
class _Generators:
    document: Document
    pretender: Callable[[], Pretender] | None = None

    @cached_property
    def prepared(self) -> Prepared:
        """What all the schemas of the document have in common."""
        from mock_platform.engine.generation import Generators as Prepared

        return Prepared(
            self.document.root,
            dialect=_DIALECTS[self.document.dialect],
            direction=Direction.ANSWER,
            pretender=None if self.pretender is None else self.pretender(),
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


def generators_of(
    document: Document, pretender: Callable[[], Pretender] | None = None
) -> Generators:
    """Return what makes generators for places of the document; one pretender will do for several."""
    return _Generators(document, pretender)


def means_of(document: Document, pretender: Callable[[], Pretender] | None = None) -> Means:
    """Return what all answers of a document are made from: one of each, whoever answers.

    Raises:
        SchemaBroken: the document's dialect is none that we can validate against.
    """
    return Means(
        root=document.root,
        schemas=Schemas(document),
        generators=generators_of(document, pretender),
    )
