"""A start waits for every module that it imports: what is not needed for it is not imported.

Asked of new processes, as this one has imported everything. Of connexion comes what it imports itself:
flask, jinja2, httpx, requests, rich.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from mock_platform.bootstrap.any_documents import asks_faker
from mock_platform.shared.contracts import Json

PROJECT = Path(__file__).parents[3]
SPECS = PROJECT / "specs"
ANY = "specs/callback-server.spec.yaml"

NOT_FOR_A_START = (
    *("faker", "jsonpatch", "markdown_it", "openapi_spec_validator", "opentelemetry"),
    *(
        "prometheus_client",
        "schemathesis",
        "sqlalchemy",
        "standardwebhooks",
        "tenacity",
    ),
    *(
        f"mock_platform.{name}"
        for name in (
            *("console.application", "console.docs_site", "console.showroom"),
            *("domain.orders", "domain.receipts", "domain.resources", "domain.state_machine"),
            *("engine.describing", "engine.drawing", "engine.evolution", "engine.exporting"),
            *("engine.linting", "engine.merging", "engine.modernising", "engine.overlays"),
            *("engine.resources.seeding", "engine.resources.stateful", "engine.upgrading"),
            *("engine.lint", "engine.xml_values", "infra.handler_files", "infra.metrics"),
            *("infra.remote_files", "infra.spec_checking", "infra.stores", "infra.target_guard"),
            *("scheduler",),
        )
    ),
)
NOT_FOR_EXAMPLES = (*NOT_FOR_A_START, "mock_platform.engine.generation")
NOT_FOR_READING = (
    *("asyncio", "connexion", "faker", "flask", "httpx", "pydantic", "requests", "rich"),
    *("starlette", "structlog", "uvicorn", "mock_platform.api", "mock_platform.scheduler"),
)
"""For commands that serve nothing."""

FIRST_ANSWER = """
import asyncio, json, sys
from pathlib import Path
from mock_platform.cli import serving
from mock_platform.shared.config import load_settings
from mock_platform import bootstrap

app = bootstrap.build_documents([(Path(sys.argv[1]), None)], load_settings({"log_level": "error"})).app
answers = []

async def ask():
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        answers.append(message)
    await app({"type": "http", "method": "GET", "scheme": "http", "path": "/tea", "raw_path": b"/tea",
               "query_string": b"", "headers": []}, receive, send)

asyncio.run(ask())
print(json.dumps([answers[0]["status"], sorted(sys.modules)]))
"""


def document(**media_type: Json) -> Json:
    answer = {"description": "Tea.", "content": {"application/json": media_type}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tea", "version": "1"},
        "paths": {"/tea": {"get": {"operationId": "getTea", "responses": {"200": answer}}}},
    }


def imported(*command: str) -> Collection[str]:
    """Run a command of this program in a new process; return what it had imported at its end."""
    program = (
        "import atexit, sys;"
        "atexit.register(lambda: print('\\n', *sys.modules, file=sys.stderr));"
        f"sys.argv = ['mock-platform', *{command!r}];"
        "from mock_platform.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    return set(ended.stderr.splitlines()[-1].split())


def found_in(modules: Collection[str], unwanted: Sequence[str]) -> Sequence[str]:
    return [
        name
        for name in unwanted
        if any(one == name or one.startswith(f"{name}.") for one in modules)
    ]


@pytest.mark.parametrize(
    ("media_type", "unwanted"),
    [
        ({"example": {"name": "green"}}, NOT_FOR_EXAMPLES),
        (
            {"schema": {"type": "object", "properties": {"email": {"type": "string"}}}},
            NOT_FOR_A_START,
        ),
    ],
    ids=["an example", "a generated answer"],
)
def test_a_start_and_its_first_answer_import_what_they_need(
    media_type: Json, unwanted: Sequence[str], tmp_path: Path
) -> None:
    file = tmp_path / "tea.json"
    file.write_text(json.dumps(document(**media_type)))

    ended = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER, str(file)],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=True,
    )

    status, modules = json.loads(ended.stdout.splitlines()[-1])
    assert status == 200
    assert found_in(modules, unwanted) == []


@pytest.mark.parametrize(
    "command",
    [
        ("bundle", ANY),
        ("diff", ANY, ANY),
        ("export", ANY, "--format", "curl"),
    ],
    ids=lambda command: command[0],
)
def test_commands_that_serve_nothing_import_no_server(command: Sequence[str]) -> None:
    modules = imported(*command)

    assert "mock_platform.infra.spec_files" in modules
    assert found_in(modules, NOT_FOR_READING) == []


def test_a_check_imports_no_server() -> None:
    # Its oracle, openapi-spec-validator, brings libraries of its own along.
    unwanted = ("connexion", "starlette", "uvicorn", "structlog", "faker", "mock_platform.api")

    assert found_in(imported("check", ANY), unwanted) == []


@pytest.mark.parametrize(
    ("schema", "asks"),
    [({"x-faker": "company.name"}, True), ({"const": 2**70}, True), ({"type": "string"}, False)],
    ids=str,
)
def test_faker_is_made_ready_for_documents_that_ask_for_it(schema: Json, asks: bool) -> None:
    assert asks_faker(document(schema=schema)) is asks
