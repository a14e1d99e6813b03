"""Runs the real program as its own process, for tests that must see what a user would see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

SECRET = "whsec_c2VjcmV0LWZvci10ZXN0cy1vbmx5LTMyLWJ5dGVzISE="
DRAFT: dict[str, Any] = {
    "customerId": "cust-42",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}


@dataclass
class Platform:
    """One running process, and how to talk to it."""

    process: subprocess.Popen[str]
    url: str = ""
    log: list[Any] = field(default_factory=list)
    """Every line it logged: parsed where it was JSON."""
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, /, **request: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/v1{path}", timeout=40, **request)

    def get(self, path: str, /, **query: Any) -> Any:
        answer = self.call("GET", path, params=query)
        assert answer.ok, answer.text
        return answer.json()

    def create(self, inbox_url: str | None = None, **more: Any) -> Any:
        told = {} if inbox_url is None else {"callbackUrl": inbox_url}
        answer = self.call("POST", "/orders", json={**DRAFT, **told, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def advance(self, order: Any, step: str) -> Any:
        answer = self.call("POST", f"/orders/{order['id']}/{step}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def inbox(self, name: str) -> str:
        return f"{self.url}/v1/inboxes/{name}/callbacks"

    def wait(self, inbox: str, count: int, timeout: float = 30, **which: Any) -> Any:
        """Wait until so many records are there; return what is there then."""
        return self.get(f"/inboxes/{inbox}/wait", count=count, timeout=timeout, **which)

    def events_logged(self, name: str) -> list[Any]:
        return [line for line in self.log if isinstance(line, dict) and line.get("event") == name]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)

    def terminate(self, timeout: float = 30) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)


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
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_platform", command, "--port", str(port), *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=cwd,
        env=_environment(env or {}),
    )
    platform = Platform(process)
    started = threading.Event()
    threading.Thread(target=_read, args=(platform, started), daemon=True).start()
    assert started.wait(60), "it did not start within a minute"
    assert platform.url, "\n".join(map(str, platform.log))
    return platform


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("MOCK_PLATFORM_")
    }
    root = str(Path(__file__).parents[2])
    return {
        **ours,
        "PYTHONPATH": root,
        "MOCK_PLATFORM_LOG_FORMAT": "json",
        "ORDER_CALLBACK_SECRET": SECRET,
        **more,
    }


def _read(platform: Platform, started: threading.Event) -> None:
    assert platform.process.stderr is not None
    for line in platform.process.stderr:
        try:
            told = json.loads(line)
        except ValueError:
            told = line.rstrip()
        platform.log.append(told)
        if isinstance(told, dict) and told.get("event") == "platform.started":
            platform.url = told["url"]
            started.set()
    started.set()
