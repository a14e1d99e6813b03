"""Orders an answer's representations for callers who do not mind which one they get.

The order of the contract, which is its author's, but for those that cannot say what is to be said:
an object has no plain text and no picture, though many generators write ``text/plain`` first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mock_platform.engine.answering.sheets import Means
from mock_platform.engine.answering.statements import statements
from mock_platform.engine.answering.writing import writes_structures
from mock_platform.engine.natures import STRUCTURES
from mock_platform.engine.operations import MediaType


def offers(content: Mapping[str, MediaType], means: Means) -> Sequence[str]:
    """Return the media types of an answer, as they are written in the contract, best first."""
    names = [*content]
    if len(names) == 1:
        return names
    return sorted(names, key=lambda name: _is_at_a_loss(content[name], means))


def _is_at_a_loss(media: MediaType, means: Means) -> bool:
    """Tell whether a representation would have to be written in a way that is not its own."""
    if writes_structures(media.name):
        return False
    given = next(iter(statements(media.raw, means.root).in_order), None)
    if given is not None:
        return isinstance(given.value, dict | list)
    if media.schema_pointer is None:
        return False
    kinds = means.schemas.caster.natures.kinds((media.schema_pointer,)) - {"null"}
    return bool(kinds) and kinds <= STRUCTURES
