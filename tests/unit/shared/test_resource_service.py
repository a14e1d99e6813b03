"""Resources are kept one version at a time, whoever comes at once, and never without bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from mock_platform.domain.resource_counts import TALLIES, ResourceCounts
from mock_platform.domain.resources import (
    Resource,
    ResourceService,
    Shelf,
    key_of,
    resources_kind,
)
from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import (
    CollectionFull,
    PreconditionFailed,
    ResourceExists,
    ResourceNotFound,
    StaleVersion,
)
from tests.unit.shared.conformance.things import ADAPTERS, at_once


@pytest.fixture(params=sorted(ADAPTERS))
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    from mock_platform.infra.stores import open_stores

    opened = open_stores(ADAPTERS[request.param](tmp_path / "store"), Limits())
    yield opened
    opened.close()


def service(stores: Stores, most: int = 100, world: str = "default") -> ResourceService:
    marks = count(1)
    shelf = Shelf(name="things", resources=stores.repository(resources_kind("things")))
    counts = ResourceCounts(tallies=stores.repository(TALLIES), most=most, world=world)
    return ResourceService(
        shelves={"things": shelf},
        counts=counts,
        new_mark=lambda: f"{next(marks):08}",
        world=world,
    )


def made(things: ResourceService, wanted: str | None = None, body: Json = None) -> Resource:
    return things.create(
        "things", (), wanted=wanted, invent=str, make=lambda name: {"id": name} | (body or {})
    )


def counted(old: Resource) -> Json:
    return old.body | {"n": old.body.get("n", 0) + 1}


def names(things: ResourceService) -> list[str]:
    return [one.name for one in things.all("things", ())]


def test_of_many_who_choose_the_same_id_one_gets_it(stores: Stores) -> None:
    things = service(stores)

    outcomes = at_once([lambda: made(things, "x")] * 6, ResourceExists)

    assert sum(isinstance(one, Resource) for one in outcomes) == 1
    assert names(things) == ["x"]


def test_of_many_who_create_each_gets_an_id_of_its_own(stores: Stores) -> None:
    things = service(stores)

    at_once([partial(made, things)] * 6)

    assert sorted(names(things)) == ["1", "2", "3", "4", "5", "6"]


def test_blind_changes_at_once_all_happen_one_after_another(stores: Stores) -> None:
    things = service(stores)
    made(things, "x")

    at_once([lambda: things.change("things", (), "x", become=counted)] * 6)

    found = things.get("things", (), "x")
    assert (found.body["n"], found.version) == (6, 7)


def test_of_changes_to_the_same_version_one_happens(stores: Stores) -> None:
    things = service(stores)
    made(things, "x")

    outcomes = at_once(
        [lambda: things.change("things", (), "x", become=counted, expected={1})] * 6,
        PreconditionFailed,
    )

    assert sum(isinstance(one, Resource) for one in outcomes) == 1
    assert things.get("things", (), "x").body["n"] == 1


def test_of_many_who_delete_one_does(stores: Stores) -> None:
    things = service(stores)
    made(things, "x")

    outcomes = at_once([lambda: things.delete("things", (), "x")] * 6, ResourceNotFound)

    assert sum(isinstance(one, Resource) for one in outcomes) == 1


def test_lists_are_in_order_of_creation(stores: Stores) -> None:
    things = service(stores)
    for name in ("b", "c", "a"):
        made(things, name)

    assert names(things) == ["b", "c", "a"]


def test_more_than_a_page_of_the_store_is_listed_whole(stores: Stores) -> None:
    things = service(stores, most=2000)
    save = stores.repository(resources_kind("things")).save
    for number in range(1003):
        save("default", Resource(id=key_of((), f"{number}"), body={}, born=f"{number:05}"))

    assert names(things) == [f"{number}" for number in range(1003)]


def test_worlds_do_not_see_each_other(stores: Stores) -> None:
    made(service(stores, world="a"), "x")

    assert names(service(stores, world="b")) == []
    assert made(service(stores, world="b")).name == "1"


def test_a_collection_takes_no_more_than_it_holds(stores: Stores) -> None:
    things = service(stores, most=2)
    made(things)
    made(things)

    with pytest.raises(CollectionFull):
        made(things)

    things.delete("things", (), "1")
    assert made(things).name == "3"


def test_a_count_that_is_too_high_is_found_out_before_anybody_is_refused(stores: Stores) -> None:
    things = service(stores, most=2)
    made(things)
    tallies = stores.repository(TALLIES)
    tally = tallies.get("default", "things")
    assert tally is not None
    tallies.save("default", replace(tally, version=tally.version + 1, live=2))

    assert made(things).name == "2"


def test_a_change_that_is_never_fast_enough_gives_up(stores: Stores) -> None:
    things = service(stores)
    made(things, "x")
    other = service(stores)

    def overtaken(old: Resource) -> Json:
        other.change("things", (), "x", become=counted)
        return counted(old)

    with pytest.raises(StaleVersion):
        things.change("things", (), "x", become=overtaken)


def test_a_body_that_cannot_be_made_leaves_nothing(stores: Stores) -> None:
    things = service(stores)

    def broken(_name: str) -> Json:
        raise ResourceNotFound("no")

    with pytest.raises(ResourceNotFound):
        things.create("things", (), wanted="x", invent=str, make=broken)

    assert names(things) == []
