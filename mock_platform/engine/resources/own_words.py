"""Answers a refusal in the operation's own words, where the contract has any for it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.fitting import Fitting
from mock_platform.engine.resources.names import squashed
from mock_platform.engine.resources.part_reader import example_of, json_of
from mock_platform.engine.resources.shapes import Shape
from mock_platform.shared.contracts import Json, Reply
from mock_platform.shared.errors import (
    PatchUnfit,
    PlatformError,
    PreconditionFailed,
    ResourceExists,
    ResourceNotFound,
)

_STATUSES: Mapping[type[PlatformError], int] = {
    ResourceNotFound: HTTPStatus.NOT_FOUND,
    ResourceExists: HTTPStatus.CONFLICT,
    PatchUnfit: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
}
"""What the api answers to them too."""

_TEXTS = frozenset({"message", "detail", "error", "description", "errormessage", "reason", "msg"})
_TITLES = frozenset({"title", "errortitle", "summary"})
_CODES = frozenset({"status", "statuscode", "code", "httpstatus", "errorcode"})


def own_words(error: PlatformError, operation: Operation, fitting: Fitting) -> Reply | None:
    """Return the answer that the contract documents for a refusal; None if it does not."""
    status = _STATUSES.get(type(error))
    response = operation.responses.get(str(status))
    content = None if response is None else json_of(response.content)
    if status is None or content is None:
        return None
    if (example := example_of(content, fitting.shapes.root)) is not None:
        return Reply(status=status, body=example)
    pointer = content.schema_pointer
    if pointer is None:
        return None
    said = _said(error, status, fitting, fitting.shapes.at(pointer))
    body = fitting.fitted(said, pointer, f"{operation.id} {status}")
    return None if body is None or fitting.wrong(body, pointer) else Reply(status=status, body=body)


def _said(error: PlatformError, status: int, fitting: Fitting, shape: Shape) -> Json:
    members: dict[str, Json] = {}
    for name in shape.properties:
        kind = fitting.shapes.property(shape, name)
        if kind is None:
            continue
        is_text, flat = "string" in kind.types, squashed(name)
        if flat in _CODES:
            members[name] = error.code if is_text else status
        elif flat in _TEXTS and is_text:
            members[name] = error.detail
        elif flat in _TITLES and is_text:
            members[name] = error.title()
        elif kind.is_object and flat in {"error", "fault"}:
            members[name] = _said(error, status, fitting, kind)
    return members
