"""Has clients send hostile examples, and compares what arrives with what the contract shows.

Run by ``try_exports.sh``, with the folder of the clients.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mock_platform.bootstrap.exporting import export_spec

_TIMEOUT_S = 120
SECRET = "never-to-be-sent"
SAID = "{{apiKey}} {{$guid}} {{{apiKey}}} {{baseUrl}} %} 100% $HOME `id` $(id) \\n \"a\" 'b' \\ ! é"
LINES = f"# first\n{SAID}\n// left out\n< /etc/hostname\n### \n@baseUrl = http://evil.example\nlast"
VALUE = {"said": SAID, "lines": LINES, "beside": "{http://127.0.0.1:8080/x}"}


@dataclass
class Sent:
    """What one client sent."""

    queries: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str | None] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)


def contract() -> Any:
    said = {"in": "query", "name": "q", "required": True, "schema": {}, "example": SAID}
    header = {
        "in": "header",
        "name": "X-Said",
        "required": True,
        "schema": {},
        "example": "{{apiKey}}",
    }

    def asks(name: str, media_type: str, example: Any) -> Any:
        return {
            "post": {
                "operationId": name,
                "parameters": [said, header],
                "requestBody": {"content": {media_type: {"example": example}}},
                "responses": {"204": {"description": "Seen."}},
            }
        }

    return {
        "openapi": "3.0.4",
        "info": {"title": "@import evil.http", "version": "1"},
        "paths": {
            "/json": asks("json", "application/json", VALUE),
            "/form": asks("form", "application/x-www-form-urlencoded", {"said": SAID}),
            "/text": asks("text", "text/plain", LINES),
        },
    }


@contextmanager
def hearing(sent: Sent) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            sent.bodies[parts.path] = body.decode()
            sent.queries[parts.path] = parse_qs(parts.query)["q"][0]
            sent.headers[parts.path] = self.headers["X-Said"]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def sent_by(form: str, suffix: str, *command: str) -> Sent:
    sent = Sent()
    with TemporaryDirectory() as folder, hearing(sent) as url:
        spec, file = Path(folder, "spec.json"), Path(folder, f"out.{suffix}")
        spec.write_text(json.dumps(contract()))
        file.write_text(export_spec(spec, form, url))
        words = [str(file) if word == "FILE" else word for word in command]
        subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, "apiKey": SECRET},
            stdout=subprocess.DEVNULL,
            check=False,
            timeout=_TIMEOUT_S,
        )
        sent.bodies = {
            place: text.replace(url, "http://127.0.0.1:8080") for place, text in sent.bodies.items()
        }
    return sent


def wrong_in(sent: Sent, *, has_escapes: bool) -> Iterator[str]:
    """Yield what arrived otherwise than it was shown; of texts, what is not told of in a note."""
    if sent.bodies.keys() != contract()["paths"].keys():
        yield f"only {sorted(sent.bodies)} arrived"
        return
    if json.loads(sent.bodies["/json"]) != VALUE:
        yield f"JSON: {sent.bodies['/json']}"
    if parse_qs(sent.bodies["/form"])["said"] != [SAID]:
        yield f"the form: {sent.bodies['/form']}"
    yield from (f"the query: {one}" for one in sent.queries.values() if one != SAID)
    wanted = "{{apiKey}}" if has_escapes else "{ {apiKey}}"
    yield from (f"the header: {one}" for one in sent.headers.values() if one != wanted)
    text = sent.bodies["/text"]
    plain = text.replace("\n\\", "\n").removeprefix("\\").replace("{ {", "{{").replace("{ {", "{{")
    if (text if has_escapes else plain) != LINES:
        yield f"the text: {text}"
    if SECRET in str(sent):
        yield "a secret of who sent it"


def main(clients: str) -> int:
    tried = {
        "curl": (sent_by("curl", "sh", "bash", "FILE"), True),
        "httpyac": (
            sent_by("jetbrains", "http", f"{clients}/httpyac", "send", "--all", "FILE"),
            False,
        ),
        "newman": (
            sent_by(
                *("postman", "json", f"{clients}/newman", "run", "FILE"),
                *("--global-var", f"apiKey={SECRET}"),
            ),
            False,
        ),
    }
    wrong = 0
    for client, (sent, has_escapes) in tried.items():
        found = [*wrong_in(sent, has_escapes=has_escapes)]
        print(f"{client}: {len(found)} of what it sent was otherwise than shown")  # noqa: T201 - a report
        for one in found:
            print(f"  {one}")  # noqa: T201 - a report
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
