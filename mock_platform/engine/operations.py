"""The operations of a document, read once: references to parameters, bodies, answers followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation (OpenAPI 3.0.4 §4.7.12)."""

    name: str
    location: str
    """``path``, ``query``, ``header`` or ``cookie``."""
    required: bool
    style: str
    explode: bool
    schema: Json
    """May itself be a ``$ref``."""
    schema_pointer: str
    """JSON pointer of the schema in the document, e.g. ``/components/parameters/Limit/schema``."""
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """One representation of a body."""

    name: str
    """As written: ``application/json``; may be a range such as ``text/*``."""
    schema_pointer: str | None
    """None when the contract states no schema."""
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One documented answer."""

    status: str
    """``200``, ``4XX`` or ``default``."""
    content: Mapping[str, MediaType]
    headers: Mapping[str, Json]
    """Header name as written → header object, references followed."""
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    id: str
    """The operationId; made from method and path where the document has none."""
    method: str
    """In capitals."""
    path: str
    """With the server's base path: ``/v1/orders/{orderId}``."""
    pointer: str
    """JSON pointer of the operation object in the document."""
    parameters: tuple[Parameter, ...]
    body: Mapping[str, MediaType] | None
    """Media types of the request body; None when the operation takes none."""
    body_required: bool
    responses: Mapping[str, Response]
    callbacks: Mapping[str, str]
    """Callback name → the URL's runtime expression."""
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    """Alternatives; each maps scheme names to scopes. Empty: nothing is asked."""
    raw: Json
