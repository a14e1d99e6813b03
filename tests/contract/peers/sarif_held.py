"""Has ``check`` write SARIF for sound documents and for every kind of broken one, and validates it.

Run by ``try_sarif.sh``, with the path of the published schema.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema_rs
from jsonschema import Draft4Validator

PROJECT = Path(__file__).parents[3]
_TIMEOUT_S = 60
_LOOSE, _STRICT = "{2}]?$", "{2}\\\\]?$"
"""One pattern of the schema ends with a bracket that strict readers of patterns refuse."""
_HEAD = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n"
BROKEN: dict[str, str] = {
    "a folder #1/é%20&.yaml": f"{_HEAD}paths: {{/a: {{get: {{responses: {{200: {{}}}}}}}}}}\n",
    "unkempt.yaml": f"{_HEAD}x-lint: {{conventions: true}}\npaths: {{/a_B: {{get: {{responses: {{200: {{description: a}}}}}}}}}}\n",
    "no-yaml.yaml": "openapi: [3.0.3\n",
    "empty.yaml": "",
    "a-list.yaml": "[]\n",
    "dangling.yaml": f"{_HEAD}paths: {{/a: {{$ref: 'nowhere.yaml#/a'}}}}\n",
    "remote.yaml": f"{_HEAD}paths: {{/a: {{$ref: 'https://h.example/a.yaml'}}}}\n",
    "words.yaml": f"{_HEAD}paths: {{/x_Y: {{get: {{operationId: '\\u2028\"<ä>', responses: {{}}}}}}}}\n",
    "booleans.yaml": f"{_HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{enum: [on, off]}}}}}}\n",
    "twice.yaml": f"{_HEAD}paths: {{}}\npaths: {{}}\n",
}


def written(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield what is written for each document, and for all together."""
    for name, text in BROKEN.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    sound = [str(file) for file in sorted((PROJECT / "specs").glob("*.spec.yaml"))]
    yield "our specs", report(folder, *sound)
    for name in BROKEN:
        yield name, report(folder, name)
    yield "all together", report(folder, *sound, *BROKEN)


def report(folder: Path, *names: str) -> Any:
    ended = subprocess.run(
        [sys.executable, "-m", "mock_platform", "check", *names, "--info", "--format", "sarif"],
        cwd=folder,
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_S,
    )
    if not ended.stdout:
        raise SystemExit(f"nothing was written for {names}: {ended.stderr}")
    return json.loads(ended.stdout)


def wrong_in(log: Any, schema: Any) -> Iterator[str]:
    """Yield what is wrong by the schema as it is, and by one that knows the formats it names."""
    for error in Draft4Validator(schema).iter_errors(log):
        yield f"{error.json_path}: {error.message}"
    text = json.dumps(schema).replace(_LOOSE, _STRICT).replace('"id": "http', '"$id": "http', 1)
    later = json.loads(text) | {"$schema": "http://json-schema.org/draft-07/schema#"}
    for found in jsonschema_rs.Draft7Validator(later, validate_formats=True).iter_errors(log):
        yield f"{found.instance_path}: {found.message}"


def main(schema_file: str) -> int:
    schema = json.loads(Path(schema_file).read_text())
    wrong = 0
    with TemporaryDirectory() as folder:
        for name, log in written(Path(folder)):
            found = [*wrong_in(log, schema)]
            results = sum(len(run["results"]) for run in log["runs"])
            print(f"{name}: {results} results, {len(found)} errors")  # noqa: T201 - a report
            for error in found:
                print(f"  {error}")  # noqa: T201 - a report
            wrong += bool(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
