"""No value that was allowed is refused, and none comes that could not, without the comparison saying so.

Another library judges the values: what it allows by the old schema and refuses by the new one is a
witness that requests were narrowed, the other way round that answers were widened.
"""

from __future__ import annotations

from random import Random

import jsonschema_rs
import pytest

from mock_platform.shared.contracts import Json
from tests.unit.shared.evolution_drawing import VALUES, Drawing
from tests.unit.shared.evolution_kit import answers, asks, found_rules

PAIRS = 60


def allowed(schema: Json) -> list[bool]:
    judge = jsonschema_rs.Draft202012Validator(schema)
    return [judge.is_valid(value) for value in VALUES]


def grave(rules: set[str]) -> bool:
    """Whether it was told; a new property counts, for a client sends what it knows."""
    return any(rule[0] in "BR" or "property-added" in rule for rule in rules)


@pytest.mark.parametrize("seed", range(8))
def test_every_witness_is_told(seed: int) -> None:
    drawing = Drawing(Random(seed))  # noqa: S311 - the same pairs every time
    for _ in range(PAIRS):
        old = drawing.schema()
        new = drawing.changed(old)
        before, after = allowed(old), allowed(new)

        if any(was and not now for was, now in zip(before, after, strict=True)):
            assert grave(found_rules(asks(old), asks(new))), (old, new)
        if any(now and not was for was, now in zip(before, after, strict=True)):
            assert grave(found_rules(answers(old), answers(new))), (old, new)


def test_the_pairs_have_witnesses() -> None:
    drawing = Drawing(Random(0))  # noqa: S311 - the same pairs every time
    olds = [drawing.schema() for _ in range(PAIRS)]
    told = [allowed(old) != allowed(drawing.changed(old)) for old in olds]

    assert sum(told) > PAIRS / 3
