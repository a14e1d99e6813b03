"""Any document becomes a mock at once: no handlers, no services, no restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.platform_process import Platform, refused, running

PETS = """
openapi: 3.0.3
info: {title: pets, version: '1'}
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer}}
      responses:
        '200':
          description: One pet.
          content:
            application/json:
              schema:
                type: object
                required: [id, name]
                properties: {id: {type: integer}, name: {type: string, enum: [Rex]}}
        '404':
          description: None.
          content: {application/json: {example: {message: gone}}}
"""


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    spec = tmp_path / "pets.yaml"
    spec.write_text(PETS)
    return spec


def get(platform: Platform, path: str, **headers: str) -> tuple[int, Any]:
    answer = platform.session.get(f"{platform.url}{path}", headers=headers, timeout=30)
    return answer.status_code, answer.json()


def test_a_document_is_served_with_nothing_beside_it(pets: Path) -> None:
    with running("serve", str(pets)) as platform:
        assert get(platform, "/pets/12") == (200, {"id": 12, "name": "Rex"})
        assert get(platform, "/pets/12", Prefer="code=404") == (404, {"message": "gone"})
        status, problem = get(platform, "/pets/twelve")
        assert (status, problem["violations"][0]["pointer"]) == (400, "path/petId")
        assert get(platform, "/specs/pets.json")[1]["info"]["title"] == "pets"


def test_a_base_path_may_be_left_out(pets: Path) -> None:
    pets.write_text(PETS + "servers: [{url: 'https://pets.example/v2'}]\n")
    with running("serve", str(pets)) as platform:
        assert get(platform, "/v2/pets/1") == get(platform, "/pets/1")


def test_several_documents_share_a_port_each_under_its_mount(pets: Path) -> None:
    with running("serve", "--mount", f"/a={pets}", "--mount", f"/b={pets}") as platform:
        assert get(platform, "/a/pets/1")[0] == get(platform, "/b/pets/1")[0] == 200
        assert get(platform, "/pets/1")[0] == 404


def test_a_function_of_the_users_answers_its_operation(pets: Path) -> None:
    handlers = pets.parent / "mine"
    handlers.mkdir()
    (handlers / "pets.py").write_text(
        "def get_pet(pet_id):\n    return {'id': pet_id + 1, 'name': 'Rex'}\n"
    )
    with running("serve", str(pets), "--handlers", str(handlers)) as platform:
        assert get(platform, "/pets/1") == (200, {"id": 2, "name": "Rex"})


TEAS = """
openapi: 3.1.0
info: {title: teas, version: '1'}
paths:
  /teas:
    get:
      operationId: listTeas
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Tea'}}
    post:
      operationId: createTea
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Tea'}}}
      responses:
        '201':
          description: Made.
          content: {application/json: {schema: {$ref: '#/components/schemas/Tea'}}}
  /teas/{teaId}:
    parameters: [{name: teaId, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getTea
      responses:
        '200':
          description: One.
          content: {application/json: {schema: {$ref: '#/components/schemas/Tea'}}}
        '404': {description: None.}
    delete:
      operationId: deleteTea
      responses: {'204': {description: Gone.}, '404': {description: None.}}
components:
  schemas:
    Tea:
      type: object
      required: [name]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
"""


def test_what_is_created_is_kept_when_asked_for(tmp_path: Path) -> None:
    spec, seeds = tmp_path / "teas.yaml", tmp_path / "seeds.yaml"
    spec.write_text(TEAS)
    seeds.write_text("teas: [{id: 7, name: Assam}]")
    with running("serve", str(spec), "--stateful", "--seed-data", str(seeds)) as platform:
        made = platform.session.post(f"{platform.url}/teas", json={"name": "Sencha"}, timeout=30)
        assert (made.status_code, made.json()["name"]) == (201, "Sencha")
        names = [tea["name"] for tea in get(platform, "/teas")[1]]
        assert sorted(names) == ["Assam", "Sencha"]

        gone = platform.session.delete(f"{platform.url}/teas/7", timeout=30)
        assert gone.status_code == 204
        assert platform.session.get(f"{platform.url}/teas/7", timeout=30).status_code == 404

        spec.write_text(TEAS.replace("title: teas", "title: Teas"))
        platform.logged("contract.reloaded")
        assert [tea["name"] for tea in get(platform, "/teas")[1]] == ["Sencha"]


def test_a_wrong_request_is_served_where_validation_is_soft(pets: Path) -> None:
    with running("serve", str(pets), "--validation", "soft") as platform:
        answer = platform.session.get(f"{platform.url}/pets/twelve", timeout=30)
        assert answer.status_code == 200
        assert "path/petId" in answer.headers["X-Mock-Violations"]


def test_what_a_document_gets_wrong_is_mended_and_told_unless_strict(pets: Path) -> None:
    pets.write_text(PETS.replace("          description: One pet.\n", ""))
    with running("serve", str(pets)) as platform:
        assert get(platform, "/pets/1")[0] == 200

    ended, said = refused("serve", str(pets), "--strict")
    assert (ended, "pets.yaml:" in said) == (1, True), said


def test_a_saved_document_is_served_at_once(pets: Path) -> None:
    with running("serve", str(pets)) as platform:
        pets.write_text(PETS.replace("enum: [Rex]", "enum: [Bello]"))
        platform.logged("contract.reloaded")

        assert get(platform, "/pets/1") == (200, {"id": 1, "name": "Bello"})


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        pytest.param([], 2, "Name a document to serve", id="nothing"),
        pytest.param(["--mount", "/a=nowhere.yaml"], 2, "write /PATH=FILE", id="bad-mount"),
        pytest.param(["{pets}", "{pets}"], 1, "/pets/{petId}", id="same-path-twice"),
        pytest.param(["{pets}", "--handlers", "nowhere"], 1, "no module", id="no-handlers"),
        pytest.param(["{pets}", "--seed-data", "{pets}"], 1, "openapi", id="no-seeds"),
    ],
)
def test_what_cannot_be_served_is_said(
    pets: Path, options: list[str], code: int, told: str
) -> None:
    ended, said = refused("serve", *(one.replace("{pets}", str(pets)) for one in options))

    assert (ended, told in said) == (code, True), said
