"""A contract may be held strictly, softly or not at all, and a caller may ask for one of the two."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platform.api.application import Contract
from mock_platform.api.leniency import Validation
from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.answering.stand_in import responders
from mock_platform.engine.operations import operations
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import JSON, Answered, document, ok, serve
from tests.unit.shared.body_kit import MULTIPART, part, parts

INTEGER, STRING = {"type": "integer"}, {"type": "string"}
FORM: Json = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}, "name": STRING},
}
BODY: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": STRING, "count": INTEGER},
}
OPERATION: Json = {
    "operationId": "keep",
    "parameters": [{"name": "n", "in": "query", "required": True, "schema": INTEGER}],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": BODY}, "multipart/form-data": {"schema": FORM}},
    },
    "responses": ok({**BODY, "example": {"name": "stand-in"}}),
}
CONTRACT = document({"/x": {"post": OPERATION}})


def stand_in() -> Any:
    made = responders(CONTRACT, Schemas(CONTRACT), generators_of(CONTRACT))
    return made(operations(CONTRACT)[0])


def asked(
    validation: str = "strict",
    *,
    handler: Any = None,
    target: str = "/v1/x?n=x",
    body: Any = b'{"count":"x"}',
    **headers: str,
) -> Answered:
    answerer = handler or stand_in()
    contract = Contract(
        document=CONTRACT, resolve=lambda _: answerer, validation=Validation(validation)
    )
    return serve([contract]).ask("POST", target, JSON | headers, body)


WRONG = [("query/n", "type"), ("", "required"), ("/count", "type")]


def test_a_strict_contract_refuses() -> None:
    assert asked().status == 400
    assert sorted(asked().violations) == sorted(WRONG)


def test_a_soft_contract_serves_and_tells() -> None:
    answer = asked("soft")

    assert (answer.status, answer.json["name"]) == (200, "stand-in")
    assert sorted(answer.told_violations) == sorted(WRONG)


def test_a_contract_without_validation_serves_and_is_silent() -> None:
    answer = asked("none")

    assert answer.status == 200
    assert "x-mock-violations" not in answer.headers


@pytest.mark.parametrize("validation", ["soft", "none"])
def test_what_cannot_even_be_read_is_served_too(validation: str) -> None:
    for body in (b"{", b"", b"\xff"):
        assert asked(validation, body=body).status == 200
    assert asked(validation, **{"content-type": "text/plain"}).status == 200
    assert asked(validation, target="/v1/x").status == 200


def test_a_soft_contract_tells_of_a_type_that_it_does_not_take() -> None:
    answer = asked("soft", target="/v1/x?n=1", **{"content-type": "text/plain"})

    assert answer.told_violations == [("header/Content-Type", "content")]


def test_a_request_that_is_right_is_told_nothing() -> None:
    answer = asked("soft", target="/v1/x?n=1", body=b'{"name":"a"}')

    assert "x-mock-violations" not in answer.headers


def test_a_caller_may_ask_for_lenience() -> None:
    answer = asked(prefer="handling=lenient")

    assert answer.status == 200
    assert sorted(answer.told_violations) == sorted(WRONG)
    assert answer.headers["preference-applied"] == "handling=lenient"


@pytest.mark.parametrize("validation", ["soft", "none"])
def test_a_caller_may_ask_for_strictness(validation: str) -> None:
    answer = asked(validation, prefer='wait=1, Handling="strict"; x=y')

    assert answer.status == 400
    assert answer.headers["preference-applied"] == "handling=strict"


@pytest.mark.parametrize(
    "prefer", ["handling=lax", "nohandling=lenient", "handling", 'x="handling=lenient"']
)
def test_a_wish_that_is_none_is_ignored(prefer: str) -> None:
    assert asked(prefer=prefer).status == 400


def test_a_wish_among_others_is_heeded_and_said_once() -> None:
    answer = asked(prefer="code=200, handling=lenient")

    assert answer.status == 200
    assert answer.headers["preference-applied"].count("handling=lenient") == 1
    assert "code=200" in answer.headers["preference-applied"]


def test_a_handler_that_relies_on_the_contract_is_spared_a_callers_lenience() -> None:
    def handler(n: int, body: Json) -> Reply:
        return Reply(body={"name": body["name"] * n})

    answer = asked(handler=handler, prefer="handling=lenient")

    assert answer.status == 400
    assert "preference-applied" not in answer.headers


def test_a_handler_of_a_soft_contract_gets_none_for_what_it_cannot_do_without() -> None:
    def handler(n: int | None, body: Json) -> Reply:
        return Reply(body={"name": f"{n} {body}"})

    assert asked("soft", handler=handler, target="/v1/x", body=b"").json == {"name": "None None"}


def test_files_do_not_trouble_a_stand_in() -> None:
    body = parts(part("file", b"\x00\xff", filename="a"), part("name", "b"))

    answer = asked(target="/v1/x?n=1", body=body, **{"content-type": MULTIPART})

    assert answer.status == 200


def test_there_are_three_ways_to_hold_a_contract() -> None:
    assert [one.value for one in Validation] == ["strict", "soft", "none"]
    assert Contract(document=CONTRACT, resolve=lambda _: stand_in()).validation == "strict"
