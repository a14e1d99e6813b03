"""Judges values by a document's schemas with the ``jsonschema`` library, not with our validator."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from openapi_schema_validator import (
    OAS30ReadValidator,
    OAS30Validator,
    OAS30WriteValidator,
    OAS31Validator,
)
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

from tests.contract.real_documents.document_read import Json, Paper
from tests.contract.real_documents.readings import AS_MEANT, BY_THE_BOOK, BY_THE_LETTER, Reading

LONGEST_JUDGED = 200_000
"""Characters of a value; what is longer takes this library minutes."""
_SHOWN = 200


@dataclass(slots=True)
class Opinion:
    """What the library thinks of values for the schemas of one document."""

    paper: Paper
    mute: set[str] = field(default_factory=set)
    """Why it could not say anything, where it could not."""
    _read: dict[Reading, Json] = field(default_factory=dict)

    def wrong(
        self, schema: Json, value: Json, *, answer: bool | None, reading: Reading = BY_THE_LETTER
    ) -> str | None:
        """Say what is wrong with a value; None: nothing, or the library cannot tell.

        ``answer``: it is in one; False: in a request's body; None: it is neither.
        """
        try:
            for error in self._validator(schema, answer=answer, reading=reading).iter_errors(value):
                if self._is_excused(error, answer=answer):
                    continue
                where = "/".join(map(str, error.absolute_path))
                return f"/{where} breaks {error.validator}: {error.message[:_SHOWN]}"
        except RecursionError as reason:
            if reading is BY_THE_LETTER:  # it follows a discriminator to the heir and back again
                return self.wrong(schema, value, answer=answer, reading=BY_THE_BOOK)
            self.mute.add(repr(reason)[:_SHOWN])
        except Exception as reason:  # noqa: BLE001 - it fails in many ways on schemas that are none
            self.mute.add(f"{type(reason).__name__}: {str(reason)[:_SHOWN]}")
        return None

    def excuse(self, schema: Json, value: Json) -> str | None:
        """Say how an answer that was refused has to be read in order to be valid, if there is a way."""
        for reading in (BY_THE_BOOK, AS_MEANT):
            if self.wrong(schema, value, answer=True, reading=reading) is None:
                return reading.told
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

    def refuses(self, schema: Json, value: Json, *, in_body: bool = True) -> bool:
        """Tell whether it is sure that a value of a request is wrong."""
        answer = False if in_body else None
        return all(
            self.wrong(schema, value, answer=answer, reading=reading) is not None
            for reading in (BY_THE_LETTER, BY_THE_BOOK)
        )

    def _is_excused(self, error: Any, *, answer: bool | None) -> bool:
        """The library sees ``readOnly`` beside ``required`` only where no reference is between."""
        flag = {True: "writeOnly", False: "readOnly"}.get(bool(answer))
        if answer is None or error.validator != "required" or not isinstance(error.schema, dict):
            return False
        names = [n for n in error.schema["required"] if f"'{n}' is" in error.message]
        known = error.schema.get("properties") or {}
        return any(self.paper.meant(known.get(n) or {}).get(flag) is True for n in names)

    def _validator(self, schema: Json, *, answer: bool | None, reading: Reading) -> Any:
        modern = self.paper.is_modern
        if reading not in self._read:
            self._read[reading] = reading.read(self.paper.root, modern)
        contents = {**self._read[reading], "x-judged": reading.read(schema, modern)}
        resource = (DRAFT202012 if modern else DRAFT4).create_resource(contents)
        registry: Any = Registry().with_resource("urn:paper", resource)
        older = OAS30ReadValidator if answer else OAS30WriteValidator
        older = OAS30Validator if answer is None else older
        kind = OAS31Validator if modern else older
        return kind({"$ref": "urn:paper#/x-judged"}, registry=registry)


def cause(text: str) -> str:
    """Return what many failures have in common: names and numbers taken out."""
    text = re.sub(r" breaks (allOf|anyOf|oneOf|type|additionalProperties): .*", r" breaks \1", text)
    text = re.sub(r"no spelling of .*", "no spelling", text)
    text = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "…", text)
    text = re.sub(r"/[^\s:,]*", "/…", text)
    return re.sub(r"\d+", "N", text)[:_SHOWN]
