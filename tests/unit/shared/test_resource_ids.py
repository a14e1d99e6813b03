"""New ids are of the declared type, format and look; clients may choose theirs where they can."""

from __future__ import annotations

import re
from textwrap import indent

import pytest
import yaml

from mock_platform.shared.contracts import Json
from tests.unit.shared.resource_kit import Kept, keeping

SPEC = """
paths:
  /things:
    get:
      responses:
        '200':
          description: ''
          content:
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '201':
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
  /things/{KEY}:
    parameters: [{name: KEY, in: path, required: true, schema: PARAMETER}]
    get:
      responses:
        '200':
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      type: object
      properties:
PROPERTIES
"""


def things(properties: Json, key: str = "id", parameter: str = "{type: string}") -> Kept:
    written = indent(yaml.safe_dump(properties), " " * 8)
    spec = SPEC.replace("PROPERTIES", written).replace("KEY", key).replace("PARAMETER", parameter)
    return keeping(spec)


UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("schema", "looks"),
    [
        ({"type": "integer"}, r"1"),
        ({"type": "integer", "minimum": 1000}, r"1000"),
        ({"type": "string", "format": "uuid"}, UUID),
        ({"type": "string"}, UUID),
        ({"type": "string", "maxLength": 12}, r"[0-9a-f]{12}"),
        ({"type": "string", "example": "cus_NffrFeUf"}, r"cus_[0-9a-f]{8}"),
        ({"type": "string", "example": "ORD-0042"}, r"ORD-0001"),
        ({"type": "string", "example": "17"}, r"1"),
        ({"type": "string", "example": "507f1f77bcf86cd799439011"}, r"[0-9a-f]{24}"),
        ({"type": "string", "pattern": "^[0-9a-f]{24}$"}, r"[0-9a-f]{24}"),
        ({"type": "string", "pattern": r"^\d+$"}, r"1"),
    ],
    ids=str,
)
def test_a_new_id_looks_as_declared(schema: Json, looks: str) -> None:
    kept = things({"id": schema})

    first, second = (kept.post("/things", {}).json["id"] for _ in range(2))

    assert re.fullmatch(looks, str(first))
    assert first != second
    assert kept.get(f"/things/{first}").json == {"id": first}
    assert kept.get(f"/things/{second}").json == {"id": second}


@pytest.mark.parametrize(
    ("key", "properties", "found"),
    [
        ("thingId", ["name", "thingId", "id"], "thingId"),
        ("thingId", ["thing_id", "id"], "thing_id"),
        ("thingId", ["name", "id"], "id"),
        ("thing_number", ["id", "number"], "number"),
        ("thing", ["name", "id"], "id"),
        ("thing", ["name", "uuid"], "uuid"),
        ("thing", ["name", "thingId"], "thingId"),
        ("name", ["id", "name"], "name"),
        ("username", ["id", "username"], "username"),
        ("thing", ["title", "slug"], "slug"),
        ("ref", ["name", "code"], "code"),
    ],
)
def test_the_property_that_the_paths_parameter_means_is_found(
    key: str, properties: list[str], found: str
) -> None:
    kept = things({one: {"type": "string"} for one in properties}, key)

    created = kept.post("/things", {found: "mine"})

    assert created.json[found] == "mine"
    assert kept.get("/things/mine").status == 200


def test_a_word_in_the_path_does_not_mean_a_number() -> None:
    kept = things({"id": {"type": "integer"}, "login": {"type": "string"}}, "user")

    kept.post("/things", {"login": "ann"})

    assert (
        kept.get("/things/ann").json == {"id": 1, "login": "ann"}
        or "id" not in kept.get("/things/ann").json
    )


def test_a_chosen_id_that_is_taken_is_refused_and_numbers_go_on_above_it() -> None:
    kept = things({"id": {"type": "integer"}}, parameter="{type: integer}")

    statuses = [kept.post("/things", {"id": 41}).status for _ in range(2)]

    assert statuses == [201, 409]
    assert kept.post("/things", {}).json == {"id": 42}


@pytest.mark.parametrize("filler", [0, "", "string", None])
def test_what_tools_fill_in_is_no_choice(filler: Json) -> None:
    kept = things({"id": {"type": "integer"}}, parameter="{type: integer}")

    assert kept.post("/things", {"id": filler}).json == {"id": 1}


def test_what_only_the_server_says_is_not_chosen() -> None:
    kept = things({"id": {"type": "integer", "readOnly": True}}, parameter="{type: integer}")

    assert kept.post("/things", {"id": 41}).json == {"id": 1}


def test_an_id_may_stand_inside_as_kubernetes_has_it() -> None:
    metadata = {"type": "object", "properties": {"name": {"type": "string"}}}
    kept = things({"metadata": metadata, "kind": {"type": "string"}}, "name")

    kept.post("/things", {"metadata": {"name": "pod-1"}, "kind": "Pod"})

    assert kept.get("/things/pod-1").json == {"metadata": {"name": "pod-1"}, "kind": "Pod"}


def test_what_has_no_properties_gets_an_id() -> None:
    spec = SPEC.replace("PROPERTIES", "        {}").replace("KEY", "thingId")
    kept = keeping(spec.replace("PARAMETER", "{type: string}"))

    created = kept.post("/things", {"any": "thing"}).json

    assert kept.get(f"/things/{created['id']}").json == created == {"any": "thing"} | created


def test_a_collection_whose_ids_nobody_could_learn_is_left_alone() -> None:
    assert things({"colour": {"type": "string"}}).collections == []


def test_an_answer_may_call_the_id_otherwise() -> None:
    schema = {"id": {"type": "integer"}}
    written = indent(yaml.safe_dump(schema), " " * 8)
    spec = SPEC.replace("PROPERTIES", written).replace("KEY", "id")
    spec = spec.replace("PARAMETER", "{type: integer}")
    root = yaml.safe_load(spec)
    told = root["paths"]["/things"]["post"]["responses"]["201"]["content"]["application/json"]
    told["schema"] = {"type": "object", "properties": {"thingId": {"type": "string"}}}
    kept = keeping(root)

    assert kept.post("/things", {}).json == {"thingId": "1"}
    assert kept.get("/things/1").json == {"id": 1}


@pytest.mark.parametrize(("kind", "said"), [("integer", 1), ("string", "1")])
def test_an_answer_may_be_nothing_but_the_id(kind: str, said: Json) -> None:
    written = indent(yaml.safe_dump({"id": {"type": "integer"}}), " " * 8)
    spec = SPEC.replace("PROPERTIES", written).replace("KEY", "id")
    root = yaml.safe_load(spec.replace("PARAMETER", "{type: integer}"))
    told = root["paths"]["/things"]["post"]["responses"]["201"]["content"]["application/json"]
    told["schema"] = {"type": kind}
    kept = keeping(root)

    assert kept.post("/things", {}).json == said
    assert kept.get("/things").json == [{"id": 1}]


PUT = """
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses:
        '200': &thing
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'201': *thing}
    patch:
      requestBody: {content: {application/merge-patch+json: {schema: {type: object}}}}
      responses: {'200': *thing}
components:
  schemas:
    Thing: {type: object, properties: {id: {type: integer}, extra: {type: object}}}
"""


@pytest.mark.parametrize("name", ["abc", "007", "9" * 5_000, "%D9%A3"])
def test_nothing_is_put_where_no_id_can_be(name: str) -> None:
    kept = keeping(PUT)

    assert kept.ask("PUT", f"/things/{name}", {}).status == 404
    assert kept.ask("PUT", "/things/7", {}).json == {"id": 7}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_nested_too_deeply_to_be_kept_is_refused(method: str) -> None:
    kept = keeping(PUT)
    kept.ask("PUT", "/things/7", {})
    deep = b'{"extra": ' + b'{"a": ' * 900 + b"1" + b"}" * 901
    sent = {"content-type": "application/merge-patch+json"} if method == "PATCH" else {}

    answered = kept.ask(method, "/things/7", deep, sent)

    assert (answered.status, answered.json["code"]) == (422, "BODY_INVALID")
    assert kept.get("/things/7").json == {"id": 7}
