"""``mock-platform diff`` compares files and commits, says where, and ends as it was asked to."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from mock_platform.cli import main
from tests.git_kit import git

OLD = """\
openapi: 3.0.4
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        '200':
          description: Things | and more.
          content:
            application/json:
              schema: {$ref: 'shared.yaml#/Thing'}
"""
SHARED = "Thing: {type: object, required: [id], properties: {id: {type: string}}}\n"
NEW = OLD.replace("maximum: 100", "maximum: 50")
ADDED = SHARED.replace("properties: {", "properties: {name: {type: string}, ")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for contracts, which is where the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    """A repository with one commit, tagged v1: a contract, and the file it refers to."""
    (folder / "specs").mkdir()
    write(folder / "specs")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    git(folder, "tag", "v1")
    return folder


def write(folder: Path, text: str = OLD, shared: str = SHARED) -> Path:
    (folder / "shared.yaml").write_text(shared, encoding="utf-8")
    (folder / "things.yaml").write_text(text, encoding="utf-8")
    return folder / "things.yaml"


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "So far")


def pair(folder: Path, new: str = NEW, shared: str = SHARED) -> tuple[str, str]:
    for name in ("old", "new"):
        (folder / name).mkdir()
    return str(write(folder / "old")), str(write(folder / "new", new, shared))


def diff(*words: str) -> Result:
    return CliRunner().invoke(main, ["diff", *words])


# Two files --------------------------------------------------------------------------------------


def test_a_breaking_change_is_told_with_both_places_and_fails(folder: Path) -> None:
    ended = diff(*pair(folder))

    assert ended.exit_code == 1
    assert "request-bound-tightened" in ended.output
    assert "old/things.yaml:7:60 → new/things.yaml:7:60" in ended.output.replace(f"{folder}/", "")
    assert "touches GET /things" in ended.output
    assert ended.output.endswith("1 breaking, 0 risky, 0 additive\n")


def test_what_is_added_in_a_file_that_is_referred_to_has_its_place_there(folder: Path) -> None:
    ended = diff(*pair(folder, OLD, ADDED), "--fail-on", "risky")

    assert ended.exit_code == 0
    assert "answer-property-added  Thing.name: new" in ended.output
    assert "new/shared.yaml:1:52" in ended.output


@pytest.mark.parametrize(
    ("level", "code"), [("breaking", 1), ("risky", 1), ("additive", 1), ("never", 0)]
)
def test_the_exit_code_is_by_level(folder: Path, level: str, code: int) -> None:
    assert diff(*pair(folder), "--fail-on", level).exit_code == code


def test_the_major_version_excuses_what_breaks_when_it_may(folder: Path) -> None:
    files = pair(folder, NEW.replace("1.0.0", "2.0.0"))

    assert diff(*files).exit_code == 1
    assert diff(*files, "--unless-major").exit_code == 0


def test_words_are_told_when_asked_for(folder: Path) -> None:
    files = pair(folder, OLD.replace("and more", "and others"))

    assert "docs-changed" not in diff(*files).output
    assert "answer 200: description changed" in diff(*files, "--docs").output


def test_json_holds_all_of_it(folder: Path) -> None:
    facts = json.loads(diff(*pair(folder), "--format", "json").output)

    [comparison] = facts["comparisons"]
    [change] = comparison["changes"]
    assert facts["summary"] == {"breaking": 1, "risky": 0, "additive": 0, "docs": 0}
    assert comparison["majorMoved"] is False
    assert (change["rule"], change["direction"]) == ("request-bound-tightened", "request")
    assert change["operations"] == ["GET /things"]
    assert change["why"]
    assert (change["old"]["line"], change["new"]["line"]) == (7, 7)


def test_markdown_is_a_table_that_no_text_breaks(folder: Path) -> None:
    new = OLD.replace("'200'", "'201'").replace("Things |", "More |")
    text = diff(*pair(folder, new), "--format", "markdown").output

    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert "### Breaking (1)" in text
    assert all(row.replace(r"\|", "").count("|") == 5 for row in rows)


def test_junit_fails_what_breaks(folder: Path) -> None:
    text = diff(*pair(folder), "--format", "junit").output

    suite = ET.fromstring(text)[0]  # noqa: S314 - our own
    assert suite.attrib["failures"] == "1"
    assert suite[0].attrib["classname"] == "request-bound-tightened"
    assert suite[0].find("failure") is not None


def test_a_file_is_written_without_colours(folder: Path) -> None:
    ended = diff(*pair(folder), "-o", "changes.txt")

    written = (folder / "changes.txt").read_text(encoding="utf-8")
    assert ended.exit_code == 1
    assert "\x1b" not in written
    assert "breaking (1)\n  request-bound-tightened" in written


def test_nothing_changed_is_said(folder: Path) -> None:
    for form, told in (("text", "nothing changed"), ("markdown", "Nothing changed.")):
        files = pair(folder, OLD) if form == "text" else ("old/things.yaml", "new/things.yaml")
        ended = diff(*files, "--format", form)

        assert ended.exit_code == 0
        assert told in ended.output


def test_the_rules_can_be_listed_without_a_contract() -> None:
    ended = diff("--rules")

    assert ended.exit_code == 0
    assert "| `request-bound-tightened` |" in ended.output


@pytest.mark.parametrize(
    "words",
    [
        ["one.yaml"],
        ["one.yaml", "two.yaml", "three.yaml"],
        ["one.yaml", "two.yaml", "--format", "pdf"],
        ["no.yaml", "none.yaml"],
        [],
    ],
    ids=" ".join,
)
def test_misuse_is_two(folder: Path, words: list[str]) -> None:
    assert diff(*words).exit_code == 2


def test_what_is_no_contract_is_two_and_says_where(folder: Path) -> None:
    (folder / "broken.yaml").write_text("openapi: [\n", encoding="utf-8")
    ended = diff(str(write(folder)), "broken.yaml")

    assert ended.exit_code == 2
    assert "broken.yaml:2:1" in ended.output


def test_a_report_that_cannot_be_written_is_told(folder: Path) -> None:
    ended = diff(*pair(folder), "-o", "none/changes.txt")

    assert ended.exit_code == 2
    assert "none/changes.txt cannot be written" in ended.output


# What is accepted -------------------------------------------------------------------------------

ACCEPT = """\
accept:
  - {rule: request-bound-tightened, at: parameter limit, reason: Nobody asks for more.}
"""


def test_what_is_accepted_passes_and_says_why(folder: Path) -> None:
    (folder / "accept.yaml").write_text(ACCEPT, encoding="utf-8")
    files = pair(folder)
    ended = diff(*files, "--accept", "accept.yaml")
    suite = ET.fromstring(diff(*files, "--accept", "accept.yaml", "--format", "junit").output)[0]  # noqa: S314 - our own

    assert ended.exit_code == 0
    assert "accepted: Nobody asks for more." in ended.output
    assert suite.attrib["failures"] == "0"


@pytest.mark.parametrize("at", ["parameter offset", "POST /things"])
def test_what_is_accepted_elsewhere_is_not_accepted_here_and_is_told(folder: Path, at: str) -> None:
    (folder / "accept.yaml").write_text(ACCEPT.replace("parameter limit", at), encoding="utf-8")
    ended = diff(*pair(folder), "--accept", "accept.yaml")

    assert ended.exit_code == 1
    assert f"request-bound-tightened at {at} is accepted, and did not happen" in ended.stderr


def test_an_operation_may_be_named(folder: Path) -> None:
    text = ACCEPT.replace("parameter limit", "GET /things")
    (folder / "accept.yaml").write_text(text, encoding="utf-8")

    assert diff(*pair(folder), "--accept", "accept.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "accept: [{rule: request-bound-tightend, reason: x}]",
            "did you mean 'request-bound-tight",
        ),
        ("accept: [{rule: request-bound-set}]", "accept.yaml:1:10: nobody says why"),
        ("accept: [{rule: request-bound-set, reason: x, to: y}]", "this has no 'to'"),
        ("accept: [request-bound-set]", "this is no mapping"),
        ("rules: []", "this accepts nothing"),
        ("[", "this is no YAML"),
    ],
)
def test_an_acceptance_that_cannot_be_read_is_two(folder: Path, text: str, told: str) -> None:
    (folder / "accept.yaml").write_text(text, encoding="utf-8")
    ended = diff(*pair(folder), "--accept", "accept.yaml")

    assert ended.exit_code == 2
    assert told in ended.stderr


# Git --------------------------------------------------------------------------------------------


def test_the_old_version_and_what_it_refers_to_come_from_git(repository: Path) -> None:
    write(repository / "specs", NEW, ADDED)
    ended = diff("--against", "v1", "specs/things.yaml")

    assert ended.exit_code == 1
    assert "v1:specs/things.yaml:7:60 → specs/things.yaml:7:60" in ended.output
    assert "v1:specs/shared.yaml:1:1 → specs/shared.yaml:1:52" in ended.output
    assert (repository / "specs" / "things.yaml").read_text(encoding="utf-8") == NEW


def test_the_work_tree_may_be_seen_from_anywhere_in_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "specs", NEW)
    monkeypatch.chdir(repository / "specs")

    assert "v1:things.yaml:7:60" in diff("--against", "v1", "things.yaml").output


def test_a_contract_that_was_not_there_is_additive_all_of_it(repository: Path) -> None:
    (repository / "specs" / "more.yaml").write_text(OLD.replace("/things", "/more"), "utf-8")
    ended = diff("--against", "v1", "specs/more.yaml")

    assert ended.exit_code == 0
    assert "document-added  more is new" in ended.output
    assert "touches GET /more" in ended.output


def test_a_contract_that_is_gone_breaks_all_of_it(repository: Path) -> None:
    (repository / "specs" / "things.yaml").unlink()
    ended = diff("--against", "v1", "specs/things.yaml")

    assert ended.exit_code == 1
    assert "document-removed  things is gone" in ended.output


def test_several_contracts_are_compared_at_once(repository: Path) -> None:
    (repository / "specs" / "more.yaml").write_text(OLD, "utf-8")
    ended = diff("--against", "v1", "specs/more.yaml", "specs/things.yaml", "--format", "json")

    assert len(json.loads(ended.output)["comparisons"]) == 2


def test_what_could_not_be_read_then_is_told_with_its_place_then(repository: Path) -> None:
    (repository / "specs" / "things.yaml").write_text(OLD.replace("shared", "gone"), "utf-8")
    commit(repository)
    write(repository / "specs", "# One line more.\n" + OLD)
    ended = diff("--against", "HEAD", "specs/things.yaml")

    [told] = ended.stderr.splitlines()
    assert told.startswith("HEAD:specs/things.yaml:13:24: warning: specs/gone.yaml cannot be read")


def test_files_outside_of_the_folder_are_read_when_that_is_allowed(repository: Path) -> None:
    (repository / "shared.yaml").write_text(SHARED, encoding="utf-8")
    text = OLD.replace("shared.yaml", "../shared.yaml")
    (repository / "specs" / "things.yaml").write_text(text, encoding="utf-8")
    commit(repository)
    (repository / "shared.yaml").write_text(ADDED, encoding="utf-8")
    words = ["--against", "HEAD", "specs/things.yaml"]

    assert diff(*words).exit_code == 2
    assert "Thing.name: new" in diff(*words, "--allow-outside").output


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("v2", "git knows no commit 'v2'"),
        ("--output=x", "no name of a commit"),
        ("", "no name of a commit"),
    ],
)
def test_an_unknown_commit_is_two(repository: Path, ref: str, told: str) -> None:
    ended = diff(f"--against={ref}", "specs/things.yaml")

    assert ended.exit_code == 2
    assert told in ended.output


def test_a_file_that_is_nowhere_is_two(repository: Path) -> None:
    ended = diff("--against", "v1", "specs/nothing.yaml")

    assert ended.exit_code == 2
    assert "neither now nor in v1" in ended.output


def test_without_a_repository_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    ended = diff("--against", "HEAD", str(write(folder)))

    assert ended.exit_code == 2
    assert "is in no git repository" in ended.output


def test_without_git_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    ended = diff("--against", "HEAD", str(write(folder)))

    assert ended.exit_code == 2
    assert "git is not installed" in ended.output
