"""Gives every document a process and a deadline of its own, so that none can hold up the others."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.contract.real_documents.document_read import Json
from tests.contract.real_documents.trying import try_document

_FORK = multiprocessing.get_context("fork")
_A_WHILE = 5.0


def tried(name: str, path: Path, most: int | None, seconds: float) -> Json:
    """Try a document; return everything that was noted of it as one record."""
    began = time.perf_counter()
    with tempfile.NamedTemporaryFile("w+", suffix=".jsonl") as notes:
        in_time, code = _within(seconds, lambda: _try(path, most, Path(notes.name)))
        lines = [json.loads(line) for line in Path(notes.name).read_text().splitlines() if line]
    record = _summed(lines)
    took = round(time.perf_counter() - began, 2)
    record |= {"document": name, "bytes": path.stat().st_size, "took": took}
    if not in_time:
        record["unfinished"] = f"not within {seconds:.0f} s, at {_last_operation(lines)}"
    elif code:
        record["unfinished"] = f"its process ended with {code}, at {_last_operation(lines)}"
    return record


def accepted(path: Path, seconds: float) -> bool | None:
    """Ask openapi-spec-validator about a document; None: it did not say so in time."""
    in_time, code = _within(seconds, lambda: _validate(path))
    return code == 0 if in_time else None


def _within(seconds: float, work: Callable[[], None]) -> tuple[bool, int]:
    """Do some work in a process of its own; time in which all were stopped does not count."""
    process = _FORK.Process(target=work)
    process.start()
    while seconds > 0 and process.is_alive():
        began = time.monotonic()
        process.join(min(seconds, _A_WHILE))
        seconds -= min(time.monotonic() - began, 2 * _A_WHILE)
    if process.is_alive():
        process.kill()
        process.join()
        return False, 0
    return True, process.exitcode or 0


def _try(path: Path, most: int | None, notes: Path) -> None:
    _be_quiet()
    with notes.open("a") as lines:

        def note(what: Json) -> None:
            lines.write(json.dumps(what) + "\n")
            lines.flush()

        try_document(path, most, note)
    os._exit(0)  # threads of the product need not be waited for


def _validate(path: Path) -> None:
    from openapi_spec_validator import validate

    _be_quiet()
    try:
        validate(json.loads(path.read_bytes()))
    except Exception:  # noqa: BLE001 - whatever it is, it does not accept the document
        os._exit(1)
    os._exit(0)


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())


def _last_operation(lines: list[Json]) -> str:
    return next(
        (one["operation"] for one in reversed(lines) if one["event"] == "operation"), "start"
    )


def _summed(lines: list[Json]) -> dict[str, Json]:
    record: dict[str, Json] = {"outcome": "crashed", "counts": {}, "failures": [], "slow": []}
    counts: dict[str, int] = record["counts"]
    for one in lines:
        match one["event"]:
            case "started":
                record |= {"outcome": "started", "start_seconds": one["seconds"]}
            case "refused":
                record |= {"outcome": "refused", "why": one["why"], "refusal": one["kind"]}
            case "unreadable":
                record.setdefault("unreadable", []).append(one["why"])
            case "done":
                record |= {k: v for k, v in one.items() if k != "event" and v != []}
            case "result":
                key = f"{one['kind']} {one['verdict']}"
                counts[key] = counts.get(key, 0) + 1
                if one.get("status", 0) >= 500:
                    counts["5xx"] = counts.get("5xx", 0) + 1
                if one["verdict"] in {"wrong", "no request"}:
                    record["failures"].append({k: v for k, v in one.items() if k != "event"})
                if one.get("ms", 0) > 1000:
                    record["slow"].append([one["ms"], one.get("operation", "?")])
    return record
