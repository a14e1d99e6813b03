"""Overlays, files elsewhere, credentials, and what a document or a seed file has remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from mock_platform.cli import main
from tests.integration.platform_process import refused, running
from tests.integration.test_serve import PETS, TEAS, get

ELSEWHERE = "type: object\nrequired: [name]\nproperties: {name: {type: string, enum: [Mia]}}\n"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The URL of a schema on another server."""
    server = make_server("127.0.0.1", 0, Response(ELSEWHERE), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/pet.yaml"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_overlay_changes_what_is_served_and_is_watched_like_the_document(tmp_path: Path) -> None:
    spec, overlay = tmp_path / "pets.yaml", tmp_path / "party.overlay.yaml"
    spec.write_text(PETS)
    change = """
overlay: 1.0.0
info: {title: party, version: '1'}
actions:
  - target: $.paths['/pets/{petId}'].get.responses['200']..properties.name
    update: {enum: [Rex the Great]}
  - target: $.paths['/cats']
    remove: true
"""
    overlay.write_text(change)
    with running("serve", str(spec), "--overlay", str(overlay)) as platform:
        # An update of a list adds to it (Overlay 1.0, section 4.4.3.1).
        told = platform.logged("contract.mended")[0]["told"]
        assert "party.overlay.yaml:7" in told
        assert "changes nothing" in told
        document = get(platform, "/specs/pets.json")[1]
        answer = document["paths"]["/pets/{petId}"]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        assert schema["properties"]["name"]["enum"] == ["Rex", "Rex the Great"]

        overlay.write_text(change.replace("update: {enum", "update: {const: Bello, enum"))
        platform.logged("contract.reloaded")


def test_an_overlay_is_laid_over_the_document_that_it_extends(tmp_path: Path) -> None:
    pets, teas = tmp_path / "pets.yaml", tmp_path / "teas.yaml"
    pets.write_text(PETS)
    teas.write_text(TEAS)
    overlay = tmp_path / "o.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: o, version: '1'}\nextends: ./teas.yaml\n"
        "actions: [{target: $.info, update: {title: Finest teas}}]\n"
    )
    with running("serve", str(pets), str(teas), "--overlay", str(overlay)) as platform:
        assert get(platform, "/specs/pets.json")[1]["info"]["title"] == "pets"
        assert get(platform, "/specs/teas.json")[1]["info"]["title"] == "Finest teas"


def test_what_lies_elsewhere_is_fetched_when_that_is_allowed(
    tmp_path: Path, elsewhere: str
) -> None:
    spec = tmp_path / "pets.yaml"
    inline = "type: object\n                required: [id, name]\n"
    schema, _, rest = PETS.partition(f"                {inline}")
    rest = rest.partition("\n")[2]
    spec.write_text(f"{schema}                $ref: '{elsewhere}'\n{rest}")

    with running("serve", str(spec), "--allow-remote") as platform:
        assert get(platform, "/pets/1") == (200, {"name": "Mia"})
    ended, said = refused("serve", str(spec))
    assert ended == 1
    assert "--allow-remote" in said


def test_only_known_credentials_are_let_in_once_they_are_set(tmp_path: Path) -> None:
    spec = tmp_path / "pets.yaml"
    spec.write_text(
        PETS
        + "security: [{key: []}]\n"
        + "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\n"
    )
    known = {"MOCK_PLATFORM_CREDENTIALS": '{"key": ["right"]}'}
    with running("serve", str(spec), env=known) as platform:
        assert get(platform, "/pets/1", **{"X-Key": "right"})[0] == 200
        assert get(platform, "/pets/1", **{"X-Key": "wrong"})[0] == 401

    ended, said = refused("serve", str(spec), env={"MOCK_PLATFORM_CREDENTIALS": '{"key": sesame}'})
    assert ended == 2
    assert "MOCK_PLATFORM_CREDENTIALS" in said
    assert "sesame" not in said


def test_a_document_that_marks_a_resource_remembers_it_without_being_asked(tmp_path: Path) -> None:
    spec = tmp_path / "teas.yaml"
    spec.write_text(TEAS.replace("  /teas:\n", "  /teas:\n    x-mock: {resource: {name: teas}}\n"))
    with running("serve", str(spec)) as platform:
        platform.session.post(f"{platform.url}/teas", json={"name": "Sencha"}, timeout=30)

        assert [tea["name"] for tea in get(platform, "/teas")[1]] == ["Sencha"]


def test_one_seed_file_speaks_of_several_documents(tmp_path: Path) -> None:
    teas, cups = tmp_path / "teas.yaml", tmp_path / "cups.yaml"
    teas.write_text(TEAS)
    cups.write_text(TEAS.replace("tea", "cup").replace("Tea", "Cup"))
    seeds = tmp_path / "seeds.yaml"
    seeds.write_text("teas: [{name: Assam}]\ncups: [{name: Blue}]\n")
    options = ["serve", str(teas), str(cups), "--seed-data", str(seeds)]
    with running(*options) as platform:
        assert [tea["name"] for tea in get(platform, "/teas")[1]] == ["Assam"]
        assert [cup["name"] for cup in get(platform, "/cups")[1]] == ["Blue"]

    seeds.write_text("teas: [{name: Assam}]\npots: [{name: Blue}]\n")
    ended, said = refused(*options)
    assert (ended, "pots" in said) == (1, True), said


def test_a_bundle_and_a_check_see_what_an_overlay_makes_of_a_document(tmp_path: Path) -> None:
    pets, overlay = tmp_path / "pets.yaml", tmp_path / "o.yaml"
    pets.write_text(PETS)
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: o, version: '1'}\n"
        "actions: [{target: $.info, update: {title: Finest pets}},"
        " {target: \"$.paths['/cats']\", remove: true}]\n"
    )
    runner = CliRunner()

    bundled = runner.invoke(main, ["bundle", str(pets), "--overlay", str(overlay)])
    checked = runner.invoke(main, ["check", str(pets), "--overlay", str(overlay)])

    assert "title: Finest pets" in bundled.stdout
    assert f"{overlay}:3:" in checked.stdout
    assert "overlay-applies" in checked.stdout
