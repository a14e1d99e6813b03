"""Whatever is done to it, in whatever order, a delivery store does what a plain list would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores
from mock_platform.shared.contracts import (
    EVERYTHING,
    Attempt,
    Delivery,
    Settlement,
    Shares,
    receiver_of,
)
from mock_platform.shared.errors import DeliveryNotReplayable
from tests.fakes import HandClock
from tests.unit.shared.conformance.things import Opener, Toy, happened, settling, toys

URLS = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b", "http://127.0.0.1:8/a", "http://h/"]
FINISHED = {"delivered", "dead"}
SHARES = st.builds(
    Shares,
    each=st.integers(1, 3),
    sending=st.dictionaries(st.sampled_from([*map(receiver_of, URLS)]), st.integers(0, 4)),
)


class Model:
    """A delivery store as a list that is searched from end to end."""

    def __init__(self) -> None:
        self.line: list[Delivery] = []
        self.attempts: dict[tuple[str, str], list[Attempt]] = {}

    def heads(self) -> list[Delivery]:
        heads: dict[tuple[str, str, str], Delivery] = {}
        for one in self.line:
            if one.state not in FINISHED:
                heads.setdefault((one.world, one.order_key, one.url), one)
        return [one for one in heads.values() if one.state == "pending"]

    def next_due(self, shares: Shares) -> datetime | None:
        open_ = [one for one in self.heads() if shares.room(receiver_of(one.url))]
        return min((due for one in open_ if (due := one.next_attempt_at)), default=None)

    def claim(self, now: datetime, limit: int, shares: Shares) -> list[Delivery]:
        due = [one for one in self.heads() if one.next_attempt_at and one.next_attempt_at <= now]
        due.sort(key=lambda one: one.next_attempt_at or now)
        claimed: list[Delivery] = []
        given = Counter[str]()
        for one in due:
            who = receiver_of(one.url)
            if len(claimed) < limit and given[who] < shares.room(who):
                given[who] += 1
                claimed.append(
                    self.put(replace(one, state="sending", generation=one.generation + 1))
                )
        return claimed

    def settle(self, settlement: Settlement) -> None:
        one = self.claimed(settlement.world, settlement.delivery_id, settlement.generation)
        if one is None:
            return
        self.attempts.setdefault((one.world, one.id), []).append(settlement.attempt)
        self.put(
            replace(
                one,
                state=settlement.state,
                attempts=one.attempts + 1,
                tries=one.tries + 1,
                first_attempt_at=one.first_attempt_at or settlement.attempt.started_at,
                next_attempt_at=settlement.next_attempt_at,
                reason=settlement.reason,
            )
        )

    def release(self, given: Delivery) -> None:
        one = self.claimed(given.world, given.id, given.generation)
        if one is not None:
            self.put(replace(one, state="pending"))

    def recover(self) -> int:
        lost = [one for one in self.line if one.state == "sending"]
        for one in lost:
            self.put(replace(one, state="pending", generation=one.generation + 1))
        return len(lost)

    def replay(self, old: Delivery, now: datetime) -> None:
        self.line.remove(old)
        self.line.append(
            replace(
                old,
                state="pending",
                tries=0,
                trigger="replay",
                first_attempt_at=None,
                next_attempt_at=now,
                reason=None,
            )
        )

    def claimed(self, world: str, name: str, generation: int) -> Delivery | None:
        wanted = (world, name, "sending", generation)
        for one in self.line:
            if (one.world, one.id, one.state, one.generation) == wanted:
                return one
        return None

    def put(self, new: Delivery) -> Delivery:
        place = [(one.world, one.id) for one in self.line].index((new.world, new.id))
        self.line[place] = new
        return new


def unplaced(delivery: Delivery) -> Delivery:
    """Leave out the number that a store may choose as it likes."""
    return replace(delivery, seq=0)


class FollowsTheModel(RuleBasedStateMachine):
    """Does the same to a store and to the model, and compares them after every step."""

    fresh: ClassVar[Opener]

    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.model = Model()
        self.versions: dict[tuple[str, str], int] = {}
        self.claims: list[Delivery] = []
        self.stores: Stores

    @initialize()
    def open(self) -> None:
        self.stores = type(self).fresh(Limits())

    @rule(
        world=st.sampled_from(["v", "w"]),
        key=st.sampled_from(["a", "b"]),
        urls=st.lists(st.sampled_from(URLS), max_size=3),
    )
    def save(self, world: str, key: str, urls: list[str]) -> None:
        version = self.versions.get((world, key), 0) + 1
        self.versions[world, key] = version
        events = [
            happened(
                key, version, f"d-{key}-{version}-{n}", name=str(n), url=url, at=self.clock.now
            )
            for n, url in enumerate(urls)
        ]
        self.stores.repository(toys()).save(world, Toy(id=key, version=version), *events)
        for event in events:
            (new,) = event.deliveries
            stored = self.stores.deliveries.get(world, new.id)
            assert stored is not None
            assert (stored.world, stored.url, stored.order_key) == (world, new.url, key)
            self.model.line.append(unplaced(stored))

    @rule(limit=st.integers(1, 4), shares=SHARES)
    def claim(self, limit: int, shares: Shares) -> None:
        store = self.stores.deliveries
        claimed = [unplaced(one) for one in store.claim(self.clock.now, limit, shares)]

        assert claimed == self.model.claim(self.clock.now, limit, shares)
        self.claims += claimed

    @rule(
        data=st.data(),
        state=st.sampled_from(["delivered", "dead", "pending"]),
        wait=st.integers(0, 9),
    )
    def settle(self, data: st.DataObject, state: str, wait: int) -> None:
        retry_at = self.clock.now + timedelta(seconds=wait) if state == "pending" else None
        settlements = [
            settling(one, state, at=self.clock.now, retry_at=retry_at, reason=state)
            for one in self._some_claims(data)
        ]
        self.stores.deliveries.settle(settlements)
        for settlement in settlements:
            self.model.settle(settlement)

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        given = self._some_claims(data)
        self.stores.deliveries.release(given)
        for one in given:
            self.model.release(one)

    @rule()
    def recover(self) -> None:
        assert self.stores.deliveries.recover() == self.model.recover()

    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        if not self.model.line:
            return
        one = data.draw(st.sampled_from(self.model.line))
        try:
            self.stores.deliveries.replay(one.world, one.id, self.clock.now)
        except DeliveryNotReplayable:
            assert one.state not in FINISHED
        else:
            assert one.state in FINISHED
            self.model.replay(one, self.clock.now)

    @rule(seconds=st.integers(1, 5))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "stores"):
            return
        store = self.stores.deliveries
        assert store.next_due() == self.model.next_due(EVERYTHING)
        full = Shares(each=1, sending={receiver_of(URLS[0]): 1})
        assert store.next_due(full) == self.model.next_due(full)
        for world in ("v", "w"):
            for state in (None, "pending", "sending", "delivered", "dead"):
                page = store.page(world, order_key=None, state=state, after=None, limit=999)
                assert [unplaced(one) for one in page.items] == sorted(
                    (o for o in self.model.line if o.world == world and state in {None, o.state}),
                    key=lambda one: one.id,
                )
        for (world, name), attempts in self.model.attempts.items():
            assert list(store.attempts(world, name)) == attempts

    def _some_claims(self, data: st.DataObject) -> list[Delivery]:
        """Choose among all claims there ever were, so that late ones are among them."""
        if not self.claims:
            return []
        return data.draw(st.lists(st.sampled_from(self.claims[-6:]), max_size=4))


def test_a_delivery_store_does_what_a_plain_list_would_do(fresh: Opener) -> None:
    class OnThisStore(FollowsTheModel):
        pass

    OnThisStore.fresh = fresh

    run_state_machine_as_test(
        OnThisStore,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
