"""Puts together what compares contracts: two files, or files with what they were in git."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mock_platform.engine.evolution import Change, appeared, compare, vanished
from mock_platform.engine.evolution.accepting import Acceptance, acceptances
from mock_platform.engine.evolution.verdict import Comparison
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.references import FileUnusable
from mock_platform.infra.change_places import Texts, placed_changes
from mock_platform.infra.git_files import git_files
from mock_platform.infra.spec_files import Loaded, load_with_warnings
from mock_platform.infra.spec_folder import Folder
from mock_platform.infra.yaml_places import placed

_SHOWN = 3
"""How many doubts about a version are told; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """One of two versions; without a document it was not there, or is not there any more."""

    name: str
    texts: Texts
    loaded: Loaded | None = None

    @property
    def number(self) -> str:
        info = self.loaded.document.root.get("info") if self.loaded else None
        return str(info.get("version", "")) if isinstance(info, dict) else ""

    @property
    def doubts(self) -> Sequence[Finding]:
        return self.loaded.warnings if self.loaded else ()


def compare_files(old: Path, new: Path, *, allow_outside: bool = False) -> Comparison:
    """Compare two versions that lie side by side.

    Raises:
        SpecBroken: one of them is no contract.
    """
    versions = (_Version(name=str(file), texts=Texts()) for file in (old, new))
    before, after = (
        _read(version, file, allow_outside=allow_outside)
        for version, file in zip(versions, (old, new), strict=True)
    )
    return _compared(before, after)


def compare_with_git(
    ref: str, specs: Sequence[Path], *, allow_outside: bool = False
) -> Sequence[Comparison]:
    """Compare files with what they were at a commit, a tag or a branch.

    Raises:
        SpecBroken: one of them is no contract, now or then.
        GitUnusable: there is no repository, or no such commit.
        FileNotFoundError: a file is there neither now nor then.
    """
    found = []
    for spec in specs:
        git = git_files(_existing(spec.parent), ref)
        texts = Texts(read_bytes=git.read, prefix=f"{ref}:")
        then, now = (
            _Version(name=f"{ref}:{spec}", texts=texts),
            _Version(name=str(spec), texts=Texts()),
        )
        was, is_ = git.has(spec), spec.exists()
        if not (was or is_):
            raise FileNotFoundError(f"{spec} is there neither now nor in {ref}")
        then = _read(then, spec, allow_outside=allow_outside) if was else then
        now = _read(now, spec, allow_outside=allow_outside) if is_ else now
        found.append(_compared(then, now))
    return found


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


def _read(version: _Version, file: Path, *, allow_outside: bool) -> _Version:
    texts = version.texts
    try:
        loaded = load_with_warnings(file, read_bytes=texts.read_bytes, allow_outside=allow_outside)
    except SpecBroken as broken:
        raise SpecBroken(map(texts.replaced, broken.findings)) from broken
    return replace(version, loaded=loaded)


def _compared(old: _Version, new: _Version) -> Comparison:
    doubts = [
        version.texts.replaced(finding)
        for version in (old, new)
        for finding in version.doubts[:_SHOWN]
    ]
    return Comparison(
        old=old.name,
        new=new.name,
        old_version=old.number,
        new_version=new.number,
        changes=placed_changes(_changes(old.loaded, new.loaded), old.texts, new.texts),
        doubts=doubts,
        doubted=len(old.doubts) + len(new.doubts),
    )


def _changes(old: Loaded | None, new: Loaded | None) -> Sequence[Change]:
    if old and new:
        return compare(old.document, new.document)
    if new:
        return [appeared(new.document)]
    return [vanished(old.document)] if old else []
