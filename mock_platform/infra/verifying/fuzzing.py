"""Has schemathesis look for what an implementation gets wrong, and reads what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mock_platform.engine.verifying.deviations import Deviation, as_curl
from mock_platform.infra.verifying.schemathesis_names import AIMS, HOOKS
from mock_platform.shared.contracts import Json

PHASES = "examples,coverage,fuzzing,stateful"
_CONFIG = """\
hooks = "{hooks}"

# Whether a valid request is refused depends on state that no schema tells of; that an answer is
# documented, and no failure, is checked all the same.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "4xx"]

[checks.missing_required_header]
expected-statuses = ["4xx"]
"""
_RULES = {
    "not_a_server_error": "server-error",
    "status_code_conformance": "status",
    "content_type_conformance": "media-type",
    "response_headers_conformance": "header",
    "response_schema_conformance": "body",
}
"""Schemathesis' checks that have a name of ours; the others keep theirs, with hyphens."""
_LONGEST = 400
_FILTERED = "[Filtered]"
_OF_THE_CLIENT = frozenset(
    {"user-agent", "accept-encoding", "connection", "content-length", "host"}
)


class FuzzingFailed(Exception):
    """Schemathesis could not be run, or could not make sense of the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzed:
    """What fuzzing has shown."""

    deviations: tuple[Deviation, ...]
    statuses: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """(``POST /orders``, the path without its base; status) → how often."""
    cases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzing:
    """How to fuzz."""

    origin: str
    examples: int
    seed: int
    headers: Sequence[str]
    """``Name: value``, for every request."""
    aims: Mapping[str, Mapping[str, str]]
    """Operation → pointer into its body → the URL for callbacks."""

    def run(self, contract: bytes, folder: Path) -> Fuzzed:
        """Fuzz; the folder is for what is written meanwhile. Raises FuzzingFailed."""
        spec, report = folder / "contract.json", folder / "report.ndjson"
        config = folder / "schemathesis.toml"
        spec.write_bytes(contract)
        config.write_text(_CONFIG.format(hooks=HOOKS))
        ended = subprocess.run(  # noqa: S603 - our own interpreter, with arguments in a list
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
                *("run", str(spec), "--origin", self.origin, "--checks", "all"),
                *("--phases", PHASES, "-n", str(self.examples), "--seed", str(self.seed)),
                *("--report", "ndjson", "--report-ndjson-path", str(report)),
                *(word for header in self.headers for word in ("-H", header)),
                *("--continue-on-failure", "--no-color", "--suppress-health-check", "all"),
            ],
            cwd=folder,
            env={**os.environ, AIMS: json.dumps(self.aims)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ended.returncode not in {0, 1} or not report.exists():
            raise FuzzingFailed(ended.stdout.strip()[-2000:])
        return read(report)


def read(report: Path) -> Fuzzed:
    """Read a report of newline-delimited JSON."""
    statuses: Counter[tuple[str, int]] = Counter()
    found: dict[tuple[str, str], Deviation] = {}
    with report.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for place, status in _answers(recorder):
                statuses[place, status] += 1
            for one in _failures(recorder):
                found.setdefault((one.rule, one.where), one)
    return Fuzzed(deviations=tuple(found.values()), statuses=statuses, cases=sum(statuses.values()))


def _answers(recorder: Json) -> Iterator[tuple[str, int]]:
    for case_id, interaction in recorder.get("interactions", {}).items():
        response = interaction.get("response") or {}
        if "status_code" in response:
            yield _place(recorder, case_id), response["status_code"]


def _failures(recorder: Json) -> Iterator[Deviation]:
    for case_id, checks in recorder.get("checks", {}).items():
        for check in checks:
            if check["status"] == "failure":
                told = check.get("failure_info") or {}
                failure = told.get("failure") or {}
                name = check["name"]
                yield Deviation(
                    rule=_RULES.get(name, name.replace("_", "-")),
                    where=_place(recorder, case_id),
                    message=_shortened(failure),
                    again=_again(recorder["interactions"].get(case_id) or {}),
                )


def _shortened(failure: Json) -> str:
    told = f"{failure.get('title', '')}: {failure.get('message', '')}".strip(": ")
    line = " ".join(told.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _again(interaction: Json) -> str:
    """Return the command; schemathesis has taken secrets out of what it reports."""
    request = interaction.get("request")
    if not request:
        return ""
    headers = {
        name: value
        for name, [value, *_] in request["headers"].items()
        if value != _FILTERED and name.lower() not in _OF_THE_CLIENT
    }
    body = (request.get("body") or {}).get("$base64")
    return as_curl(
        request["method"], request["uri"], headers, None if body is None else b64decode(body)
    )


def _place(recorder: Json, case_id: str) -> str:
    case = recorder["cases"][case_id]["value"]
    return f"{case['method']} {case['path']}"
