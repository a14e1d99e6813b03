"""Seed data is there before anybody has created anything, and is what the contract allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.resources.seeding import SeedBroken
from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import Json
from tests.unit.shared.resource_kit import keeping
from tests.unit.shared.resource_specs import PETS, READ_ONLY, SHELVES

ANN = "00000000-0000-4000-8000-00000000000a"


@pytest.mark.parametrize("name", ["pets", "/pets", "/v1/pets", "pet", "Pets"])
def test_a_collection_goes_by_its_path_or_its_last_word(name: str) -> None:
    kept = keeping(PETS, seeds={name: [{"name": "Rex"}, {"id": 7, "name": "Ada"}]})

    listed = kept.get("/v1/pets").json

    assert [(one["id"], one["name"]) for one in listed] == [(1, "Rex"), (7, "Ada")]
    assert {one["status"] for one in listed} == {"available"}
    assert kept.post("/v1/pets", {"name": "Eve"}).json["id"] == 8


def test_resources_may_be_mapped_by_their_ids() -> None:
    kept = keeping(PETS, seeds={"pets": {"4": {"name": "Rex"}}})

    assert kept.get("/v1/pets/4").json["name"] == "Rex"


@pytest.mark.parametrize(
    "posts",
    [
        {"/users/{userId}/posts": [{"userId": ANN, "id": 1, "title": "x"}]},
        {"posts": [{"user_id": ANN, "id": 1, "title": "x"}]},
        {f"/users/{ANN}/posts": [{"id": 1, "title": "x"}]},
    ],
    ids=["template", "word", "ids"],
)
def test_children_say_where_they_belong_or_their_key_does(posts: Json) -> None:
    kept = keeping(SHELVES, seeds=posts | {"users": [{"id": ANN, "name": "Ann"}]})

    assert kept.get(f"/users/{ANN}/posts").json == [{"id": 1, "title": "x", "user_id": ANN}]


def test_a_collection_that_nobody_can_add_to_is_kept_if_it_has_seeds() -> None:
    assert keeping(READ_ONLY).kept == set()

    kept = keeping(READ_ONLY, seeds={"countries": {"AT": {"name": "Austria"}}})

    assert kept.get("/countries").json == [{"code": "AT", "name": "Austria"}]
    assert kept.get("/countries/AT").status == 200
    assert kept.get("/countries/CH").status == 404


def test_what_is_there_already_is_left_as_it_is(tmp_path: Path) -> None:
    seeds = {"pets": [{"id": 1, "name": "Rex"}, {"id": 2, "name": "Ada"}]}
    stores = open_stores(f"sqlite:///{tmp_path / 'store.db'}")
    first = keeping(PETS, seeds=seeds, store=stores.repository)
    first.ask("PUT", "/v1/pets/1", {"name": "Rexy"})
    first.ask("DELETE", "/v1/pets/2")

    again = keeping(PETS, store=stores.repository)

    assert again.stateful.seed(seeds) == 1
    assert [one["name"] for one in again.get("/v1/pets").json] == ["Rexy", "Ada"]
    stores.close()


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        (["x"], "seed data maps collections to resources"),
        ({"petz": []}, r"/petz: no collection is called 'petz'; did you mean 'pets'\?"),
        ({"pets": 1}, "/pets: list the resources of /v1/pets, or map ids to them"),
        ({"pets": [1]}, "/pets/0: a resource is an object with members"),
        ({"pets": [{"name": "a"}, {"name": 1}]}, "/pets/1/name breaks type"),
        ({"pets": {"1": {"name": ""}}}, "/pets/1/name breaks minLength"),
    ],
    ids=str,
)
def test_seeds_that_do_not_fit_are_refused_with_their_place(seeds: Json, told: str) -> None:
    kept = keeping(PETS)

    with pytest.raises(SeedBroken, match=told):
        kept.stateful.seed(seeds)

    assert kept.get("/v1/pets").json == []


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ({"posts": [{"title": "x"}]}, "/posts/0: say userId, so that it is known where it belongs"),
        ({"/users/nobody/posts": [{"title": "x"}]}, "/users has no 'nobody'"),
    ],
    ids=str,
)
def test_children_without_parents_are_refused(seeds: Json, told: str) -> None:
    kept = keeping(SHELVES)

    with pytest.raises(SeedBroken, match=told):
        kept.stateful.seed({"users": [{"id": ANN}]} | seeds)

    assert kept.get("/users").json == []


def test_contracts_that_share_a_file_know_their_own_keys() -> None:
    pets = keeping(PETS).stateful

    assert pets.knows("pets")
    assert pets.knows("/v1/pets")
    assert not pets.knows("countries")


def test_no_seeds_are_fine() -> None:
    assert keeping(PETS).stateful.seed(None) == 0
