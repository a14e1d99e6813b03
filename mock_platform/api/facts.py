"""Tells runtime expressions of an exchange: of the request, and of its answer once there is one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import orjson

from mock_platform.api.exchange import Exchange, Rendered
from mock_platform.api.parameters import Found
from mock_platform.engine.runtime_expressions import Expression, Facts, compile_expression
from mock_platform.shared.contracts import Json


def readable(urls: Mapping[str, str]) -> Mapping[str, Expression]:
    """Compile the URLs of callbacks; who checks the contract tells of those that cannot be read."""
    found: dict[str, Expression] = {}
    for name, url in urls.items():
        with suppress(ValueError):
            found[name] = compile_expression(url)
    return found


def facts_of(exchange: Exchange, found: Found, body: Json) -> Facts:
    """Return the facts of a request that was read."""
    headers = exchange.headers
    host = headers.get(b"host", b"").decode("latin-1")
    query = f"?{exchange.query.decode('latin-1')}" if exchange.query else ""
    return Facts(
        url=f"{exchange.scope.get('scheme', 'http')}://{host}{exchange.path}{query}",
        method=exchange.method,
        path=found["path"],
        query={k: v if isinstance(v, list) else [v] for k, v in found["query"].items()},
        headers={k.decode("latin-1"): v.decode("latin-1") for k, v in headers.items()},
        body=body,
    )


def with_answer(facts: Facts, rendered: Rendered) -> Facts:
    """Return the facts of the whole exchange; a body that is no JSON is a text."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in rendered.headers}
    try:
        body = orjson.loads(rendered.body)
    except orjson.JSONDecodeError:
        body = rendered.body.decode("utf-8", "replace")
    return replace(facts, status=rendered.status, response_headers=headers, response_body=body)
