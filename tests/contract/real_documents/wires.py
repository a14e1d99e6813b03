"""Sends what a usual client sends, and keeps what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from tests.contract.in_process import Asgi, Request, exchanged


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


async def ask(app: Asgi, request: Request) -> Answer:
    """Send one request and return the answer, whole."""
    lines = {**dict(_USUAL), **{name.lower(): text for name, text in request.headers}}
    if request.body or request.method.lower() in _ALWAYS_COUNTED:
        lines["content-length"] = str(len(request.body))
    status, headers, body = await exchanged(app, request, lines.items())
    return Answer(status=status, headers=headers, body=body)
