"""What a schema demands is said in words that one understands without knowing JSON Schema."""

from __future__ import annotations

import pytest

from mock_platform.engine.describing.constraint_words import constraints, marks, types
from mock_platform.shared.contracts import Json


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({}, ()),
        ({"minimum": 0}, ("at least 0",)),
        ({"maximum": 9}, ("at most 9",)),
        ({"minimum": 1, "maximum": 9}, ("1 to 9",)),
        ({"minimum": 1, "exclusiveMinimum": True}, ("more than 1",)),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 2.5}, ("more than 1", "less than 2.5")),
        ({"multipleOf": 0.01}, ("a multiple of 0.01",)),
        ({"minLength": 1}, ("at least 1 character",)),
        ({"maxLength": 500}, ("at most 500 characters",)),
        ({"minLength": 3, "maxLength": 3}, ("exactly 3 characters",)),
        ({"minItems": 0, "maxItems": 100}, ("at most 100 items",)),
        ({"minItems": 1, "maxItems": 100, "uniqueItems": True}, ("1 to 100 items", "no item twice")),
        ({"minProperties": 1, "additionalProperties": False}, ("at least 1 member", "no other members")),
        ({"not": {"type": "null"}}, ("further conditions: see the document",)),
        ({"minLength": "many", "maximum": True}, ()),
    ],
)  # fmt: skip
def test_a_demand_is_said_in_words(schema: Json, said: tuple[str, ...]) -> None:
    assert constraints(schema) == said


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": "string"}, ("string",)),
        ({"type": ["string", "null"]}, ("string",)),
        ({"type": ["integer", "boolean"]}, ("integer", "boolean")),
        ({"properties": {}}, ("object",)),
        ({"items": {}}, ("array",)),
        ({}, ()),
    ],
)
def test_a_type_is_read_or_guessed(schema: Json, found: tuple[str, ...]) -> None:
    assert types(schema) == found


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"nullable": True}, ("may be null",)),
        ({"type": ["string", "null"], "readOnly": True}, ("read only", "may be null")),
        ({"writeOnly": True, "deprecated": True}, ("write only", "deprecated")),
        ({"readOnly": "yes"}, ()),
    ],
)
def test_what_is_true_of_a_member_as_a_whole_is_marked(
    schema: Json, found: tuple[str, ...]
) -> None:
    assert marks(schema) == found
