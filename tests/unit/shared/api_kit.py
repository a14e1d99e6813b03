"""A small client for tests of the api: it drives an application in process, message by message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from mock_platform.api.application import Contract, Knobs, Lifecycle, Limits, build_app
from mock_platform.api.cors import Cors
from mock_platform.api.plans import Violated
from mock_platform.api.waiting import WaitingRoom
from mock_platform.engine.documents import Document
from mock_platform.shared.contracts import Json
from mock_platform.shared.tracer import Tracer

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    @property
    def violations(self) -> list[tuple[str, str]]:
        """Pointer and rule of everything that was found wrong."""
        return [(one["pointer"], one["rule"]) for one in self.json.get("violations", ())]

    @property
    def told_violations(self) -> list[tuple[str, str]]:
        """The same of what was let pass all the same, and told in a header."""
        told = json.loads(self.headers["x-mock-violations"])
        return [(one["pointer"], one["rule"]) for one in told]


@dataclass
class Wire:
    """One request's two ends. What is still to be received is put in ``incoming``."""

    incoming: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    sent: list[dict[str, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        self.news.set()

    async def until_sent(self, count: int) -> None:
        while len(self.sent) < count:
            self.news.clear()
            await self.news.wait()

    def body(self, *parts: bytes) -> None:
        for index, part in enumerate(parts):
            more = index + 1 < len(parts)
            self.incoming.put_nowait({"type": "http.request", "body": part, "more_body": more})

    def disconnect(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    @property
    def answered(self) -> Answered:
        start, *rest = self.sent
        return Answered(
            status=start["status"],
            headers={k.decode(): v.decode("latin-1") for k, v in start["headers"]},
            body=b"".join(one.get("body", b"") for one in rest),
            complete=bool(rest) and not rest[-1].get("more_body", False),
        )


Sent = bytes | str | dict[str, Json] | list[Json] | None


def scope(method: str, target: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return an ASGI scope; ``target`` is the path as sent, with its query."""
    path, _, query = target.partition("?")
    lines = [(k.lower().encode(), v.encode("latin-1")) for k, v in (headers or {}).items()]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"mock.test"), *lines],
    }


@dataclass
class Served:
    """An application and what it left behind."""

    app: Any
    room: WaitingRoom
    log: list[tuple[str, str, int, float, str, str | None]]

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: Sent = None
    ) -> Answered:
        """Send one request, whole, and return the answer."""
        return asyncio.run(self.asked(method, target, headers, body))

    async def asked(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: Sent = None
    ) -> Answered:
        wire = Wire()
        wire.body(_raw(body))
        await self.app(scope(method, target, headers), wire_receive(wire), wire.send)
        return wire.answered

    def get(self, target: str, **headers: str) -> Answered:
        """GET with headers whose names have underscores for hyphens."""
        return self.ask("GET", target, {k.replace("_", "-"): v for k, v in headers.items()})


def wire_receive(wire: Wire) -> Callable[[], Any]:
    return wire.incoming.get


def _raw(body: Sent) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return b"" if body is None else orjson.dumps(body)


def page(_environ: Any, start_response: Any) -> Iterable[bytes]:
    """A WSGI application that is the same everywhere."""
    start_response("200 OK", [("content-type", "text/plain")])
    return [b"a page"]


def document(paths: Json, components: Json | None = None, **more: Json) -> Document:
    """Return a document under ``/v1``."""
    root = {
        "openapi": "3.0.4",
        "info": {"title": "Test", "version": "1"},
        "servers": [{"url": "/v1"}],
        "paths": paths,
        "components": components or {},
    }
    return Document(name="test", root=root | more)


def ok(schema: Json | None = None, **more: Json) -> Json:
    """Return responses: a 200 of JSON, and more by status (``s404=…``)."""
    content = {"application/json": {} if schema is None else {"schema": schema}}
    others = {name.removeprefix("s"): one for name, one in more.items()}
    return {"200": {"description": "", "content": content}, **others}


def serve(
    contracts: Document | Sequence[Contract],
    handlers: Mapping[str, Callable[..., Any]] | None = None,
    *,
    blocking: bool = False,
    limits: Limits | None = None,
    knobs: Knobs | None = None,
    lifecycle: Lifecycle | None = None,
    room: WaitingRoom | None = None,
    documented: Sequence[str] | None = None,
    pages: Any = page,
    cors: Cors | None = None,
    violated: Violated | None = None,
    tracer: Tracer | None = None,
) -> Served:
    """Build an application that serves a document with these handlers, by operationId."""
    if isinstance(contracts, Document):
        known = handlers or {}
        contracts = [
            Contract(document=contracts, resolve=known.__getitem__, blocking=blocking),
        ]
    log: list[tuple[str, str, int, float, str, str | None]] = []
    room = room or WaitingRoom()
    app = build_app(
        contracts,
        pages=pages,
        access_log=lambda *line: log.append(line),
        room=room,
        limits=limits or Limits(),
        knobs=knobs or Knobs(),
        lifecycle=lifecycle or Lifecycle(),
        documented=documented,
        cors=cors,
        violated=violated or (lambda *_: None),
        tracer=tracer,
    )
    return Served(app, room, log)
