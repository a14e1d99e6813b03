"""Releases of our own contracts, as a team would make them, are classed as a reviewer would class them.

``releases/base`` holds the contracts as they once were; each release is a patch to them, and a list
of what its reviewer expects, written before anything was compared.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from mock_platform.bootstrap.evolution import compare_files
from mock_platform.engine.evolution import DOCS, LEVELS
from mock_platform.engine.evolution.verdict import Comparison
from mock_platform.infra.spec_checking import check
from mock_platform.shared.contracts import Json

RELEASES = Path(__file__).parent / "releases"
NAMES = sorted(path.stem for path in RELEASES.glob("*.patch"))
SERVICES = ("order-service", "callback-server")

each_release = pytest.mark.parametrize("name", NAMES)


def expected(name: str) -> Json:
    return yaml.safe_load((RELEASES / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def released(name: str, tmp_path: Path) -> Path:
    """The contracts after the release."""
    shutil.copytree(RELEASES / "base", tmp_path, dirs_exist_ok=True)
    patch = RELEASES / f"{name}.patch"
    subprocess.run(["git", "apply", "--unsafe-paths", str(patch)], cwd=tmp_path, check=True)
    return tmp_path


def compared(folder: Path) -> Mapping[str, Comparison]:
    return {
        service: compare_files(
            RELEASES / "base" / f"{service}.spec.yaml", folder / f"{service}.spec.yaml"
        )
        for service in SERVICES
    }


def rows(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    for change in comparison.changes:
        if change.level != DOCS:
            yield change.level, change.rule, change.message


def test_there_are_ten_releases_or_more_and_each_has_a_review() -> None:
    assert len(NAMES) >= 10
    assert sorted(path.stem for path in RELEASES.glob("*.yaml")) == NAMES


@each_release
def test_a_release_is_sound(name: str, released: Path) -> None:
    services = [service for service in SERVICES if service in expected(name)]
    found = [one for service in services for one in check(released / f"{service}.spec.yaml")]

    assert [str(one) for one in found if one.level == "error"] == []


@each_release
def test_a_release_is_classed_as_its_reviewer_expects(name: str, released: Path) -> None:
    review = expected(name)
    found = compared(released)

    for service, comparison in found.items():
        wanted = sorted((row["level"], row["rule"], row["told"]) for row in review.get(service, ()))
        got = sorted(rows(comparison))
        assert [row[:2] for row in got] == [row[:2] for row in wanted], got
        unmet = [row for row in wanted if not any(row[:2] == g[:2] and row[2] in g[2] for g in got)]
        assert unmet == [], got
    levels = {level for comparison in found.values() for level, _, _ in rows(comparison)}
    assert min(levels, key=LEVELS.index) == review["verdict"]


@each_release
def test_the_version_moved_and_the_major_one_excuses(name: str, released: Path) -> None:
    review = expected(name)
    refused = {
        comparison.new_version: comparison.fails("breaking", unless_major=True)
        for comparison in compared(released).values()
        if list(rows(comparison))
    }
    moved = review["version"].startswith("2.")

    assert [*refused] == [review["version"]]
    assert any(refused.values()) is (review["verdict"] == "breaking" and not moved)


@each_release
def test_every_change_has_its_place_on_both_sides(name: str, released: Path) -> None:
    for comparison in compared(released).values():
        for change in comparison.changes:
            assert change.old is not None
            assert change.new is not None
            assert change.old.line > 0, change
            assert change.new.line > 0, change
