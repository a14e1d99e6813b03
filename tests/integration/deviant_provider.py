"""A copy of the order service that deviates from its contract: a proxy that changes what passes.

It stands between a client and the real service, and between the real service and the receivers of
its callbacks, so a fault can be planted in either.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, quote

import requests
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

_OF_ONE_HOP = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "date", "server"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An answer on its way to the client, or a callback on its way to its receiver."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    def with_json(self, **members: Any) -> Message:
        return replace(self, body=json.dumps(self.json | members).encode())

    def without(self, header: str) -> Message:
        kept = {name: value for name, value in self.headers.items() if name != header}
        return replace(self, headers=kept)


Answering = Callable[[str, str, Message], Message]
"""From method, path and the true answer to the one that is given."""
Calling = Callable[[Message], list[Message]]
"""From the true callback to what is sent instead, in order."""
Hearing = Callable[[int], int]
"""From what the receiver of a callback answered to what the true service is told."""


@dataclass(slots=True, kw_only=True)
class Deviant:
    """The proxy's two ways."""

    upstream: str
    answering: Answering = lambda _method, _path, answer: answer
    calling: Calling = lambda callback: [callback]
    hearing: Hearing = lambda status: status
    url: str = ""
    _one_at_a_time: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))
    """By receiver."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        passed = self._call(request) if request.path == "/call" else self._answer(request)
        response = Response(passed.body, passed.status, dict(passed.headers))
        return response(environ, start_response)

    def _answer(self, request: Request) -> Message:
        body = request.get_data()
        headers = _passed_on(request.headers)
        if b"callbackUrl" in body:
            body = self._redirected(body)
        answer = requests.request(
            request.method,
            self.upstream + request.full_path.removesuffix("?"),
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=30,
        )
        true = Message(
            status=answer.status_code, headers=_passed_on(answer.headers), body=answer.content
        )
        return self.answering(request.method, request.path, true)

    def _redirected(self, body: bytes) -> bytes:
        """Have callbacks come here first; what is no JSON stays as wrong as it is."""
        try:
            told = json.loads(body)
            told["callbackUrl"] = f"{self.url}/call?to={quote(told['callbackUrl'], safe='')}"
        except (ValueError, TypeError, KeyError):
            return body
        return json.dumps(told).encode()

    def _call(self, request: Request) -> Message:
        [to] = parse_qs(request.query_string.decode())["to"]
        true = Message(headers=_passed_on(request.headers), body=request.get_data())
        answered = Message(status=204)
        with self._one_at_a_time[to]:
            for one in self.calling(true):
                answered = _posted(to, one)
        return replace(answered, status=self.hearing(answered.status))


def _posted(to: str, callback: Message) -> Message:
    try:
        answer = requests.post(to, data=callback.body, headers=dict(callback.headers), timeout=30)
    except requests.ConnectionError:
        return Message(status=502)
    return Message(status=answer.status_code, headers=_passed_on(answer.headers))


@contextmanager
def deviating(
    upstream: str,
    *,
    answering: Answering | None = None,
    calling: Calling | None = None,
    hearing: Hearing | None = None,
) -> Iterator[str]:
    """Serve a deviating copy of what runs at ``upstream``; yield its URL."""
    deviant = Deviant(upstream=upstream)
    if answering is not None:
        deviant.answering = answering
    if calling is not None:
        deviant.calling = calling
    if hearing is not None:
        deviant.hearing = hearing
    server = make_server("127.0.0.1", 0, deviant, threaded=True, request_handler=_Silent)
    deviant.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield deviant.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        pass


def _passed_on(headers: Any) -> dict[str, str]:
    return {
        name.lower(): value for name, value in headers.items() if name.lower() not in _OF_ONE_HOP
    }
