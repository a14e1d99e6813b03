"""What was created can be read, changed and deleted, and always looks as its contract says."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest

from tests.fakes import HandClock
from tests.unit.shared.api_kit import Answered, Sent
from tests.unit.shared.resource_kit import Kept, keeping
from tests.unit.shared.resource_specs import ARTICLES, PETS, SETTINGS, STRIPE

MERGE: Final = {"content-type": "application/merge-patch+json"}
STEPS: Final = {"content-type": "application/json-patch+json"}
FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
NOON: Final = "2026-03-01T12:00:00.000Z"
LATER: Final = "2026-03-01T12:00:05.000Z"

REX: Final = {
    "name": "Rex",
    "legs": 4,
    "id": 1,
    "status": "available",
    "createdAt": NOON,
    "updatedAt": NOON,
    "deletedAt": None,
}


@pytest.fixture
def pets() -> Kept:
    kept = keeping(PETS)
    kept.post("/v1/pets", {"name": "Rex", "secret": "bone"})
    return kept


def patched(kept: Kept, patch: Sent, kind: dict[str, str] = MERGE) -> Answered:
    return kept.ask("PATCH", "/v1/pets/1", patch, kind)


def test_what_was_created_is_answered_complete_and_found_again() -> None:
    kept = keeping(PETS)

    created = kept.post("/v1/pets", {"name": "Rex", "secret": "bone"})

    assert (created.status, created.json) == (201, REX)
    assert created.headers["location"] == "/v1/pets/1"
    assert kept.get(created.headers["location"]).json == REX
    assert kept.get("/v1/pets").json == [REX]


class TickingClock(HandClock):
    """Never tells the same time twice."""

    def __call__(self) -> datetime:
        self.advance(1)
        return self.now


def test_what_is_created_has_one_moment_however_long_it_takes() -> None:
    created = keeping(PETS, clock=TickingClock()).post("/v1/pets", {"name": "Rex"}).json

    assert created["createdAt"] == created["updatedAt"]


def test_members_come_in_the_order_of_the_schema(pets: Kept) -> None:
    assert list(pets.get("/v1/pets/1").json) == list(REX)


def test_what_is_write_only_is_never_shown(pets: Kept) -> None:
    assert b"bone" not in pets.get("/v1/pets/1").body + pets.get("/v1/pets").body


def test_what_is_not_there_is_answered_as_the_operation_says(pets: Kept) -> None:
    answer = pets.get("/v1/pets/2")

    assert (answer.status, answer.json) == (404, {"message": "No such pet"})


def test_what_is_not_there_is_a_problem_where_the_operation_says_nothing(pets: Kept) -> None:
    answer = pets.ask("DELETE", "/v1/pets/2")

    assert (answer.status, answer.json["code"]) == (404, "RESOURCE_NOT_FOUND")


def test_a_merge_patch_changes_what_it_names_and_when_that_was(pets: Kept) -> None:
    pets.clock.advance(5)

    answer = patched(pets, {"weight": 3.5, "legs": None})

    wanted = REX | {"weight": 3.5, "updatedAt": LATER}
    del wanted["legs"]
    assert (answer.status, answer.json) == (200, wanted)
    assert pets.get("/v1/pets/1").json == wanted


def test_a_json_patch_is_applied_step_by_step(pets: Kept) -> None:
    answer = patched(
        pets,
        [
            {"op": "test", "path": "/name", "value": "Rex"},
            {"op": "replace", "path": "/name", "value": "Ada"},
            {"op": "copy", "from": "/name", "path": "/tag"},
        ],
        STEPS,
    )

    assert (answer.json["name"], answer.json["tag"]) == ("Ada", "Ada")


@pytest.mark.parametrize(
    ("patch", "kind", "status", "code"),
    [
        ({"name": None}, MERGE, 422, "BODY_INVALID"),
        ({"weight": "much"}, MERGE, 422, "BODY_INVALID"),
        ([{"op": "remove", "path": "/name"}], STEPS, 422, "BODY_INVALID"),
        ([{"op": "replace", "path": "", "value": 1}], STEPS, 422, "BODY_INVALID"),
        ([{"op": "grow", "path": "/name"}], STEPS, 422, "BODY_INVALID"),
        ([{"path": "/name"}], STEPS, 422, "BODY_INVALID"),
        ([{"op": "remove", "path": "/tail"}], STEPS, 409, "PATCH_UNFIT"),
        ([{"op": "test", "path": "/name", "value": "Ada"}], STEPS, 409, "PATCH_UNFIT"),
    ],
)
def test_a_patch_that_would_break_the_resource_changes_nothing(
    pets: Kept, patch: Sent, kind: dict[str, str], status: int, code: str
) -> None:
    answer = patched(pets, patch, kind)

    assert (answer.status, answer.json["code"]) == (status, code)
    assert pets.get("/v1/pets/1").json == REX


def test_neither_ids_nor_what_only_the_server_says_can_be_patched(pets: Kept) -> None:
    answer = patched(pets, {"id": 7, "status": "sold", "name": "Ada"})

    assert answer.json == REX | {"name": "Ada"}


def test_a_put_replaces_what_clients_can_say_and_keeps_the_rest(pets: Kept) -> None:
    patched(pets, {"tag": "good"})
    pets.clock.advance(5)

    answer = pets.ask("PUT", "/v1/pets/1", {"name": "Ada", "legs": 3})

    assert answer.json == REX | {"name": "Ada", "legs": 3, "updatedAt": LATER}
    assert pets.get("/v1/pets/1").json == answer.json


def test_a_put_to_nothing_is_not_found_where_a_post_creates(pets: Kept) -> None:
    assert pets.ask("PUT", "/v1/pets/2", {"name": "Ada"}).status == 404


def test_what_was_deleted_is_gone_and_its_number_is_not_given_again(pets: Kept) -> None:
    answer = pets.ask("DELETE", "/v1/pets/1")

    assert (answer.status, answer.body) == (204, b"")
    assert pets.get("/v1/pets/1").status == 404
    assert pets.ask("DELETE", "/v1/pets/1").status == 404
    assert pets.get("/v1/pets").json == []
    assert pets.post("/v1/pets", {"name": "Ada"}).json["id"] == 2


def test_the_contract_still_judges_what_is_sent(pets: Kept) -> None:
    assert pets.post("/v1/pets", {"name": ""}).violations == [("/name", "minLength")]


def test_a_full_collection_says_so_and_has_room_again_after_a_deletion() -> None:
    kept = keeping(PETS, most=2)
    for name in ("Rex", "Ada"):
        kept.post("/v1/pets", {"name": name})

    refused = kept.post("/v1/pets", {"name": "Eve"})
    kept.ask("DELETE", "/v1/pets/1")

    assert (refused.status, refused.json["code"]) == (503, "COLLECTION_FULL")
    assert kept.post("/v1/pets", {"name": "Eve"}).status == 201


# Other fashions


def test_stripe_creates_by_form_changes_by_post_and_answers_deletions() -> None:
    kept = keeping(STRIPE)

    created = kept.ask("POST", "/v1/customers", b"email=a%40b.example&name=Ann", FORM).json
    path = f"/v1/customers/{created['id']}"
    changed = kept.ask("POST", path, b"name=Bea", FORM).json
    deleted = kept.ask("DELETE", path)

    assert created["id"].startswith("cus_")
    assert len(created["id"]) == len("cus_NffrFeUfNV2Hib")
    assert created["object"] == "customer"
    assert created["created"] == 1772366400
    assert changed == created | {"name": "Bea"}
    assert (deleted.status, deleted.json) == (
        200,
        {"deleted": True, "id": created["id"], "object": "customer"},
    )
    assert kept.get(path).status == 404


def test_a_resource_in_an_envelope_is_taken_out_and_put_in() -> None:
    kept = keeping(ARTICLES)

    created = kept.post("/articles", {"article": {"title": "How to Mock!"}})
    slug = created.json["article"]["slug"]
    changed = kept.ask("PUT", f"/articles/{slug}", {"article": {"title": "Why?"}})

    assert slug == "how-to-mock-1"
    assert changed.json == {"article": {"slug": slug, "title": "Why?", "favorited": False}}
    assert kept.get(f"/articles/{slug}").json == changed.json


def test_an_action_below_a_resource_is_left_to_its_example() -> None:
    assert "favorite" not in keeping(ARTICLES).kept


def test_a_put_creates_what_nothing_else_can_create_and_minds_versions() -> None:
    kept = keeping(SETTINGS)

    created = kept.ask("PUT", "/files/a%2Fb.txt", {"x": 1})
    replaced = kept.ask("PUT", "/files/a%2Fb.txt", {"x": 2}, {"if-match": '"1"'})
    late = kept.ask("PUT", "/files/a%2Fb.txt", {"x": 3}, {"if-match": '"1"'})

    assert (created.status, created.headers["etag"], created.json) == (201, '"1"', {"x": 1})
    assert (replaced.status, replaced.headers["etag"], replaced.json) == (200, '"2"', {"x": 2})
    assert (late.status, late.json["code"]) == (412, "PRECONDITION_FAILED")
    assert kept.get("/files/a%2Fb.txt").json == {"x": 2}
    assert kept.ask("DELETE", "/files/a%2Fb.txt", headers={"if-match": '"1"'}).status == 412
    assert kept.ask("DELETE", "/files/a%2Fb.txt", headers={"if-match": '"2"'}).status == 204


@pytest.mark.parametrize("condition", ['"1"', "*"])
def test_what_is_not_there_has_no_version_to_match(condition: str) -> None:
    kept = keeping(SETTINGS)

    answer = kept.ask("PUT", "/files/a", {"x": 1}, {"if-match": condition})

    assert (answer.status, kept.get("/files/a").status) == (412, 404)


def test_a_put_that_only_creates_does_not_overwrite() -> None:
    kept = keeping(SETTINGS)
    only_new = {"if-none-match": "*"}

    first = kept.ask("PUT", "/files/a", {"x": 1}, only_new)
    second = kept.ask("PUT", "/files/a", {"x": 2}, only_new)

    assert (first.status, second.status) == (201, 412)
    assert kept.get("/files/a").json == {"x": 1}
