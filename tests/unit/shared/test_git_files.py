"""What git has is read without touching the work tree, and never waited for too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.infra import git_files as room
from mock_platform.infra.git_files import GitUnusable, git_files


def test_a_git_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "git"
    stuck.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    stuck.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(room, "_TIMEOUT_S", 0.05)

    with pytest.raises(GitUnusable, match="git rev-parse took longer"):
        git_files(tmp_path, "HEAD")


def test_a_folder_in_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitUnusable, match="is in no git repository"):
        git_files(tmp_path, "HEAD")


def test_no_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(GitUnusable, match="git is not installed"):
        git_files(tmp_path, "HEAD")
