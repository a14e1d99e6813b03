"""Writes a collection for Postman (format 2.1): folders by tag, tests, variables, saved answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from mock_platform.engine.exporting.literally import (
    ALTERED,
    in_text,
    is_altered,
    of_body,
    parted,
)
from mock_platform.engine.exporting.plans import (
    Answer,
    Blank,
    Capture,
    Field,
    Plan,
    Step,
    Text,
)
from mock_platform.engine.pointers import split
from mock_platform.shared.contracts import Json

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def as_postman(plan: Plan) -> str:
    """Write the collection."""
    folders: dict[str, list[Json]] = {}
    for step in plan.steps:
        folders.setdefault(step.folder, []).append(_item(step))
    items = [
        one
        for folder, members in folders.items()
        for one in ([{"name": folder, "item": members}] if folder else members)
    ]
    collection = {
        "info": {
            "name": f"{plan.title} {plan.version}".strip(),
            "description": "Every operation, from the examples of its contract.",
            "schema": SCHEMA,
        },
        "item": items,
        "variable": [
            {
                "key": one.name,
                "value": parted(one.value),
                "type": "string",
                "description": one.note,
            }
            for one in plan.variables
        ],
    }
    return json.dumps(collection, indent=2, ensure_ascii=False) + "\n"


def _item(step: Step) -> Json:
    request = _request(step)
    return {
        "name": step.title,
        "event": [
            {"listen": "test", "script": {"type": "text/javascript", "exec": [*_test(step)]}}
        ],
        "request": request,
        "response": [_saved(answer, request) for answer in step.answers],
    }


def _request(step: Step) -> Json:
    """Blanks are Postman's variables; auth is a header with one, so that no secret is stored."""
    request = {
        "method": step.method,
        "header": [_field(one) for one in step.headers],
        "url": _url(step),
        "description": _described(step),
        "auth": {"type": "noauth"},
    }
    if step.parts:
        parts = [{**_field(one), "type": "text"} for one in step.parts]
        request["body"] = {"mode": "formdata", "formdata": parts}
    elif step.body is not None:
        types = [in_text(one.text) for one in step.headers if one.name == "Content-Type"]
        language = "json" if any("json" in one for one in types) else "text"
        request["body"] = {
            "mode": "raw",
            "raw": of_body(step),
            "options": {"raw": {"language": language}},
        }
    return request


def _described(step: Step) -> str:
    return "\n\n".join(filter(None, [step.note, f"Note: {ALTERED}." if is_altered(step) else ""]))


def _url(step: Step) -> Json:
    path = in_text(step.path)
    query = [_field(replace(one, name=quote(one.name), text=_quoted(one))) for one in step.query]
    sent = "&".join(f"{one['key']}={one['value']}" for one in query if "disabled" not in one)
    whole: dict[str, Json] = {
        "raw": f"{{{{baseUrl}}}}{path}{f'?{sent}' if sent else ''}",
        "host": ["{{baseUrl}}"],
        "path": path.removeprefix("/").split("/"),
    }
    return whole | ({"query": query} if query else {})


def _field(one: Field) -> dict[str, Json]:
    told: dict[str, Json] = {"key": parted(one.name), "value": in_text(one.text)}
    if one.note:
        told["description"] = one.note
    return told if one.is_sent else told | {"disabled": True}


def _quoted(one: Field) -> Text:
    return tuple(part if isinstance(part, Blank) else quote(part) for part in one.text)


def _test(step: Step) -> Iterator[str]:
    exact = [int(status) for status in step.statuses if status.isdecimal()]
    ranges = [int(status[0]) for status in step.statuses if status[1:].upper() == "XX"]
    if "default" not in step.statuses:
        told = f"{exact}.includes(code) || {ranges}.includes(Math.floor(code / 100))"
        yield "const code = pm.response.code;"
        yield (
            'pm.test("answers as documented", () =>'
            f" pm.expect({told}, `status ${{code}}`).to.be.true);"
        )
    if step.captures:
        yield "if (pm.response.code < 300) {"
        if any(not capture.header for capture in step.captures):
            yield "  const body = pm.response.json();"
        for capture in step.captures:
            yield f"  {_kept(capture)}"
        yield "}"


def _kept(capture: Capture) -> str:
    value = f"pm.response.headers.get({json.dumps(capture.header)})"
    if not capture.header:
        keys = (int(key) if key.isdecimal() else key for key in split(capture.pointer))
        value = "body" + "".join(f"?.[{json.dumps(key)}]" for key in keys)
    name = json.dumps(capture.variable)
    return f"if ({value} != null) pm.collectionVariables.set({name}, {value});"


def _saved(answer: Answer, request: Json) -> Json:
    header = [{"key": "Content-Type", "value": answer.media_type}] if answer.media_type else []
    return {
        "name": answer.name,
        "originalRequest": request,
        "code": answer.status,
        "status": str(answer.status),
        "_postman_previewlanguage": "json" if "json" in answer.media_type else "text",
        "header": header,
        "body": answer.body,
    }
