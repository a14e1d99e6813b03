"""Hands a request to an application in this process, as a server would hand on a client's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

Asgi = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it goes over the wire."""

    method: str
    target: str
    """Path and query, percent-encoded."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


async def exchanged(
    app: Asgi, request: Request, lines: Iterable[tuple[str, str]]
) -> tuple[int, dict[str, str], bytes]:
    """Send one request with these header lines; return status, headers and body, whole."""
    path, _, query = request.target.partition("?")
    sent: list[Any] = []
    unread = [request.body]

    async def receive() -> Any:
        await asyncio.sleep(0)  # who keeps asking must let others have their turn
        body = unread.pop() if unread else b""  # connexion asks once more than there is
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method.upper(),
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), text.encode("latin-1")) for name, text in lines],
        "client": ("127.0.0.1", 50000),
        "server": ("mock.test", 80),
        "state": {},
    }
    await app(scope, receive, send)
    told = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in sent[0]["headers"]}
    return int(sent[0]["status"]), told, b"".join(one.get("body", b"") for one in sent[1:])
