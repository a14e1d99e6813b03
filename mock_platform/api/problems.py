"""Tells clients what went wrong, always in the same shape (RFC 9457): the only place that does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus

import orjson
import structlog
from starlette.exceptions import HTTPException

from mock_platform.api.exchange import Exchange, Headers, Rendered
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import (
    Kind,
    MethodNotAllowed,
    PathUnknown,
    PlatformError,
    Unexpected,
)

STATUSES: Mapping[Kind, int] = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.METHOD_UNKNOWN: 405,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION_FAILED: 412,
    Kind.TOO_LARGE: 413,
    Kind.MEDIA_TYPE_UNKNOWN: 415,
    Kind.INVALID: 422,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.BROKEN: 500,
    Kind.UNAVAILABLE: 503,
}

TYPE = "urn:mock-platform:error:"
MEDIA_TYPE = b"application/problem+json"

_EXTRA: Mapping[Kind, Headers] = {
    # What is left of the body is not read, so nothing else can follow on this connection.
    Kind.TOO_LARGE: [(b"connection", b"close")],
}

_CHALLENGE = 'Mock realm="mock-platform"'

_log = structlog.get_logger()


def problem(error: PlatformError, exchange: Exchange, status: int | None = None) -> Rendered:
    """Make the problem document of an expected failure."""
    document = said(error, exchange)
    if status is not None:
        document["status"] = status
    body = orjson.dumps(document, default=str)
    headers = [(b"content-type", MEDIA_TYPE), (b"content-length", b"%d" % len(body))]
    return Rendered(document["status"], headers + extra_headers(error), body)


def said(error: PlatformError, exchange: Exchange) -> dict[str, Json]:
    """Return what a problem document says."""
    document: dict[str, Json] = {
        **error.facts,
        "type": TYPE + error.code,
        "title": error.title(),
        "status": STATUSES[error.kind],
        "detail": error.detail,
        "instance": exchange.path,
        "code": error.code,
        "traceId": exchange.trace.id,
    }
    if error.violations:
        document["violations"] = [asdict(violation) for violation in error.violations]
    return document


def extra_headers(error: PlatformError) -> Headers:
    """Return the headers that go with an error, whatever its body looks like."""
    headers = [*_EXTRA.get(error.kind, ()), *_challenges(error)]
    if error.kind is Kind.METHOD_UNKNOWN:
        headers.append((b"allow", ", ".join(error.facts.get("allowed", ())).encode()))
    return headers


def _challenges(error: PlatformError) -> Headers:
    """RFC 9110 §11.6.1 wants a challenge with every 401."""
    default = [_CHALLENGE] if error.kind is Kind.UNAUTHENTICATED else []
    challenges = error.facts.get("challenges", default)
    return [(b"www-authenticate", one.encode("latin-1", "replace")) for one in challenges]


def surprise(error: Exception, exchange: Exchange) -> Rendered:
    """Log an unexpected failure in full, and tell the client nothing but where to look."""
    _log.error(
        "request.broken",
        operation=exchange.operation,
        method=exchange.method,
        path=exchange.path,
        trace_id=exchange.trace.id,
        exc_info=error,
    )
    return problem(Unexpected("The trace id finds it in the log."), exchange)


def translated(refusal: HTTPException) -> PlatformError:
    """Make one of our errors of what starlette's router refuses."""
    if refusal.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = sorted((refusal.headers or {}).get("Allow", "").split(", "))
        return MethodNotAllowed("The path has other methods.", allowed=allowed)
    return PathUnknown("There is no such page.")
