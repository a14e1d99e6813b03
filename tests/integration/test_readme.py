"""The README tells the truth: every command in it runs, and shows what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
SERVE, CHECK = "scripts/run_platform.sh\n", "scripts/run_all_tests.sh\n"
BORDER = "\x1e"


@pytest.fixture(scope="module")
def outputs() -> list[str]:
    """What each block of curl lines prints, run one after another against the first command."""
    settings = {**os.environ, "MOCK_PLATFORM_LOG_FORMAT": "json"}
    command = [str(ROOT / SERVE.strip()), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings) as served:
        assert served.stderr is not None
        lines = (json.loads(line) for line in served.stderr if line.startswith("{"))
        url = next(line["url"] for line in lines if line["event"] == "platform.started")
        script = f"\necho '{BORDER}'\n".join(block for block in BLOCKS if "curl" in block)
        done = subprocess.run(
            ["bash", "-eu", "-c", script.replace("http://127.0.0.1:8080", url)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        served.terminate()
        served.stderr.read()
    assert done.returncode == 0, done.stderr
    return done.stdout.split(f"{BORDER}\n")


def documents(output: str) -> list[Any]:
    """The JSON documents that stand in a row in an output."""
    decoder, found, rest = json.JSONDecoder(), [], output.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        found.append(document)
        rest = rest[end:].strip()
    return found


def test_the_first_screen_begins_with_one_command() -> None:
    assert BLOCKS[0] == SERVE


def test_every_block_is_run_by_this_file_or_runs_it() -> None:
    assert [block for block in BLOCKS if "curl" not in block] == [SERVE, CHECK]


def test_an_order_is_created_paid_and_its_signed_callback_shown(outputs: list[str]) -> None:
    created, paid, arrived = documents(outputs[0])

    assert (created["status"], paid["status"]) == ("created", "paid")
    (record,) = arrived["records"]
    assert (record["signature"], record["outcome"]) == ("valid", "accepted")
    assert json.loads(record["bodyText"])["orderId"] == created["id"]


def test_an_illegal_transition_is_refused_as_the_readme_shows(outputs: list[str]) -> None:
    (refusal,) = documents(outputs[1])
    (shown,) = [
        json.loads(block)
        for block in re.findall(r"^```json\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    ]

    assert shown.items() <= refusal.items()


def test_a_receiver_that_fails_first_is_set_up_by_one_line(outputs: list[str]) -> None:
    policy, shipped, deliveries = documents(outputs[2])

    assert policy == {"kind": "fail_first", "count": 3, "status": 503, "per": "message"}
    assert shipped["status"] == "shipped"
    assert len(deliveries["items"]) == 3


def test_every_script_and_command_that_is_named_exists() -> None:
    named = set(re.findall(r"scripts/[a-z_]+\.sh", README))
    commands = set(re.findall(r"`mock-platform ([a-z-]+)", README))
    told = subprocess.run(
        [sys.executable, "-m", "mock_platform", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert all(os.access(ROOT / script, os.X_OK) for script in named)
    assert {command for command in commands if f"\n  {command} " not in told} == set()


def test_every_link_into_the_project_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []
