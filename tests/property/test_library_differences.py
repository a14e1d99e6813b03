"""Where the two libraries differ, each with the least that shows it: everywhere else they agree.

We stand with the specifications. ``other_library`` lets the other side off where it says so here.
"""

from __future__ import annotations

from typing import NamedTuple

import jsonschema
import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json
from tests.property.other_library import extended


class Difference(NamedTuple):
    why: str
    schema: Json
    value: Json
    ours: bool


DIFFERENCES = (
    Difference(
        "multiples are exact decimals; the library divides floats (other_library: exact)",
        {"multipleOf": 0.1},
        0.3,
        ours=True,
    ),
    Difference(
        r"ECMA-262 knows letters of ASCII only as \w; Python knows all (other_library: ASCII)",
        {"pattern": r"^\w+$"},
        "ä",
        ours=False,
    ),
    Difference(
        "a number is what its decimals say: this one is beyond -2**63, as a float it is not",
        {"type": "number", "minimum": -(2**63)},
        -9.223372036854776e18,
        ours=False,
    ),
    Difference(
        "an address needs a domain; the library looks for an @ (not compared)",
        {"format": "email"},
        "a@example.com.",
        ours=False,
    ),
    Difference(
        "a uuid has 36 characters; the library counts its four hyphens only (not compared)",
        {"format": "uuid"},
        "7b89296c-6dcb-4c50-8857-7eb1924770d3-",
        ours=False,
    ),
)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.why)
def test_a_difference_of_the_libraries_is_still_there(difference: Difference) -> None:
    root = {"openapi": "3.1.0", "components": {"schemas": {"A": difference.schema}}}
    document = Document(name="d", root=root, dialect="3.1")
    wrong = Schemas(document).validator("/components/schemas/A", Direction.ANSWER)(difference.value)
    draft = jsonschema.Draft202012Validator
    theirs = draft(difference.schema, format_checker=draft.FORMAT_CHECKER)

    assert (not wrong) == difference.ours
    assert theirs.is_valid(difference.value) != difference.ours


def test_the_library_looks_at_unevaluated_parts_again_at_every_level() -> None:
    """With each level it takes several times as long: some documents would take it days."""
    looks = 0

    def counted(*_: object) -> None:
        nonlocal looks
        looks += 1

    found: list[int] = []
    schema: Json = {"title": "leaf"}
    deep: Json = {}
    draft = extended(jsonschema.Draft202012Validator, {"title": counted})
    for _ in range(6):
        schema = {"properties": {"a": schema}, "oneOf": [schema], "unevaluatedProperties": False}
        deep = {"a": deep}
        looks = 0
        draft(schema).is_valid(deep)
        found.append(looks)

    assert found[-1] > 20 * found[2]
