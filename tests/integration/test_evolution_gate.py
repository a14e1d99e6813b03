"""CI refuses a breaking change of our specs, unless their major version moves."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.git_kit import git

PROJECT = Path(__file__).parents[2]
SPEC = "specs/order-service.spec.yaml"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with our specs as they are, committed and released."""
    shutil.copytree(PROJECT / "specs", tmp_path / "specs")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    git(tmp_path, "tag", "v1.0.0")
    return tmp_path


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "So far")


def edit(folder: Path, old: str, new: str) -> None:
    spec = folder / SPEC
    text = spec.read_text(encoding="utf-8")
    assert old in text
    spec.write_text(text.replace(old, new), encoding="utf-8")


def gate(folder: Path) -> subprocess.CompletedProcess[str]:
    script = PROJECT / "scripts" / "check_evolution.sh"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        [script, str(folder)],
        capture_output=True,
        check=False,
        text=True,
        env={**environment, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
    )


def test_a_breaking_change_is_refused_until_the_major_version_moves(clone: Path) -> None:
    edit(clone, "        '406'", "        '418'")  # an answer goes; only risky
    risky = gate(clone)
    edit(clone, "operationId: payOrder\n", "operationId: payOrder\n      deprecated: true\n")
    edit(clone, "to: paid, via: payOrder", "to: shipped, via: payOrder")
    refused = gate(clone)
    edit(clone, "  version: 1.", "  version: 2.")
    excused = gate(clone)

    assert (risky.returncode, refused.returncode, excused.returncode) == (0, 1, 0)
    assert "compared with v1.0.0, the last release" in refused.stderr
    assert "transition-redirected" in refused.stdout


def test_a_spec_that_is_gone_is_refused(clone: Path) -> None:
    (clone / "specs" / "callback-server.spec.yaml").unlink()
    commit(clone)

    ended = gate(clone)

    assert ended.returncode == 1
    assert "document-removed" in ended.stdout


def test_a_release_is_compared_with_the_one_before(clone: Path) -> None:
    edit(clone, "enum: [pending, sending, delivered, dead]", "enum: [pending, delivered, dead]")
    commit(clone)
    git(clone, "tag", "v1.1.0")

    ended = gate(clone)

    assert ended.returncode == 1
    assert "compared with v1.0.0" in ended.stderr


def test_without_a_tag_it_is_the_commit_before(clone: Path) -> None:
    git(clone, "tag", "--delete", "v1.0.0")
    edit(clone, "  title: Order service", "  title: The order service")
    commit(clone)

    ended = gate(clone)

    assert ended.returncode == 0
    assert "the commit before; there is no release tag" in ended.stderr


def test_without_a_tag_it_is_where_origin_was_left(clone: Path, tmp_path: Path) -> None:
    git(clone, "tag", "--delete", "v1.0.0")
    git(clone, "update-ref", "refs/remotes/origin/main", "HEAD")
    edit(clone, "operationId: payOrder", "operationId: settleOrder")
    edit(clone, "via: payOrder", "via: settleOrder")
    commit(clone)
    commit(clone)

    ended = gate(clone)

    assert "where origin/main was left" in ended.stderr
    assert "operation-id-changed" in ended.stdout


def test_a_shallow_clone_says_that_it_cannot_compare_and_passes(
    clone: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    commit(clone)
    shallow = tmp_path_factory.mktemp("shallow") / "clone"
    git(clone, "clone", "--quiet", "--depth=1", "--no-tags", f"file://{clone}", str(shallow))

    ended = gate(shallow)

    assert ended.returncode == 0
    assert "not compared" in ended.stderr
    assert "git fetch --unshallow --tags" in ended.stderr


def test_without_a_repository_it_says_so_and_passes(clone: Path) -> None:
    shutil.rmtree(clone / ".git")

    ended = gate(clone)

    assert ended.returncode == 0
    assert "not compared" in ended.stderr
