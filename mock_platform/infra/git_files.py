"""Reads files as they were at some commit, straight from git: the work tree is not touched."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT_S = 60


class GitUnusable(Exception):
    """There is no repository, no git, or no such commit. The message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitFiles:
    """The files of one commit."""

    git: str
    top: Path
    """Of the work tree."""
    ref: str
    """As it was asked for."""
    commit: str

    def read(self, path: Path) -> bytes:
        """Return a file's content at the commit.

        Raises:
            FileNotFoundError: it was not there.
        """
        inside = os.path.relpath(path.parent.resolve() / path.name, self.top)
        wanted = f"{self.commit}:{Path(inside).as_posix()}"
        try:
            return _ask(self.git, self.top, "cat-file", "blob", wanted)
        except subprocess.CalledProcessError as error:
            raise FileNotFoundError(errno.ENOENT, f"not there in {self.ref}", str(path)) from error

    def has(self, path: Path) -> bool:
        """Whether the file was there."""
        try:
            self.read(path)
        except FileNotFoundError:
            return False
        return True


def git_files(folder: Path, ref: str) -> GitFiles:
    """Open the repository that a folder belongs to, at a commit, a tag or a branch.

    Raises:
        GitUnusable: and why.
    """
    git = shutil.which("git")
    if git is None:
        raise GitUnusable("git is not installed here")
    try:
        top = _ask(git, folder, "rev-parse", "--show-toplevel").decode().rstrip("\n")
    except (subprocess.CalledProcessError, NotADirectoryError, FileNotFoundError) as error:
        raise GitUnusable(f"{folder} is in no git repository") from error
    try:
        found = _ask(git, folder, "rev-parse", "--verify", "--quiet", _commit_of(ref))
    except subprocess.CalledProcessError as error:
        shallow = _ask(git, folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
        why = "; this clone is shallow: git fetch --unshallow" if shallow else ""
        raise GitUnusable(f"git knows no commit {ref!r}{why}") from error
    return GitFiles(git=git, top=Path(top), ref=ref, commit=found.decode().strip())


def _commit_of(ref: str) -> str:
    if not ref or ref.startswith("-"):
        raise GitUnusable(f"{ref!r} is no name of a commit")
    return ref + "^{commit}"


def _ask(git: str, folder: Path, *words: str) -> bytes:
    command = [git, "-C", str(folder), *words]
    try:
        done = subprocess.run(  # noqa: S603 - git, found on the path; no word of it is an option's
            command, capture_output=True, check=True, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as late:
        raise GitUnusable(f"git {words[0]} took longer than {_TIMEOUT_S} s in {folder}") from late
    return done.stdout
