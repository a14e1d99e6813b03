"""The scripts set up what they need, once, and say what they miss."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mock_platform.domain.signatures import split_secrets
from mock_platform.shared.config import CALLBACK_SECRET, secret_source

PROJECT = Path(__file__).parents[3]
SCRIPTS = sorted((PROJECT / "scripts").glob("*.sh"))
RUNNABLE = [*(script for script in SCRIPTS if script.name != "prepare.sh"), PROJECT / ".ci" / "run"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project directory with spaces in its name and nothing in it but the scripts."""
    project = tmp_path / "a check out"
    shutil.copytree(PROJECT / "scripts", project / "scripts")
    return project


def bash(program: str, checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    program = f"set -euo pipefail; source '{checkout}/scripts/prepare.sh'; {program}"
    return subprocess.run(
        ["bash", "-c", program],
        cwd="/",
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.parametrize("script", RUNNABLE, ids=lambda script: script.name)
def test_every_script_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()
    subprocess.run(["bash", "-n", script], check=True)


def test_a_signing_secret_is_made_up_that_only_its_owner_can_read(checkout: Path) -> None:
    bash(f"make_env_file '{sys.executable}'", checkout)

    dotenv = checkout / ".env"
    [secret] = secret_source({}, dotenv, split_secrets)(CALLBACK_SECRET) or ()
    assert len(secret) == len("whsec_") + 44
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600


def test_an_env_file_that_is_there_is_left_alone(checkout: Path) -> None:
    (checkout / ".env").write_text("MINE=1\n")

    ended = bash(f"make_env_file '{sys.executable}'", checkout)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert (checkout / ".env").read_text() == "MINE=1\n"


def test_without_a_fit_python_the_script_says_what_to_install(checkout: Path) -> None:
    ended = bash("prepare app; echo not reached", checkout, PYTHON="/bin/false")

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("No Python 3.11 or newer with venv and pip among: /bin/false.")
    assert not (checkout / ".venv").exists()


def test_what_was_installed_is_not_installed_again_until_the_project_file_changes(
    checkout: Path,
) -> None:
    (checkout / "pyproject.toml").write_text("[project]\n")
    fake_pip = 'mkdir -p "$bin"; printf "#!/bin/sh\\n%s\\n" "case \\$* in *pip*) echo installs;; esac" >"$bin/python"; chmod +x "$bin/python";'
    install = f"install '{sys.executable}' app;"

    ended = bash(
        f"{fake_pip} {install} {install} echo >>'{checkout}/pyproject.toml'; {install}", checkout
    )

    assert ended.stderr.splitlines().count("installs") == 2
