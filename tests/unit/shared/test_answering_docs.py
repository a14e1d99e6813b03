"""The page about choosing the answer is true: its requests are sent, its answers compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mock_platform.api.application import Contract
from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.answering.stand_in import responders
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.schemas import Schemas
from tests.unit.shared.api_kit import Answered, Served, serve

PAGE = (Path(__file__).parents[3] / "docs" / "choosing-the-answer.md").read_text()
CONTRACT = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ROWS = re.findall(r"^\| `GET (\S+)`(?: `([^`]*)`)? \| `(\d+) ([^`]*)` \|", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def service() -> Served:
    assert CONTRACT is not None
    made = Document(name="pets", root=yaml.safe_load(CONTRACT[1]))
    stand_in = responders(made, Schemas(made), generators_of(made))
    listed = {one.id: one for one in operations(made)}
    return serve([Contract(document=made, resolve=lambda name: stand_in(listed[name]))])


@pytest.mark.parametrize(("target", "header", "status", "said"), ROWS, ids=str)
def test_the_page_is_right(
    service: Served, target: str, header: str, status: str, said: str
) -> None:
    name, _, value = header.partition(": ")

    answer = service.ask("GET", target, {name: value} if name else {})

    assert (answer.status, _essence(answer)) == (int(status), said)


def test_every_row_of_the_page_is_tried() -> None:
    assert len(ROWS) == PAGE.count("| `GET ") >= 10


def _essence(answer: Answered) -> str:
    if answer.headers["content-type"] == "application/problem+json":
        return str(answer.json["code"])
    return answer.body.decode().removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')
