"""What lies below a resource belongs to it: nothing is there without it, or after it."""

from __future__ import annotations

import pytest

from tests.unit.shared.resource_kit import Kept, keeping
from tests.unit.shared.resource_specs import SHELVES

ANN, BEA = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"


@pytest.fixture
def shelves() -> Kept:
    kept = keeping(SHELVES)
    for user in (ANN, BEA):
        kept.post("/users", {"id": user, "name": "x"})
    return kept


def titles(kept: Kept, path: str) -> list[str]:
    return [one["title"] for one in kept.get(path).json]


def test_a_child_knows_its_parent_where_it_has_a_property_for_it(shelves: Kept) -> None:
    created = shelves.post(f"/users/{ANN}/posts", {"id": 7, "title": "hi", "user_id": "nobody"})

    assert created.json == {"id": 7, "title": "hi", "user_id": ANN}


def test_children_are_listed_and_found_below_their_own_parent_only(shelves: Kept) -> None:
    shelves.post(f"/users/{ANN}/posts", {"id": 1, "title": "ann's"})
    shelves.post(f"/users/{BEA}/posts", {"id": 1, "title": "bea's"})
    shelves.post(f"/users/{BEA}/posts", {"id": 2, "title": "other"})

    assert titles(shelves, f"/users/{ANN}/posts") == ["ann's"]
    assert titles(shelves, f"/users/{BEA}/posts") == ["bea's", "other"]
    assert shelves.get(f"/users/{ANN}/posts/1").json["title"] == "ann's"
    assert shelves.get(f"/users/{ANN}/posts/2").status == 404


@pytest.mark.parametrize("path", ["/users/nobody/posts", f"/users/{ANN}/posts/9/comments"])
def test_below_what_is_not_there_nothing_is_and_nothing_can_be(shelves: Kept, path: str) -> None:
    assert shelves.get(path).status == 404
    assert shelves.post(path, {"id": 1, "title": "x"}).status == 404
    assert shelves.get(f"{path}/1").status == 404


def test_what_is_below_a_resource_goes_with_it(shelves: Kept) -> None:
    for user in (ANN, BEA):
        shelves.post(f"/users/{user}/posts", {"id": 1, "title": "x"})
        shelves.post(f"/users/{user}/posts/1/comments", {"id": 1, "title": "y"})

    shelves.ask("DELETE", f"/users/{ANN}")
    shelves.post("/users", {"id": ANN})

    assert titles(shelves, f"/users/{ANN}/posts") == []
    shelves.post(f"/users/{ANN}/posts", {"id": 1, "title": "new"})
    assert titles(shelves, f"/users/{ANN}/posts/1/comments") == []
    assert titles(shelves, f"/users/{BEA}/posts/1/comments") == ["y"]


def test_what_went_with_its_parent_leaves_room_for_others() -> None:
    kept = keeping(SHELVES, most=2)
    kept.post("/users", {"id": ANN})
    for number in (1, 2):
        kept.post(f"/users/{ANN}/posts", {"id": number, "title": "x"})

    kept.ask("DELETE", f"/users/{ANN}")
    kept.post("/users", {"id": BEA})

    assert kept.post(f"/users/{BEA}/posts", {"id": 1, "title": "x"}).status == 201


def test_ids_with_slashes_and_signs_stay_apart() -> None:
    kept = keeping(SHELVES.replace("format: uuid", "minLength: 1"))
    for user in ("a", "a/b", "a%2Fb", "ä b"):
        assert kept.post("/users", {"id": user}).status == 201

    kept.post("/users/a%2Fb/posts", {"id": 1, "title": "x"})

    assert [one["id"] for one in kept.get("/users").json] == ["a", "a/b", "a%2Fb", "ä b"]
    assert kept.get("/users/a%252Fb").json == {"id": "a%2Fb"}
    assert kept.get("/users/%C3%A4%20b").json == {"id": "ä b"}
    assert titles(kept, "/users/a/posts") == []
    assert titles(kept, "/users/a%252Fb/posts") == []
    assert titles(kept, "/users/a%2Fb/posts") == ["x"]
