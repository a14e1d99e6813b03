"""A platform is asked within bounds, and whatever goes wrong is told in words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mock_platform.infra.service_client import (
    NotAPlatform,
    Refused,
    ServiceClient,
    Unreachable,
)

PROBLEM = b'{"title": "No.", "status": 409, "code": "TRANSITION_ILLEGAL"}'


@dataclass
class Scripted:
    """What is answered next, and what was asked."""

    url: str
    status: int = 200
    kind: str = "application/json"
    body: bytes = b"{}"
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Scripted]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scripted.asked.append((self.command, self.path, self.headers["x-trace-id"]))
            self.send_response(scripted.status)
            self.send_header("Content-Type", scripted.kind)
            self.send_header("Content-Length", str(len(scripted.body)))
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(scripted.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        scripted = Scripted(f"http://127.0.0.1:{listening.server_port}")
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield scripted
        listening.shutdown()


def client(url: str, cap: int = 1000) -> ServiceClient:
    return ServiceClient(url, new_trace=lambda: "ab" * 16, cap=cap)


def test_paths_are_escaped_and_filters_without_a_value_left_out(server: Scripted) -> None:
    asking = client(server.url)

    assert asking.get("orders", "a/b?", query={"limit": 5, "cursor": None}) == {}
    asking.post("deliveries", "dlv_1", "replay")

    assert server.asked == [
        ("GET", "/v1/orders/a%2Fb%3F?limit=5", "ab" * 16),
        ("POST", "/v1/deliveries/dlv_1/replay", "ab" * 16),
    ]


def test_a_problem_document_is_raised_as_it_is(server: Scripted) -> None:
    server.status, server.kind, server.body = 409, "application/problem+json", PROBLEM

    with pytest.raises(Refused) as refused:
        client(server.url).get("orders")

    assert refused.value.problem["code"] == "TRANSITION_ILLEGAL"


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", b"<html>"),
        (200, "application/json", b"{oops"),
        (302, "application/json", b"{}"),
        (502, "application/json", b"{}"),
    ],
)
def test_what_is_no_platform_is_called_so(
    server: Scripted, status: int, kind: str, body: bytes
) -> None:
    server.status, server.kind, server.body = status, kind, body

    with pytest.raises(NotAPlatform, match="is no Mock Platform"):
        client(server.url).get("orders")


def test_an_answer_is_not_read_beyond_the_cap(server: Scripted) -> None:
    server.body = b'"' + b"x" * 2000 + b'"'

    with pytest.raises(NotAPlatform, match="longer than 1000 bytes"):
        client(server.url).get("orders")


def test_nobody_there_is_told_with_the_reason() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(Unreachable) as away:
            client(url).get("orders")

    assert str(away.value) == f"nothing answers at {url} (Connection refused)"


def test_a_url_that_cannot_be_read_is_told() -> None:
    with pytest.raises(Unreachable, match=r"nothing answers at http://127\.0\.0\.1:x"):
        client("http://127.0.0.1:x").get("orders")
