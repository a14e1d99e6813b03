"""One contract, whole: an OpenAPI document whose references are all local, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_platform.engine.pointers import longest_prefix
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part of the document was written."""

    file: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An OpenAPI document, bundled: every ``$ref`` in it begins with ``#/``."""

    name: str
    """The file's name without ``.spec.yaml``: ``order-service``."""
    root: Json
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Pointer → origin, for the places that came from another file; the longest prefix counts."""

    def origin(self, pointer: str) -> Origin:
        """Return where the part at the pointer was written."""
        known = longest_prefix(pointer, self.origins)
        if known is None:
            return Origin(f"{self.name}.spec.yaml", pointer)
        written = self.origins[known]
        return Origin(written.file, written.pointer + pointer[len(known) :])
