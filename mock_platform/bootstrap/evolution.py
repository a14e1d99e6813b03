"""Puts together what compares contracts: two files, or files with what they were in git."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mock_platform.engine.documents import Document
from mock_platform.engine.evolution import Change, appeared, compare, vanished
from mock_platform.engine.evolution.accepting import Acceptance, acceptances
from mock_platform.engine.evolution.verdict import Comparison
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.references import FileUnusable
from mock_platform.infra.change_places import Texts, placed_changes
from mock_platform.infra.git_files import GitFiles, git_files
from mock_platform.infra.spec_files import load
from mock_platform.infra.spec_folder import Folder
from mock_platform.infra.yaml_places import placed


def compare_files(old: Path, new: Path) -> Comparison:
    """Compare two versions that lie side by side.

    Raises:
        SpecBroken: one of them is no contract.
    """
    return _compared(load(old), load(new), Texts(), (str(old), str(new)))


def compare_with_git(ref: str, specs: Sequence[Path]) -> Sequence[Comparison]:
    """Compare files with what they were at a commit, a tag or a branch.

    Raises:
        SpecBroken: one of them is no contract, now or then.
        GitUnusable: there is no repository, or no such commit.
        FileNotFoundError: a file is there neither now nor then.
    """
    return [_with_git(git_files(_existing(spec.parent), ref), spec) for spec in specs]


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Read which changes are accepted.

    Raises:
        SpecBroken: with every finding, each with its place.
    """
    folder = Folder(path=path.parent)
    try:
        found = acceptances(folder.read(path.name))
    except FileUnusable as unusable:
        told = [Finding(message=str(unusable))] if str(unusable) else folder.shown(folder.findings)
        raise SpecBroken(placed(told)) from unusable
    except SpecBroken as broken:
        told = [replace(finding, file=str(path)) for finding in broken.findings]
        raise SpecBroken(placed(told)) from broken
    return found


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one around it that is still there."""
    folder = folder.absolute()
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _with_git(git: GitFiles, spec: Path) -> Comparison:
    texts = Texts(read_bytes=git.read, prefix=f"{git.ref}:")
    names = f"{git.ref}:{spec}", str(spec)
    if not git.has(spec):
        if not spec.exists():
            raise FileNotFoundError(f"{spec} is there neither now nor in {git.ref}")
        document = load(spec)
        return _settled(None, document, [appeared(document)], texts, names)
    old = load(spec, read_bytes=git.read)
    if not spec.exists():
        return _settled(old, None, [vanished(old)], texts, names)
    return _compared(old, load(spec), texts, names)


def _compared(old: Document, new: Document, texts: Texts, names: tuple[str, str]) -> Comparison:
    return _settled(old, new, compare(old, new), texts, names)


def _settled(
    old: Document | None,
    new: Document | None,
    changes: Sequence[Change],
    texts: Texts,
    names: tuple[str, str],
) -> Comparison:
    return Comparison(
        old=names[0],
        new=names[1],
        old_version=_version(old),
        new_version=_version(new),
        changes=placed_changes(changes, texts, Texts()),
    )


def _version(document: Document | None) -> str:
    info = document.root.get("info") if document else None
    return str(info.get("version", "")) if isinstance(info, dict) else ""
