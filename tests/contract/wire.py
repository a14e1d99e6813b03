"""Requests as they go over the wire, and how to send them to an application in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import orjson

from mock_platform.shared.contracts import Json

Asgi = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it goes over the wire."""

    method: str
    target: str
    """The path and the query, percent-encoded."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back."""

    status: int
    body: bytes
    taken: bool
    """The contract found nothing wrong with the request, and the handler got it."""

    @property
    def kind(self) -> str:
        """What became of the request: refused by the contract or by the handler, or accepted."""
        if self.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return "broken"
        if not self.taken:
            return "refused"
        return "accepted" if self.status < HTTPStatus.BAD_REQUEST else "taken, then refused"

    @property
    def rules(self) -> set[str]:
        """The rules that the request broke, by our own account."""
        try:
            return {one["rule"] for one in json.loads(self.body).get("violations", ())}
        except (ValueError, AttributeError):
            return set()


def ask(app: Asgi, request: Request) -> tuple[int, bytes]:
    """Send one request in process; return the answer's status and body."""
    return asyncio.run(_asked(app, request))


async def _asked(app: Asgi, request: Request) -> tuple[int, bytes]:
    path, _, query = request.target.partition("?")
    sent: list[Any] = []
    unread = [request.body]

    async def receive_body() -> Any:
        await asyncio.sleep(0)  # who keeps asking must let others have their turn
        body = unread.pop() if unread else b""  # connexion asks once more than there is
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    lines = [("host", "mock.test"), ("content-length", str(len(request.body))), *request.headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in lines],
        "client": ("127.0.0.1", 1),
        "server": ("mock.test", 80),
    }
    await app(scope, receive_body, send)
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return int(sent[0]["status"]), body


def json_request(method: str, target: str, body: Json, **headers: str) -> Request:
    """A request with a JSON body; in header names underscores stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    lines = {"content-type": "application/json", **named}
    return Request(method=method, target=target, headers=tuple(lines.items()), body=raw)
