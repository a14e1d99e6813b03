"""What is installed is whole: specs, handlers and pages come along, and are found anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.platform_process import running

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory into which the built wheel was installed, and nothing else."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index"]

    subprocess.run(
        [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, PROJECT],
        check=True,
    )
    [wheel] = wheels.glob("*.whl")
    subprocess.run([*pip, "install", *offline, "--target", target, wheel], check=True)
    return target


def told(program: str, installed: Path) -> str:
    """What a program prints that finds the installed package only."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, cwd=installed, env=environment, capture_output=True, check=True, text=True
    )
    return ended.stdout.strip()


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("specs", "mock_platform/specs"),
        ("handlers", "handlers"),
        ("mock_platform", "mock_platform"),
    ],
)
def test_every_file_that_is_needed_comes_along(here: str, there: str, installed: Path) -> None:
    kinds = {".py", ".typed", ".yaml", ".json", ".html"}
    needed = {
        file.relative_to(PROJECT / here)
        for file in (PROJECT / here).rglob("*")
        if file.suffix in kinds or file.name == "py.typed"
    }

    missing = [file for file in sorted(needed) if not (installed / there / file).is_file()]

    assert needed
    assert missing == []


def test_nothing_else_comes_along(installed: Path) -> None:
    top = {entry.name for entry in installed.iterdir() if entry.suffix != ".dist-info"}

    assert top - {"bin"} == {"mock_platform", "handlers"}


def test_the_installed_package_finds_its_own_specs(installed: Path) -> None:
    program = "from mock_platform.infra.spec_home import specs_dir; print(specs_dir())"

    assert told(program, installed) == str(installed / "mock_platform" / "specs")


def test_the_installed_command_answers(installed: Path) -> None:
    program = "from mock_platform.cli import main; main(['up', '--help'])"

    assert "--store" in told(program, installed)


def test_what_runs_then_is_what_was_installed(installed: Path) -> None:
    program = "import handlers, mock_platform; print(handlers.__file__, mock_platform.__file__)"

    assert [Path(one).parents[1] for one in told(program, installed).split()] == [installed] * 2


def test_the_installed_platform_serves_from_anywhere(installed: Path, tmp_path: Path) -> None:
    alone = {"PYTHONPATH": str(installed)}
    with running("up", "--store", "sqlite:///here.db", env=alone, cwd=tmp_path) as platform:
        order = platform.advance(platform.create(platform.inbox("installed")), "pay")
        records = platform.wait("installed", 2)
        docs = platform.session.get(f"{platform.url}/docs/")
        specs = platform.session.get(f"{platform.url}/specs")
        console = platform.session.get(f"{platform.url}/console/")
        style = platform.session.get(f"{platform.url}/console/static/console.css")

        assert [one["orderId"] for one in records] == [order["id"]] * 2
        assert [one["signature"] for one in records] == ["valid"] * 2
        assert (docs.status_code, specs.status_code) == (200, 200)
        assert (console.status_code, style.status_code) == (200, 200)
        assert platform.terminate() == 0
    assert (tmp_path / "here.db").is_file()
