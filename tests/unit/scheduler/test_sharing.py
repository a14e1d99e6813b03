"""A receiver that hangs keeps its own callbacks waiting, and nobody else's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from mock_platform.scheduler.pump import share_of
from mock_platform.shared.contracts import receiver_of
from tests.unit.scheduler.post_office import ByHand, Office, office

HANGING, WELL = "http://hanging.example/in", "http://well.example/in"
HELD = receiver_of(HANGING)


@dataclass
class Town:
    """An office whose attempts end when they are told to."""

    threads: int = 6
    each: int = 4
    executor: ByHand = field(default_factory=ByHand)

    def __post_init__(self) -> None:
        self.office: Office = office(executor=self.executor, threads=self.threads, each=self.each)

    def owe(self, url: str, many: int = 1) -> None:
        known = self.office.stores.deliveries.counts().values()
        for number in range(sum(known), sum(known) + many):
            self.office.owe(f"evt_{number}", order=f"ord_{number}", url=url)

    def turn(self) -> Counter[str]:
        """Run a round; return how many are under way, by receiver."""
        self.office.dispatcher.turn()
        page = self.office.stores.deliveries.page(
            "default", order_key=None, state="sending", after=None, limit=99
        )
        return Counter(receiver_of(one.url) for one in page.items)

    def end(self, place: int = -1) -> None:
        """Let an attempt end: the last that was begun, or the one at this place."""
        self.executor.waiting.pop(place)()


def test_a_receiver_that_hangs_never_has_all_threads() -> None:
    town = Town()
    town.owe(HANGING, 20)
    town.owe(WELL)

    assert town.turn() == {HELD: 4, receiver_of(WELL): 1}


def test_others_are_sent_to_while_one_hangs() -> None:
    town = Town()
    town.owe(HANGING, 20)
    town.turn()

    for _ in range(5):
        town.owe(WELL)
        assert town.turn() == {HELD: 4, receiver_of(WELL): 1}
        town.end()

    assert town.turn() == {HELD: 4}
    assert [outbound.url for outbound in town.office.script.sent] == [WELL] * 5


def test_a_receiver_that_answers_gets_the_next() -> None:
    town = Town()
    town.owe(HANGING, 20)
    town.turn()

    town.end(0)

    assert town.turn() == {HELD: 4}
    assert town.office.stores.deliveries.counts()["delivered"] == 1


def test_no_more_is_claimed_than_there_are_threads_whoever_receives() -> None:
    town = Town()
    for number in range(9):
        town.owe(f"http://r{number}.example/in", 2)

    assert town.turn().total() == 6


def test_while_all_that_is_due_waits_for_a_share_the_pump_sleeps() -> None:
    town = Town()
    town.owe(HANGING, 20)
    town.turn()
    pump = town.office.dispatcher._pump

    asleep_s = pump.pause_s()
    town.end()

    assert asleep_s > 1
    assert town.turn() == {HELD: 4}


def test_what_is_given_back_leaves_room() -> None:
    town = Town()
    town.owe(HANGING, 20)
    town.turn()

    town.office.dispatcher._pump.give_back()

    assert town.turn() == {HELD: 4}


@pytest.mark.parametrize(
    ("threads", "share"), [(1, 1), (2, 1), (3, 2), (8, 6), (12, 8), (256, 171)]
)
def test_one_receiver_may_have_two_thirds_of_the_threads(threads: int, share: int) -> None:
    assert share_of(threads) == share
