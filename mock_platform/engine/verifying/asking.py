"""Composes requests from what the contract shows and what earlier answers have told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import orjson

from mock_platform.engine.answering.statements import statements
from mock_platform.engine.operations import MediaType, Operation, Parameter
from mock_platform.engine.pointers import split
from mock_platform.engine.runtime_expressions import Facts, compile_expression
from mock_platform.engine.verifying.deviations import Answered, Asked
from mock_platform.engine.verifying.journeys import links
from mock_platform.shared.contracts import Json
from mock_platform.shared.large_json import json_bytes

Generate = Callable[[str], Json]
"""From a schema's pointer to a value that it allows."""

_CONDITIONAL = "if-match"


@dataclass(slots=True, kw_only=True)
class Notes:
    """What is known about one resource while one walks."""

    told: dict[str, Json] = field(default_factory=dict)
    """Parameter → value, as links said it last."""
    tag: str | None = None
    """The last entity tag."""


def composed(
    operation: Operation,
    root: Json,
    notes: Notes,
    generate: Generate,
    aims: Mapping[str, str] | None = None,
) -> Asked:
    """Return a valid request; ``aims`` are (pointer into the body → URL) for callbacks."""
    path, query, headers = operation.path, [], {}
    for parameter in operation.parameters:
        known = _known(parameter, notes)
        if known is None and not parameter.required:
            continue
        text = _text(_shown(parameter, root, generate) if known is None else known)
        match parameter.location:
            case "path":
                path = path.replace("{" + parameter.name + "}", quote(text, safe=""))
            case "query":
                query.append((parameter.name, text))
            case "header":
                headers[parameter.name] = text
    body = _body(operation, root, generate, aims or {}, headers)
    return Asked(
        operation=operation,
        path=f"{path}?{urlencode(query)}" if query else path,
        headers=headers,
        body=body,
    )


def learn(notes: Notes, asked: Asked, answered: Answered, root: Json) -> None:
    """Remember what an answer's links say, and its entity tag."""
    notes.tag = answered.headers.get("etag", notes.tag)
    facts = Facts(
        url=asked.path,
        method=asked.operation.method,
        path=_path_values(asked),
        query=parse_qs(urlsplit(asked.path).query),
        headers={name.lower(): value for name, value in asked.headers.items()},
        body=parsed(asked.body),
        status=answered.status,
        response_headers=answered.headers,
        response_body=parsed(answered.body),
    )
    for link in links(asked.operation, root, str(answered.status)):
        for name, written in (link.get("parameters") or {}).items():
            value = _told(written, facts)
            if value is not None:
                notes.told[name.removeprefix("path.").removeprefix("query.")] = value


def _told(written: Json, facts: Facts) -> Json:
    """Return what a link's parameter is; None where its expression is none."""
    try:
        return compile_expression(written)(facts) if isinstance(written, str) else written
    except ValueError:  # who checks the document tells
        return None


def parsed(body: bytes | None) -> Json:
    """Return the body's JSON; None when it is none."""
    try:
        return orjson.loads(body or b"null")
    except orjson.JSONDecodeError:
        return None


def _known(parameter: Parameter, notes: Notes) -> Json:
    if parameter.location == "header" and parameter.name.lower() == _CONDITIONAL:
        return notes.tag if parameter.required else None
    return notes.told.get(parameter.name) if parameter.location == "path" else None


def _shown(parameter: Parameter, root: Json, generate: Generate) -> Json:
    stated = _example(parameter.raw, root)
    return generate(parameter.schema_pointer) if stated is None else stated


def _example(holder: Mapping[str, Json], root: Json) -> Json:
    """Return the best value that a parameter, media type or its schema shows; None: there is none."""
    shown = (one.value for one in statements(holder, root).in_order if not one.is_written)
    return next(shown, None)


def _body(
    operation: Operation,
    root: Json,
    generate: Generate,
    aims: Mapping[str, str],
    headers: dict[str, str],
) -> bytes | None:
    media = _json_of(operation)
    if media is None or not (operation.body_required or aims):
        return None
    body = _example(media.raw, root)
    if body is None and media.schema_pointer is not None:
        body = generate(media.schema_pointer)
    for pointer, url in aims.items():
        body = aimed(body, pointer, url)
    headers["Content-Type"] = media.name
    return json_bytes(body)


def aimed(body: Json, pointer: str, url: str) -> Json:
    """Return the body with a callback's URL where the contract says it stands."""
    *way, last = split(pointer)
    changed: dict[str, Any] = dict(body) if isinstance(body, dict) else {}
    holder = changed
    for token in way:
        inner = holder.get(token)
        holder[token] = dict(inner) if isinstance(inner, dict) else {}
        holder = holder[token]
    holder[last] = url
    return changed


def _json_of(operation: Operation) -> MediaType | None:
    return next((one for one in (operation.body or {}).values() if "json" in one.name), None)


def _path_values(asked: Asked) -> Mapping[str, str]:
    written, sent = asked.operation.path.split("/"), asked.path.partition("?")[0].split("/")
    return {
        part[1:-1]: value
        for part, value in zip(written, sent, strict=False)
        if part.startswith("{") and part.endswith("}")
    }


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json_bytes(value).decode()
