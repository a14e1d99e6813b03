"""Measures this mock beside its peers: same document, same machine, same run, ratios only.

Run by hand, on a machine that does nothing else:

    python tests/bench/against_peers.py specs/order-service.spec.yaml

It needs ``wrk``, Node.js and Java, and installs the peers from npm into ``--peers`` (a cache, not
this project). Ours runs as shipped: one worker, memory, answers validated, every request logged.
Only 2xx are counted; a run with any other answer is thrown out and said so. The rounds take turns,
so that a machine whose speed drifts is unfair to nobody; the median of the ratios counts.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DRAFT = {
    "customerId": "cust-42",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}
ORDER_ID = "ord_0192f0c1a2b37c4d8e5f60718293a4b5"
OURS = "mock-platform"
PORT = 18080
STARTS_WITHIN_S = 180.0


@dataclass(frozen=True)
class Mock:
    """One server to measure: how to start it, and where it serves the document's paths."""

    name: str
    command: Callable[[Path, Path, int], list[str]]
    prefix: str = "/v1"


def wiremock_stubs(folder: Path, prefix: str) -> None:
    """Write by hand what the others read from the document."""
    mappings = folder / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    order = {"id": ORDER_ID, "version": 1, "status": "created", **DRAFT}
    stubs = {
        "get": ({"method": "GET", "urlPathPattern": f"{prefix}/orders/[^/]+"}, 200),
        "post": (
            {
                "method": "POST",
                "urlPath": f"{prefix}/orders",
                "bodyPatterns": [
                    {"matchesJsonPath": "$.customerId"},
                    {"matchesJsonPath": "$.items[0].sku"},
                ],
            },
            201,
        ),
    }
    for name, (request, status) in stubs.items():
        answer = {
            "status": status,
            "jsonBody": order,
            "headers": {"Content-Type": "application/json"},
        }
        text = json.dumps({"request": request, "response": answer})
        (mappings / f"{name}.json").write_text(text)


def wiremock(peers: Path, _document: Path, port: int) -> list[str]:
    root = peers / "wiremock-root"
    wiremock_stubs(root, "/v1")
    return [
        *(str(peers / "node_modules/.bin/wiremock"), "--port", str(port)),
        *("--root-dir", str(root), "--no-request-journal", "--disable-banner"),
    ]


def peer(name: str, *words: str) -> Callable[[Path, Path, int], list[str]]:
    def command(peers: Path, document: Path, port: int) -> list[str]:
        filled = [word.format(document=document, port=port) for word in words]
        return [str(peers / "node_modules/.bin" / name), *filled]

    return command


MOCKS = (
    Mock(
        OURS,
        lambda _peers, document, port: [
            *(sys.executable, "-m", "mock_platform", "serve"),
            *(str(document), "--port", str(port)),
        ],
    ),
    Mock("prism", peer("prism", "mock", "-p", "{port}", "{document}"), prefix=""),
    Mock("mockoon", peer("mockoon-cli", "start", "--data", "{document}", "--port", "{port}")),
    Mock("specmatic", peer("specmatic", "stub", "{document}", "--port={port}"), prefix=""),
    Mock("wiremock", wiremock),
)
PACKAGES = ("@stoplight/prism-cli", "@mockoon/cli", "specmatic", "wiremock")


@dataclass(frozen=True)
class Figures:
    """What one round found. Requests a second; seconds; MiB. None: it could not be measured."""

    get: float | None
    post: float | None
    start: float
    memory: float


def measured(mock: Mock, peers: Path, document: Path, seconds: int) -> Figures | None:
    with started(mock, peers, document) as (process, took):
        if took is None:
            return None
        base = f"http://127.0.0.1:{PORT}{mock.prefix}/orders"
        return Figures(
            get=throughput(f"{base}/{ORDER_ID}", seconds),
            post=throughput(base, seconds, json.dumps(DRAFT)),
            start=took,
            memory=memory_of(process.pid),
        )


@contextmanager
def started(
    mock: Mock, peers: Path, document: Path
) -> Iterator[tuple[subprocess.Popen[bytes], float | None]]:
    began = time.perf_counter()
    process = subprocess.Popen(
        mock.command(peers, document, PORT),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{PORT}{mock.prefix}/orders/{ORDER_ID}"
        yield process, took_to_answer(url, began)
    finally:
        subprocess.run(["pkill", "-KILL", "-s", str(process.pid)], check=False)
        process.wait()


def took_to_answer(url: str, began: float) -> float | None:
    while (took := time.perf_counter() - began) < STARTS_WITHIN_S:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return took
        except urllib.error.HTTPError:
            return None
        except OSError:
            time.sleep(0.01)
    return None


def throughput(url: str, seconds: int, body: str | None = None) -> float | None:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body is not None:
            script.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n')
            script.write(f"wrk.body = [[{body}]]\n")
            script.flush()
        command = [
            "wrk",
            "-t1",
            "-c16",
            f"-d{seconds}s",
            *(["-s", script.name] if body else []),
            url,
        ]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told:
        return None
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return float(found[1]) if found else None


def memory_of(session: int) -> float:
    """Resident memory of everything in the session, in MiB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-s", str(session)], capture_output=True, text=True, check=True
    ).stdout
    return sum(map(int, told.split())) / 1024


def ratios(rounds: list[dict[str, Figures]], name: str) -> dict[str, str]:
    """Our figure over theirs, round by round; the median. Above 1 is better but for start, memory."""
    told = {}
    for figure in ("get", "post", "start", "memory"):
        pairs = [
            (getattr(one[OURS], figure), getattr(one[name], figure))
            for one in rounds
            if OURS in one and name in one
        ]
        known = [ours / theirs for ours, theirs in pairs if ours and theirs]
        told[figure] = f"{statistics.median(known):.2f}" if known else "not 2xx"
    return told


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("document", type=Path)
    arguments.add_argument("--peers", type=Path, default=Path.home() / ".cache/mock-platform-peers")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=8)
    given = arguments.parse_args()
    prepare(given.peers)
    document = given.peers / "document.yaml"
    bundled = [sys.executable, "-m", "mock_platform", "bundle", str(given.document)]
    document.write_bytes(subprocess.run(bundled, capture_output=True, check=True).stdout)

    rounds: list[dict[str, Figures]] = []
    for number in range(1, given.rounds + 1):
        rounds.append({})
        for mock in MOCKS:
            print(f"round {number}: {mock.name} …", file=sys.stderr)
            if figures := measured(mock, given.peers, document, given.seconds):
                rounds[-1][mock.name] = figures
    print(f"{OURS} / peer, median of {given.rounds} rounds")
    print(f"{'':<12}{'GET':>8}{'POST':>8}{'start':>8}{'memory':>8}")
    for mock in MOCKS[1:]:
        told = ratios(rounds, mock.name)
        print(f"{mock.name:<12}" + "".join(f"{value:>8}" for value in told.values()))


def prepare(peers: Path) -> None:
    for tool in ("wrk", "npm", "java"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is needed; install it first")
    peers.mkdir(parents=True, exist_ok=True)
    if not (peers / "node_modules").is_dir():
        print("installing the peers …", file=sys.stderr)
        subprocess.run(["npm", "install", "--prefix", str(peers), *PACKAGES], check=True)


if __name__ == "__main__":
    main()
