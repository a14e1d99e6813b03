"""Sends requests to an application in this process, as a server would hand on a client's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it goes over the wire."""

    method: str
    target: str
    """Path and query, percent-encoded."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


_USUAL = (
    ("host", "mock.test"),
    ("user-agent", "python-requests/2.32"),
    ("accept-encoding", "gzip, deflate"),
    ("accept", "*/*"),
    ("connection", "keep-alive"),
)
ALWAYS_SENT = frozenset(dict(_USUAL))
_ALWAYS_COUNTED = frozenset({"post", "put", "patch"})


async def ask(app: Any, request: Request) -> Answer:
    """Send one request and return the answer, whole."""
    path, _, query = request.target.partition("?")
    sent: list[Any] = []
    unread = [request.body]

    async def receive() -> Any:
        await asyncio.sleep(0)
        body = unread.pop() if unread else b""
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    lines = {**dict(_USUAL), **{name.lower(): text for name, text in request.headers}}
    if request.body or request.method.lower() in _ALWAYS_COUNTED:
        lines["content-length"] = str(len(request.body))
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
        "headers": [
            (name.encode("latin-1"), text.encode("latin-1")) for name, text in lines.items()
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("mock.test", 80),
        "state": {},
    }
    await app(scope, receive, send)
    return Answer(
        status=sent[0]["status"],
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in sent[0]["headers"]},
        body=b"".join(one.get("body", b"") for one in sent[1:]),
    )
