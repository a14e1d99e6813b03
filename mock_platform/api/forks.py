"""Tells operations apart that share a method and a path, by what each of them insists on.

A query parameter that can only be ``Action=List``, a header that must be there, a body of a certain
type: the operation that lacks least is the one that is meant. Among equals the one whose parameters
fit: ``/icons/{id}`` is for numbers, ``/icons/{term}`` for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from urllib.parse import parse_qsl

from mock_platform.api.exchange import Exchange, url_text
from mock_platform.api.media_types import Essence, essence
from mock_platform.api.plans import Endpoint
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.path_templates import parameter_of, query_of
from mock_platform.engine.pointers import follow
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json, Violation

Place = tuple[str, str]
"""Where something is given, and its name: ``("query", "Action")``."""

MOST_COMPARED = 8

_NOTHING: Mapping[str, Sequence[str]] = {}
_TOLD = ("query", "header")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What one operation insists on."""

    fixed: Mapping[Place, str]
    needed: frozenset[Place]
    media_types: tuple[str, ...]
    """As written."""
    needs_body: bool

    def lacks(self, given: Mapping[Place, str], kind: Essence | None) -> tuple[int, int]:
        """Count what in a request is said to be something else, and what else it lacks."""
        other = sum(given.get(place) != text for place, text in self.fixed.items())
        missing = sum(place not in given for place in self.needed)
        if kind is None:
            return other, missing + self.needs_body
        return other, missing + (not any(map(kind.within, self.media_types)))

    @property
    def weight(self) -> int:
        return len(self.fixed) + len(self.needed) + self.needs_body


@dataclass(slots=True)
class Fork:
    """Several operations of one document under one method and path."""

    root: Json
    """The document."""
    schemas: Schemas
    """Its own, though another contract may be made of the same document."""
    _ways: list[tuple[_Way, Endpoint, tuple[str, ...]]] = field(default_factory=list)
    _by_text: dict[Place, dict[str, list[int]]] = field(default_factory=dict)
    _open: list[int] = field(default_factory=list)
    """Those without a fixed text."""

    def add(self, endpoint: Endpoint, names: tuple[str, ...]) -> None:
        """Add an operation, and the names of the parameters on the way to it."""
        way, number = _way(endpoint.operation, self.root), len(self._ways)
        self._ways.append((way, endpoint, names))
        for place, text in way.fixed.items():
            self._by_text.setdefault(place, {}).setdefault(text, []).append(number)
        if not way.fixed:
            self._open.append(number)

    def chosen(
        self, exchange: Exchange, values: tuple[str, ...]
    ) -> tuple[Endpoint, tuple[str, ...]]:
        """Return the one that a request means; of several the first.

        Raises:
            SchemaBroken: a schema of one of them is none.
        """
        given, kind = _given(exchange), _kind(exchange)
        likely = [*self._open]
        for place, by_text in self._by_text.items():
            likely += by_text.get(given.get(place, ""), ())

        def rank(number: int) -> tuple[int, int, int]:
            way = self._ways[number][0]
            return *way.lacks(given, kind), -way.weight

        ranked = [(rank(number), number) for number in likely or range(len(self._ways))]
        best = min(ranked)[0]
        equals = [number for found, number in sorted(ranked) if found == best][:MOST_COMPARED]
        number = equals[0] if len(equals) == 1 else self._fittest(equals, exchange, values)
        _, endpoint, names = self._ways[number]
        return endpoint, names

    def _fittest(self, numbers: list[int], exchange: Exchange, values: tuple[str, ...]) -> int:
        def breaks(number: int) -> int:
            wrong: list[Violation] = []
            _, endpoint, names = self._ways[number]
            endpoint.compiled().parameters.read(exchange, names, values, wrong)
            return len(wrong)

        return min(numbers, key=breaks)


def _way(operation: Operation, root: Json) -> _Way:
    fixed: dict[Place, str] = {}
    needed: set[Place] = set()
    for name, text in query_of(operation.path).items():
        if parameter_of(text) is None and text:
            fixed["query", name] = text
        else:
            needed.add(("query", name))
    for one in operation.parameters:
        if one.location in _TOLD and one.required:
            place = (one.location, one.name.lower() if one.location == "header" else one.name)
            needed.add(place)
            if (only := _only_text(one, root)) is not None:
                fixed[place] = only
    return _Way(
        fixed=fixed,
        needed=frozenset(needed),
        media_types=tuple(operation.body or ()),
        needs_body=operation.body_required,
    )


def choices_of(operation: Operation, root: Json) -> Mapping[str, Sequence[str]]:
    """Return what the parameters in ``{id}{extension}`` can be, as far as that is listed."""
    if "}{" not in operation.path:
        return _NOTHING
    return {p.name: _texts(p, root) for p in operation.parameters if p.location == "path"}


def _only_text(parameter: Parameter, root: Json) -> str | None:
    """Return the one text that a parameter can be; None where there are several."""
    texts = _texts(parameter, root)
    return texts[0] if len(texts) == 1 else None


def _texts(parameter: Parameter, root: Json) -> Sequence[str]:
    """Return the texts that a parameter can be; none where they are not listed."""
    try:
        schema, _ = follow(root, parameter.schema_pointer)
    except LookupError:
        return ()
    if not isinstance(schema, dict):
        return ()
    listed = schema.get("enum", [schema["const"]] if "const" in schema else ())
    if any(isinstance(one, dict | list | NoneType) for one in listed):
        return ()
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in listed]


def _given(exchange: Exchange) -> Mapping[Place, str]:
    pairs = parse_qsl(url_text(exchange.query), keep_blank_values=True)
    given: dict[Place, str] = {("query", name): text for name, text in pairs}
    for name, text in exchange.headers.items():
        given["header", name.decode("latin-1")] = text.decode("latin-1")
    return given


def _kind(exchange: Exchange) -> Essence | None:
    written = exchange.headers.get(b"content-type")
    return None if written is None else essence(written.decode("latin-1"))
