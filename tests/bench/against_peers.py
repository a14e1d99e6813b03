"""Measures this mock beside its peers: same documents, same machine, same run, ratios only.

Run by hand, from the project's folder, on a machine that does nothing else:

    python -m tests.bench.against_peers

It needs ``wrk``, Node.js and Java, and installs peers and documents from npm into ``--peers`` (a
cache, not this project). Ours runs as shipped: one worker, memory, answers validated, every request
logged. Only 2xx are counted. Rounds take turns, so that a machine whose speed drifts is unfair to
nobody; the median of the ratios counts. A peer that does not answer a document in the limit is said
to do so, and not asked again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from mock_platform.shared.clocks import utc_now
from tests.bench.mocks import MOCKS, OURS, prepare, versions
from tests.bench.running import (
    PORT,
    Figures,
    Limits,
    first_answer,
    measured,
    seen_after,
    started,
    throughput,
)
from tests.bench.subjects import Subject, as_yaml, cut, subjects
from tests.bench.table import median_ratio, rows


def main() -> None:
    given = _options().parse_args()
    prepare(given.peers)
    limits = Limits(start=given.limit, load=given.seconds)
    until = time.monotonic() + given.minutes * 60
    chosen = [one for one in subjects(given.peers) if given.only in one.name]
    rounds: list[dict[tuple[str, str], Figures]] = []
    for _ in range(given.rounds):
        if time.monotonic() < until:
            rounds.append(_round(chosen, rounds, given.peers, limits, until))
    print(f"Measured on {utc_now():%Y-%m-%d}, {os.cpu_count()} CPUs,")
    print(f"{len(rounds)} rounds; {', '.join(versions(given.peers))}.")
    print("\nOurs / peer. Above 1 is better for GET and POST, below 1 for all else.\n")
    print("\n".join(rows(rounds, [one.name for one in chosen])))
    github = next((one for one in chosen if one.name == "GitHub"), None)
    if github is not None and time.monotonic() < until:
        print(f"\nGET on GitHub's document / on two of its operations: {_flat(github, given)}")
    for subject in chosen:
        if subject.file.suffix == ".json" and time.monotonic() < until:
            print(f"\n{_from_yaml(subject, given.peers, limits)}")


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    cache = Path.home() / ".cache/mock-platform-peers"
    options.add_argument("--peers", type=Path, default=cache, help="where peers are installed")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=int, default=5, help="of load, for each figure")
    options.add_argument("--limit", type=float, default=60, help="seconds to the first answer")
    options.add_argument("--minutes", type=float, default=40, help="no new figure after these")
    options.add_argument("--only", default="", help="documents whose name has this in it")
    return options


def _round(
    chosen: list[Subject],
    before: list[dict[tuple[str, str], Figures]],
    peers: Path,
    limits: Limits,
    until: float,
) -> dict[tuple[str, str], Figures]:
    found: dict[tuple[str, str], Figures] = {}
    for subject in chosen:
        for mock in MOCKS:
            key = (subject.name, mock.name)
            gave_up = any(one.get(key, Figures()).trouble for one in before)
            unknown = not mock.reads_documents and subject.name != "order service"
            if gave_up or unknown or time.monotonic() > until:
                continue
            print(
                f"round {len(before) + 1}: {subject.name}, {mock.name} …", end=" ", file=sys.stderr
            )
            found[key] = measured(mock, subject, peers, limits)
            print(found[key].trouble or "done", file=sys.stderr)
    return found


def _flat(github: Subject, given: argparse.Namespace) -> str:
    """Ask the same of the large and of the small document, in turns."""
    ours = next(one for one in MOCKS if one.name == OURS)
    pairs: list[tuple[float | None, float | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        two = cut(github, Path(folder))
        commands = [
            ours.command(given.peers, s.file, PORT + n) for n, s in enumerate((github, two))
        ]
        urls = [f"http://127.0.0.1:{PORT + n}{github.get}" for n in range(2)]
        with started(commands[0]), started(commands[1]):
            for url in urls:
                seen_after(url, github.headers, time.perf_counter(), given.limit)
            time.sleep(10)  # until everything is compiled
            for _ in range(given.rounds + 2):
                large, small = (throughput(url, github.headers, given.seconds) for url in urls)
                pairs.append((large, small))
    return median_ratio(pairs)


def _from_yaml(subject: Subject, peers: Path, limits: Limits) -> str:
    """Start from the same document as YAML: for the first time, and again."""
    ours, prism = (next(m for m in MOCKS if m.name == name) for name in (OURS, "Prism"))
    written = as_yaml(subject, peers / "documents")
    with tempfile.TemporaryDirectory() as cache:
        first = first_answer(ours, written, peers, limits, MOCK_PLATFORM_CACHE=cache)
        pairs = [
            (
                first_answer(ours, written, peers, limits, MOCK_PLATFORM_CACHE=cache),
                first_answer(ours, subject, peers, limits),
            )
            for _ in range(3)
        ]
    theirs = first_answer(prism, written, peers, limits)
    told = median_ratio([(first, theirs)]) if theirs else f"Prism: none in {limits.start:.0f} s"
    return (
        f"{written.name}: first start / Prism's: {told};"
        f" further starts / start from JSON: {median_ratio(pairs)}"
    )


if __name__ == "__main__":
    main()
