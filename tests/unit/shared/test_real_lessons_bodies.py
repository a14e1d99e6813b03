"""What real documents say of bodies, answers and headers, and what a mock had better make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import JSON, Answered
from tests.unit.shared.real_kit import answer, root_of, served


def got(folder: Path, schema: Json, schemas: Json | None = None, **more: Json) -> Answered:
    """Return what a GET of something with this schema is answered."""
    paths = {"/x": {"get": {"responses": answer(schema, **more)}}}
    return served(folder, root_of(paths, schemas)).get("/v1/x")


def posted(folder: Path, media_type: str, schema: Json, body: str) -> Answered:
    content = {media_type: {"schema": schema}}
    operation = {"requestBody": {"required": True, "content": content}, "responses": answer({})}
    service = served(folder, root_of({"/x": {"post": operation}}))
    return service.ask("POST", "/v1/x", {"content-type": media_type}, body)


def test_nullable_beside_no_type_makes_no_null(tmp_path: Path) -> None:
    schema = {
        "type": "array",
        "minItems": 40,
        "maxItems": 40,
        "items": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Team"}]},
    }
    team = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}

    assert all(got(tmp_path, schema, {"Team": team}).json)


def test_what_nothing_satisfies_is_answered_with_what_comes_near(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["word", "number"],
        "properties": {
            "word": {"type": "string", "format": "byte", "pattern": "^.{2}$"},
            "number": {"type": "integer"},
        },
    }

    found = got(tmp_path, schema)

    assert found.status == 200
    assert isinstance(found.json["number"], int)


def test_an_example_that_breaks_its_schema_is_passed_over_for_a_value_that_does_not(
    tmp_path: Path,
) -> None:
    found = got(tmp_path, {"type": "object", "required": ["id"]}, example={"name": "Rex"})

    assert (found.status, "id" in found.json) == (200, True)


def test_an_echo_may_be_shorter_than_the_list_it_replaces(tmp_path: Path) -> None:
    item = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}}}
    operation = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": answer(schema, example={"items": [{"id": "a"}, {"id": "b"}]}),
    }
    service = served(tmp_path, root_of({"/lists/{id}": {"put": operation}}))

    found = service.ask("PUT", "/v1/lists/7", JSON, {"items": []})

    assert (found.status, found.json) == (200, {"items": []})


@pytest.mark.parametrize("media_type", ["text/plain", "text/powershell", "application/zip"])
def test_no_text_is_an_object_so_none_is_asked_for(tmp_path: Path, media_type: str) -> None:
    schema = {"type": "object", "format": "file"}

    assert posted(tmp_path, media_type, schema, "Get-Date").status == 200


def test_an_xml_list_without_items_is_written_as_nothing(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["Tags"],
        "properties": {"Tags": {"type": "array", "items": {"type": "string"}}},
    }

    assert posted(tmp_path, "text/xml", schema, "<root></root>").status == 200


def test_xml_names_in_a_part_of_all_of_are_written_as_they_are_read(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["VpcId"],
        "properties": {"VpcId": {"allOf": [{"type": "string"}, {"xml": {"name": "vpcId"}}]}},
    }
    responses = {"200": {"description": "", "content": {"text/xml": {"schema": schema}}}}
    service = served(tmp_path, root_of({"/x": {"get": {"responses": responses}}}))

    assert b"<vpcId>" in service.get("/v1/x").body
    assert posted(tmp_path, "text/xml", schema, "<a><vpcId>x</vpcId></a>").status == 200


@pytest.mark.parametrize("name", ["Accept-Encoding", "Transfer-Encoding", "Content-Length"])
def test_headers_that_no_caller_chooses_are_not_held_against_him(tmp_path: Path, name: str) -> None:
    schema = {"type": "string", "enum": ["chunked"]}
    parameter = {"name": name, "in": "header", "required": True, "schema": schema}
    paths = {"/x": {"get": {"parameters": [parameter], "responses": answer({})}}}
    service = served(tmp_path, root_of(paths))

    assert service.ask("GET", "/v1/x", {"accept-encoding": "gzip"}).status == 200


def test_json_of_which_nothing_is_said_can_be_parsed(tmp_path: Path) -> None:
    paths = {"/x": {"get": {"responses": answer()}}}

    assert served(tmp_path, root_of(paths)).get("/v1/x").json == {}


@pytest.mark.parametrize("media_type", ["", "*"])
def test_a_body_of_no_media_type_may_be_of_any(tmp_path: Path, media_type: str) -> None:
    content: Json = {media_type: {"schema": {"type": "string"}}}
    operation = {"requestBody": {"content": content}, "responses": answer({})}
    service = served(tmp_path, root_of({"/x": {"post": operation}}))

    assert service.ask("POST", "/v1/x", {"content-type": "text/plain"}, "tea").status == 200


def test_an_example_is_no_pair_of_a_request_where_its_schema_forbids_it(tmp_path: Path) -> None:
    """Who asks for it by name gets it all the same."""
    parameter = {"name": "q", "in": "query", "schema": {}, "examples": {"one": {"value": "tea"}}}
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    responses = answer(schema, examples={"one": {"value": {"name": "Tea"}}})
    service = served(
        tmp_path, root_of({"/x": {"get": {"parameters": [parameter], "responses": responses}}})
    )

    assert "id" in service.get("/v1/x?q=tea").json
    assert service.get("/v1/x?q=tea", Prefer="example=one").json == {"name": "Tea"}


def test_null_is_an_example_too(tmp_path: Path) -> None:
    responses = answer(examples={"nothing": {"value": None}})
    found = served(tmp_path, root_of({"/x": {"get": {"responses": responses}}})).get("/v1/x")

    assert (found.body, found.headers["content-type"]) == (b"null", "application/json")


def test_an_enum_beside_a_list_is_meant_for_its_items(tmp_path: Path) -> None:
    schema = {"type": "array", "items": {"type": "string"}, "enum": ["new", "used"], "minItems": 1}
    parameter = {"name": "state", "in": "query", "required": True, "schema": schema}
    operation = {"parameters": [parameter], "responses": answer(schema)}
    service = served(tmp_path, root_of({"/x": {"get": operation}}))

    found = service.get("/v1/x?state=used&state=new")

    assert found.status == 200
    assert {*found.json} <= {"new", "used"}
    assert service.get("/v1/x?state=worn").status == 400


def _connections() -> Json:
    """Return what Azure's documents have: heirs that are not called by their names."""
    kind = {"type": "string", "enum": ["EventHub"]}
    base = {"type": "object", "required": ["kind"], "properties": {"kind": kind}}
    group = {"required": ["group"], "properties": {"group": {"type": "string"}}}
    heir = {"allOf": [{"$ref": "#/components/schemas/Connection"}, group]}
    return {
        "Connection": {**base, "discriminator": {"propertyName": "kind"}},
        "EventHubConnection": {**heir, "x-ms-discriminator-value": "EventHub"},
    }


def test_an_heir_is_told_by_the_word_that_it_has_for_itself(tmp_path: Path) -> None:
    found = got(tmp_path, {"$ref": "#/components/schemas/Connection"}, _connections())

    assert (found.json["kind"], "group" in found.json) == ("EventHub", True)


def test_an_example_is_sent_although_its_discriminator_names_no_schema(tmp_path: Path) -> None:
    example = {"kind": "EventHub"}

    found = got(
        tmp_path, {"$ref": "#/components/schemas/Connection"}, _connections(), example=example
    )

    assert found.json == example


def test_who_documents_nothing_but_a_fault_works_all_the_same(tmp_path: Path) -> None:
    responses = {"500": {"description": "File"}}
    service = served(tmp_path, root_of({"/health": {"get": {"responses": responses}}}))

    assert service.get("/v1/health").status == 204
