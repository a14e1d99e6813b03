"""Judges one answer by what its operation documents: status, media type, headers, body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import orjson

from mock_platform.engine.documented_statuses import DEFAULT, key_documenting
from mock_platform.engine.operations import MediaType, Response
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.verifying.deviations import Answered, Asked

_SHOWN = 3
_FAILED = 500


@dataclass(frozen=True, slots=True)
class Judge:
    """Compares answers with the contract; schemas are compiled when first needed."""

    schemas: Schemas

    def judge(self, asked: Asked, answered: Answered) -> Iterator[tuple[str, str]]:
        """Yield rule and message for everything that the contract does not say."""
        status, documented = answered.status, asked.operation.responses
        key = key_documenting(documented, status)
        if status >= _FAILED and key in {None, DEFAULT}:
            yield "server-error", f"it failed with {status}"
            return
        if key is None:
            known = ", ".join(documented)
            yield "status", f"{status} is not documented; what is: {known}"
            return
        response = documented[key]
        for name, raw in response.headers.items():
            if raw.get("required") and name.lower() not in answered.headers:
                yield "header", f"its {status} has no {name}"
        if (
            response.content
            and status != HTTPStatus.NOT_MODIFIED
            and asked.operation.method != "HEAD"
        ):
            yield from self._body(response, answered)

    def _body(self, response: Response, answered: Answered) -> Iterator[tuple[str, str]]:
        told = answered.headers.get("content-type", "").partition(";")[0].strip().lower()
        media = media_of(response.content, told)
        if media is None:
            known = ", ".join(response.content)
            yield "media-type", f"its {answered.status} is {told or 'nothing'}; documented: {known}"
            return
        if "json" not in told or media.schema_pointer is None:
            return
        try:
            value = orjson.loads(answered.body)
        except orjson.JSONDecodeError as reason:
            yield "body", f"its {answered.status} is no JSON: {reason}"
            return
        wrong = self.schemas.validator(media.schema_pointer, Direction.ANSWER)(value)
        for one in wrong[:_SHOWN]:
            where = one.pointer or "the body"
            yield "body", f"its {answered.status}: {where}: {one.message}"


def media_of(content: Mapping[str, MediaType], told: str) -> MediaType | None:
    """Return the documented media type that an answer's is, ranges last."""
    kind = told.partition("/")[0]
    for name in (told, f"{kind}/*", "*/*"):
        for written, media in content.items():
            if written.partition(";")[0].strip().lower() == name:
                return media
    return None
