"""Describes one operation: what it takes, what it answers, how to ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mock_platform.engine.answering.statements import followed
from mock_platform.engine.describing.constraint_words import constraints, marks, pattern
from mock_platform.engine.describing.curl_lines import curl
from mock_platform.engine.describing.folding import folded
from mock_platform.engine.describing.plain import as_word, items, members, text, usual
from mock_platform.engine.describing.samples import Sample, samples
from mock_platform.engine.describing.schema_trees import Branch, tree, type_words
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import MediaType, Operation, Parameter, Response
from mock_platform.engine.pointers import follow
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter or header."""

    name: str
    location: str
    """``path``, ``query``, ``header``, ``cookie``."""
    type: str
    required: bool
    description: str
    marks: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    pattern: str = ""
    values: tuple[str, ...] = ()
    default: str | None = None
    example: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One representation of a body."""

    media_type: str
    tree: Branch | None
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What can be asked next, with what this answer said."""

    name: str
    operation: str
    """An operationId; empty where the contract points elsewhere."""
    description: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One documented answer."""

    status: str
    description: str
    headers: tuple[Field, ...]
    bodies: tuple[Body, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPage:
    """All there is to know of one operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    is_deprecated: bool
    tags: tuple[str, ...]
    more: str
    """Where the contract says that more is written: an URL."""
    security: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    """Alternatives: scheme and scopes. Empty: nothing is asked; one that is empty: as one likes."""
    fields: tuple[Field, ...]
    body_description: str
    is_body_required: bool
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]
    callbacks: tuple[str, ...]
    curl: str


def operation_page(document: Document, operation: Operation, base: str) -> OperationPage:
    """Describe an operation that is served at ``base``."""
    raw, root = operation.raw, document.root
    bodies = tuple(
        body(one, root, Direction.REQUEST, operation.body) for one in (operation.body or {})
    )
    media_type, sample = _sent(bodies)
    return OperationPage(
        id=operation.id,
        method=operation.method,
        path=operation.path,
        summary=text(raw, "summary"),
        description=text(raw, "description"),
        is_deprecated=raw.get("deprecated") is True,
        tags=tuple(map(str, items(raw, "tags"))),
        more=text(raw.get("externalDocs"), "url"),
        security=tuple(tuple(choice.items()) for choice in operation.security),
        fields=tuple(field(one, root) for one in operation.parameters),
        body_description=_body_description(operation, root),
        is_body_required=operation.body_required,
        bodies=bodies,
        answers=tuple(_answer(one, root) for one in operation.responses.values()),
        callbacks=tuple(operation.callbacks),
        curl=curl(operation, root, base, media_type, sample),
    )


def field(one: Parameter, root: Json) -> Field:
    """Describe a parameter."""
    return _field(one.name, one.location, one.raw, one.schema, root)


def _field(name: str, location: str, raw: Json, schema: Json, root: Json) -> Field:
    seen = folded(schema, root)
    values = items(seen.schema, "enum") or items(_inner(seen.schema, root), "enum")
    example = raw.get("example", seen.schema.get("example"))
    given = [one.get("value") for one in members(raw, "examples").values() if isinstance(one, dict)]
    if example is None and given:
        example = given[0]
    deprecated = ("deprecated",) if raw.get("deprecated") is True else ()
    return Field(
        name=name,
        location=location,
        type=type_words(seen, root),
        required=raw.get("required") is True,
        description=text(raw, "description") or text(seen.schema, "description"),
        marks=tuple(dict.fromkeys((*deprecated, *marks(seen.schema)))),
        constraints=constraints(seen.schema),
        pattern=pattern(seen.schema),
        values=tuple(map(as_word, values)),
        default=usual(seen.schema),
        example=None if example is None else as_word(example),
    )


def _inner(schema: Mapping[str, Json], root: Json) -> Mapping[str, Json]:
    inner = schema.get("items")
    return folded(inner, root).schema if isinstance(inner, dict) else {}


def body(
    name: str, root: Json, direction: Direction, content: Mapping[str, MediaType] | None
) -> Body:
    """Describe one representation among those of a request or an answer."""
    raw = (content or {})[name].raw
    schema = raw.get("schema", raw.get("itemSchema")) if isinstance(raw, dict) else None
    return Body(
        media_type=name,
        tree=None if schema is None else tree(schema, root),
        samples=samples(raw, root, direction) if isinstance(raw, dict) else (),
    )


def _answer(response: Response, root: Json) -> Answer:
    content = response.content
    return Answer(
        status=response.status,
        description=text(response.raw, "description"),
        headers=tuple(
            _field(name, "header", raw, _schema_of(raw), root)
            for name, raw in response.headers.items()
            if isinstance(raw, dict)
        ),
        bodies=tuple(body(name, root, Direction.ANSWER, content) for name in content),
        links=tuple(_links(response.raw, root)),
    )


def _schema_of(raw: Json) -> Json:
    content = [*members(raw, "content").values()]
    holder = content[0] if content and isinstance(content[0], dict) else raw
    return holder.get("schema", {})


def _links(raw: Json, root: Json) -> Iterator[Link]:
    for name, written in members(raw, "links").items():
        link = followed(written, root)
        if isinstance(link, dict):
            yield Link(
                name=name,
                operation=text(link, "operationId"),
                description=text(link, "description"),
                parameters=tuple((k, as_word(v)) for k, v in members(link, "parameters").items()),
            )


def _body_description(operation: Operation, root: Json) -> str:
    if "requestBody" not in operation.raw:
        return ""
    written, _ = follow(root, operation.pointer + "/requestBody")
    return text(written, "description")


def _sent(bodies: tuple[Body, ...]) -> tuple[str, Sample | None]:
    """Return what curl sends: JSON where that will do."""
    able = [one for one in bodies if one.samples]
    able.sort(key=lambda one: "json" not in one.media_type)
    return (able[0].media_type, able[0].samples[0]) if able else ("", None)
