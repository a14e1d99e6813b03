"""Swagger 2.0 is served as the OpenAPI 3.0 that means the same, and errors name the lines of 2.0."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.operations import operations
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.upgrading import upgrade
from mock_platform.infra.spec_checking import check
from mock_platform.infra.spec_files import load, load_with_warnings
from mock_platform.infra.yaml_places import place
from mock_platform.shared.contracts import Json

SHOP = """\
swagger: "2.0"
info: {title: Shop, version: "1"}
host: shop.example.com
basePath: /v2/
schemes: [https, http]
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  basic: {type: basic}
  key: {type: apiKey, in: header, name: X-Key}
  login:
    type: oauth2
    flow: accessCode
    authorizationUrl: https://a.example/auth
    tokenUrl: https://a.example/token
    scopes: {read: Read things}
parameters:
  Limit: {name: limit, in: query, type: integer, maximum: 10, default: 5}
  Thing: {name: body, in: body, required: true, schema: {$ref: '#/definitions/Thing'}}
responses:
  Missing:
    description: It is not there.
    schema: {$ref: '#/definitions/Error'}
definitions:
  Error: {type: object, properties: {code: {type: integer}}}
  Thing:
    type: object
    required: [name]
    discriminator: kind
    properties:
      kind: {type: string}
      name: {type: string, x-nullable: true}
      parent: {$ref: '#/definitions/Thing'}
paths:
  /things:
    parameters:
      - {name: X-Tenant, in: header, type: string}
    get:
      operationId: listThings
      parameters:
        - $ref: '#/parameters/Limit'
        - {name: ids, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: tags, in: query, type: array, items: {type: string}}
        - {name: sizes, in: query, type: array, items: {type: integer}, collectionFormat: pipes}
      responses:
        200:
          description: Some.
          headers: {X-Total: {type: integer, description: How many.}}
          schema: {type: array, items: {$ref: '#/definitions/Thing'}}
          examples: {application/json: [{name: a, kind: b}], text/csv: "a,b"}
        404: {$ref: '#/responses/Missing'}
    post:
      operationId: addThing
      consumes: [application/json, application/xml]
      parameters:
        - {name: note, in: query, type: string}
        - $ref: '#/parameters/Thing'
      responses: {201: {description: Added.}}
  /things/{id}/picture:
    put:
      operationId: putPicture
      consumes: [multipart/form-data]
      parameters:
        - {name: id, in: path, required: true, type: string}
        - {name: picture, in: formData, type: file, required: true}
        - {name: labels, in: formData, type: array, items: {type: string}, description: Words.}
      responses:
        200: {description: The picture., schema: {type: file}}
      produces: [image/png]
    post:
      operationId: note
      parameters:
        - {name: id, in: path, required: true, type: string}
        - {name: text, in: formData, type: string}
      responses: {default: {description: Done.}}
"""


_LISTED = "/paths/~1things/get/responses/200"
_FORM = "/paths/~1things~1{id}~1picture/put/requestBody/content/multipart~1form-data"


@pytest.fixture
def shop(tmp_path: Path) -> Document:
    return load(_written(tmp_path))


def _written(folder: Path, text: str = SHOP, name: str = "shop.yaml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_what_it_says_about_servers_and_security_is_said_in_the_words_of_3(shop: Document) -> None:
    root = shop.root

    assert (root["openapi"], shop.dialect) == ("3.0.4", "3.0")
    assert [server["url"] for server in root["servers"]] == [
        "https://shop.example.com/v2",
        "http://shop.example.com/v2",
    ]
    assert root["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "login": {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "https://a.example/auth",
                    "tokenUrl": "https://a.example/token",
                    "scopes": {"read": "Read things"},
                }
            },
        },
    }
    assert not root.keys() & {"swagger", "host", "basePath", "definitions", "consumes"}


def test_lists_are_written_as_their_collection_format_says(shop: Document) -> None:
    listing = operations(shop)[0]

    assert {one.name: (one.style, one.explode) for one in listing.parameters} == {
        "X-Tenant": ("simple", False),
        "limit": ("form", True),
        "ids": ("form", True),
        "tags": ("form", False),
        "sizes": ("pipeDelimited", False),
    }
    assert listing.path == "/v2/things"
    assert listing.parameters[1].schema == {"type": "integer", "maximum": 10, "default": 5}


def test_answers_have_their_schema_and_example_by_media_type(shop: Document) -> None:
    responses = operations(shop)[0].responses

    assert responses["200"].raw["content"] == {
        "application/json": {
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "example": [{"name": "a", "kind": "b"}],
        },
        "text/csv": {
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "example": "a,b",
        },
    }
    assert responses["200"].headers["X-Total"]["schema"] == {"type": "integer"}
    assert responses["404"].raw["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Error"
    }


def test_a_body_is_no_parameter_any_more(shop: Document) -> None:
    adding = operations(shop)[1]

    assert [one.name for one in adding.parameters] == ["X-Tenant", "note"]
    assert adding.body is not None
    assert [*adding.body] == ["application/json", "application/xml"]
    assert adding.body_required
    assert "Thing" not in shop.root["components"]["parameters"]


def test_form_fields_are_one_body(shop: Document) -> None:
    picture, note = operations(shop)[2:]

    assert picture.body is not None
    assert picture.body["multipart/form-data"].raw == {
        "schema": {
            "type": "object",
            "required": ["picture"],
            "properties": {
                "picture": {"type": "string", "format": "binary"},
                "labels": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "Words.",
                },
            },
        },
        "encoding": {"labels": {"style": "form", "explode": False}},
    }
    assert picture.responses["200"].raw["content"] == {
        "image/png": {"schema": {"type": "string", "format": "binary"}}
    }
    assert note.body is not None
    assert [*note.body] == ["application/x-www-form-urlencoded"]


@pytest.mark.parametrize(
    ("said", "schema"),
    [
        ("allowEmptyValue: false", {"type": "string", "minLength": 1}),
        ("allowEmptyValue: false, minLength: 3", {"type": "string", "minLength": 3}),
        ("allowEmptyValue: true", {"type": "string"}),
        ("description: None.", {"type": "string"}),
    ],
)
def test_a_text_is_not_empty_where_that_is_forbidden_in_so_many_words(
    tmp_path: Path, said: str, schema: Json
) -> None:
    source = f"""\
swagger: '2.0'
info: {{title: a, version: '1'}}
paths:
  /a:
    get:
      parameters: [{{name: word, in: query, type: string, {said}}}]
      responses: {{'200': {{description: ok}}}}
"""
    (tmp_path / "a.yaml").write_text(source)

    word = operations(load(tmp_path / "a.yaml"))[0].parameters[0]

    assert word.schema == schema


def test_schemas_mean_what_they_meant(shop: Document) -> None:
    thing = Schemas(shop).validator("/components/schemas/Thing", Direction.REQUEST)

    assert shop.root["components"]["schemas"]["Thing"]["discriminator"] == {"propertyName": "kind"}
    assert thing({"name": None, "parent": {"name": "a"}}) == ()
    assert {one.pointer for one in thing({"parent": {}, "name": 1})} == {"/name", "/parent"}


@pytest.mark.parametrize(
    ("now", "line"),
    [
        ("/components/schemas/Thing/properties/name", "name: {type: string, x-nullable: true}"),
        ("/components/parameters/Limit/schema/maximum", "Limit: {name: limit, in: query"),
        ("/paths/~1things/get/parameters/1/schema/items", "- {name: ids, in: query"),
        (f"{_LISTED}/content/application~1json/schema", "schema: {type: array"),
        (f"{_LISTED}/content/text~1csv/example", "examples: {application/json"),
        (f"{_LISTED}/headers/X-Total/schema/type", "headers: {X-Total"),
        ("/paths/~1things/post/requestBody/content/application~1xml/schema", "Thing: {name: body"),
        (f"{_FORM}/schema/properties/labels/items", "- {name: labels"),
    ],
)
def test_every_part_knows_its_line_in_the_old_file(tmp_path: Path, now: str, line: str) -> None:
    file = _written(tmp_path)

    origin = load(file).origin(now)

    assert origin.file == str(file)
    assert SHOP.splitlines()[place(file, origin.pointer)[0] - 1].strip().startswith(line)


def test_it_is_checked_as_what_it_is(tmp_path: Path) -> None:
    file = _written(tmp_path, SHOP.replace("maximum: 10", "maximum: ten"))

    assert load(_written(tmp_path, name="sound.yaml"), strict=True).name == "sound"
    assert any(str(each).startswith(f"{file}:18:") for each in check(file))


def test_other_files_lend_to_it_what_they_have(tmp_path: Path) -> None:
    _written(
        tmp_path,
        """\
definitions:
  Error: {type: string}
  Far: {type: object, properties: {e: {$ref: '#/definitions/Error'}}}
parameters:
  Page: {name: page, in: query, type: integer}
path:
  get:
    parameters: [{$ref: '#/parameters/Page'}]
    responses: {200: {description: a, schema: {$ref: '#/definitions/Far'}}}
""",
        "far.yaml",
    )
    file = _written(tmp_path, SHOP + "  /far: {$ref: 'far.yaml#/path'}\n")

    loaded = load_with_warnings(file)

    assert loaded.warnings == ()
    schemas = loaded.document.root["components"]["schemas"]
    assert schemas["Far"]["properties"]["e"] == {"$ref": "#/components/schemas/Error2"}
    assert schemas["Error2"] == {"type": "string"}
    far = operations(loaded.document)[-1]
    assert far.parameters[0].name == "page"
    assert loaded.document.origin("/components/schemas/Far").file == str(tmp_path / "far.yaml")
    assert loaded.files == {file, tmp_path / "far.yaml"}


@pytest.mark.parametrize(
    "part",
    [
        {"paths": {"/a": {"get": {"parameters": [1, {"in": "body"}, {"in": "formData"}]}}}},
        {"paths": {"/a": None, "/b": {"get": None}, "/c": {"get": {"responses": {"200": None}}}}},
        {"paths": {"/a": {"parameters": [{"in": "body", "name": "b"}], "post": {}}}},
        {"definitions": [], "parameters": None, "responses": 1, "securityDefinitions": {"a": 1}},
        {"host": 1, "basePath": None, "schemes": "https", "consumes": "text/plain"},
        {"paths": {"/a": {"get": {"parameters": [{"$ref": "#/parameters/Absent"}]}}}},
    ],
    ids=str,
)
def test_what_is_broken_in_it_does_not_break_the_upgrade(part: Json) -> None:
    root = {"swagger": "2.0", **part}

    upgraded = upgrade(Document(name="x", root=root, origins={"": Origin("x.json", "")}))

    assert upgraded.root["openapi"] == "3.0.4"
    assert upgraded.origin("/paths").file == "x.json"
