"""Where a contract gives no value, one is made up: valid, lifelike, and the same for the same seed."""

from __future__ import annotations

import pytest

from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.answering.stand_in import Responder, responders
from mock_platform.engine.operations import operations
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Json, Reply, Trace
from tests.unit.shared.api_kit import document, ok

USER = {
    "type": "object",
    "required": ["id", "email", "password"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "readOnly": True},
        "email": {"type": "string", "format": "email"},
        "password": {"type": "string", "writeOnly": True},
        "name": {"type": "string", "example": "Ann"},
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
    },
    "example": {"id": 1, "email": "ann@example.com"},
}
ANN = {"id": 1, "email": "ann@example.com"}


def stand_in(responses: Json, path: str = "/users", **more: Json) -> Responder:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    operation = {"operationId": "x", "responses": responses, "parameters": parameters}
    item = {"post": operation | more}
    made = document({path: item}, {"schemas": {"User": USER}})
    return responders(made, Schemas(made), generators_of(made))(operations(made)[0])


def answer(responses: Json, prefer: str = "", path: str = "/users") -> Reply:
    headers = (("prefer", prefer),) if prefer else ()
    call = Call(trace=Trace("", ""), headers=headers, path=path)
    return stand_in(responses, path)(call)


REF = {"$ref": "#/components/schemas/User"}
LIST = {"type": "array", "items": REF, "minItems": 2}


@pytest.mark.parametrize("prefer", ["", "dynamic=true"])
@pytest.mark.parametrize("schema", [REF, LIST], ids=["one", "several"])
def test_what_is_made_up_is_valid(schema: Json, prefer: str) -> None:
    responses = ok(schema)
    made = document({"/users": {"get": {"responses": responses}}}, {"schemas": {"User": USER}})
    pointer = "/paths/~1users/get/responses/200/content/application~1json/schema"

    body = answer(responses, prefer).body

    assert Schemas(made).validator(pointer, Direction.ANSWER)(body) == ()
    assert "password" not in (body if isinstance(body, dict) else body[0])


def test_dynamic_passes_over_the_example_of_the_schema() -> None:
    assert answer(ok(REF)).body == ANN
    assert answer(ok(REF), "dynamic=true").body != ANN


def test_one_seed_is_one_answer_whatever_the_path() -> None:
    def body(path: str, prefer: str) -> Json:
        return answer(ok({"type": "object", "properties": USER["properties"]}), prefer, path).body

    assert body("/users", "seed=7") == body("/people", "seed=7")
    assert body("/users", "seed=7") != body("/users", "seed=8")
    assert body("/users", "") != body("/people", "")


def test_what_nobody_can_make_is_answered_with_the_example_though_it_is_wrong() -> None:
    impossible = {"allOf": [{"type": "string"}, {"type": "integer"}], "example": "as good as any"}

    assert answer(ok(impossible)).body == "as good as any"


def test_where_nothing_fits_the_nearest_is_answered_and_the_schema_is_named() -> None:
    pet = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string", "minLength": 5, "maxLength": 3},
        },
    }

    found = answer(ok(pet))

    assert isinstance(found.body["id"], int)
    assert "/properties/name" in found.headers["Warning"]
    assert "minLength 5 is more than maxLength 3" in found.headers["Warning"]


def test_a_schema_that_leads_nowhere_is_answered_with_an_empty_object() -> None:
    assert answer(ok({"$ref": "#/components/schemas/Gone"})).body == {}


def test_the_header_is_called_by_its_name() -> None:
    responses = ok()
    responses["200"]["headers"] = {"X-Email": {"schema": {"type": "string", "minLength": 1}}}

    assert "@" in answer(responses).headers["X-Email"]


def test_a_file_that_was_sent_is_not_said_again() -> None:
    responses = ok({"type": "object", "properties": {"file": {}, "name": {"type": "string"}}})
    responses["200"]["content"]["application/json"]["example"] = {"name": "Rex"}
    call = Call(trace=Trace("", ""), path="/users")

    taken: Json = {"content": {"multipart/form-data": {}}}
    reply = stand_in(responses, requestBody=taken)(
        call, {"file": b"\x00", "files": [b"\x00"], "name": "Tom"}
    )

    assert reply.body == {"name": "Tom"}
