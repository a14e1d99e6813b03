"""What was made is remembered: many requests cost little, and never more than so much memory."""

from __future__ import annotations

import pytest

from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.answering.stand_in import VARIETY, Responder, responders
from mock_platform.engine.operations import operations
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Json, Trace
from tests.unit.shared.answering_kit import content, mock
from tests.unit.shared.api_kit import document, ok

PET = {"type": "object", "properties": {"id": {"type": "integer"}, "seed": {"type": "integer"}}}
LIST = {"type": "array", "items": PET}


def counted() -> tuple[Responder, list[int]]:
    """Return a stand-in, and the seeds from which something was made."""
    made: list[int] = []

    def generators(_pointer: str, _accepts: Json, /, **_how: Json) -> Json:
        def generate(seed: int) -> Json:
            made.append(seed)
            return {"id": 0, "seed": seed}

        return generate

    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    operation = {"operationId": "x", "parameters": [parameter], "responses": ok(PET)}
    contract = document({"/pets/{id}": {"get": operation}})
    stand_in = responders(contract, Schemas(contract), generators)
    return stand_in(operations(contract)[0]), made


def called(stand_in: Responder, number: int, *headers: tuple[str, str]) -> Json:
    call = Call(trace=Trace("", ""), path=f"/v1/pets/{number}", headers=headers)
    return stand_in(call, id=number).body


def test_the_same_request_is_answered_with_the_very_same_reply() -> None:
    stand_in, made = counted()

    first, again = called(stand_in, 7), called(stand_in, 7)

    assert first is again
    assert len(made) == 1


def test_many_requests_share_what_was_made_and_have_ids_of_their_own() -> None:
    stand_in, made = counted()

    ids = [called(stand_in, number)["id"] for number in range(1000)]

    assert ids == list(range(1000))
    assert 1 < len(made) <= VARIETY


@pytest.mark.parametrize(
    "header",
    [("x-long", ""), ("accept", "application/json;a=" + "b" * 4096), ("prefer", "a=" + "b" * 4096)],
    ids=["path", "accept", "prefer"],
)
def test_long_requests_are_not_remembered(header: tuple[str, str]) -> None:
    stand_in, _ = counted()
    number = 10**4200 if header[0] == "x-long" else 7

    first, again = called(stand_in, number, header), called(stand_in, number, header)

    assert first == again
    assert first is not again


def test_wishes_are_remembered_apart() -> None:
    stand_in, _ = counted()

    plain = called(stand_in, 7)
    seeded = called(stand_in, 7, ("prefer", "seed=1"), ("accept", "application/json"))

    assert seeded == {"id": 7, "seed": 1}
    assert called(stand_in, 7) is plain


def test_a_full_memory_begins_anew() -> None:
    memory = Remembered[int](most=2)

    for number in range(3):
        memory.keep(number, number)

    assert [memory.get(number) for number in range(3)] == [None, None, 2]


@pytest.mark.parametrize(
    "response",
    [
        content(application_json={"schema": PET, "example": {"id": 1, "seed": 2}}),
        content(application_json={"schema": {**PET, "x-generated": {"id": 1, "seed": "SEED"}}}),
        content(application_json={"schema": LIST, "example": [{"id": 1}, {"id": 2}]}),
        content(application_json={"schema": PET}),
        content(text_plain={"example": "all is well"}, application_json={"example": {"id": 1}}),
        content(text_plain={"schema": {"type": "string"}}),
        {"description": "", "headers": {"X-Seed": {"schema": {"x-generated": "SEED"}}}},
        {"description": ""},
    ],
    ids=["example", "generated", "list", "neither", "two types", "text", "header", "nothing"],
)
def test_a_preference_that_nobody_knows_changes_nothing(response: Json) -> None:
    # Without any, what is the same for all is made once; with one, everything is decided anew.
    parameter = {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}
    get = {"parameters": [parameter], "responses": {"200": response}}
    service = mock({"/pets/{petId}": {"get": get}})

    for number in range(3):
        plain = service.get(f"/v1/pets/{number}")
        anew = service.get(f"/v1/pets/{number}", prefer="wait=1")

        assert (plain.status, plain.body) == (anew.status, anew.body)
        kept = {name: value for name, value in anew.headers.items() if name != "x-trace-id"}
        assert kept == {k: v for k, v in plain.headers.items() if k != "x-trace-id"}
