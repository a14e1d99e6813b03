"""Outages, late results, stopping and starting: nothing is lost, and nothing is sent twice for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from structlog.testing import capture_logs

from mock_platform.shared.contracts import Outbound, Outcome
from mock_platform.shared.errors import StoreUnavailable
from tests.unit.scheduler.post_office import (
    BUSY,
    DELIVERED,
    WORLD,
    ByHand,
    office,
    settlement,
)

# Proof that nothing hangs, not a measurement.
PATIENCE_S = 10.0


# The window


def test_no_more_is_claimed_than_there_are_free_threads() -> None:
    hands = ByHand()
    it = office(executor=hands, threads=2)
    ids = [it.owe(f"evt_{n}", order=f"ord_{n}") for n in range(5)]

    it.dispatcher.turn()
    it.dispatcher.turn()

    assert [it.delivery(one).state for one in ids] == ["sending"] * 2 + ["pending"] * 3
    assert it.dispatcher.in_flight == 2


def test_a_thread_that_becomes_free_is_used_in_the_next_round() -> None:
    hands = ByHand()
    it = office(executor=hands, threads=1)
    first, second = it.owe("evt_1", order="ord_1"), it.owe("evt_2", order="ord_2")

    it.dispatcher.turn()
    hands.begin()()
    it.dispatcher.turn()

    assert (it.delivery(first).state, it.delivery(second).state) == ("delivered", "sending")


def test_results_not_yet_written_take_up_the_window() -> None:
    it = office(threads=2)
    for n in range(5):
        it.owe(f"evt_{n}", order=f"ord_{n}")
    it.outage.down = {"settle"}

    for _ in range(3):
        it.dispatcher.turn()

    assert len(it.script.sent) == 2


# Outages


def test_results_are_kept_through_an_outage_and_nothing_is_sent_twice() -> None:
    it = office(every=[BUSY, DELIVERED])
    delivery_id = it.owe("evt_1")
    it.outage.down = {"settle", "claim", "next_due"}

    it.dispatcher.turn()
    it.outage.down = {"settle"}
    it.dispatcher.turn()
    it.dispatcher.turn()
    it.outage.down = set()
    it.dispatcher.turn()

    assert it.script.events == ["evt_1"]
    assert it.delivery(delivery_id).state == "pending"
    it.run()
    assert it.script.events == ["evt_1", "evt_1"]
    assert it.delivery(delivery_id).state == "delivered"


def test_an_outage_is_the_dispatchers_trouble_until_it_is_over() -> None:
    it = office()
    troubles = []

    for down in (set[str](), {"claim"}, set[str]()):
        it.outage.down = down
        it.dispatcher.turn()
        troubles.append(it.dispatcher.trouble)

    assert troubles == [None, "the disk is full", None]


def test_while_results_cannot_be_written_nothing_new_is_claimed() -> None:
    it = office(threads=4)
    it.owe("evt_1", order="ord_1")
    it.outage.down = {"settle"}
    it.dispatcher.turn()
    it.owe("evt_2", order="ord_2")
    it.outage.calls.clear()

    it.dispatcher.turn()

    assert it.outage.calls == ["settle"]


def test_an_outage_is_met_with_growing_patience() -> None:
    it = office()
    it.outage.down = {"claim"}
    pauses = []

    for _ in range(9):
        it.dispatcher.turn()
        pauses.append(it.dispatcher._pump.pause_s())

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5]


# How long a round may rest


def test_the_pump_rests_until_something_is_due_but_not_for_ever() -> None:
    it = office(every=[BUSY])
    pump = it.dispatcher._pump

    assert pump.pause_s() == 5
    it.owe("evt_1")
    assert pump.pause_s() == 0.005
    it.dispatcher.turn()
    assert pump.pause_s() == 1
    for _ in range(2):
        it.clock.now = it.dispatcher.next_due() or it.clock.now
        it.dispatcher.turn()
    assert pump.pause_s() == 4


def test_with_no_thread_free_the_pump_does_not_look_for_work() -> None:
    it = office(executor=ByHand(), threads=1)
    it.owe("evt_1", order="ord_1")
    it.owe("evt_2", order="ord_2")
    it.dispatcher.turn()
    it.outage.calls.clear()

    it.dispatcher.turn()

    assert it.dispatcher._pump.pause_s() == 5
    assert it.outage.calls == []


def test_an_outage_while_looking_for_what_is_due_is_met_with_patience_too() -> None:
    it = office()
    it.outage.down = {"next_due"}

    assert it.dispatcher._pump.pause_s() == 0.1


# Fencing


def test_a_late_result_changes_nothing() -> None:
    hands = ByHand()
    it = office(executor=hands)
    delivery_id = it.owe("evt_1")
    it.dispatcher.turn()
    finish = hands.begin()
    it.stores.deliveries.recover()
    (again,) = it.stores.deliveries.claim(it.clock(), 1)
    it.stores.deliveries.settle([settlement(again, "dead", it.clock)])

    finish()
    it.dispatcher.turn()

    assert it.delivery(delivery_id).state == "dead"
    assert len(it.attempts(delivery_id)) == 1


def test_what_a_crash_left_half_sent_is_sent_after_the_start() -> None:
    it = office()
    delivery_id = it.owe("evt_1")
    it.stores.deliveries.claim(it.clock(), 1)

    it.dispatcher.turn()
    assert it.script.sent == []
    assert it.dispatcher.recover() == 1
    it.dispatcher.turn()

    assert it.delivery(delivery_id).state == "delivered"


# Stopping


def test_a_drain_gives_back_what_no_thread_has_begun() -> None:
    hands = ByHand()
    it = office(executor=hands)
    delivery_id = it.owe("evt_1")
    it.dispatcher.turn()

    assert it.dispatcher.drain(0)

    delivery = it.delivery(delivery_id)
    assert (delivery.state, delivery.attempts, delivery.tries) == ("pending", 0, 0)
    assert it.dispatcher.state == "stopped"


def test_a_drain_whose_time_is_up_leaves_what_is_under_way_for_the_next_start() -> None:
    hands = ByHand()
    it = office(executor=hands)
    delivery_id = it.owe("evt_1")
    it.dispatcher.turn()
    hands.begin()

    assert not it.dispatcher.drain(0)

    assert it.dispatcher.in_flight == 1
    assert it.delivery(delivery_id).state == "sending"


def test_a_second_drain_takes_in_what_came_late() -> None:
    hands = ByHand()
    it = office(executor=hands)
    delivery_id = it.owe("evt_1")
    it.dispatcher.turn()
    finish = hands.begin()
    it.dispatcher.drain(0)

    finish()

    assert it.dispatcher.drain(0)
    assert it.delivery(delivery_id).state == "delivered"
    assert it.dispatcher.drain(0)


def test_after_a_drain_nothing_is_claimed() -> None:
    it = office()
    assert it.dispatcher.drain(0)
    it.owe("evt_1")

    it.dispatcher.turn()

    assert it.script.sent == []


@pytest.mark.parametrize("down", ["settle", "release"])
def test_a_drain_in_an_outage_admits_that_something_is_left(down: str) -> None:
    hands = ByHand()
    it = office(executor=hands)
    delivery_id = it.owe("evt_1")
    it.dispatcher.turn()
    if down == "settle":
        hands.begin()()
    it.outage.down = {down}

    assert not it.dispatcher.drain(0)
    it.outage.down = set()
    assert it.dispatcher.drain(0)

    assert it.delivery(delivery_id).state == ("delivered" if down == "settle" else "pending")
    assert len(it.script.sent) == (1 if down == "settle" else 0)


def test_attempts_an_executor_cancelled_are_begun_anew() -> None:
    hands = ByHand()
    it = office(executor=hands)
    delivery_id = it.owe("evt_1")
    it.dispatcher.turn()

    hands.last.cancel()
    it.dispatcher.turn()
    it.dispatcher.turn()
    hands.begin()()
    it.dispatcher.turn()

    assert it.delivery(delivery_id).state == "delivered"
    assert it.attempts(delivery_id)[0].number == 1


def test_what_an_executor_refuses_is_kept_and_given_back() -> None:
    with ThreadPoolExecutor(1) as closed:
        pass
    it = office(executor=closed)
    delivery_id = it.owe("evt_1")
    with pytest.raises(RuntimeError):
        it.dispatcher.turn()

    assert it.dispatcher.drain(0)

    assert it.delivery(delivery_id).state == "pending"


# The thread


def test_in_the_background_a_wake_is_enough() -> None:
    arrived = Event()

    def send(_outbound: Outbound) -> Outcome:
        arrived.set()
        return DELIVERED

    with ThreadPoolExecutor(2) as pool:
        it = office(executor=pool, threads=2, send=send)
        it.dispatcher.start()
        assert it.dispatcher.state == "running"
        delivery_id = it.owe("evt_1")
        it.dispatcher.wake()

        assert arrived.wait(PATIENCE_S)
        assert it.dispatcher.drain(PATIENCE_S)

    assert it.delivery(delivery_id).state == "delivered"
    assert it.dispatcher.state == "stopped"


def test_a_start_takes_up_what_a_crash_left() -> None:
    arrived = Event()

    def send(_outbound: Outbound) -> Outcome:
        arrived.set()
        return DELIVERED

    with ThreadPoolExecutor(1) as pool:
        it = office(executor=pool, threads=1, send=send)
        it.owe("evt_1")
        it.stores.deliveries.claim(it.clock(), 1)
        it.dispatcher.start()

        assert arrived.wait(PATIENCE_S)
        assert it.dispatcher.drain(PATIENCE_S)


def test_a_drain_waits_for_what_is_under_way_and_claims_no_more() -> None:
    begun, may_end = Event(), Event()

    def send(_outbound: Outbound) -> Outcome:
        begun.set()
        may_end.wait(PATIENCE_S)
        return DELIVERED

    with ThreadPoolExecutor(1) as pool, ThreadPoolExecutor(1) as stopper:
        it = office(executor=pool, threads=1, send=send)
        first, second = it.owe("evt_1"), it.owe("evt_2")
        it.dispatcher.start()
        assert begun.wait(PATIENCE_S)
        drained = stopper.submit(it.dispatcher.drain, PATIENCE_S)
        may_end.set()

        assert drained.result(PATIENCE_S)

    assert it.delivery(first).state == "delivered"
    assert it.stores.deliveries.get(WORLD, second) is not None
    assert it.dispatcher.in_flight == 0


def test_a_drain_that_ran_out_of_time_can_be_repeated() -> None:
    begun, may_end = Event(), Event()

    def send(_outbound: Outbound) -> Outcome:
        begun.set()
        may_end.wait(PATIENCE_S)
        return DELIVERED

    with ThreadPoolExecutor(1) as pool:
        it = office(executor=pool, threads=1, send=send)
        delivery_id = it.owe("evt_1")
        it.dispatcher.start()
        assert begun.wait(PATIENCE_S)

        assert not it.dispatcher.drain(0)
        may_end.set()
        assert it.dispatcher.drain(PATIENCE_S)

    assert it.delivery(delivery_id).state == "delivered"


def test_a_bug_in_a_round_is_told_and_does_not_end_delivery() -> None:
    arrived = Event()

    def send(_outbound: Outbound) -> Outcome:
        arrived.set()
        return DELIVERED

    with ThreadPoolExecutor(1) as pool, capture_logs() as logs:
        it = office(executor=pool, threads=1, send=send)
        it.owe("evt_1")
        it.outage.bug = ZeroDivisionError()
        it.dispatcher.start()
        assert it.outage.bitten.wait(PATIENCE_S)
        it.dispatcher.wake()
        assert arrived.wait(PATIENCE_S)
        assert it.dispatcher.drain(PATIENCE_S)

    assert [entry["event"] for entry in logs] == ["callback.round_broken", "callback.delivered"]


def test_it_starts_once() -> None:
    it = office()
    it.dispatcher.start()

    with pytest.raises(RuntimeError, match="started already"):
        it.dispatcher.start()

    assert it.dispatcher.drain(PATIENCE_S)


def test_it_does_not_start_when_it_cannot_know_what_was_left() -> None:
    it = office()
    it.outage.down = {"recover"}

    with pytest.raises(StoreUnavailable):
        it.dispatcher.start()

    assert it.dispatcher.state == "idle"


# Pausing


def test_nothing_is_claimed_while_paused_and_what_is_due_waits() -> None:
    it = office()
    waiting = it.owe("evt_1")

    it.dispatcher.pause()
    it.dispatcher.turn()
    it.clock.advance(3600)
    it.dispatcher.turn()

    assert it.dispatcher.paused
    assert (it.delivery(waiting).state, it.delivery(waiting).attempts) == ("pending", 0)
    assert it.script.sent == []


def test_what_is_under_way_when_it_is_paused_ends_and_is_written_down() -> None:
    hands = ByHand()
    it = office(executor=hands)
    sent = it.owe("evt_1")
    it.dispatcher.turn()

    it.dispatcher.pause()
    hands.begin()()
    it.dispatcher.turn()

    assert it.delivery(sent).state == "delivered"


def test_what_came_due_while_paused_is_sent_when_it_goes_on() -> None:
    it = office()
    waiting = it.owe("evt_1")
    it.dispatcher.pause()
    it.dispatcher.turn()

    it.dispatcher.resume()
    it.dispatcher.turn()

    assert not it.dispatcher.paused
    assert it.delivery(waiting).state == "delivered"


def test_to_go_on_after_a_drain_claims_nothing() -> None:
    it = office()
    it.dispatcher.pause()
    it.dispatcher.drain(0)
    waiting = it.owe("evt_1")

    it.dispatcher.resume()
    it.dispatcher.turn()

    assert it.delivery(waiting).state == "pending"
