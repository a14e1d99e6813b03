"""Writes down how to ask for the same from a terminal: ``curl``, ready to be copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

import orjson

from mock_platform.engine.operations import MediaType, Operation
from mock_platform.shared.contracts import Json
from mock_platform.shared.curl import Command

_JSON = "application/json"
_NOTHING = object()


def curl(method: str, url: str, body: Json = _NOTHING) -> str:
    """Return the command line."""
    asked = Command(method=method, url=url, flags="-s")
    if body is not _NOTHING:
        asked = replace(asked, headers=[("Content-Type", _JSON)], body=orjson.dumps(body))
    return asked.written()


def curl_of(
    operation: Operation | None,
    base: str,
    /,
    body: Json = _NOTHING,
    query: Mapping[str, str | None] | None = None,
    **path: str,
) -> str | None:
    """Return how to call the operation; None where it is not served.

    What the path needs and is not given stands in braces; a body that is needed and not given is
    the contract's first example.
    """
    if operation is None:
        return None
    where = operation.path
    for name, value in path.items():
        where = where.replace("{" + name + "}", quote(value, safe=""))
    asked = {name: value for name, value in (query or {}).items() if value}
    url = base.rstrip("/") + where + (f"?{urlencode(asked)}" if asked else "")
    if body is _NOTHING and operation.body is not None:
        body = _example(operation.body.get(_JSON))
    return curl(operation.method, url, body)


def _example(content: MediaType | None) -> Json:
    if content is None:
        return _NOTHING
    if "example" in content.raw:
        return content.raw["example"]
    named = (content.raw.get("examples") or {}).values()
    return next((one["value"] for one in named if "value" in one), _NOTHING)
