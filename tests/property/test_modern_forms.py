"""Whatever a schema of 3.0 says, its form of 3.1 accepts and refuses the same."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_platform.engine.generation import Unsatisfiable
from mock_platform.engine.modernising import modernise
from mock_platform.shared.contracts import Json
from tests.property.drawn_documents import documents
from tests.property.near_values import nearly, some_value
from tests.property.other_library import comparable
from tests.property.test_generated_values import accepting, bundled, generator


def _whole_floats(value: Json) -> bool:
    """Tell whether ``1.0`` is in it: no integer to Draft 4, one to 2020-12."""
    if isinstance(value, dict | list):
        return any(map(_whole_floats, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(document=documents(modern=False), seed=st.integers(0, 2**32))
def test_both_forms_accept_and_refuse_the_same(document: Json, seed: int) -> None:
    old = bundled(comparable(document), "3.0")
    new = modernise(old)
    before, after = accepting(old), accepting(new)
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    values = [some_value(random) for _ in range(8)]
    try:
        value = generator(old, "3.0", before)(seed)
    except Unsatisfiable:
        value = None
    values += [value, *(nearly(value, random) for _ in range(10))]

    for each in values:
        if not _whole_floats(each):
            assert before(each) == after(each), each
