"""Collections are recognised by their paths and schemas; what is not certain is left alone."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.resources.inference import families
from mock_platform.engine.resources.marks import Role, mark_findings, speaks_of_resources
from mock_platform.engine.resources.shapes import Shapes
from tests.unit.shared.resource_kit import document_of, keeping
from tests.unit.shared.resource_specs import (
    ARTICLES,
    ISSUES,
    PETS,
    READ_ONLY,
    SETTINGS,
    SHELVES,
    STRIPE,
)

HEAD = """
components:
  schemas:
    Thing: {type: object, properties: {id: {type: string}, name: {type: string}}}
    Count: {type: object, properties: {count: {type: integer}}}
  responses:
    one: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
    many:
      description: ''
      content:
        application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}
    texts: {description: '', content: {application/json: {schema: {type: array, items: {type: string}}}}}
    count: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Count'}}}}
    page: {description: '', content: {text/html: {schema: {type: string}}}}
    empty: {description: ''}
  requestBodies:
    one: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
    many: {content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}
paths:
"""


def document(*written: str) -> Document:
    """Return a document from lines ``METHOD path status response [request]``."""
    paths: dict[str, list[str]] = {}
    for line in written:
        method, path, status, response, *request = line.split()
        body = (
            f"requestBody: {{$ref: '#/components/requestBodies/{request[0]}'}}\n" if request else ""
        )
        names = re.findall(r"\{(\w+)\}", path)
        listed = ", ".join(
            f"{{name: {name}, in: path, required: true, schema: {{type: string}}}}"
            for name in names
        )
        text = (
            f"operationId: {method}_{path.replace('/', '_').strip('_').replace('{', '').replace('}', '')}\n"
            f"parameters: [{listed}]\n{body}"
            f"responses: {{'{status}': {{$ref: '#/components/responses/{response}'}}}}\n"
        )
        paths.setdefault(path, []).append(f"{method}:\n{indent(text, '  ')}")
    shown = "".join(f"  {path}:\n{indent(''.join(texts), '    ')}" for path, texts in paths.items())
    return document_of(HEAD + shown)


def found(*written: str) -> list[str]:
    """Return what is found, one line an operation: collection, role, operationId."""
    one = document(*written)
    return [
        f"{family.path}{'' if family.is_filled else ' (read only)'} {part.role.value} "
        f"{part.operation.method}"
        for family in families(one, operations(one), Shapes(one.root))
        for part in family.parts
    ]


@pytest.mark.parametrize(
    ("spec", "collections"),
    [
        (PETS, ["/v1/pets"]),
        (STRIPE, ["/v1/customers"]),
        (ISSUES, ["/repos/{owner}/{repo}/issues"]),
        (ARTICLES, ["/articles"]),
        (SETTINGS, ["/files"]),
        (
            SHELVES,
            ["/users", "/users/{userId}/posts", "/users/{userId}/posts/{postId}/comments"],
        ),
    ],
    ids=["pets", "stripe", "github", "realworld", "files", "nested"],
)
def test_contracts_as_people_write_them_are_understood(spec: str, collections: list[str]) -> None:
    assert keeping(spec).collections == collections


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (["post /a 201 one one", "get /a/{id} 200 one"], ["/a create POST", "/a read GET"]),
        (["post /a 201 one one", "get /a 200 many"], []),
        (["post /a/ 201 one one", "get /a/{id}/ 200 one"], ["/a create POST", "/a read GET"]),
        (
            ["post /a.json 201 one one", "get /a/{id}.json 200 one"],
            ["/a create POST", "/a read GET"],
        ),
        (["put /a/{id} 201 one one", "get /a/{id} 200 one"], ["/a replace PUT", "/a read GET"]),
        (["get /a/{id} 200 one"], ["/a (read only) read GET"]),
        (["post /a 201 one one", "delete /a/{id} 204 empty"], []),
        (["post /a 201 one many", "get /a/{id} 200 one"], ["/a (read only) read GET"]),
        (["post /a 201 one one", "get /a/{id} 200 many"], []),
        (["post /a 201 one one", "get /a/{id} 200 page"], []),
        (
            ["post /a 201 one one", "get /a 200 texts", "get /a/{id} 200 one"],
            ["/a create POST", "/a read GET"],
        ),
        (
            ["post /a 201 one one", "get /a/{id} 200 one", "post /a/{id} 200 count one"],
            ["/a create POST", "/a read GET"],
        ),
        (
            ["post /a 201 one one", "get /a/{id} 200 one", "post /a/{id} 200 one one"],
            ["/a create POST", "/a read GET", "/a patch POST"],
        ),
        (
            ["post /a 201 one one", "get /a/{id} 200 one", "put /a 200 one one"],
            ["/a create POST", "/a replace PUT", "/a read GET"],
        ),
        (
            ["post /a 201 empty one", "get /a/{id} 200 one", "delete /a/{id} 200 count"],
            ["/a create POST", "/a read GET", "/a delete DELETE"],
        ),
        (["get /a/{x}/{y} 200 one", "put /a/{x}/{y} 201 one one"], []),
        (["get /{id} 200 one", "put /{id} 201 one one"], [" read GET", " replace PUT"]),
        (["post /login 302 empty one", "get /login/{id} 200 one"], ["/login (read only) read GET"]),
    ],
    ids=str,
)
def test_an_operation_means_what_its_path_and_schemas_say(
    written: list[str], wanted: list[str]
) -> None:
    assert found(*written) == wanted


PETSTORE = """
components:
  schemas:
    Pet:
      type: object
      properties:
        id: {type: integer}
        status: {type: string}
        tags: {type: array, items: {type: object, properties: {name: {type: string}}}}
  responses:
    pet: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
    pets:
      description: ''
      content:
        application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}
  requestBodies:
    pet: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
paths:
  /pet:
    post:
      operationId: addPet
      requestBody: {$ref: '#/components/requestBodies/pet'}
      responses: {'200': {$ref: '#/components/responses/pet'}}
    put:
      operationId: updatePet
      requestBody: {$ref: '#/components/requestBodies/pet'}
      responses: {'200': {$ref: '#/components/responses/pet'}}
  /pet/findByTags:
    get:
      operationId: findPetsByTags
      parameters: [{name: tags, in: query, schema: {type: array, items: {type: string}}}]
      responses: {'200': {$ref: '#/components/responses/pets'}}
  /pet/newest:
    get: {operationId: newest, responses: {'200': {$ref: '#/components/responses/pets'}}}
  /pet/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getPet, responses: {'200': {$ref: '#/components/responses/pet'}}}
    post:
      operationId: updatePetWithForm
      parameters: [{name: status, in: query, schema: {type: string}}]
      responses: {'200': {$ref: '#/components/responses/pet'}}
"""


def test_petstores_ways_are_known() -> None:
    kept = keeping(PETSTORE)
    kept.post("/pet", {"id": 5, "status": "new", "tags": [{"name": "big"}]})
    kept.post("/pet", {"id": 6})

    replaced = kept.ask("PUT", "/pet", {"id": 6, "status": "old"})
    changed = kept.ask("POST", "/pet/5?status=sold")

    assert replaced.json == {"id": 6, "status": "old"}
    assert changed.json == {"id": 5, "status": "sold", "tags": [{"name": "big"}]}
    assert kept.get("/pet/findByTags?tags=big&tags=x").json == [changed.json]
    assert kept.ask("PUT", "/pet", {"id": 7}).status == 404
    assert "newest" not in kept.kept


# What the contract corrects


MARKED = """
components:
  schemas:
    Thing: {type: object, properties: {id: {type: string}, code: {type: string}}}
  responses:
    one: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  requestBodies:
    one: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
paths:
  /things:
    ITEM
    post:
      operationId: add
      POST
      requestBody: {$ref: '#/components/requestBodies/one'}
      responses: {'201': {$ref: '#/components/responses/one'}}
  /things/{id}:
    get:
      operationId: see
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {$ref: '#/components/responses/one'}}
  /forget:
    post:
      operationId: forget
      FORGET
      parameters: [{name: id, in: query, schema: {type: string}}]
      responses: {'200': {description: ''}}
  /look/{which}:
    post:
      operationId: look
      LOOK
      parameters: [{name: which, in: path, required: true, schema: {type: string}}]
      responses: {'200': {$ref: '#/components/responses/one'}}
"""


def marked(**marks: str) -> str:
    text = MARKED
    for place in ("ITEM", "POST", "FORGET", "LOOK"):
        mark = marks.get(place.lower())
        text = text.replace(place, f"x-mock: {{resource: {mark}}}" if mark else "x-other: 1", 1)
    return text


def test_a_path_or_an_operation_can_be_taken_out() -> None:
    assert keeping(marked()).kept == {"add", "see"}
    assert keeping(marked(item="false")).kept == set()
    assert keeping(marked(post="false")).kept == set()


def test_only_what_is_marked_is_kept_where_nothing_is_to_be_inferred() -> None:
    assert keeping(marked(), inferring=False).kept == set()
    assert keeping(marked(item="true"), inferring=False).kept == {"add", "see"}
    assert keeping(marked(post="{}"), inferring=False).kept == {"add", "see"}


def test_a_contract_that_marks_nothing_is_told_at_a_glance() -> None:
    assert not speaks_of_resources(document_of(marked()))
    assert not speaks_of_resources(document_of(marked(item="false")))
    assert speaks_of_resources(document_of(marked(item="true")))
    assert speaks_of_resources(document_of(marked(post="{name: x}")))


def test_the_property_of_the_id_can_be_told() -> None:
    kept = keeping(marked(post="{id: code}"))

    kept.post("/things", {"id": "x", "code": "mine"})

    assert kept.get("/things/mine").json == {"id": "x", "code": "mine"}


def test_an_operation_may_do_what_its_method_does_not_say() -> None:
    kept = keeping(marked(item="{name: things}", look="{name: things, role: delete}"))
    kept.post("/things", {"id": "a"})

    assert kept.ask("POST", "/look/a").json == {"id": "a"}
    assert kept.get("/things/a").status == 404


def test_the_page_about_it_shows_what_is_possible() -> None:
    page = (Path(__file__).parents[3] / "docs" / "stateful.md").read_text("utf-8")
    shown = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    corrected = document_of(shown[-1])

    assert list(mark_findings(corrected)) == []
    assert {f"`{role.value}`" for role in Role} <= set(re.findall(r"`\w+`", page))
    countries = {"countries": shown[1]["countries"]}
    assert keeping(READ_ONLY, seeds=countries).get("/countries/AT").json["name"] == "Austria"


def test_an_operation_can_be_brought_home_from_elsewhere() -> None:
    kept = keeping(marked(item="{name: things}", look="{name: things, role: read}"))

    kept.post("/things", {"id": "a"})

    assert kept.collections == ["things"]
    assert kept.ask("POST", "/look/a").json == {"id": "a"}
    assert kept.ask("POST", "/look/b").status == 404
