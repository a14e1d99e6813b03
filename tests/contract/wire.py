"""Requests as they go over the wire, and how to send them to an application in this process."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus

import orjson

from mock_platform.shared.contracts import Json
from tests.contract.in_process import Asgi, Request, exchanged


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
    lines = [("host", "mock.test"), ("content-length", str(len(request.body))), *request.headers]
    status, _, body = await exchanged(app, request, lines)
    return status, body


def json_request(method: str, target: str, body: Json, **headers: str) -> Request:
    """A request with a JSON body; in header names underscores stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    lines = {"content-type": "application/json", **named}
    return Request(method=method, target=target, headers=tuple(lines.items()), body=raw)
