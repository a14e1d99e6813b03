"""Reads one parameter: text in, value out.

Connexion's decoder takes apart what it takes apart rightly: scalars, and lists whose items have no
delimiters in them; plain texts of a path are whole as they come. The rest is read by
``engine.styles``, for these reasons: connexion undoes the percent-encoding before it splits, so that
an encoded comma ends an item; splits exploded lists at commas although there are none to be; keeps
the white space of lists in headers; knows neither ``label`` nor ``matrix``; of nested ``deepObject``
members keeps the last; and has one idea of what a parameter is, where ``oneOf`` has several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from mock_platform.api.media_types import essence
from mock_platform.engine.casting import (
    Caster,
    Decoded,
    Text,
    boolean_of,
    integer_of,
    number_of,
)
from mock_platform.engine.natures import SCALARS, Where
from mock_platform.engine.operations import Parameter
from mock_platform.engine.styles import (
    Decode,
    Style,
    as_it_is,
    bracketed,
    query_text,
    reserved_text,
    tree,
)
from mock_platform.shared.contracts import Json

_DELIMITERS: Mapping[str, str] = {"spaceDelimited": " ", "pipeDelimited": "|"}
_KNOWN_TO_CONNEXION = frozenset({"form", "simple", *_DELIMITERS})

_ONE_KIND: Mapping[frozenset[str], Callable[[str], Json] | None] = {
    frozenset({"string"}): None,
    frozenset({"integer"}): integer_of,
    frozenset({"integer", "number"}): number_of,
    frozenset({"boolean"}): boolean_of,
}


class NotJson(ValueError):
    """A parameter whose content is JSON holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter of an operation, compiled."""

    parameter: Parameter
    key: str
    """Its name; in lower case for headers."""
    style: Style
    where: Where
    caster: Caster
    kinds: frozenset[str]
    media_type: str | None
    """Of parameters that have ``content`` instead of a style."""
    is_plain: bool
    """It can be nothing but a scalar."""
    cast: Callable[[str], Json] | None
    """The types of a plain one; None where text is what is wanted."""
    is_spread: bool
    """An exploded ``form`` object: each of its members is a parameter of its own."""
    members: frozenset[str]
    takes_others: bool
    """A spread one takes what no other parameter takes."""
    may_be_empty: bool

    @property
    def place(self) -> str:
        return f"{self.parameter.location}/{self.parameter.name}"

    @property
    def repeats(self) -> bool:
        """Whether it may be given several times."""
        return self.style.explode and self.media_type is None and "array" in self.kinds

    @property
    def definition(self) -> Json:
        """What connexion is told of it: scalars are texts, their types are decided here."""
        text = {"type": "string"}
        return {
            "name": self.key,
            "in": "path" if self.parameter.location == "path" else "query",
            "style": self.style.style,
            "explode": self.style.explode,
            "schema": text if self.is_plain else {"type": "array", "items": text},
        }

    def suits_connexion(self, raws: Sequence[str]) -> bool:
        """Tell whether connexion's decoder reads these texts rightly."""
        if self.is_plain:
            return True
        if self.kinds != {"array"} or self.style.style not in _KNOWN_TO_CONNEXION:
            return False
        delimiter = _DELIMITERS.get(self.style.style, ",")
        is_split = self.style.style == "simple" or not self.style.explode
        return not any(
            "%" in raw or "+" in raw or " " in raw or not raw or (delimiter in raw and not is_split)
            for raw in raws
        )

    def typed(self, decoded: Json) -> Json:
        """Give what connexion has taken apart its types."""
        if not self.is_plain:
            return self.caster.cast(self.where, decoded)
        return decoded if self.cast is None else self.cast(decoded)

    def read(self, raws: list[str]) -> Json:
        """Read texts as they were sent.

        Raises:
            NotInStyle: they are not written in the parameter's style.
            NotJson: they are no JSON although they should be.
            UnicodeDecodeError: they are percent-encoded, but no UTF-8.
        """
        if self.media_type is not None:
            return self._content(self.style.scalar(raws[-1]))
        if self.is_plain:
            return self.caster.cast(self.where, self.style.scalar(raws[-1]))
        return self.caster.first_accepted(self.where, self._readings(raws))

    def of_members(self, pairs: Sequence[tuple[str, str]]) -> Json:
        """Put an object together that is spread over the query."""
        decoded = (([name], self.style.decode(raw)) for name, raw in pairs)
        return self.caster.cast(self.where, tree(decoded))

    def of_brackets(self, given: Mapping[str, list[str]]) -> Json:
        """Put a ``deepObject`` together.

        Raises:
            KeyError: none of its members is given.
            NotInStyle: a member is both a value and an object.
        """
        start = f"{self.key}["
        pairs = (
            (["", *path[1:]], self.style.decode(raw))
            for name, raws in given.items()
            if name.startswith(start) and (path := bracketed("_" + name[len(self.key) :]))
            for raw in raws
        )
        return self.caster.cast(self.where, tree(pairs)[""])

    def _content(self, text: str) -> Json:
        kind = essence(self.media_type or "")
        if kind is None or not kind.is_json:
            return self.caster.cast(self.where, text)
        raw = text.encode("latin-1" if self.parameter.location == "header" else "utf-8")
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as reason:
            raise NotJson(f"it is not JSON: {reason}") from reason

    def _readings(self, raws: list[str]) -> Iterator[Json]:
        is_read = False
        for text in self._texts(raws):
            is_read = True
            yield self.caster.cast(self.where, text)
        if not is_read:
            yield self.style.scalar(raws[-1])

    def _texts(self, raws: list[str]) -> Iterator[Text]:
        """Every way to understand the texts; one piece is rather a scalar than a list of one."""
        if "object" in self.kinds:
            yield from self.style.objects(raws[-1])
        lists = list(self.style.arrays(raws)) if "array" in self.kinds else []
        may_be_scalar = bool(self.kinds & (SCALARS | {"null"}))
        if may_be_scalar and (not lists or len(lists[0]) == 1):
            yield self.style.scalar(raws[-1])
        yield from lists
        if lists and lists[0] == [""]:
            yield Decoded([])
        if may_be_scalar:
            yield self.style.scalar(raws[-1])


def field_of(parameter: Parameter, caster: Caster) -> Field:
    """Compile a parameter.

    Raises:
        LookupError: its schema refers to nothing.
    """
    where = (parameter.schema_pointer,) if parameter.schema else ()
    ways = caster.natures.of(where)
    kinds = caster.natures.kinds(where)
    content = parameter.raw.get("content")
    is_plain = not content and kinds <= SCALARS and bool(kinds)
    return Field(
        parameter=parameter,
        key=parameter.name.lower() if parameter.location == "header" else parameter.name,
        style=_style(parameter, is_plain=is_plain),
        where=where,
        caster=caster,
        kinds=kinds,
        media_type=next(iter(content)) if content else None,
        is_plain=is_plain,
        cast=_plain_cast(where, caster, kinds) if is_plain else None,
        is_spread=not content
        and "object" in kinds
        and parameter.style in ("form", "cookie")
        and parameter.explode,
        members=frozenset(name for way in ways for name in way.members),
        takes_others=any("object" in way.kinds and way.takes_others for way in ways),
        may_be_empty=parameter.location == "query" and parameter.raw.get("allowEmptyValue") is True,
    )


def _plain_cast(
    where: Where, caster: Caster, kinds: frozenset[str]
) -> Callable[[str], Json] | None:
    if kinds in _ONE_KIND:
        return _ONE_KIND[kinds]
    return lambda text: caster.cast(where, text)


def _style(parameter: Parameter, *, is_plain: bool) -> Style:
    return Style(
        name=parameter.name,
        style=parameter.style,
        explode=parameter.explode,
        decode=_decode(parameter, is_plain=is_plain),
    )


def _decode(parameter: Parameter, *, is_plain: bool) -> Decode:
    if parameter.location == "header" or parameter.style == "cookie":
        return as_it_is
    if parameter.location == "path":  # whoever finds the path has decoded its segments
        return as_it_is if is_plain else reserved_text
    if parameter.location == "cookie" or parameter.raw.get("allowReserved") is True:
        return reserved_text
    return query_text
