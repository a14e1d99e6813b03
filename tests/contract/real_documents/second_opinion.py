"""Judges values by a document's schemas with the ``jsonschema`` library, not with our validator."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

from tests.contract.real_documents.document_read import Json, Paper

LONGEST_JUDGED = 200_000
"""Characters of a value; what is longer takes this library minutes."""
_SHOWN = 200


@dataclass(slots=True)
class Opinion:
    """What the library thinks of values for the schemas of one document."""

    paper: Paper
    mute: set[str] = field(default_factory=set)
    """Why it could not say anything, where it could not."""

    def wrong(self, schema: Json, value: Json, *, answer: bool) -> str | None:
        """Say what is wrong with a value; None: nothing, or the library cannot tell."""
        try:
            for error in self._validator(schema, answer=answer).iter_errors(value):
                where = "/".join(map(str, error.absolute_path))
                return f"/{where} breaks {error.validator}: {error.message[:_SHOWN]}"
        except Exception as reason:  # noqa: BLE001 - it fails in many ways on schemas that are none
            self.mute.add(f"{type(reason).__name__}: {str(reason)[:_SHOWN]}")
        return None

    def given(self, media: Json) -> list[Json]:
        """Return the values that a media type, and its schema, give as examples."""
        found = [media["example"]] if "example" in media else []
        for one in (media.get("examples") or {}).values():
            meant = self.paper.meant(one)
            if isinstance(meant, dict) and "value" in meant:
                found.append(meant["value"])
        schema = self.paper.meant(media.get("schema"))
        if isinstance(schema, dict):
            found += [schema[key] for key in ("example", "default") if key in schema]
        return found

    def refuses(self, schema: Json, value: Json) -> bool:
        """Tell whether it is sure that a value of a request is wrong."""
        return self.wrong(schema, value, answer=False) is not None

    def _validator(self, schema: Json, *, answer: bool) -> Any:
        modern = self.paper.is_modern
        contents = {**self.paper.root, "x-judged": schema}
        resource = (DRAFT202012 if modern else DRAFT4).create_resource(contents)
        registry: Any = Registry().with_resource("urn:paper", resource)
        older = OAS30ReadValidator if answer else OAS30WriteValidator
        kind = OAS31Validator if modern else older
        return kind({"$ref": "urn:paper#/x-judged"}, registry=registry)


def cause(text: str) -> str:
    """Return what many failures have in common: names and numbers taken out."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "…", text)
    text = re.sub(r"/[^\s:,]*", "/…", text)
    return re.sub(r"\d+", "N", text)[:_SHOWN]
