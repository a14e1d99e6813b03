"""Whatever schemas say, what is generated from them is valid, repeatable, and soon there.

The ordinary run looks at a few hundred schemas, always the same ones. ``--hypothesis-profile=
thorough`` looks at ten thousand for each dialect, others each time, unless ``--hypothesis-seed``
says which.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from mock_platform.engine.bundling import bundle
from mock_platform.engine.documents import Document
from mock_platform.engine.generation import (
    Dialect,
    Generator,
    Pretender,
    Prover,
    Unsatisfiable,
    compile_generator,
)
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import SchemaBroken, Schemas
from mock_platform.shared.contracts import Json
from tests.property.drawn_documents import documents, named_documents
from tests.property.near_values import nearly, some_value
from tests.property.other_library import MAIN, comparable, second_opinion

DIALECTS: tuple[Dialect, ...] = ("3.0", "2020-12")
VERSIONS = {"3.0": "3.0.4", "2020-12": "3.1.1"}
SCHEMA = {"$ref": MAIN}
PRETENDER = Pretender()
SEEDS = st.integers(0, 2**32)


def share(examples: int) -> settings:
    """Return how much is looked at: always the same, unless somebody asks for all."""
    profile = settings()
    thorough = settings.get_current_profile_name() == "thorough"
    return settings(
        max_examples=profile.max_examples if thorough else examples,
        derandomize=not thorough,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def bundled(document: Json, dialect: Dialect) -> Document:
    """Load a drawn document as one that was read from a file."""
    root = {"openapi": VERSIONS[dialect], "info": {}, "paths": {}, **document}
    found, findings = bundle("drawn", "drawn.yaml", {"drawn.yaml": root}.__getitem__)
    assert not findings, findings
    return found


def accepting(document: Document) -> Callable[[Json], bool]:
    """Return whether the platform accepts a value as the document's first schema."""
    try:
        check = Schemas(document).validator(MAIN[1:], Direction.ANSWER)
    except SchemaBroken:
        assume(condition=False)
    return lambda value: not check(value)


def generator(
    document: Document, dialect: Dialect, accepts: Callable[[Json], bool] | None = None
) -> Generator:
    return compile_generator(
        SCHEMA,
        document.root,
        dialect=dialect,
        direction=Direction.ANSWER,
        accepts=accepts,
        pretender=PRETENDER,
    )


def judged_by_two_libraries(document: Json, dialect: Dialect, seed: int) -> None:
    """Generate and think of values; hold each against both libraries."""
    document = comparable(document)
    whole = bundled(document, dialect)
    ours = accepting(whole)
    theirs = second_opinion(document, modern=dialect == "2020-12")
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    values = [some_value(random) for _ in range(6)]
    refusal, made = "", []
    try:
        made = [generator(whole, dialect, ours)(seed)]
    except Unsatisfiable as reason:
        refusal = str(reason)
        event("unsatisfiable")
    proof = Prover(whole.root, dialect=dialect, direction=Direction.ANSWER).impossible(SCHEMA)
    if proof:
        event("proven to be unsatisfiable")
        refusal = f"proven: {proof}"
    for value in made:
        assert ours(value)
        values += [value, *(nearly(value, random) for _ in range(12))]
    for each in values:
        assert not (refusal and ours(each)), f"{refusal}, but this is valid: {each!r}"
        assert theirs(each) in (ours(each), None), f"{ours(each)=}, but not to them: {each!r}"


@pytest.mark.parametrize("dialect", DIALECTS)
@share(200)
@given(data=st.data(), seed=SEEDS)
def test_what_is_generated_is_valid_and_two_libraries_agree_on_it_and_on_what_is_near(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    drawn = data.draw(documents(modern=dialect == "2020-12"))
    judged_by_two_libraries(drawn, dialect, seed)


@share(60)
@given(document=named_documents(), seed=SEEDS)
def test_the_same_holds_where_schemas_are_known_by_names(document: Json, seed: int) -> None:
    judged_by_two_libraries(document, "2020-12", seed)


@pytest.mark.parametrize("dialect", DIALECTS)
@share(25)
@given(data=st.data(), seed=SEEDS)
def test_the_first_value_that_is_made_is_valid_already_whatever_the_format(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    document = bundled(data.draw(documents(modern=dialect == "2020-12")), dialect)
    accepts = accepting(document)
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
@share(25)
@given(data=st.data(), seed=SEEDS)
def test_a_seed_makes_the_same_value_whatever_was_made_before(
    dialect: Dialect, data: st.DataObject, seed: int
) -> None:
    document = bundled(data.draw(documents(modern=dialect == "2020-12")), dialect)
    used, fresh = generator(document, dialect), generator(document, dialect)
    try:
        used(seed + 1)
        value = used(seed)
    except Unsatisfiable:
        assume(condition=False)

    assert json.dumps(fresh(seed)) == json.dumps(value)
