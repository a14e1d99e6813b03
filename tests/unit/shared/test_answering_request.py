"""An answer speaks of its request: by pairing examples, and by saying again what was said."""

from __future__ import annotations

import pytest

from mock_platform.shared.contracts import Json
from tests.unit.shared.answering_kit import PET, content, mock
from tests.unit.shared.api_kit import JSON, Answered

REF = {"$ref": "#/components/schemas/Pet"}
REX = {"id": 1, "name": "Rex"}


def parameter(name: str, kind: str = "integer", where: str = "path", **more: Json) -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": {"type": kind}} | more


def pets(media_type: Json, path: str = "/pets/{petId}", *names: str) -> Json:
    named = [parameter(one) for one in names or ("petId",)]
    return {path: {"get": {"parameters": named, "responses": ok(media_type)}}}


def ok(media_type: Json) -> Json:
    return {"200": content(application_json=media_type)}


def posted(media_type: Json, body: Json, status: str = "201") -> Answered:
    taken = content(application_json={"schema": {"type": "object"}})
    operation = {"requestBody": taken, "responses": {status: content(application_json=media_type)}}
    return mock({"/pets": {"post": operation}}).ask("POST", "/v1/pets", JSON, body)


# Ids of the path ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "media_type",
    [
        {"schema": REF, "example": REX},
        {"schema": REF, "examples": {"rex": {"value": REX}}},
        {"schema": {**REF, "x-generated": REX}},
        {"schema": {"allOf": [REF], "x-generated": REX}},
    ],
    ids=["example", "examples", "generated", "by allOf"],
)
def test_the_id_of_the_path_is_in_the_answer(media_type: Json) -> None:
    assert mock(pets(media_type)).get("/v1/pets/7").json == {**REX, "id": 7}


def test_an_example_that_is_asked_for_by_name_stays_as_it_is() -> None:
    service = mock(pets({"schema": REF, "examples": {"rex": {"value": REX}}}))

    assert service.get("/v1/pets/7", prefer="example=rex").json == REX


@pytest.mark.parametrize(
    ("path", "names", "target", "changed"),
    [
        ("/owners/{ownerId}/pets/{petId}", ("petId",), "/owners/9/pets/7", {"id": 7}),
        ("/pets/{petId}/feed", ("petId",), "/pets/7/feed", {"id": 7}),
        ("/pets/{pet-id}", ("pet-id",), "/pets/7", {"id": 7}),
        ("/pets/{id}", ("id",), "/pets/7", {"id": 7}),
        ("/cats/{id}/name", ("id",), "/cats/7/name", {"id": 7}),
        ("/zoos/{zooId}/star", ("zooId",), "/zoos/7/star", {}),
    ],
)
def test_an_id_goes_where_its_name_says(
    path: str, names: tuple[str, ...], target: str, changed: Json
) -> None:
    answer = mock(pets({"schema": REF, "example": REX}, path, *names)).get(f"/v1{target}")

    assert answer.json == REX | changed


def test_an_id_takes_the_type_that_the_answer_wants() -> None:
    path = {"/owners/{owner_id}/dog": {"get": {"parameters": [parameter("owner_id")]}}}
    path["/owners/{owner_id}/dog"]["get"]["responses"] = ok({"schema": REF, "example": REX})

    assert mock(path).get("/v1/owners/9/dog").json == {**REX, "ownerId": "9"}


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_list_is_of_whom_the_path_names(wrapped: bool) -> None:
    several: Json = {"type": "array", "items": REF}
    pair = [{"id": 1, "ownerId": "x"}, {"id": 2}]
    schema = {"type": "object", "properties": {"data": several}} if wrapped else several
    example = {"data": pair} if wrapped else pair
    owner = parameter("ownerId", "string")
    responses = ok({"schema": schema, "example": example})
    service = mock(
        {"/owners/{ownerId}/pets": {"get": {"parameters": [owner], "responses": responses}}}
    )

    found = service.get("/v1/owners/ann/pets").json

    owned = [{"id": 1, "ownerId": "ann"}, {"id": 2, "ownerId": "ann"}]
    assert found == ({"data": owned} if wrapped else owned)


def test_what_would_make_the_answer_invalid_is_left_out() -> None:
    schema = {"type": "object", "properties": {"id": {"enum": [1]}, "name": {"type": "string"}}}

    assert mock(pets({"schema": schema, "example": REX})).get("/v1/pets/7").json == REX


def test_an_error_does_not_speak_of_ids() -> None:
    path = pets({"schema": REF, "example": REX})
    path["/pets/{petId}"]["get"]["responses"]["404"] = content(
        application_json={"schema": REF, "example": REX}
    )

    assert mock(path).get("/v1/pets/7", prefer="code=404").json == REX


# Fields of the body ------------------------------------------------------------------------------


def test_the_fields_that_were_sent_are_in_the_answer_if_its_schema_has_them() -> None:
    answer = posted({"schema": REF, "example": REX}, {"name": "Tom", "colour": "red"})

    assert answer.json == {"id": 1, "name": "Tom"}


@pytest.mark.parametrize(
    "sent", [{"name": "Tom", "secret": "x"}, {"name": "Tom", "id": "no integer"}], ids=str
)
def test_fields_that_the_answer_may_not_have_are_left_out(sent: Json) -> None:
    assert posted({"schema": REF, "example": REX}, sent).json == {"id": 1, "name": "Tom"}


def test_fields_are_said_again_inside_of_a_wrapper() -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}, "pet": REF}}

    answer = posted({"schema": schema, "example": {"ok": True, "pet": REX}}, {"name": "Tom"})

    assert answer.json == {"ok": True, "pet": {"id": 1, "name": "Tom"}}


@pytest.mark.parametrize("sent", [[1], '"text"', {}], ids=str)
def test_a_body_without_fields_changes_nothing(sent: Json) -> None:
    operation = {
        "requestBody": content(application_json={}),
        "responses": ok({"schema": PET, "example": REX}),
    }

    answer = mock({"/pets": {"put": operation}}).ask("PUT", "/v1/pets", JSON, sent)

    assert (answer.status, answer.json) == (200, REX)


def test_an_example_is_not_changed_for_the_next_caller() -> None:
    service = mock(pets({"schema": REF, "example": REX}))

    assert [service.get(f"/v1/pets/{n}").json["id"] for n in (7, 8, 7)] == [7, 8, 7]
    assert REX["id"] == 1


# Pairs of examples -------------------------------------------------------------------------------


def named(**values: Json) -> Json:
    return {"examples": {name: {"value": value} for name, value in values.items()}}


PAIRED = {
    "/pets/{petId}": {
        "get": {
            "parameters": [
                parameter("petId", **named(rex=1, tom=2, gone=404)),
                parameter("lang", "string", "query", **named(tom="de")),
                parameter("X-Mood", "string", "header", **named(sad="blue")),
            ],
            "responses": {
                "200": content(
                    application_json={
                        "schema": REF,
                        **named(rex=REX, tom={"id": 2, "name": "Tom"}, sad={"id": 0}),
                    }
                ),
                "404": content(application_json=named(gone="no such pet")),
            },
        }
    }
}


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("/v1/pets/1", 200, REX),
        ("/v1/pets/2?lang=de", 200, {"id": 2, "name": "Tom"}),
        ("/v1/pets/2", 200, {**REX, "id": 2}),
        ("/v1/pets/404", 404, "no such pet"),
    ],
)
def test_whoever_asks_an_example_is_told_its_answer(target: str, status: int, said: Json) -> None:
    answer = mock(PAIRED).get(target)

    assert (answer.status, answer.json) == (status, said)


def test_headers_tell_cases_apart_too() -> None:
    service = mock(PAIRED)

    assert service.get("/v1/pets/8", x_mood="blue").json == {"id": 0}
    assert service.get("/v1/pets/8", x_mood="red").json == {**REX, "id": 8}
    assert service.get("/v1/pets/8").json == {**REX, "id": 8}


@pytest.mark.parametrize("prefer", ["example=rex", "dynamic=true"])
def test_what_is_asked_for_goes_before_pairs(prefer: str) -> None:
    answer = mock(PAIRED).get("/v1/pets/404", prefer=prefer)

    assert answer.status == 200


def test_a_preferred_status_is_kept_though_its_pair_has_another() -> None:
    answer = mock(PAIRED).get("/v1/pets/404", prefer="code=200")

    assert (answer.status, answer.json) == (200, {**REX, "id": 404})


def test_bodies_are_paired_by_what_they_say() -> None:
    operation = {
        "requestBody": content(application_json=named(good={"a": 1, "b": 2}, bad={"a": 0})),
        "responses": {
            "400": content(application_json=named(bad="too bad")),
            "201": content(application_json=named(other=1, good="very good")),
        },
    }
    service = mock({"/x": {"post": operation}})

    def answer(body: Json) -> tuple[int, Json]:
        found = service.ask("POST", "/v1/x", JSON, body)
        return found.status, found.json

    assert answer({"b": 2, "a": 1}) == (201, "very good")
    assert answer({"a": 0}) == (400, "too bad")
    assert answer({"a": False}) == (201, 1)
    assert answer({"a": 1}) == (201, 1)


# What cannot be said again ----------------------------------------------------------------------


@pytest.mark.parametrize("levels", [240, 1000])
def test_what_is_too_deep_to_be_written_is_not_said_again(levels: int) -> None:
    deep = b'{"name": "Rex", "more": ' + b"[" * levels + b"]" * levels + b"}"
    example = {"name": "Tom", "more": []}
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "more": {}}}

    answer = posted({"schema": schema, "example": example}, deep)

    assert (answer.status, answer.json) == (201, {"name": "Rex", "more": []})


def test_an_id_that_no_number_can_be_stays_away_from_numbers() -> None:
    path = {"/pets/{petId}": {"get": {"parameters": [parameter("petId", "string")]}}}
    path["/pets/{petId}"]["get"]["responses"] = ok({"schema": REF, "example": REX})

    assert mock(path).get("/v1/pets/" + "9" * 5_000).json == REX


def test_every_item_of_a_list_speaks_of_its_own_request_and_the_example_stays() -> None:
    example = [{"id": number, "ownerId": "1"} for number in range(100)]
    listed = {"schema": {"type": "array", "items": REF}, "examples": {"all": {"value": example}}}
    parameters = [parameter("ownerId", "string")]
    get = {"parameters": parameters, "responses": ok(listed)}
    service = mock({"/owners/{ownerId}/pets": {"get": get}})

    for owner in ("9", "8"):
        said = service.get(f"/v1/owners/{owner}/pets").json
        assert said == [{**one, "ownerId": owner} for one in example]
    assert service.get("/v1/owners/7/pets", prefer="example=all").json == example
