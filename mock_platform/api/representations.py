"""Reads bodies that are not JSON: forms, parts, XML, text, and bytes that are just bytes.

All of them become what a handler would get as JSON, with files as bytes. A type that its schema
cannot speak of (an object in a picture, or in a text) is passed on as it is, unchecked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

import orjson

from mock_platform.api.exchange import url_text
from mock_platform.api.media_types import Essence
from mock_platform.api.multipart import NotMultipart, raw_parts
from mock_platform.api.parts import PartReader
from mock_platform.engine.casting import Caster
from mock_platform.engine.forms import FormReader, Part
from mock_platform.engine.natures import STRUCTURES, Where
from mock_platform.engine.operations import MediaType
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, Schemas, as_json
from mock_platform.engine.xml_values import XmlBroken, XmlReader, parsed
from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.errors import BodyUnparsable

MOST_FIELDS = 10_000

Verdict = tuple[Json, Sequence[Violation]]
"""A value, and what the schema finds wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One media type that an operation takes, compiled."""

    where: Where
    kinds: frozenset[str]
    check: Check
    caster: Caster
    form: FormReader
    parts: PartReader

    @classmethod
    def of(cls, media_type: MediaType, schemas: Schemas) -> Representation:
        """Compile a media type.

        Raises:
            SchemaBroken: its schema, or that of a part's header, is none.
        """
        pointer, caster = media_type.schema_pointer, schemas.caster
        where = () if pointer is None else (pointer,)
        encoding = media_type.raw.get("encoding") or {}
        form = FormReader(caster=caster, where=where, encoding=encoding, is_encoded=False)
        return cls(
            where=where,
            kinds=caster.natures.kinds(where),
            check=_anything_goes
            if pointer is None
            else schemas.validator(pointer, Direction.REQUEST),
            caster=caster,
            form=replace(form, is_encoded=True),
            parts=PartReader(form=form, schemas=schemas, pointer=pointer),
        )

    def read(
        self, raw: bytes, kind: Essence, boundary: str | None, wrong: list[Violation]
    ) -> Verdict:
        """Read a body; add what is wrong with its parts.

        Raises:
            BodyUnparsable: it is not what its content type says.
        """
        if kind.is_form:
            value = self._form(raw, wrong)
        elif (kind.type, kind.subtype) == ("multipart", "form-data"):
            value = self._multipart(raw, boundary, wrong)
        elif kind.is_xml and self.kinds & STRUCTURES:
            value = self._xml(raw, kind)
        elif kind.type == "text":
            value = self._text(raw, kind)
            if isinstance(value, str) and self.kinds <= STRUCTURES:
                return value, ()
        else:
            return self._bytes(raw)
        return value, self.check(as_json(value))

    def _form(self, raw: bytes, wrong: list[Violation]) -> Json:
        pairs = [pair.partition("=") for pair in url_text(raw).split("&") if pair]
        if len(pairs) > MOST_FIELDS:
            raise BodyUnparsable(f"at most {MOST_FIELDS} fields are taken")
        parts = (Part(name=unquote_plus(name), text=text) for name, _, text in pairs)
        return self.form.read(parts, wrong)

    def _multipart(self, raw: bytes, boundary: str | None, wrong: list[Violation]) -> Json:
        try:
            parts = raw_parts(raw, boundary)
        except NotMultipart as reason:
            raise BodyUnparsable(str(reason)) from reason
        return self.parts.read(parts, wrong)

    def _xml(self, raw: bytes, kind: Essence) -> Json:
        try:
            return XmlReader(self.caster).read(self.where, parsed(raw, kind.charset))
        except XmlBroken as reason:
            raise BodyUnparsable(str(reason)) from reason

    def _text(self, raw: bytes, kind: Essence) -> Json:
        charset = kind.charset or "utf-8"
        try:
            text = raw.decode(charset)
        except UnicodeDecodeError as reason:
            raise BodyUnparsable(f"it is not {charset}: {reason.reason}") from reason
        value = self.caster.cast(self.where, text)
        is_text = isinstance(value, str) and "string" not in self.kinds
        return _json_or(text, value) if is_text else value

    def _bytes(self, raw: bytes) -> Verdict:
        if "string" in self.kinds:
            return raw, self.check(as_json(raw))
        value = _json_or(raw, raw)
        return value, () if value is raw else self.check(value)


def _anything_goes(_value: Json) -> Sequence[Violation]:
    return ()


def _json_or(text: str | bytes, otherwise: Json) -> Json:
    """Read what the schema says is no text, though the media type does."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return otherwise
