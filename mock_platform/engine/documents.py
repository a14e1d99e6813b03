"""One contract, whole: an OpenAPI document whose references are all local, and where it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    dialect: str = "3.0"
    """How its schemas are meant: ``3.0``, or ``3.1`` (JSON Schema 2020-12; 3.2 has the same)."""
    listed: list[Json] = field(default_factory=list, init=False, compare=False, repr=False)
    """Its operations, once somebody has asked for them (``engine.operations``)."""

    def origin(self, pointer: str) -> Origin:
        """Return where the part at the pointer was written."""
        known = pointer
        while known not in self.origins:
            if not known:
                return Origin(f"{self.name}.spec.yaml", pointer)
            known = known.rpartition("/")[0]
        written = self.origins[known]
        return Origin(written.file, written.pointer + pointer[len(known) :])


def dialect_of(version: object) -> str:
    """Return the dialect of a document that says ``openapi: version``."""
    later = re.match(r"3\.([1-9]|0[1-9])", str(version))
    return "3.1" if later else "3.0"
