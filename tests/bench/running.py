"""Starts one server, asks it, and stops it: the figures of one mock on one document."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.mocks import Mock
from tests.bench.subjects import NUMBER, Subject, numbered

PORT = 19080
_RELOADS = 3
_SCRIPT = """
local number = 0
request = function()
  number = number + 1
  local told = string.format("%08x", number)
  local path = string.gsub("{1}", "{3}", told)
  local body = string.gsub([[{2}]], "{3}", told)
  return wrk.format("{0}", path, nil, body ~= "" and body or nil)
end
"""
"""What wrk runs for each request. Its arguments: method, path, body, what the number replaces."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long things may take, in seconds."""

    start: float
    load: int
    reload: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one round found. None: it could not be measured."""

    get: float | None = None
    """Requests a second; so is ``post``."""
    post: float | None = None
    start: float | None = None
    """Seconds to the first answer."""
    memory: float | None = None
    """MiB, after the load."""
    reload: float | None = None
    """Seconds from the save to the first request that sees it."""
    trouble: str = ""


def measured(mock: Mock, subject: Subject, peers: Path, limits: Limits) -> Figures:
    """Measure everything, on a copy of the document that nobody else reads."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / subject.file.name
        shutil.copyfile(subject.file, copy)
        with started(mock.command(peers, copy, PORT)) as process:
            home = f"http://127.0.0.1:{PORT}{subject.base if mock.has_base else ''}"
            began = time.perf_counter()
            took = seen_after(home + subject.get, subject.headers, began, limits.start)
            if took is None:
                return Figures(trouble=f"no 2xx within {limits.start:.0f} s")
            get = throughput(home + subject.get, subject.headers, limits.load)
            typed = {**subject.headers, "Content-Type": subject.media_type}
            post = throughput(home + subject.post, typed, limits.load, subject.body)
            memory = memory_of(process.pid)
            visible = reloaded(copy, subject, home, limits) if mock.reloads else None
            return Figures(get=get, post=post, start=took, memory=memory, reload=visible)


def first_answer(
    mock: Mock, subject: Subject, peers: Path, limits: Limits, **more: str
) -> float | None:
    """Measure the start alone."""
    with started(mock.command(peers, subject.file, PORT), more):
        home = f"http://127.0.0.1:{PORT}{subject.base if mock.has_base else ''}"
        return seen_after(home + subject.get, subject.headers, time.perf_counter(), limits.start)


@contextmanager
def started(
    command: list[str], more: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server as somebody would who has it installed: with compiled modules."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=environ | dict(more or {}),
    )
    try:
        yield process
    finally:
        subprocess.run(["pkill", "-KILL", "-s", str(process.pid)], check=False)
        process.wait()


def seen_after(url: str, headers: Mapping[str, str], began: float, within: float) -> float | None:
    """Return how long it took until there was a 2xx; None: too long."""
    request = urllib.request.Request(numbered(url, 0), headers=dict(headers))
    while (took := time.perf_counter() - began) < within:
        try:
            with urllib.request.urlopen(request, timeout=within):
                return time.perf_counter() - began
        except OSError:  # an answer of another kind is one of these
            time.sleep(0.005 if took < 1 else 0.02)
    return None


def reloaded(copy: Path, subject: Subject, home: str, limits: Limits) -> float | None:
    """Return how long it takes to see what was saved: the best of a few, as editors save once."""
    best: float | None = None
    for number in range(_RELOADS):
        text = subject.probed(number)
        began = time.perf_counter()
        copy.write_text(text, encoding="utf-8")
        took = seen_after(f"{home}/probe-{number}", subject.headers, began, limits.reload)
        if took is None:
            return best
        best = took if best is None else min(best, took)
        time.sleep(1)
    return best


def throughput(
    url: str, headers: Mapping[str, str], seconds: int, body: str | None = None
) -> float | None:
    """Return requests a second, no two of them alike; None if any answer was not 2xx."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        lines = [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
        method = "GET" if body is None else "POST"
        path = urlsplit(url).path
        script.write("\n".join([*lines, _SCRIPT.format(method, path, body or "", NUMBER)]))
        script.flush()
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", script.name, url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told:
        return None
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return float(found[1]) if found and float(found[1]) else None


def memory_of(session: int) -> float:
    """Resident memory of everything in the session, in MiB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-s", str(session)], capture_output=True, text=True, check=True
    ).stdout
    return sum(map(int, told.split())) / 1024
