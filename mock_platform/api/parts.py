"""Holds the parts of a form to their ``encoding``: content types, headers, files and fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from mock_platform.api.media_types import TEXT_CHARSETS, Essence, essence
from mock_platform.api.multipart import RawPart
from mock_platform.engine.forms import FormReader, Part
from mock_platform.engine.natures import Where
from mock_platform.engine.pointers import follow, join
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, SchemaBroken, Schemas
from mock_platform.shared.contracts import Json, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartHeader:
    name: str
    required: bool
    where: Where
    check: Check


@dataclass(frozen=True, kw_only=True)
class PartReader:
    """Reads the parts of one media type."""

    form: FormReader
    schemas: Schemas
    pointer: str | None
    """Of the media type's schema."""

    def read(self, parts: Sequence[RawPart], wrong: list[Violation]) -> Json:
        """Return the object that the parts stand for; add what is wrong with them."""
        return self.form.read([self._field(part, wrong) for part in parts], wrong)

    @cached_property
    def _headers(self) -> Mapping[str, Sequence[_PartHeader]]:
        """What ``encoding`` says about the headers of each part."""
        return {
            name: [
                self._header(name, header)
                for header in one.get("headers") or {}
                if header.lower() != "content-type"
            ]
            for name, one in self.form.encoding.items()
        }

    def _header(self, part: str, name: str) -> _PartHeader:
        root = self.form.caster.natures.root
        media_type = (self.pointer or "").removesuffix("/schema")
        raw, place = follow(root, media_type + join("encoding", part, "headers", name))
        where = (place + "/schema",) if "schema" in raw else ()
        try:
            check = self.schemas.validator(where[0], Direction.REQUEST) if where else _fine
        except SchemaBroken:
            check = _fine
        return _PartHeader(name=name, required=bool(raw.get("required")), where=where, check=check)

    def _field(self, part: RawPart, wrong: list[Violation]) -> Part:
        place = join(part.name)
        for header in self._headers.get(part.name) or ():
            wrong += self._of_header(header, part, place)
        written = part.headers.get("content-type")
        kind = None if written is None else essence(written)
        declared = self._declared(part.name)
        if written is not None and declared and not _is_one_of(kind, declared):
            message = f"its part is {written}, not {' or '.join(declared)}"
            wrong.append(Violation(place, "contentType", message))
        return self._as_part(part, kind)

    def _declared(self, name: str) -> Sequence[str]:
        said = (self.form.encoding.get(name) or {}).get("contentType") or ""
        return [one.strip() for one in str(said).split(",") if one.strip()]

    def _of_header(self, header: _PartHeader, part: RawPart, place: str) -> Sequence[Violation]:
        text = part.headers.get(header.name.lower())
        if text is None:
            missing = Violation(place, "required", f"its part has no header {header.name}")
            return [missing] if header.required else []
        value = self.form.caster.cast(header.where, text)
        return [
            Violation(place, one.rule, f"its part's header {header.name}: {one.message}")
            for one in header.check(value)
        ]

    def _as_part(self, part: RawPart, kind: Essence | None) -> Part:
        """Tell fields from files: a file has a name, a type that is no text, or is binary."""
        is_json = None if kind is None or not kind.is_json else True
        if is_json and part.filename is None:
            return Part(name=part.name, text=part.data, is_json=True)
        is_text = kind is None or kind.type == "text" or kind.is_xml
        if part.filename is not None or not is_text or self._is_binary(part.name):
            is_object = bool(is_json) and not self._takes_text(part.name)
            return Part(name=part.name, text=part.data, is_json=is_object)
        charset = "utf-8" if kind is None else kind.charset or "utf-8"
        if charset in TEXT_CHARSETS:  # Python has others, which are no charsets of texts
            with suppress(UnicodeDecodeError):
                return Part(name=part.name, text=part.data.decode(charset))
        return Part(name=part.name, text=part.data, is_json=False)

    def _is_binary(self, name: str) -> bool:
        natures = self.form.caster.natures
        ways = natures.of(self.form.member(name))
        return any(node.get("format") == "binary" for way in ways for _, node in way.said)

    def _takes_text(self, name: str) -> bool:
        kinds = self.form.kinds(name)
        return not kinds or "string" in kinds


def _fine(_value: Json) -> Sequence[Violation]:
    return ()


def _is_one_of(kind: Essence | None, declared: Sequence[str]) -> bool:
    return kind is not None and any(kind.within(one) for one in declared)
