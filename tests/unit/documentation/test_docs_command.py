"""``mock-platform docs`` writes a site, says what it did, and refuses what would do harm."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_platform.cli import main
from mock_platform.infra.spec_home import specs_dir
from tests.git_kit import git

OLD = """\
openapi: 3.0.4
info: {title: Tea, version: 1.0.0}
paths:
  /tea: {get: {operationId: getTea, responses: {'200': {description: Tea.}}}}
  /milk: {get: {operationId: getMilk, responses: {'200': {description: Milk.}}}}
"""
NEW = """\
openapi: 3.0.4
info: {title: Tea, version: 2.0.0}
paths:
  /tea: {get: {operationId: getTea, responses: {'200': {description: Tea.}}}}
"""


def docs(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["docs", *map(str, words)])


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tea.yaml"
    path.write_text(NEW)
    return path


def content(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file()
    }


def test_a_site_is_written_and_its_beginning_is_named(spec: Path, tmp_path: Path) -> None:
    done = docs(spec, "-o", tmp_path / "site")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"9 files; begin at {tmp_path / 'site' / 'index.html'}\n"
    assert sorted(content(tmp_path / "site")) == [
        ".mock-platform-docs",
        "assets/base.css",
        "assets/docs.css",
        "assets/docs.js",
        "assets/icon.svg",
        "index.html",
        "tea/index.html",
        "tea/operations/getTea.html",
        "tea/tea.json",
        "tea/tea.yaml",
    ]


def test_the_same_specs_make_the_same_bytes_wherever_they_are(tmp_path: Path) -> None:
    for place in ("here", "there"):
        shutil.copytree(specs_dir(), tmp_path / place)
        specs = [tmp_path / place / f"{n}.spec.yaml" for n in ("order-service", "callback-server")]
        assert docs(*specs, "-o", tmp_path / f"{place}-site").exit_code == 0

    here, there = content(tmp_path / "here-site"), content(tmp_path / "there-site")

    assert here == there
    assert not any(str(tmp_path).encode() in one for one in here.values())


def test_older_versions_make_a_changelog(spec: Path, tmp_path: Path) -> None:
    old = tmp_path / "tea-1.0.yaml"
    old.write_text(OLD)

    done = docs(spec, "--since", old, "-o", tmp_path / "site")

    assert done.exit_code == 0
    changes = (tmp_path / "site" / "tea" / "changes.html").read_text()
    assert '<h2 id="release1">2.0.0 <span class="version">since 1.0.0</span></h2>' in changes
    assert "GET /milk" in changes


def test_git_knows_older_versions_too(spec: Path, tmp_path: Path) -> None:
    spec.write_text(OLD)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "tea.yaml")
    git(tmp_path, "commit", "-qm", "old")
    git(tmp_path, "tag", "v1")
    spec.write_text(NEW)

    done = docs(spec, "--against", "v1", "-o", tmp_path / "site")

    assert done.exit_code == 0
    assert "since 1.0.0" in (tmp_path / "site" / "tea" / "changes.html").read_text()


def test_the_server_and_the_title_can_be_chosen(spec: Path, tmp_path: Path) -> None:
    docs(spec, "--server", "https://tea.example/", "--title", "Our <tea>", "-o", tmp_path / "site")

    page = (tmp_path / "site" / "tea" / "operations" / "getTea.html").read_text()

    assert "curl -i https://tea.example/tea" in page
    assert "<span>Our &lt;tea&gt;</span>" in page


def test_two_specs_of_one_name_are_told_apart(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "tea.yaml"
    other.write_text(OLD)

    docs(spec, other, "-o", tmp_path / "site")

    assert (tmp_path / "site" / "tea-2" / "operations" / "getMilk.html").is_file()


def test_a_folder_with_other_files_is_refused(spec: Path, tmp_path: Path) -> None:
    refused = docs(spec, "-o", tmp_path)

    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"Error: {tmp_path} holds files that this command did not")
    assert docs(spec, "-o", tmp_path, "--force").exit_code == 0
    assert spec.read_text() == NEW


def test_what_cannot_be_documented_is_told(spec: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: [")
    old = tmp_path / "milk.yaml"
    old.write_text(OLD)
    out = tmp_path / "site"

    assert docs(broken, "-o", out).exit_code == 1
    assert "broken.yaml:2:1" in docs(broken, "-o", out).stderr
    told = docs(
        spec, broken.parent / "milk.yaml", "--since", _copied(old, "coffee.yaml"), "-o", out
    )
    assert (told.exit_code, "older than which of tea, milk?" in told.stderr) == (2, True)
    told = docs(spec, "--against", "no-such-tag", "-o", out)
    assert (told.exit_code, "Error: " in told.stderr) == (2, True)
    assert not out.exists()


def _copied(file: Path, name: str) -> Path:
    return Path(shutil.copy(file, file.with_name(name)))
