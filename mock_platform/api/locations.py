"""Finds an operation's parameters in the four places where they may be: path, query, header, cookie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote_plus

from mock_platform.api.exchange import Exchange, url_text
from mock_platform.api.fields import Field, NotJson
from mock_platform.engine.styles import NotInStyle
from mock_platform.shared.contracts import Json, Violation

Decoder = Any
"""An instance of connexion's ``AbstractURIParser``."""

Given = Mapping[str, list[str]]
"""Name → texts as they were sent."""

Values = dict[str, Json]
Wrong = list[Violation]


class Location:
    """The parameters of one location, and connexion's decoder for them."""

    def __init__(
        self, fields: Sequence[Field], make_decoder: Callable[[Json, Json], Decoder], path: str
    ) -> None:
        self.fields = {field.key: field for field in fields}
        # One for each location: connexion mixes up parameters of the same name.
        self._decoder = make_decoder([field.definition for field in fields], {})
        self._is_simple = all(f.is_plain and f.style.style == "simple" for f in fields)
        self._deep = [f for f in fields if f.parameter.style == "deepObject"]
        self._spread = [f for f in fields if f.is_spread]
        self.may_be_spread = bool(self._spread)
        """Looked at even when nothing is sent."""
        self._claimed = {*self.fields, *(name for f in fields for name in f.members)}
        self._segments = {
            segment[1:-1]: index
            for index, segment in enumerate(path.split("/"))
            if segment.startswith("{") and segment.endswith("}")
        }
        self._wires = [(key.encode("latin-1", "replace"), key) for key in self.fields]
        self._wire_names = frozenset(wire for wire, _ in self._wires)

    def path(
        self, exchange: Exchange, names: tuple[str, ...], values: tuple[str, ...], wrong: Wrong
    ) -> Values:
        if self._is_simple:  # then a segment's text is the value, but for its type
            return {
                field.parameter.name: field.typed(text)
                for name, text in zip(names, values, strict=True)
                if (field := self.fields.get(name)) is not None
            }
        given = {
            name: [text if field.is_plain else self._undecoded(name, text, exchange.path)]
            for name, text in zip(names, values, strict=True)
            if (field := self.fields.get(name)) is not None
        }
        easy, found = self._sorted(given, wrong)
        texts = {name: raws[0] for name, raws in easy.items()}
        return self._typed(self._decoder.resolve_path(texts), found) if texts else found

    def _undecoded(self, name: str, text: str, path: str) -> str:
        """Return a segment as it was sent: only there can one tell ``%2C`` from a comma."""
        if "%" not in path:
            return text
        segments, index = path.split("/"), self._segments.get(name)
        if index is None or index >= len(segments):
            return text.replace("%", "%25")
        return segments[index]

    def query(self, raw: bytes, wrong: Wrong, spared: Values) -> Values:
        if not self.fields:
            return {}
        given = _pairs(raw)
        own = {name: raws for name, raws in given.items() if name in self.fields}
        for name, raws in own.items():
            field = self.fields[name]
            if len(raws) > 1 and not field.repeats:
                wrong.append(Violation(field.place, "duplicate", "it is given more than once"))
        empty = [n for n, raws in own.items() if raws == [""] and self.fields[n].may_be_empty]
        for name in empty:
            del own[name]
            spared[name] = ""
        easy, found = self._sorted(own, wrong)
        if easy:
            self._typed(self._decoder.resolve_query(easy), found)
        if self._deep or self._spread:
            self._gather(given, found, wrong)
        return found

    def header(self, headers: Mapping[bytes, bytes], wrong: Wrong) -> Values:
        if self._wire_names.isdisjoint(headers):
            return {}
        given = {
            key: [headers[wire].decode("latin-1").strip()]
            for wire, key in self._wires
            if wire in headers
        }
        easy, found = (given, {}) if self._is_simple else self._sorted(given, wrong)
        return self._typed(self._decoder.resolve_params(easy, "header"), found)

    def cookie(self, raw: bytes, wrong: Wrong) -> Values:
        if not self.fields:
            return {}
        given: dict[str, list[str]] = {}
        for pair in raw.decode("latin-1").split(";"):
            name, _, text = pair.strip().partition("=")
            if name:
                given.setdefault(name, []).append(text)
        own = {name: raws for name, raws in given.items() if name in self.fields}
        easy, found = self._sorted(own, wrong)
        self._typed(self._decoder.resolve_params(easy, "cookie"), found)
        self._gather(given, found, wrong)
        return found

    def _sorted(self, given: Given, wrong: Wrong) -> tuple[dict[str, list[str]], Values]:
        """Tell apart what connexion shall decode and what we read, and read that."""
        easy: dict[str, list[str]] = {}
        found: Values = {}
        for key, raws in given.items():
            field = self.fields[key]
            with _blamed_on(field, wrong):
                if field.suits_connexion(raws):
                    easy[key] = [field.style.scalar(raw) for raw in raws]
                else:
                    found[field.parameter.name] = field.read(raws)
        return easy, found

    def _typed(self, decoded: Mapping[str, Json], found: Values) -> Values:
        for key, value in decoded.items():
            if (field := self.fields.get(key)) is not None:
                found[field.parameter.name] = field.typed(value)
        return found

    def _gather(self, given: Given, found: Values, wrong: Wrong) -> None:
        """Put the objects together whose members have names of their own."""
        for field in self._deep:
            if any(name.startswith(field.key + "[") for name in given):
                with _blamed_on(field, wrong), suppress(KeyError):
                    found[field.parameter.name] = field.of_brackets(given)
        for field in self._spread:
            members = [
                (name, raw)
                for name, raws in given.items()
                if name in field.members or (field.takes_others and name not in self._claimed)
                for raw in raws
            ]
            if members:
                with _blamed_on(field, wrong):
                    found[field.parameter.name] = field.of_members(members)
            elif field.parameter.required:
                # An object without members is written as nothing at all.
                found.setdefault(field.parameter.name, {})


@contextmanager
def _blamed_on(field: Field, wrong: Wrong) -> Iterator[None]:
    """Tell what keeps a parameter from being read as a violation of its own."""
    try:
        yield
    except NotInStyle as reason:
        wrong.append(Violation(field.place, "style", str(reason)))
    except NotJson as reason:
        wrong.append(Violation(field.place, "parse", str(reason)))
    except UnicodeDecodeError:
        wrong.append(Violation(field.place, "encoding", "it is not percent-encoded UTF-8"))


def _pairs(raw: bytes) -> Mapping[str, list[str]]:
    """Split a query; only names are decoded."""
    given: dict[str, list[str]] = {}
    for pair in url_text(raw).split("&"):
        name, _, text = pair.partition("=")
        if name:
            given.setdefault(unquote_plus(name), []).append(text)
    return given
