"""Says whether an answer is what the document promises for such a request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from tests.contract.in_process import Request
from tests.contract.real_documents.document_read import Json, Op
from tests.contract.real_documents.second_opinion import LONGEST_JUDGED, Opinion
from tests.contract.real_documents.wires import Answer

_ERRORS, _FAULTS, _BEYOND = 400, 500, 600
_NOTHING_TO_SAY = frozenset({204, 205, 304})


def of_a_valid_one(op: Op, answer: Answer, opinion: Opinion) -> str | None:
    """Say what is wrong with the answer to a valid request; None: nothing."""
    key = declared(op, answer.status)
    hopeful = any(not status.startswith(("1", "4", "5")) for status in op.answers)
    if answer.status >= _FAULTS:
        return f"{answer.status}: {told(answer)}"
    if answer.status >= _ERRORS and (hopeful or key is None):
        return f"refused with {answer.status}: {told(answer)}"
    if key is None:
        is_bare = not answer.body and all(status[0] in "15" for status in op.answers)
        return None if is_bare else f"status {answer.status} is not declared"
    return None if op.method == "head" else _of_content(op, key, answer, opinion)


def of_a_broken_one(answer: Answer) -> str | None:
    """Say what is wrong with the answer to a broken request; None: nothing."""
    if _ERRORS <= answer.status < _FAULTS:
        return None
    return f"{answer.status}: {told(answer)}" if answer.status >= _FAULTS else "taken for valid"


def declared(op: Op, status: int) -> str | None:
    """Return the key that declares a status."""
    known = {key.lower(): key for key in op.answers}
    tried = (str(status), f"{status // 100}xx", "default")
    return next((known[key] for key in tried if key in known), None)


def told(answer: Answer) -> str:
    """Return what an error says."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer.body[:300].decode("utf-8", "replace")
    if isinstance(body, dict):
        for key in ("detail", "message"):
            if isinstance(body.get(key), str):
                return f"{body.get('code', '')} {body[key]}"[:400]
    return json.dumps(body)[:300]


def _of_content(op: Op, key: str, answer: Answer, opinion: Opinion) -> str | None:
    content = op.answers[key]
    if not content:
        return "a body where none is declared" if answer.body else None
    if answer.status in _NOTHING_TO_SAY:
        return None
    media = _media(content, answer)
    if media is None:
        return f"media type {answer.media_type!r} is not declared"
    return _of_value(media, answer, opinion)


def _of_value(media: Json, answer: Answer, opinion: Opinion) -> str | None:
    schema = media.get("schema")
    if schema is None or not re.search(r"\bjson$", answer.media_type):
        return None
    try:
        value = json.loads(answer.body)
    except ValueError:
        return "the answer is no JSON"
    if len(answer.body) > LONGEST_JUDGED:
        return None
    wrong = opinion.wrong(schema, value, answer=True)
    return wrong and f"{_put(media, value, opinion)}: {wrong}"


def _put(media: Json, value: Json, opinion: Opinion) -> str:
    """Say how bad it is that the library refuses a value."""
    schema, given = media["schema"], opinion.given(media)
    if excuse := opinion.excuse(schema, value):
        return excuse
    if value in given or any(opinion.wrong(schema, one, answer=True) for one in given):
        return "the answer is not valid, and neither is the document's example"
    return "the answer is not valid"


def _media(content: Mapping[str, Json], answer: Answer) -> Json | None:
    name = answer.media_type
    if (written := answer.headers.get("content-type", "")) in content:
        return content[written] or {}
    known = {one.partition(";")[0].strip().lower(): one for one in content}
    for tried in (name, f"{name.partition('/')[0]}/*", "*/*", "*"):
        if tried in known:
            return content[known[tried]] or {}
    base = name.partition("/")[0]
    near = next((one for one in known if "*" in one and one.startswith(base)), None)
    return None if near is None else content[known[near]] or {}


def shown(request: Request) -> Json:
    """Return a request as it is kept in the results."""
    return {
        "method": request.method.upper(),
        "target": request.target[:1500],
        "headers": dict(request.headers),
        "body": request.body[:1500].decode("utf-8", "replace"),
    }
