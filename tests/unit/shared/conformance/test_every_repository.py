"""A save is all or nothing, one writer wins, and lists find what is there: in every store."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores
from mock_platform.shared.contracts import Event, Remembered, Repository
from mock_platform.shared.errors import CursorInvalid, KeyTaken, StaleVersion
from tests.fakes import NOON
from tests.unit.shared.conformance.things import (
    URL,
    Opener,
    Toy,
    at_once,
    happened,
    remembered,
    toys,
)


@pytest.fixture
def repository(stores: Stores) -> Repository[Toy]:
    return stores.repository(toys())


def ids(stores: Stores, **facets: str) -> list[str]:
    page = stores.repository(toys()).page("w", facets=facets, after=None, limit=100)
    return [toy.id for toy in page.items]


def written(stores: Stores, toy_id: str) -> tuple[object, ...]:
    """Return all that a save of this toy could have left behind."""
    repository = stores.repository(toys())
    return (
        repository.get("w", toy_id),
        repository.events("w", toy_id, after=None, limit=100).items,
        stores.deliveries.page("w", order_key=toy_id, state=None, after=None, limit=100).items,
        toy_id in ids(stores),
    )


NOTHING = (None, (), (), False)


# One by one


def test_what_was_saved_is_found_in_its_world_only(repository: Repository[Toy]) -> None:
    toy = Toy(id="a", owner="\u00e9\u4e16\U0001f600")

    repository.save("w", toy)

    assert repository.get("w", "a") == toy
    assert repository.get("other", "a") is None
    assert repository.get("w", "b") is None


def test_two_kinds_do_not_see_each_other(stores: Stores) -> None:
    stores.repository(toys("cat")).save("w", Toy(id="a", colour="black"))
    stores.repository(toys("dog")).save("w", Toy(id="a", colour="white"))

    cats = stores.repository(toys("cat"))

    assert cats.get("w", "a") == Toy(id="a", colour="black")
    assert cats.page("w", facets={"colour": "white"}, after=None, limit=9).items == ()


def test_an_event_is_told_as_it_was_saved(repository: Repository[Toy]) -> None:
    event = happened("a", 1, "dlv_1", "dlv_2")

    repository.save("w", Toy(id="a"), event)

    assert repository.events("w", "a", after=None, limit=9).items == (event,)
    assert repository.events("other", "a", after=None, limit=9).items == ()


def test_a_save_puts_its_deliveries_in_line(stores: Stores, repository: Repository[Toy]) -> None:
    event = happened("a", 1, "dlv_1")

    repository.save("w", Toy(id="a"), event)

    delivery = stores.deliveries.get("w", "dlv_1")
    assert delivery is not None
    assert (delivery.world, delivery.state, delivery.order_key) == ("w", "pending", "a")
    assert (delivery.event_id, delivery.event_type) == (event.id, event.type)
    assert (delivery.version, delivery.body, delivery.trace) == (1, event.body, event.trace)
    assert (delivery.callback, delivery.url) == ("toyChanged", URL)
    assert (delivery.attempts, delivery.tries, delivery.trigger) == (0, 0, "auto")
    assert delivery.created_at == delivery.next_attempt_at == event.occurred_at
    assert (delivery.first_attempt_at, delivery.reason, delivery.generation) == (None, None, 0)


def test_the_next_version_replaces_the_one_before(repository: Repository[Toy]) -> None:
    repository.save("w", Toy(id="a"))

    repository.save("w", Toy(id="a", version=2, colour="blue"))

    assert repository.get("w", "a") == Toy(id="a", version=2, colour="blue")


@pytest.mark.parametrize("version", [0, 1, 2, 4, 5])
def test_any_version_but_the_next_is_stale_and_writes_nothing(
    stores: Stores, repository: Repository[Toy], version: int
) -> None:
    for known in (1, 2):
        repository.save("w", Toy(id="a", version=known), happened("a", known))
    before = written(stores, "a")
    late = Toy(id="a", version=version, colour="blue")

    with pytest.raises(StaleVersion) as refusal:
        repository.save(
            "w", late, happened("a", version, "dlv_1", name="late"), remember=remembered(late)
        )

    assert refusal.value.facts == {"id": "a", "expected": version - 1}
    assert written(stores, "a") == before
    assert ids(stores, colour="blue") == []
    assert repository.recall("w", "createToy", "k1", NOON) is None


def test_a_later_version_of_nothing_is_stale(stores: Stores, repository: Repository[Toy]) -> None:
    with pytest.raises(StaleVersion):
        repository.save("w", Toy(id="a", version=2), happened("a", 2, "dlv_1"))

    assert written(stores, "a") == NOTHING


def test_a_delivery_id_used_twice_is_refused_and_writes_nothing(
    stores: Stores, repository: Repository[Toy]
) -> None:
    repository.save("w", Toy(id="a"), happened("a", 1, "dlv_1"))
    again = Toy(id="b")

    with pytest.raises(ValueError, match=r"exists|unique"):
        repository.save("w", again, happened("b", 1, "dlv_2", "dlv_1"), remember=remembered(again))

    assert written(stores, "b") == NOTHING
    assert stores.deliveries.get("w", "dlv_2") is None
    assert repository.recall("w", "createToy", "k1", NOON) is None


# Taking out


def test_what_was_removed_is_gone_and_its_id_is_free(
    stores: Stores, repository: Repository[Toy]
) -> None:
    repository.save("w", Toy(id="a", colour="blue"))
    repository.save("w", Toy(id="b", colour="blue"))

    repository.remove("w", Toy(id="a", colour="green"))

    assert repository.get("w", "a") is None
    assert ids(stores, colour="blue") == ids(stores) == ["b"]
    repository.save("w", Toy(id="a"))
    assert ids(stores) == ["a", "b"]


def test_what_happened_to_a_removed_entity_stays_told(
    stores: Stores, repository: Repository[Toy]
) -> None:
    event = happened("a", 1, "dlv_1")
    repository.save("w", Toy(id="a"), event)

    repository.remove("w", Toy(id="a"))

    assert repository.events("w", "a", after=None, limit=9).items == (event,)
    assert [one.id for one in stores.deliveries.claim(NOON, 9)] == ["dlv_1"]


@pytest.mark.parametrize(
    ("world", "toy"),
    [
        ("w", Toy(id="a", version=1)),
        ("w", Toy(id="a", version=3)),
        ("w", Toy(id="b")),
        ("w", Toy(id="b", version=0)),
        ("other", Toy(id="a", version=2)),
    ],
    ids=["older", "newer", "unknown", "never", "elsewhere"],
)
def test_only_what_is_there_at_this_version_is_removed(
    stores: Stores, repository: Repository[Toy], world: str, toy: Toy
) -> None:
    for version in (1, 2):
        repository.save("w", Toy(id="a", version=version), happened("a", version))
    before = written(stores, "a")

    with pytest.raises(StaleVersion):
        repository.remove(world, toy)

    assert written(stores, "a") == before


def test_of_many_who_remove_the_same_one_succeeds(repository: Repository[Toy]) -> None:
    repository.save("w", Toy(id="a"))

    outcomes = at_once([lambda: repository.remove("w", Toy(id="a"))] * 8, StaleVersion)

    assert outcomes.count(None) == 1


# Idempotency keys


def test_a_key_recalls_what_it_stood_for_until_it_expires(repository: Repository[Toy]) -> None:
    kept = remembered(Toy(id="a"))
    repository.save("w", Toy(id="a"), remember=kept)
    repository.save("w", Toy(id="a", version=2, colour="blue"))
    last = kept.expires_at - timedelta(microseconds=1)

    assert repository.recall("w", "createToy", "k1", last) == kept
    assert repository.recall("w", "createToy", "k1", kept.expires_at) is None


def test_a_taken_key_is_refused_and_writes_nothing(
    stores: Stores, repository: Repository[Toy]
) -> None:
    first = remembered(Toy(id="a"))
    repository.save("w", Toy(id="a"), remember=first)
    second = remembered(Toy(id="b"), at=first.expires_at - timedelta(microseconds=1))

    with pytest.raises(KeyTaken):
        repository.save("w", Toy(id="b"), happened("b", 1, "dlv_1"), remember=second)

    assert written(stores, "b") == NOTHING
    assert stores.deliveries.get("w", "dlv_1") is None
    assert repository.recall("w", "createToy", "k1", NOON) == first


def test_an_expired_key_may_be_taken_again(repository: Repository[Toy]) -> None:
    first = remembered(Toy(id="a"))
    repository.save("w", Toy(id="a"), remember=first)
    second = remembered(Toy(id="b"), at=first.expires_at)

    repository.save("w", Toy(id="b"), remember=second)

    assert repository.recall("w", "createToy", "k1", first.expires_at) == second


@pytest.mark.parametrize(
    ("world", "operation", "kind"),
    [("other", "createToy", "toy"), ("w", "payToy", "toy"), ("w", "createToy", "pet")],
    ids=["world", "operation", "kind"],
)
def test_the_same_key_elsewhere_is_another_key(
    stores: Stores, repository: Repository[Toy], world: str, operation: str, kind: str
) -> None:
    repository.save("w", Toy(id="a"), remember=remembered(Toy(id="a")))
    elsewhere = remembered(Toy(id="b"), operation=operation)

    stores.repository(toys(kind)).save(world, Toy(id="b"), remember=elsewhere)

    assert stores.repository(toys(kind)).recall(world, operation, "k1", NOON) == elsewhere
    assert repository.recall("w", "createToy", "k1", NOON) == remembered(Toy(id="a"))


def test_keys_that_expired_long_ago_do_not_disturb_new_ones(
    repository: Repository[Toy],
) -> None:
    for number in range(40):
        toy = Toy(id=f"{number:02}")
        kept = remembered(toy, f"k{number % 7}", at=NOON + timedelta(hours=number))
        repository.save("w", toy, remember=kept)

        assert repository.recall("w", "createToy", kept.key, kept.created_at) == kept


def test_of_many_keys_that_expire_together_each_may_be_taken_again(
    repository: Repository[Toy],
) -> None:
    for number in range(12):
        toy = Toy(id=f"{number:02}")
        repository.save("w", toy, remember=remembered(toy, f"k{number}"))
    expiry = remembered(Toy(id="x")).expires_at

    for number in reversed(range(12)):
        toy = Toy(id=f"{number:02}", version=2)
        kept = remembered(toy, f"k{number}", at=expiry)
        repository.save("w", toy, remember=kept)
        assert repository.recall("w", "createToy", kept.key, expiry) == kept


# Lists


COLOURS = st.sampled_from(["red", "blue"])
OWNERS = st.sampled_from([None, "ann", "bob"])
NAMES = st.text("abc\u00e9\uffff\U0001f600", min_size=1, max_size=3)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    saves=st.lists(st.tuples(NAMES, COLOURS, OWNERS), max_size=20),
    asked=st.fixed_dictionaries({}, optional={"colour": COLOURS, "owner": OWNERS}),
    limit=st.integers(1, 5),
)
def test_pages_walk_once_over_exactly_what_a_filter_asks_for(
    fresh: Opener,
    saves: list[tuple[str, str, str | None]],
    asked: dict[str, str | None],
    limit: int,
) -> None:
    repository = fresh(Limits()).repository(toys())
    model: dict[str, Toy] = {}
    for name, colour, owner in saves:
        version = model[name].version + 1 if name in model else 1
        model[name] = Toy(id=name, version=version, colour=colour, owner=owner)
        repository.save("w", model[name])
    facets = {name: value for name, value in asked.items() if value is not None}

    walked: list[Toy] = []
    after: str | None = None
    while True:
        page = repository.page("w", facets=facets, after=after, limit=limit)
        walked += page.items
        after = page.next_after
        if after is None:
            break
        assert len(page.items) == limit

    assert walked == [
        model[name]
        for name in sorted(model)
        if all(getattr(model[name], facet) == value for facet, value in facets.items())
    ]


def test_events_are_listed_in_order_of_version(repository: Repository[Toy]) -> None:
    told = [happened("a", version) for version in range(1, 13)]
    for event in told:
        repository.save("w", Toy(id="a", version=event.version), event)

    first = repository.events("w", "a", after=None, limit=10)
    second = repository.events("w", "a", after=first.next_after, limit=10)

    assert first.items == tuple(told[:10])
    assert first.next_after == "10"
    assert second.items == tuple(told[10:])
    assert second.next_after is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_a_version_that_raised_several_events_is_told_as_a_whole(
    repository: Repository[Toy], limit: int
) -> None:
    shape = {1: 1, 2: 3, 3: 1}
    told = [happened("a", v, name=f"-{n}") for v, events in shape.items() for n in range(events)]
    for version in shape:
        raised = [event for event in told if event.version == version]
        repository.save("w", Toy(id="a", version=version), *raised)

    walked: list[Event] = []
    after: str | None = None
    while True:
        page = repository.events("w", "a", after=after, limit=limit)
        walked += page.items
        after = page.next_after
        if after is None:
            break
        assert page.items

    assert walked == told


def test_a_cursor_that_is_no_number_is_refused(repository: Repository[Toy]) -> None:
    with pytest.raises(CursorInvalid):
        repository.events("w", "a", after="dlv_1", limit=10)


@pytest.mark.parametrize("after", ["9" * 30, "-" + "9" * 30])
def test_a_cursor_beyond_all_numbers_is_harmless(repository: Repository[Toy], after: str) -> None:
    repository.save("w", Toy(id="a"), happened("a"))

    page = repository.events("w", "a", after=after, limit=10)

    assert len(page.items) == (1 if after.startswith("-") else 0)


# All at once


def test_of_many_who_change_the_same_version_one_wins(
    stores: Stores, repository: Repository[Toy]
) -> None:
    repository.save("w", Toy(id="a"))

    def change(number: int) -> str:
        toy = Toy(id="a", version=2, owner=f"{number}")
        event = happened("a", 2, f"dlv_{number}", name=f"by-{number}")
        repository.save("w", toy, event)
        return event.id

    outcomes = at_once([partial(change, number) for number in range(8)], StaleVersion)

    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    told = repository.events("w", "a", after=None, limit=100).items
    owed = stores.deliveries.page("w", order_key="a", state=None, after=None, limit=100).items
    toy = repository.get("w", "a")
    assert [event.id for event in told] == [winner]
    assert [delivery.event_id for delivery in owed] == [winner]
    assert toy is not None
    assert toy.version == 2
    assert ids(stores, owner=str(toy.owner)) == ["a"]


def test_of_many_who_use_the_same_key_one_wins(stores: Stores, repository: Repository[Toy]) -> None:
    def create(number: int) -> Remembered[Toy]:
        kept = remembered(Toy(id=f"toy_{number}"))
        repository.save("w", kept.entity, happened(kept.entity.id), remember=kept)
        return kept

    outcomes = at_once([partial(create, number) for number in range(8)], KeyTaken)

    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Remembered)]
    assert ids(stores) == [winner.entity.id]
    assert repository.recall("w", "createToy", "k1", NOON) == winner


def test_many_who_do_not_collide_all_win(stores: Stores, repository: Repository[Toy]) -> None:
    def create(number: int) -> int:
        for turn in range(10):
            key = f"{number}-{turn}"
            repository.save("w", Toy(id=key, owner=f"{number}"), happened(key, 1, f"dlv_{key}"))
            assert repository.get("w", key) is not None
        return number

    at_once([partial(create, number) for number in range(6)])

    listed = repository.page("w", facets={}, after=None, limit=100).items
    assert Counter(toy.owner for toy in listed) == {f"{number}": 10 for number in range(6)}
    assert len(stores.deliveries.claim(NOON, 100)) == 60


# From the end


def test_the_newest_come_first_page_by_page(stores: Stores) -> None:
    repository = stores.repository(toys())
    for number in range(5):
        repository.save("w", Toy(id=f"t{number}", colour="red" if number % 2 else "blue"))
    repository.save("other", Toy(id="t9"))

    first = repository.latest("w", facets={}, before=None, limit=3)
    second = repository.latest("w", facets={}, before=first.next_after, limit=3)
    red = repository.latest("w", facets={"colour": "red"}, before=None, limit=1)
    rest = repository.latest("w", facets={"colour": "red"}, before=red.next_after, limit=1)

    assert [toy.id for toy in first.items] == ["t4", "t3", "t2"]
    assert ([toy.id for toy in second.items], second.next_after) == (["t1", "t0"], None)
    assert [toy.id for toy in (*red.items, *rest.items)] == ["t3", "t1"]
    assert rest.next_after is None


def test_those_with_given_facets_are_counted(stores: Stores) -> None:
    repository = stores.repository(toys())
    for number, colour in enumerate(["red", "blue", "red"]):
        repository.save("w", Toy(id=f"t{number}", colour=colour))

    assert repository.count("w", facets={}) == 3
    assert repository.count("w", facets={"colour": "red"}) == 2
    assert repository.count("w", facets={"colour": "green"}) == 0
    assert repository.count("other", facets={}) == 0
