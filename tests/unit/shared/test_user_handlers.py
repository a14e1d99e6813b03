"""Users bring functions as they write them, and are told what is wrong with where they are."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

from mock_platform.engine.user_handlers import as_answer, plainly
from mock_platform.infra.handler_files import HandlersUnusable, load_handlers
from mock_platform.shared.contracts import Json, Play, Reply

PLAY = Play(reply=Reply())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param({"id": 1}, Reply(body={"id": 1}), id="body"),
        pytest.param([1, 2], Reply(body=[1, 2]), id="list"),
        pytest.param(({"id": 1}, 201), Reply(body={"id": 1}, status=201), id="status"),
        pytest.param(
            ("made", 201, {"Location": "/1"}),
            Reply(body="made", status=201, headers={"Location": "/1"}),
            id="headers",
        ),
        pytest.param(
            ("a,b", 200, {"content-type": "text/csv", "X-Total": 2}),
            Reply(body="a,b", headers={"X-Total": "2"}, media_type="text/csv"),
            id="media type, and a number",
        ),
        pytest.param(None, Reply(status=204), id="nothing"),
        pytest.param(Reply(status=418), Reply(status=418), id="reply"),
        pytest.param(PLAY, PLAY, id="play"),
    ],
)
def test_plain_values_are_answers(told: Json, expected: object) -> None:
    assert as_answer(told) == expected


def test_a_plain_function_keeps_its_signature() -> None:
    def get_tea(tea_id: int, note: str = "") -> Json:
        return {"id": tea_id, "note": note}

    handler = plainly(get_tea)

    assert list(inspect.signature(handler).parameters) == ["tea_id", "note"]
    assert handler(tea_id=1) == Reply(body={"id": 1, "note": ""})


def test_functions_are_found_in_a_folder_a_file_and_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "teas_of_mine.py").write_text("def get_tea():\n    return {}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    for place in (str(tmp_path), "teas_of_mine.py", "teas_of_mine"):
        assert list(load_handlers(place)) == ["get_tea"]


def test_a_file_may_have_dataclasses_and_the_name_of_a_library(tmp_path: Path) -> None:
    file = tmp_path / "json.py"
    file.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Tea:\n    id: int\n"
        "def get_tea():\n    return Tea(7).id\n"
    )

    function, module = load_handlers(str(file))["get_tea"]

    assert [function(), module] == [7, str(file)]
    assert hasattr(sys.modules["json"], "loads")


@pytest.mark.parametrize(
    ("files", "place", "message"),
    [
        pytest.param({}, ".", "has no", id="empty-folder"),
        pytest.param({}, "nowhere", "no module that can be imported", id="nowhere"),
        pytest.param({}, "nowhere.py", "is no Python file", id="no-file"),
        pytest.param({"a.py": "def"}, ".", "cannot be imported", id="no-python"),
        pytest.param(
            {"a.py": "def get(): 0", "b.py": "def get(): 0"},
            ".",
            r"both a\.py and b\.py",
            id="twice",
        ),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    place: str,
    message: str,
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(HandlersUnusable, match=message):
        load_handlers(place)
