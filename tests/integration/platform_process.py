"""Runs the real program as its own process, for tests that must see what a user would see.

Nothing here sleeps or polls: a test waits for a line of the log, for records in an inbox or for the
end of a process, and each of these tells when it is there.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

PROJECT = Path(__file__).parents[2]
SECRET = "whsec_c2VjcmV0LWZvci10ZXN0cy1vbmx5LTMyLWJ5dGVzISE="
PATIENCE_S = 60
"""How long to wait for what must come. Long, because a busy machine is no bug."""

DRAFT: dict[str, Any] = {
    "customerId": "cust-42",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}

Edit = tuple[str, str, str]
"""The name of a spec, what stands there once, what shall stand there."""

EAGER: Edit = (
    "order-service",
    """                  attempts: 8
                  backoff: {initial: 500ms, max: 60s, exponent: 2, jitter: full}
""",
    """                  attempts: 1000
                  backoff: {initial: 20ms, max: 200ms, exponent: 2, jitter: full}
""",
)
"""Retries that come soon and hardly end, so that tests are fast and busy machines do no harm."""


@dataclass
class Platform:
    """One running process, and how to talk to it. Safe from any thread."""

    process: subprocess.Popen[str]
    url: str = ""
    log: list[Any] = field(default_factory=list)
    """Every line it logged: parsed where it was JSON."""
    _news: threading.Condition = field(default_factory=threading.Condition)
    _ended: bool = False
    _mine: threading.local = field(default_factory=threading.local)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def session(self) -> requests.Session:
        """This thread's own: sessions are not made to be shared."""
        if not hasattr(self._mine, "session"):
            self._mine.session = requests.Session()
            self._mine.session.trust_env = False
        session: requests.Session = self._mine.session
        return session

    # Asking --------------------------------------------------------------------------------------

    def call(self, method: str, path: str, /, **request: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/v1{path}", timeout=PATIENCE_S, **request)

    def get(self, path: str, /, **query: Any) -> Any:
        answer = self.call("GET", path, params=query)
        assert answer.ok, answer.text
        return answer.json()

    def all(self, path: str, /, **query: Any) -> list[Any]:
        """All items of a list, page after page."""
        page = self.get(path, limit=100, **query)
        items = [*page["items"]]
        while "nextCursor" in page:
            page = self.get(path, limit=100, cursor=page["nextCursor"], **query)
            items += page["items"]
        return items

    # Orders --------------------------------------------------------------------------------------

    def create(self, inbox_url: str | None = None, /, **request: Any) -> Any:
        told = {} if inbox_url is None else {"callbackUrl": inbox_url}
        answer = self.call("POST", "/orders", json={**DRAFT, **told}, **request)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def advance(self, order: Any, step: str, **request: Any) -> Any:
        answer = self.call("POST", f"/orders/{order['id']}/{step}", **request)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, order: Any) -> list[Any]:
        return self.all(f"/orders/{order['id']}/events")

    def deliveries(self, order: Any) -> list[Any]:
        """The order's deliveries, each with its history."""
        listed = self.all("/deliveries", orderId=order["id"])
        return [self.get(f"/deliveries/{one['id']}") for one in listed]

    def settled(self, order: Any, count: int = 1) -> list[Any]:
        """Wait until so many attempts for the order were written down; return its deliveries."""
        mine = {one["id"] for one in self.events(order)}
        self.until(
            lambda line: line.get("event_id") in mine and line["event"] in _ATTEMPTED, count=count
        )
        return self.deliveries(order)

    def delivered(self, order: Any) -> list[Any]:
        """Wait until nothing is owed any more for the order; return its deliveries."""
        for one in self.deliveries(order):
            if one["state"] not in {"delivered", "dead"}:
                self.until(
                    lambda line, mine=one["id"]: (
                        line.get("delivery") == mine and line["event"] in _ENDED
                    )
                )
        return self.deliveries(order)

    # Inboxes -------------------------------------------------------------------------------------

    def inbox(self, name: str) -> str:
        return f"{self.url}/v1/inboxes/{name}/callbacks"

    def play(self, inbox: str, kind: str, **settings: Any) -> None:
        answer = self.call("PUT", f"/inboxes/{inbox}/policy", json={"kind": kind, **settings})
        assert answer.ok, answer.text

    def records(self, inbox: str, **which: Any) -> list[Any]:
        return self.all(f"/inboxes/{inbox}/records", **which)

    def wait(self, inbox: str, count: int, **which: Any) -> list[Any]:
        """Wait until so many records are there; return what is there then."""
        found = self.get(f"/inboxes/{inbox}/wait", count=count, timeout=30, **which)
        assert found["satisfied"], found
        return self.records(inbox, **which)

    # Its log and its end -------------------------------------------------------------------------

    def until(self, wanted: Any, count: int = 1) -> list[Any]:
        """Wait until so many lines of the log are wanted; return them."""

        def found() -> list[Any]:
            return [line for line in self.log if isinstance(line, dict) and wanted(line)]

        with self._news:
            came = self._news.wait_for(lambda: len(found()) >= count or self._ended, PATIENCE_S)
            assert came, f"{len(found())} of {count} lines came"
            assert len(found()) >= count, "\n".join(map(str, self.log[-20:]))
            return found()

    def logged(self, event: str, count: int = 1, **facts: Any) -> list[Any]:
        """Wait until an event was logged so many times, with these facts; return its lines."""
        wanted = {"event": event, **facts}
        return self.until(lambda line: wanted.items() <= line.items(), count)

    def heard(self, line: str) -> None:
        try:
            told = json.loads(line)
        except ValueError:
            told = line.rstrip()
        with self._news:
            self.log.append(told)
            self._news.notify_all()

    def fell_silent(self) -> None:
        with self._news:
            self._ended = True
            self._news.notify_all()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def terminate(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


_ENDED = {"callback.delivered", "callback.dead"}
_ATTEMPTED = {"callback.failed", *_ENDED}


@contextmanager
def running(
    command: str = "up",
    *options: str,
    port: int = 0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Platform]:
    """Start ``mock-platform COMMAND`` and wait until it says that it serves."""
    platform = start(command, *options, port=port, env=env, cwd=cwd)
    try:
        yield platform
    finally:
        platform.session.close()
        if platform.process.poll() is None:
            platform.kill()


def start(
    command: str = "up",
    *options: str,
    port: int = 0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Platform:
    """Start it and wait until it says that it serves."""
    platform = launch(command, *options, port=port, env=env, cwd=cwd)
    try:
        platform.url = platform.logged("platform.started")[0]["url"]
    except AssertionError:
        platform.kill()
        raise
    return platform


def launch(
    command: str = "up",
    *options: str,
    port: int = 0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Platform:
    """Start it and wait for nothing."""
    process = subprocess.Popen(
        _command(command, port, options),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=cwd,
        env=_environment(env or {}),
    )
    platform = Platform(process)
    threading.Thread(target=_read, args=(platform,), daemon=True).start()
    return platform


def refused(
    command: str = "up", *options: str, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Start what is not expected to start; return its exit code and what it said."""
    ended = subprocess.run(
        _command(command, 0, options),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
        env=_environment(env or {}),
    )
    return ended.returncode, ended.stderr


def edited_specs(folder: Path, *edits: Edit) -> str:
    """Copy the specs into a folder and change them; return the folder's path."""
    shutil.copytree(PROJECT / "specs", folder)
    for name, old, new in edits:
        file = folder / f"{name}.spec.yaml"
        text = file.read_text()
        assert text.count(old) == 1, f"{name} has it {text.count(old)} times: {old}"
        file.write_text(text.replace(old, new))
    return str(folder)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _command(command: str, port: int, options: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "mock_platform", command, "--port", str(port), *options]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("MOCK_PLATFORM_")
    }
    return {
        **ours,
        "PYTHONPATH": str(PROJECT),
        "MOCK_PLATFORM_LOG_FORMAT": "json",
        "ORDER_CALLBACK_SECRET": SECRET,
        **more,
    }


def _read(platform: Platform) -> None:
    assert platform.process.stderr is not None
    with platform.process.stderr as told:
        for line in told:
            platform.heard(line)
    platform.fell_silent()
