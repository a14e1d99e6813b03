"""Whatever is wrong is told; of what is very long, the first violation and those it begins with."""

from __future__ import annotations

import jsonschema_rs
import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.violations import (
    AND_MORE,
    MOST_VALUES,
    MOST_VIOLATIONS,
    violations,
)
from mock_platform.shared.contracts import Json


def told(schema: Json, value: Json) -> list[tuple[str, str]]:
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert not validator.is_valid(value)
    found = violations(validator, value, inside=False)
    assert len(found) <= MOST_VIOLATIONS
    return [(one.pointer, one.rule) for one in found]


TEXTS = {"type": "array", "items": {"type": "string"}}
MORE = (AND_MORE.pointer, AND_MORE.rule)


def test_of_a_value_that_is_not_too_large_everything_is_told() -> None:
    value: Json = ["tea"] * (MOST_VALUES - 2) + [1, 2]

    assert told(TEXTS, value) == [(f"/{MOST_VALUES - 2}", "type"), (f"/{MOST_VALUES - 1}", "type")]


def test_a_large_value_that_is_wrong_all_over_is_told_by_its_beginning() -> None:
    found = told(TEXTS, [1] * 100_000)

    assert found[:2] == [("/0", "type"), ("/1", "type")]
    assert len(found) == MOST_VIOLATIONS
    assert found[-1] == MORE


def test_the_first_violation_is_told_however_late_it_comes() -> None:
    value: Json = ["tea"] * 50_000 + [1, 2]

    assert told(TEXTS, value) == [("/50000", "type"), MORE]


def test_items_in_the_beginning_are_told_with_what_is_wrong_inside_them() -> None:
    schema = {"items": {"required": ["sku"], "properties": {"quantity": {"type": "integer"}}}}

    found = told(schema, [{"quantity": "many"}] * 5_000)

    assert {("/0", "required"), ("/0/quantity", "type"), ("/9/quantity", "type")} <= {*found}


LONG = [0] * 5_000


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"minItems": 100}, LONG),
        ({"contains": {"const": 1}}, [*LONG, 1]),
        ({"properties": {"list": {"minItems": 100}}}, {"list": LONG}),
        ({"required": ["k4000"]}, {f"k{n}": n for n in range(5_000)}),
        ({"minProperties": 100}, {f"k{n}": n for n in range(5_000)}),
        ({"if": {"minItems": 100}, "else": {"items": False}}, LONG),
        ({"not": {"maxItems": 100}}, LONG),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "value",
)
def test_nothing_is_told_that_is_only_wrong_because_we_cut_it(schema: Json, value: Json) -> None:
    schema = {"allOf": [schema, {"not": {}}]}

    assert told(schema, value) == [("", "not"), MORE]


def test_what_is_wrong_with_the_whole_is_told() -> None:
    assert told({"maxItems": 100}, LONG) == [("", "maxItems"), MORE]


def test_what_is_checked_as_a_member_is_told_without_its_name() -> None:
    validator = jsonschema_rs.Draft202012Validator({"properties": {"body": TEXTS}})

    found = violations(validator, {"body": [1] * 5_000}, inside=True)

    assert [one.pointer for one in found[:2]] == ["/0", "/1"]


def test_a_value_too_deep_to_be_described_is_told_as_such() -> None:
    """Deeper than Python would follow, and with so many values that only its beginning is told."""
    deep: Json = "tea"
    for _ in range(5_000):
        deep = [deep]
    document = Document(
        name="deep",
        root={"openapi": "3.0.3", "components": {"schemas": {"Tea": {"type": "string"}}}},
    )
    check = Schemas(document).validator("/components/schemas/Tea", Direction.REQUEST)

    assert [one.rule for one in check(deep)] == ["depth"]
