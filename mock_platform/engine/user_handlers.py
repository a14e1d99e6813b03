"""Handlers that users bring: plain functions, which may answer with plain values."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus

from mock_platform.engine.bindings import Handler
from mock_platform.shared.contracts import Answer, Json, Play, Reply, Wait


def plainly(function: Handler) -> Handler:
    """Return a handler for a function that answers ``body``, ``(body, status[, headers])`` or a Reply."""

    @wraps(function)  # the api reads the signature to know what to hand in
    def handler(*given: Json, **named: Json) -> Answer:
        return as_answer(function(*given, **named))

    return handler


def as_answer(told: Json) -> Answer:
    """Read what a function answered."""
    match told:
        case Reply() | Wait() | Play():
            return told
        case tuple((body, int(status))):
            return Reply(body=body, status=status)
        case tuple((body, int(status), dict(headers))):
            return _with_headers(body, status, {str(n): str(text) for n, text in headers.items()})
        case None:
            return Reply(status=HTTPStatus.NO_CONTENT)
        case body:
            return Reply(body=body)


def _with_headers(body: Json, status: int, headers: dict[str, str]) -> Reply:
    """A ``Content-Type`` says which of the documented representations the body is."""
    named = next((name for name in headers if name.lower() == "content-type"), None)
    media_type = None if named is None else headers.pop(named)
    return Reply(body=body, status=status, headers=headers, media_type=media_type)
