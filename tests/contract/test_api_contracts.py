"""Both services, as processes of their own, keep their contracts whatever schemathesis sends.

The order service's callbacks go to a real callback server meanwhile, and all of them must arrive.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mock_platform.domain.state_machine import Machine
from mock_platform.engine.machines import machines
from mock_platform.infra import spec_files
from tests.contract.callback_check import Facts, collect, problems
from tests.contract.callback_faults import PLANTED, with_arrivals
from tests.integration.platform_process import PROJECT, SECRET, Platform, running

CONFIG = PROJECT / "tests/contract/schemathesis.toml"
REPORTS = PROJECT / "schemathesis-report"
INBOXES = [f"fuzz-{number}" for number in range(4)]
EXAMPLES = 60
SEED = 20260301


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of running schemathesis against one service."""

    exit_code: int
    told: str
    report: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The processes, and the file that each of them writes to when it leaves the machine."""

    orders: Platform
    receiver: Platform
    fuzzed: Platform
    environment: Mapping[str, str]
    left_loopback: Path

    def fuzz(self, platform: Platform, spec: str) -> Run:
        report = REPORTS / f"{spec}.ndjson"
        schemathesis = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)]
        options = {
            "--checks": "all",
            "--phases": "examples,coverage,fuzzing,stateful",
            "--max-examples": EXAMPLES,
            "--seed": SEED,
            "--report": "junit,ndjson",
            "--report-junit-path": report.with_suffix(".xml"),
            "--report-ndjson-path": report,
        }
        ended = subprocess.run(
            [
                *schemathesis,
                "run",
                f"{platform.url}/specs/{spec}.json",
                *(str(part) for option in options.items() for part in option),
            ],
            cwd=PROJECT,
            env={**self.environment, "CONTRACT_INBOXES": f"{self.receiver.url}/v1/inboxes"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Run(exit_code=ended.returncode, told=ended.stdout, report=report)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    report = tmp_path_factory.mktemp("loopback") / "left.txt"
    report.touch()
    confined = confinement(report)
    # Waiting and dawdling are tested elsewhere; here they would only take time.
    prompt = {"MOCK_PLATFORM_WAIT_LIMIT_SECONDS": "0.2", "MOCK_PLATFORM_HOLD_LIMIT_SECONDS": "0.2"}
    near = {"MOCK_PLATFORM_TARGETS": "loopback"}
    with (
        running("callback-server", env=confined) as receiver,
        running("order-service", env=confined | near) as orders,
        running("callback-server", env=confined | prompt) as fuzzed,
    ):
        yield Scene(
            orders=orders,
            receiver=receiver,
            fuzzed=fuzzed,
            environment={**confined, "ORDER_CALLBACK_SECRET": SECRET, "HOME": str(report.parent)},
            left_loopback=report,
        )


def confinement(report: Path) -> dict[str, str]:
    """The environment in which Python talks to this machine only, and reports what it tried."""
    path = f"{PROJECT / 'tests/contract/loopback'}:{PROJECT}"
    return {"PYTHONPATH": path, "LOOPBACK_REPORT": str(report)}


@pytest.fixture(scope="module")
def orders_fuzzed(scene: Scene) -> Run:
    return scene.fuzz(scene.orders, "order-service")


@pytest.fixture(scope="module")
def inboxes_fuzzed(scene: Scene) -> Run:
    return scene.fuzz(scene.fuzzed, "callback-server")


@pytest.fixture(scope="module")
def machine() -> Machine:
    [(_, found)] = machines(spec_files.load(PROJECT / "specs/order-service.spec.yaml"))
    return found


@pytest.fixture(scope="module")
def facts(scene: Scene, orders_fuzzed: Run, machine: Machine) -> Facts:
    assert orders_fuzzed.report.exists()
    return collect(scene.orders, scene.receiver, INBOXES, machine)


# Contracts ---------------------------------------------------------------------------------------


def test_the_order_service_keeps_its_contract(orders_fuzzed: Run) -> None:
    assert orders_fuzzed.exit_code == 0, orders_fuzzed.told


def test_the_callback_server_keeps_its_contract(inboxes_fuzzed: Run) -> None:
    assert inboxes_fuzzed.exit_code == 0, inboxes_fuzzed.told


def test_every_operation_was_seen_to_succeed(orders_fuzzed: Run, inboxes_fuzzed: Run) -> None:
    succeeded = successes(orders_fuzzed.report) | successes(inboxes_fuzzed.report)
    operations = {
        f"{method.upper()} {path}"
        for spec in ("order-service", "callback-server")
        for path, item in spec_files.load(PROJECT / f"specs/{spec}.spec.yaml").root["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }

    assert operations - succeeded.keys() == set()


def successes(report: Path) -> Counter[str]:
    """Count each operation's 2xx answers in a report."""
    seen: Counter[str] = Counter()
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case_id, interaction in recorder.get("interactions", {}).items():
            case = recorder["cases"][case_id]["value"]
            status = (interaction.get("response") or {}).get("status_code", 0)
            seen[f"{case['method']} {case['path']}"] += 200 <= status < 300
    return +seen


# Callbacks ---------------------------------------------------------------------------------------


def test_every_promised_callback_arrived_once_in_order_and_valid(facts: Facts) -> None:
    assert problems(facts) == []
    assert len(facts.promises) > 50
    assert len({one.order_id for one in facts.promises}) > 20
    assert max(one.version for one in facts.promises) > 1


@pytest.mark.parametrize("planted", ["drop", "swap"])
def test_a_fault_planted_in_the_real_story_is_found(facts: Facts, planted: str) -> None:
    fault, _ = PLANTED[planted]

    assert problems(facts) == []
    assert problems(with_arrivals(facts, fault)) != []


def test_no_socket_left_this_machine(
    scene: Scene, orders_fuzzed: Run, inboxes_fuzzed: Run, facts: Facts
) -> None:
    assert orders_fuzzed.told
    assert inboxes_fuzzed.told
    assert facts.promises
    assert scene.left_loopback.read_text() == ""


def test_a_socket_that_would_leave_is_stopped_and_reported(tmp_path: Path) -> None:
    report = tmp_path / "left.txt"
    elsewhere = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    by_name = "import socket; socket.getaddrinfo('example.com', 80)"

    for script in (elsewhere, by_name):
        ended = subprocess.run(
            [sys.executable, "-c", script],
            env=confinement(report),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "PermissionError" in ended.stderr

    assert report.read_text().splitlines() == [
        "socket.getaddrinfo 192.0.2.1",
        "socket.getaddrinfo example.com",
    ]
