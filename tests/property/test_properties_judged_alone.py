"""A property that is judged by itself is judged as it would be with the whole answer around it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from mock_platform.engine.answering.independence import schemas_of
from mock_platform.engine.generation import Dialect
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import SchemaBroken, Schemas
from mock_platform.shared.contracts import Json
from tests.property.drawn_documents import documents
from tests.property.near_values import nearly, some_value
from tests.property.other_library import MAIN
from tests.property.test_generated_values import DIALECTS, SEEDS, bundled, share

WHOLE, LIST = "#/components/schemas/Whole", "#/components/schemas/List"
STEP: dict[bool, tuple[int, ...]] = {False: (), True: (0,)}


OTHER: Json = {"properties": {"p": {"type": "string"}}, "additionalProperties": True}
BESIDE: tuple[Json, ...] = (
    *({}, {"type": "object"}, {"required": ["p"]}, {"title": "one", "x-own": 1}),
    *({"additionalProperties": False}, {"additionalProperties": {"type": "string"}}),
    *(
        {"allOf": [OTHER]},
        {"allOf": [{"$ref": MAIN}]},
        {"allOf": [{"additionalProperties": False}]},
    ),
    *({"oneOf": [OTHER, {"maxProperties": 0}]}, {"not": OTHER}, {"maxProperties": 1}),
    *({"properties": {}}, {"patternProperties": {"p": {"type": "integer"}}}),
    {"enum": [{"p": 1}, {"p": "a"}, {}]},
)
"""What may stand beside a property; some of it has to do with it."""


@pytest.mark.parametrize("dialect", DIALECTS)
@share(60)
@given(data=st.data(), seed=SEEDS)
def test_alone_and_with_the_rest_the_verdict_is_the_same(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    drawn = data.draw(documents(modern=dialect == "2020-12"))
    beside = data.draw(st.lists(st.sampled_from(BESIDE), max_size=3))
    whole: dict[str, Json] = {}
    for one in [{"properties": {"p": {"$ref": MAIN}}}, *beside]:
        whole |= one
    is_listed = data.draw(st.booleans())
    drawn["components"]["schemas"] |= {"Whole": whole, "List": {"items": {"$ref": WHOLE}}}
    document = bundled(drawn, dialect)
    places = schemas_of(document.root, (LIST if is_listed else WHOLE)[1:], STEP[is_listed], "p")
    event("with the rest" if places is None else f"alone, by {len(places)}")
    assume(places is not None)
    schemas, random = Schemas(document), Random(seed)  # noqa: S311 - repeatable, not secret
    try:
        accepts = schemas.validator((LIST if is_listed else WHOLE)[1:], Direction.ANSWER)
        checks = [schemas.validator(place, Direction.ANSWER) for place in places or ()]
    except SchemaBroken:
        assume(condition=False)

    values = [some_value(random) for _ in range(8)]
    values += [nearly(value, random) for value in values]
    found = [{"p": value} for value in values]
    for one in found:
        alone = not any(check(one["p"]) for check in checks)
        assert (not accepts([one] if is_listed else one)) == alone, one
