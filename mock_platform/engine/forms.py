"""Reads forms: fields by name become one object, as the schema and ``encoding`` say.

A form is read the same way whether it came URL-encoded or as parts: what is repeated is a list,
``a[b]`` is a member of a member, and objects are JSON where no style is given (3.0.4 §4.7.15).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson

from mock_platform.engine.casting import Caster, Decoded, Text
from mock_platform.engine.natures import Where
from mock_platform.engine.pointers import join
from mock_platform.engine.styles import NotInStyle, Style, as_it_is, bracketed, query_text, tree
from mock_platform.shared.contracts import Json, Violation

_STYLED = frozenset({"style", "explode", "allowReserved"})
_OPENING = ("{", "[")
_RESERVED = frozenset(":/?#[]@$;")
"""What RFC 3986 reserves, without that which browsers leave as it is, and that styles separate with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field of a form, as it was sent."""

    name: str
    text: str | bytes
    """Still percent-encoded in a URL-encoded form; bytes when it is a file or no text."""
    is_json: bool | None = None
    """None: nobody said of what type it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReader:
    """Reads forms of one schema."""

    caster: Caster
    where: Where
    encoding: Mapping[str, Json] = field(default_factory=dict)
    """By property: ``style``, ``explode``, ``contentType``, ``headers``."""
    is_encoded: bool
    """The texts are percent-encoded."""

    def read(self, parts: Iterable[Part], wrong: list[Violation]) -> Json:
        """Return the object that a form stands for; add what cannot be read of it."""
        fields: dict[str, list[Part]] = {}
        for part in parts:
            fields.setdefault(part.name, []).append(part)
        pairs: list[tuple[list[str], Text]] = []
        for name, same in fields.items():
            wrong += self._reserved(name, same)
            try:
                pairs += self._pairs(name, same)
            except UnicodeDecodeError:
                rule = Violation(join(name), "encoding", "it is not percent-encoded UTF-8")
                wrong.append(rule)
            except ValueError as reason:
                wrong.append(Violation(join(name), "parse", f"it is not JSON: {reason}"))
        try:
            return self.caster.cast(self.where, tree(pairs))
        except NotInStyle as reason:
            wrong.append(Violation("", "style", str(reason)))
            return {}

    def _reserved(self, name: str, parts: Sequence[Part]) -> Iterator[Violation]:
        """Hold a field to ``allowReserved: false``, where that is written and not merely usual."""
        said = self.encoding.get(name)
        if not self.is_encoded or not isinstance(said, dict):
            return
        if said.get("allowReserved") is False:
            found = sorted(_RESERVED & {*"".join(str(part.text) for part in parts)})
            if found:
                message = f"{' '.join(found)} must be percent-encoded"
                yield Violation(join(name), "allowReserved", message)

    def member(self, name: str) -> Where:
        """Return the schemas of a property, on the first way that has it."""
        ways = self.caster.natures.of(self.where)
        return next((where for way in ways if (where := way.member(name))), ())

    def kinds(self, name: str) -> frozenset[str]:
        """Return what a property may be, on any way."""
        natures = self.caster.natures
        found = (natures.kinds(m) for way in natures.of(self.where) if (m := way.member(name)))
        return frozenset[str]().union(*found)

    def _pairs(self, name: str, parts: Sequence[Part]) -> Iterator[tuple[list[str], Text]]:
        path = None if self.member(name) else bracketed(name)
        if path is not None:
            for part in parts:
                yield path, self._decoded(part.text)
            return
        kinds, written = self.kinds(name), self.encoding.get(name) or {}
        is_styled = not _STYLED.isdisjoint(written)
        if is_styled and not written.get("explode", written.get("style", "form") == "form"):
            texts = [part.text for part in parts if isinstance(part.text, str)]
            if texts and kinds & {"array", "object"}:
                yield [name], self._unexploded(name, written, texts, kinds)
                return
        for part in parts:
            yield [name], self._text(part, kinds, written, is_styled=is_styled)

    def _unexploded(
        self, name: str, written: Json, texts: list[str], kinds: frozenset[str]
    ) -> Text:
        """Take ``a,b`` apart; a form's encoder may have encoded the commas too."""
        style = Style(
            name=name,
            style=str(written.get("style", "form")),
            explode=False,
            decode=query_text if self.is_encoded else as_it_is,
        )
        where = self.member(name)
        ways = style.arrays(texts) if "array" in kinds else style.objects(texts[-1])
        values = map(partial(self.caster.cast, where), [*ways, style.decode(texts[-1])])
        return Decoded(self.caster.first_accepted(where, values))

    def _text(self, part: Part, kinds: frozenset[str], written: Json, *, is_styled: bool) -> Text:
        text = self._decoded(part.text)
        said = part.is_json
        if said is None and not is_styled and "json" in str(written.get("contentType", "")):
            said = True
        if said:
            return Decoded(orjson.loads(text))
        may_be = said is None and not is_styled and "string" not in kinds
        if may_be and isinstance(text, str) and text.lstrip().startswith(_OPENING):
            try:
                return Decoded(orjson.loads(text))
            except ValueError:  # then it is what it looks like, and the schema refuses it
                return text
        return text

    def _decoded(self, text: str | bytes) -> str | bytes:
        return query_text(text) if self.is_encoded and isinstance(text, str) else text
