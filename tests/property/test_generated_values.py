"""Whatever schemas say, what is generated from them is valid, repeatable, and soon there.

The ordinary run looks at a hundred schemas per dialect; ``--hypothesis-profile=thorough`` at ten
thousand.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mock_platform.engine.documents import Document
from mock_platform.engine.generation import (
    Dialect,
    Generator,
    Pretender,
    Unsatisfiable,
    compile_generator,
)
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import SchemaBroken, Schemas
from mock_platform.shared.contracts import Json
from tests.property.drawn_schemas import VALUES, documents
from tests.property.other_library import MAIN, comparable, second_opinion

DIALECTS: tuple[Dialect, ...] = ("3.0", "2020-12")
SCHEMA = {"$ref": MAIN}
PRETENDER = Pretender()
LENIENT = settings(suppress_health_check=list(HealthCheck))


def accepting(document: Json, dialect: Dialect) -> Callable[[Json], bool]:
    """Return whether the platform accepts a value as the document's first schema."""
    line = "3.1" if dialect == "2020-12" else dialect
    whole = Document(name="drawn", root={"openapi": f"{line}.0", **document}, dialect=line)
    try:
        check = Schemas(whole).validator(MAIN[1:], Direction.ANSWER)
    except SchemaBroken:
        assume(condition=False)
    return lambda value: not check(value)


def with_secrets(node: Json) -> Json:
    """Return the document with every property that is called ``id`` kept out of answers."""
    if isinstance(node, list):
        return [with_secrets(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: with_secrets(part) for key, part in node.items()}
    properties = inner.get("properties")
    if isinstance(properties, dict) and isinstance(secret := properties.get("id"), dict):
        properties["id"] = {**secret, "writeOnly": True}
    return inner


def generator(
    document: Json, dialect: Dialect, accepts: Callable[[Json], bool] | None = None
) -> Generator:
    return compile_generator(
        SCHEMA,
        document,
        dialect=dialect,
        direction=Direction.ANSWER,
        accepts=accepts,
        pretender=PRETENDER,
    )


@pytest.mark.parametrize("dialect", DIALECTS)
@LENIENT
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_what_is_generated_is_accepted_by_two_libraries(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    modern = dialect == "2020-12"
    document = comparable(data.draw(documents(modern=modern)))
    accepts = accepting(document, dialect)
    try:
        value = generator(document, dialect, accepts)(seed)
    except Unsatisfiable:
        assume(condition=False)

    assert accepts(value)
    assert second_opinion(document, modern=modern)(value)


@pytest.mark.parametrize("dialect", DIALECTS)
@LENIENT
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_the_first_value_that_is_made_is_valid_already(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    document = with_secrets(data.draw(documents(modern=dialect == "2020-12")))
    accepts = accepting(document, dialect)
    made: list[Json] = []

    def remember(value: Json) -> bool:
        made.append(value)
        return True

    try:
        generator(document, dialect, remember)(seed)
    except Unsatisfiable:
        assume(condition=False)

    assert accepts(made[0])


@pytest.mark.parametrize("dialect", DIALECTS)
@LENIENT
@given(data=st.data())
def test_what_is_called_unsatisfiable_accepts_nothing_that_we_can_think_of(
    dialect: Dialect, data: st.DataObject
) -> None:
    document = data.draw(documents(modern=dialect == "2020-12"))
    accepts = accepting(document, dialect)
    try:
        generator(document, dialect, accepts)(0)
    except Unsatisfiable:
        thoughts = data.draw(st.lists(VALUES, min_size=20, max_size=20))
        assert not any(map(accepts, thoughts))


@pytest.mark.parametrize("dialect", DIALECTS)
@LENIENT
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_a_seed_makes_the_same_value_whatever_was_made_before(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    document = data.draw(documents(modern=dialect == "2020-12"))
    used, fresh = generator(document, dialect), generator(document, dialect)
    try:
        used(seed + 1)
        value = used(seed)
    except Unsatisfiable:
        assume(condition=False)

    assert json.dumps(fresh(seed)) == json.dumps(value)


@pytest.mark.parametrize("dialect", DIALECTS)
@LENIENT
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_the_platform_and_the_jsonschema_library_agree_on_every_value(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    modern = dialect == "2020-12"
    document = comparable(data.draw(documents(modern=modern)))
    ours, theirs = accepting(document, dialect), second_opinion(document, modern=modern)
    values = data.draw(st.lists(VALUES, min_size=5, max_size=5))
    try:
        value = generator(document, dialect)(seed)
        values += [value, *_changed(value, data)]
    except Unsatisfiable:
        pass

    for each in values:
        assert ours(each) == theirs(each), each


def _changed(value: Json, data: st.DataObject) -> list[Json]:
    """Return values that are nearly this one."""
    match value:
        case dict() if value:
            name = data.draw(st.sampled_from(sorted(value)))
            less = {other: part for other, part in value.items() if other != name}
            return [less, {**value, name: data.draw(VALUES)}, {**value, "unknown": 1}]
        case list() if value:
            return [value[1:], [*value, value[0]], [data.draw(VALUES), *value[1:]]]
        case str():
            return [value + "!", value[1:]]
        case int() | float() if not isinstance(value, bool):
            return [value + 1, value - 1, value + 0.5]
        case _:
            return []
