"""Finds the values that a contract shows: bodies, parameters, answers; makes them up where it shows none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from mock_platform.engine.documents import Document
from mock_platform.engine.exporting.plans import Answer
from mock_platform.engine.generation import Dialect, Generators, Unsatisfiable
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

_FORM = "application/x-www-form-urlencoded"
_MOST_EXAMPLES = 12
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Body:
    """A body that can be sent."""

    name: str
    """Of the example; empty when it has none."""
    title: str
    media_type: str
    text: str
    parts: Sequence[tuple[str, str]] = ()
    """Of a multipart body: names and texts."""


class ShownValues:
    """Reads one document's examples; what has none is made up, always the same."""

    def __init__(self, document: Document) -> None:
        self._root = document.root
        dialect: Dialect = "3.0" if document.dialect == "3.0" else "2020-12"
        self._generators = Generators(document.root, dialect=dialect, direction=Direction.REQUEST)

    def bodies(self, operation: Operation) -> list[Body]:
        """Return the bodies that an operation can be asked with: one for each example."""
        ranked = sorted((operation.body or {}).values(), key=lambda one: _rank(one.name))
        for media in ranked:
            shown = [*self._examples(media.raw)] or [("", "", self._made(media.raw.get("schema")))]
            found = [
                body
                for name, title, value in shown[:_MOST_EXAMPLES]
                if (body := _written(name, title, _concrete(media.name), value)) is not None
            ]
            if found:
                return found
        return []

    def parameter(self, parameter: Parameter) -> Json:
        """Return a value for a parameter."""
        for _, _, value in self._examples(parameter.raw):
            return value
        return self._made(parameter.schema)

    def answers(self, operation: Operation) -> Iterator[Answer]:
        """Yield the answers that the contract shows."""
        for status, response in operation.responses.items():
            if status.isdecimal():
                media = next(iter(response.content.values()), None)
                shown = [*self._examples(media.raw)] if media else []
                for name, title, value in shown[:_MOST_EXAMPLES]:
                    told = title or name or str(response.raw.get("description") or status)
                    yield Answer(
                        name=f"{status} {told}".strip(),
                        status=int(status),
                        media_type=media.name if media else "",
                        body=value if isinstance(value, str) else _as_json(value),
                    )

    def _examples(self, holder: Json) -> Iterator[tuple[str, str, Json]]:
        named = holder.get("examples")
        for name, written in named.items() if isinstance(named, dict) else ():
            ref = ref_of(written)
            one = follow(self._root, of_ref(ref))[0] if ref else written
            value = one.get("dataValue", one.get("value", _NOTHING))
            if value is not _NOTHING:
                yield name, str(one.get("summary") or ""), value
        if "example" in holder:
            yield "", "", holder["example"]

    def _made(self, schema: Json) -> Json:
        if not isinstance(schema, dict):
            return _NOTHING
        try:
            return self._generators.compile(schema, minimal=True)(1)
        except (Unsatisfiable, LookupError):
            return _NOTHING


def as_text(value: Json) -> str:
    """Write a value as parameters have it."""
    if value is _NOTHING or value is None:
        return ""
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rank(media_type: str) -> int:
    kinds = ("json", _FORM, "multipart/", "text/")
    return next((place for place, kind in enumerate(kinds) if kind in media_type), len(kinds))


def _concrete(media_type: str) -> str:
    """Return a media type for a range of them."""
    return media_type.replace("text/*", "text/plain").replace("*/*", "application/json")


def _written(name: str, title: str, media_type: str, value: Json) -> Body | None:
    if value is _NOTHING:
        return None
    if "json" in media_type:
        return Body(name, title, media_type, _as_json(value))
    if isinstance(value, dict) and media_type == _FORM:
        return Body(name, title, media_type, urlencode(_pairs(value), quote_via=quote))
    if isinstance(value, dict) and media_type.startswith("multipart/"):
        return Body(name, title, media_type, "", _pairs(value))
    return Body(name, title, media_type, value) if isinstance(value, str) else None


def _pairs(value: Mapping[str, Json]) -> list[tuple[str, str]]:
    return [
        (key, as_text(one))
        for key, member in value.items()
        for one in (member if isinstance(member, list) else [member])
    ]


def _as_json(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
