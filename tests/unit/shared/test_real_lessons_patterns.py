"""Regular expressions of other languages are rewritten, not thrown away."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema_rs
import pytest

from mock_platform.engine.mending.patterns import rewritten
from tests.unit.shared.api_kit import JSON
from tests.unit.shared.real_kit import answer, root_of, served


def is_pattern(text: str) -> bool:
    try:
        jsonschema_rs.Draft4Validator({"pattern": text})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"^a{2}$", r"^a{2}$"),
        (r"^\$\{P\.x}$", r"^\$\{P\.x\}$"),
        (r"[^/|\000-\037]+", r"[^/|\x00-\x1f]+"),
        (r"^[\w-.+]+@[\w-\.]+$", r"^[\w\-.+]+@[\w\-\.]+$"),
        (r"\p{XDigit}{8}-\P{Alpha}[\p{Digit}_]", r"[0-9A-Fa-f]{8}-[^A-Za-z][0-9_]"),
        (r"[[:a]}", r"[\[:a]\}"),
        (r"^.{1,2097152}$", r"^.{1,}$"),
        (r"^a{,2}\Z", r"^a{0,2}$"),
        (r"[\uD800\uDC00-\uDBFF\uDFFF\t]*\_{}", r"[\u{10000}-\u{10ffff}\t]*_\{\}"),
    ],
    ids=str,
)
def test_what_is_meant_is_written_so_that_it_can_be_compiled(written: str, meant: str) -> None:
    assert rewritten(written, is_pattern) == meant


@pytest.mark.parametrize("written", ["(open", "*a", "(?i)a"])
def test_what_nobody_can_mean_is_none(written: str) -> None:
    assert rewritten(written, is_pattern) is None


def test_a_repeat_of_thousands_of_digits_is_as_many_as_are_counted() -> None:
    def is_pattern(text: str) -> bool:
        return len(text) < 1_000

    assert rewritten("a{" + "9" * 5_000 + "}", is_pattern) == "a{1000}"
    assert rewritten("a{2," + "9" * 5_000 + "}", is_pattern) == "a{2,}"


def test_a_rewritten_pattern_is_held_to_and_answered(tmp_path: Path) -> None:
    code = {"type": "string", "pattern": r"^[\w-.]{2}\p{XDigit}$", "maxLength": 3}
    schema = {"type": "object", "required": ["code"], "properties": {"code": code}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    paths = {
        "/codes": {
            "get": {"responses": answer(schema)},
            "post": {"requestBody": body, "responses": answer({})},
        }
    }
    service = served(tmp_path, root_of(paths))

    assert re.fullmatch(r"[\w.-]{2}[0-9A-Fa-f]", service.get("/v1/codes").json["code"])
    assert service.ask("POST", "/v1/codes", JSON, {"code": "a-f"}).status == 200
    assert service.ask("POST", "/v1/codes", JSON, {"code": "a-z"}).status == 422
