"""What was made is remembered: many requests cost little, and never more than so much memory."""

from __future__ import annotations

from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.answering.stand_in import VARIETY, Responder, responders
from mock_platform.engine.operations import operations
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Json, Trace
from tests.unit.shared.api_kit import document, ok

PET = {"type": "object", "properties": {"id": {"type": "integer"}, "seed": {"type": "integer"}}}


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
