"""A file switches rules off where it says, for the reason it gives, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_platform.engine.findings import INFO
from mock_platform.engine.linting.reports import FORMATS
from mock_platform.infra.spec_checking import check

SPEC = """\
openapi: 3.0.4
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      summary: List
      responses: {200: {description: Here}}
  /others:
    get:
      summary: List
      responses: {200: {description: Here}}
"""
REASON = "{ignore: {operation-id-present: Nobody generates clients from it.}}"


def told(folder: Path, text: str) -> list[str]:
    """What is found, as line, level and rule."""
    file = folder / "things.spec.yaml"
    file.write_text(text)
    return [f"{one.line} {one.level} {one.rule}" for one in check(file)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("paths:", "paths:", ["5 warning operation-id-present", "9 warning operation-id-present"]),
        ("paths:", f"x-lint: {REASON}\npaths:", []),
        ("paths:", f"paths:\n  x-lint: {REASON}", []),
        (
            "  /things:\n",
            f"  /things:\n    x-lint: {REASON}\n",
            ["10 warning operation-id-present"],
        ),
        ("info: {", f"info: {{x-lint: {REASON}, ", None),
        (
            "paths:",
            "x-lint: {'off': {operation-id-present: So be it.}}\npaths:",
            [],
        ),
    ],
)
def test_a_switch_counts_from_its_object_downwards(
    tmp_path: Path, old: str, new: str, found: list[str] | None
) -> None:
    idle = [
        "5 warning operation-id-present",
        "9 warning operation-id-present",
        "2 info lint-switch",
    ]

    assert told(tmp_path, SPEC.replace(old, new, 1)) == (idle if found is None else found)


@pytest.mark.parametrize(
    ("switch", "message"),
    [
        ("{ignore: {operation-id-present: ''}}", "without a reason, and so stays on"),
        ("{ignore: {operation-id-present: true}}", "without a reason, and so stays on"),
        ("{ignore: [operation-id-present]}", "ignore lists rules without reasons"),
        ("{ignore: {operation-id-presnt: a}}", "there is no rule 'operation-id-presnt'"),
        ("{ignore: {openapi-valid: a}}", "openapi-valid cannot be switched off"),
        ("{ignroe: {}}", "x-lint has no 'ignroe'"),
        ("{conventions: 1}", "conventions is true or false"),
        ("[a]", "x-lint is no mapping"),
    ],
)
def test_a_switch_that_is_none_is_an_error_and_switches_nothing(
    tmp_path: Path, switch: str, message: str
) -> None:
    file = tmp_path / "things.spec.yaml"
    file.write_text(f"x-lint: {switch}\n{SPEC}")

    found = check(file)

    (error,) = [one for one in found if one.rule == "lint-switch"]
    assert (error.level, error.line) == ("error", 1)
    assert message in error.message
    assert sum(one.rule == "operation-id-present" for one in found) == 2


def test_the_conventions_are_asked_for_at_the_root_only(tmp_path: Path) -> None:
    text = SPEC.replace("  /things:\n", "  /things:\n    x-lint: {conventions: true}\n")

    assert "5 error lint-switch" in told(tmp_path, text)


def test_what_is_called_x_lint_in_data_switches_nothing(tmp_path: Path) -> None:
    example = f"{{example: {{x-lint: {REASON}}}, properties: {{x-lint: {{}}}}}}"
    text = f"{SPEC}components: {{schemas: {{A: {example}}}}}\n"

    assert "5 warning operation-id-present" in told(tmp_path, text)
    assert not [line for line in told(tmp_path, text) if "lint-switch" in line]


def test_another_file_has_switches_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(f"x-lint: {REASON}\n{SPEC}")
    text = SPEC.partition("  /things")[0] + "  /a: {$ref: 'parts.yaml#/paths/~1things'}\n"

    assert told(tmp_path, text) == []
    assert told(tmp_path, f"{text}  /b: {{get: {{responses: {{200: {{description: a}}}}}}}}\n") == [
        "5 warning operation-id-present",
        "5 info operation-described",
    ]


# Reports


def test_sarif_says_what_its_schema_asks_for(tmp_path: Path) -> None:
    file = tmp_path / "a folder" / "things.spec.yaml"
    file.parent.mkdir()
    file.write_text(SPEC)

    log = json.loads(FORMATS["sarif"](check(file), tmp_path))

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    first = run["results"][0]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "operation-id-present"
    assert first["level"] == "warning"
    assert first["message"]["text"].startswith("GET /things has no operationId")
    (place,) = (one["physicalLocation"] for one in first["locations"])
    assert place["artifactLocation"] == {"uri": "a%20folder/things.spec.yaml"}
    assert place["region"] == {"startLine": 5, "startColumn": 5}
    levels = {result["level"] for result in run["results"]}
    assert levels <= {"error", "warning", "note"}
    closed = {"ruleId", "ruleIndex", "level", "message", "locations"}  # others are not allowed
    assert all(result.keys() <= closed for result in run["results"])
    assert run.keys() == {"tool", "columnKind", "results"}


def test_json_says_everything_and_how_much_there_is(tmp_path: Path) -> None:
    file = tmp_path / "things.spec.yaml"
    file.write_text(SPEC)

    report = json.loads(FORMATS["json"](check(file), tmp_path))

    assert report["totals"] == {"error": 0, "warning": 2, "info": 0}
    assert report["findings"][0] == {
        "file": "things.spec.yaml",
        "line": 5,
        "column": 5,
        "pointer": "/paths/~1things/get",
        "level": "warning",
        "rule": "operation-id-present",
        "message": "GET /things has no operationId",
        "remedy": "it is called getThings for now; write operationId: getThings",
    }


def test_text_names_the_rule(tmp_path: Path) -> None:
    file = tmp_path / "things.spec.yaml"
    file.write_text(SPEC)

    line = FORMATS["text"](check(file), tmp_path).splitlines()[0]

    assert line.startswith(f"{file}:5:5: warning: GET /things has no operationId (it is called")
    assert line.endswith(" [operation-id-present]")


def test_an_annotation_stays_one_line_whatever_it_says(tmp_path: Path) -> None:
    file = tmp_path / "things.spec.yaml"
    file.write_text(SPEC.replace("summary: List", 'summary: List\n      operationId: "a%\\nb"'))

    lines = FORMATS["github"](check(file, conventions=True), tmp_path).splitlines()

    assert all(
        line.startswith(("::error file=things.spec.yaml,line=", "::warning ")) for line in lines
    )
    assert any("operationId 'a%25\\nb' is not in camelCase" in line for line in lines)


def test_what_could_be_better_is_told_to_who_asks(tmp_path: Path) -> None:
    file = tmp_path / "things.spec.yaml"
    file.write_text(SPEC.replace("      summary: List\n", ""))

    assert [one.rule for one in check(file) if one.level == INFO] == ["operation-described"] * 2
