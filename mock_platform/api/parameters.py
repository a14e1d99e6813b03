"""Reads an operation's parameters, and finds everything that is wrong with them.

Read once per operation, then for every request: connexion's decoder for the styles, ours for the
scalars, one compiled check for all values together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_plus

import orjson

from mock_platform.api.decoding import Cast, caster, gathered, member_by_member, unprefixed
from mock_platform.api.exchange import Exchange, url_text
from mock_platform.api.skeleton import shape
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.pointers import follow
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, Schemas
from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.errors import ParameterInvalid

Decoder = Any
"""An instance of connexion's ``AbstractURIParser``."""
ConnexionOperation = Any
"""What connexion made of the operation in the skeleton."""

Found = dict[str, dict[str, Json]]
"""Location → name → value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    parameter: Parameter
    key: str
    """Its name; in lower case for headers."""
    cast: Cast | None
    """None where text is what is wanted."""
    is_array: bool
    members: tuple[str, ...] | None
    """The names of an object's properties; None when it is none."""

    def read(self, value: Json) -> Json:
        """Give decoded text its type."""
        if self.members is not None:
            value = member_by_member(self.parameter, value)
        return value if self.cast is None else self.cast(value)

    @property
    def place(self) -> str:
        return f"{self.parameter.location}/{self.parameter.name}"


class Parameters:
    """One operation's parameters, compiled."""

    def __init__(
        self, operation: Operation, root: Json, schemas: Schemas, connexions: ConnexionOperation
    ) -> None:
        fields = [_field(root, one) for one in operation.parameters]
        self.names = [(field.parameter.location, field.parameter.name) for field in fields]
        self.defaults = {
            (one.location, one.name): one_default
            for one in operation.parameters
            if (one_default := _default(root, one)) is not _NO_DEFAULT
        }
        self._by_location = {
            location: _Location([f for f in fields if f.parameter.location == location], decoder)
            for location, decoder in _decoders(connexions).items()
        }
        self._path, self._query = self._by_location["path"], self._by_location["query"]
        self._header, self._cookie = self._by_location["header"], self._by_location["cookie"]
        self._required = [
            (one.location, one.name, Violation(f.place, "required", "it is required"))
            for f in fields
            if (one := f.parameter).required
            and one.location != "path"
            and not _excused(f, operation)
        ]
        self._check = _compiled(fields, schemas)

    def read(self, exchange: Exchange, names: tuple[str, ...], values: tuple[str, ...]) -> Found:
        """Return every parameter that was given.

        Raises:
            ParameterInvalid: with everything that is wrong.
        """
        found: Found = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        wrong: list[Violation] = []
        if names and self._path.fields:
            found["path"] = self._path.path(names, values)
        if exchange.query and self._query.fields:
            found["query"] = self._query.query(exchange.query, wrong)
        if self._header.fields:
            found["header"] = self._header.header(exchange.headers)
        if self._cookie.fields and b"cookie" in exchange.headers:
            found["cookie"] = self._cookie.cookie(exchange.headers[b"cookie"])
        for location, name, missing in self._required:
            if name not in found[location]:
                wrong.append(missing)
        if broken := self._check(found):
            wrong += (replace(one, pointer=one.pointer.removeprefix("/")) for one in broken)
        if wrong:
            raise ParameterInvalid(_summary(wrong), violations=wrong)
        return found


class _Location:
    """The parameters of one location, and the decoder that connexion has for them."""

    def __init__(self, fields: Sequence[_Field], decoder: Decoder) -> None:
        self.fields = {field.key: field for field in fields}
        self._decoder = decoder
        self._deep = tuple(f"{f.key}[" for f in fields if f.parameter.style == "deepObject")
        self._spread = [
            f
            for f in fields
            if f.members is not None and f.parameter.style == "form" and f.parameter.explode
        ]
        self._is_prefixed = any(f.parameter.style in {"label", "matrix"} for f in fields)
        self._wire_names = [(key.encode("latin-1", "replace"), key) for key in self.fields]
        self._wires = frozenset(wire for wire, _ in self._wire_names)

    def path(self, names: tuple[str, ...], values: tuple[str, ...]) -> dict[str, Json]:
        texts = {
            name: unprefixed(self.fields[name].parameter, text) if self._is_prefixed else text
            for name, text in zip(names, values, strict=True)
            if name in self.fields
        }
        return self._cast(self._decoder.resolve_path(texts))

    def query(self, raw: bytes, wrong: list[Violation]) -> dict[str, Json]:
        undecoded: list[Violation] = []
        given = _pairs(raw, undecoded)
        wrong += (one for one in undecoded if one.pointer.removeprefix("query/") in self.fields)
        for name, texts in given.items():
            field = self.fields.get(name)
            if len(texts) > 1 and field and not (field.is_array and field.parameter.explode):
                wrong.append(Violation(field.place, "duplicate", "it is given more than once"))
        wanted = {
            name: texts
            for name, texts in given.items()
            if name in self.fields or (self._deep and name.startswith(self._deep))
        }
        found = self._cast(self._decoder.resolve_query(wanted)) if wanted else {}
        for field in self._spread:
            if (members := gathered(field.members or (), given)) is not None:
                found[field.parameter.name] = field.read(members)
        return found

    def header(self, headers: Mapping[bytes, bytes]) -> dict[str, Json]:
        if self._wires.isdisjoint(headers):
            return {}
        texts = {
            key: [headers[wire].decode("latin-1").strip()]
            for wire, key in self._wire_names
            if wire in headers
        }
        return self._cast(self._decoder.resolve_params(texts, "header"))

    def cookie(self, raw: bytes) -> dict[str, Json]:
        pairs = (pair.strip().partition("=") for pair in raw.decode("latin-1").split(";"))
        texts = {name: [text] for name, _, text in pairs if name in self.fields}
        return self._cast(self._decoder.resolve_params(texts, "cookie")) if texts else {}

    def _cast(self, decoded: Mapping[str, Json]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key, value in decoded.items():
            if (field := self.fields.get(key)) is not None:
                found[field.parameter.name] = field.read(value)
        return found


def _pairs(raw: bytes, wrong: list[Violation]) -> Mapping[str, list[str]]:
    """Decode a query; what is no text is wrong, but counts as given."""
    given: dict[str, list[str]] = {}
    for pair in url_text(raw).split("&"):
        name, _, text = pair.partition("=")
        if not name:
            continue
        name = unquote_plus(name)
        try:
            value = unquote_plus(text, errors="strict")
        except UnicodeDecodeError:
            value = unquote_plus(text)
            wrong.append(Violation(f"query/{name}", "encoding", "it is not percent-encoded UTF-8"))
        given.setdefault(name, []).append(value)
    return given


def _field(root: Json, parameter: Parameter) -> _Field:
    wanted = shape(root, parameter.schema)
    has_content = "content" in parameter.raw
    is_object = wanted["type"] == "object" and not has_content
    return _Field(
        parameter=parameter,
        key=parameter.name.lower() if parameter.location == "header" else parameter.name,
        cast=_from_json if has_content else caster(wanted),
        is_array=wanted["type"] == "array" and not has_content,
        members=tuple(wanted["properties"]) if is_object else None,
    )


def _from_json(text: Json) -> Json:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _decoders(connexions: ConnexionOperation) -> Mapping[str, Decoder]:
    """Make one decoder per location: connexion's own mixes up parameters of the same name.

    It decodes path and query parameters only, but the others in the same way if they are called so.
    """
    definitions: dict[str, list[Json]] = {"path": [], "query": [], "header": [], "cookie": []}
    for one in connexions.parameters:
        name = one["name"].lower() if one["in"] == "header" else one["name"]
        shown_in = "path" if one["in"] == "path" else "query"
        definitions[one["in"]].append({**one, "name": name, "in": shown_in})
    make = connexions.uri_parser_class
    return {location: make(defined, {}) for location, defined in definitions.items()}


def _compiled(fields: Iterable[_Field], schemas: Schemas) -> Check:
    pointers: dict[str, dict[str, str]] = {}
    for field in fields:
        one = field.parameter
        if one.schema:
            pointers.setdefault(one.location, {})[one.name] = one.schema_pointer
    return schemas.members(pointers, Direction.REQUEST) if pointers else lambda _found: ()


_NO_DEFAULT = object()


def _default(root: Json, parameter: Parameter) -> Json:
    schema = parameter.schema
    if "$ref" in schema:
        schema = follow(root, parameter.schema_pointer)[0]
    return schema.get("default", _NO_DEFAULT)


def _excused(field: _Field, operation: Operation) -> bool:
    """A missing ``If-Match`` has a status of its own where the operation documents it."""
    return field.key == "if-match" and "428" in operation.responses


def _summary(wrong: Sequence[Violation]) -> str:
    count = f"{len(wrong)} violation{'s' if len(wrong) > 1 else ''}"
    return f"{count}: {wrong[0].pointer}: {wrong[0].message}"
