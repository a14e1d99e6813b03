"""Reads an operation's parameters, and finds everything that is wrong with them.

Compiled once per operation: where each stands and how it is written (``api.locations``,
``api.fields``), and one check for all values together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mock_platform.api.exchange import Exchange
from mock_platform.api.fields import Field, field_of
from mock_platform.api.locations import Location
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.pointers import follow, ref_of
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, Schemas
from mock_platform.shared.contracts import Json, Violation

ConnexionOperation = Any
"""What connexion made of the operation in the skeleton."""

Found = dict[str, dict[str, Json]]
"""Location → name → value."""


class Parameters:
    """One operation's parameters, compiled."""

    def __init__(
        self, operation: Operation, root: Json, schemas: Schemas, connexions: ConnexionOperation
    ) -> None:
        fields = [field_of(one, schemas.caster) for one in operation.parameters]
        self.names = [(field.parameter.location, field.parameter.name) for field in fields]
        self.defaults = {
            (one.location, one.name): one_default
            for one in operation.parameters
            if (one_default := _default(root, one)) is not _NO_DEFAULT
        }
        self._by_location = {
            where: Location(
                [f for f in fields if f.parameter.location == where],
                connexions.uri_parser_class,
                operation.path,
            )
            for where in ("path", "query", "header", "cookie")
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

    def read(
        self,
        exchange: Exchange,
        names: tuple[str, ...],
        values: tuple[str, ...],
        wrong: list[Violation],
    ) -> Found:
        """Return every parameter that was given; add everything that is wrong."""
        found: Found = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        if names and self._path.fields:
            found["path"] = self._path.path(exchange, names, values, wrong)
        spared: dict[str, Json] = {}
        if exchange.query or self._query.may_be_spread:
            found["query"] = self._query.query(exchange.query, wrong, spared)
        if self._header.fields:
            found["header"] = self._header.header(exchange.headers, wrong)
        if b"cookie" in exchange.headers or self._cookie.may_be_spread:
            found["cookie"] = self._cookie.cookie(exchange.headers.get(b"cookie", b""), wrong)
        for location, name, missing in self._required:
            if name not in found[location] and not (name in spared and location == "query"):
                wrong.append(missing)
        if broken := self._check(found):
            wrong += (replace(one, pointer=one.pointer.removeprefix("/")) for one in broken)
        if spared:
            found["query"].update(spared)
        return found


def _compiled(fields: Iterable[Field], schemas: Schemas) -> Check:
    pointers: dict[str, dict[str, str]] = {}
    for field in fields:
        one = field.parameter
        if one.schema:
            pointers.setdefault(one.location, {})[one.name] = one.schema_pointer
    return schemas.members(pointers, Direction.REQUEST) if pointers else lambda _found: ()


_NO_DEFAULT = object()


def _default(root: Json, parameter: Parameter) -> Json:
    schema = parameter.schema
    if ref_of(schema):
        schema = follow(root, parameter.schema_pointer)[0]
    return schema.get("default", _NO_DEFAULT) if isinstance(schema, dict) else _NO_DEFAULT


def _excused(field: Field, operation: Operation) -> bool:
    """A missing ``If-Match`` has a status of its own where the operation documents it."""
    return field.key == "if-match" and "428" in operation.responses
