"""The pool that callbacks are sent from: like the standard library's, but nobody waits for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from threading import Barrier, Event, current_thread

import pytest

from mock_platform.infra.sending_threads import SendingThreads

PATIENCE_S = 30


@pytest.fixture
def pool() -> Iterator[SendingThreads]:
    pool = SendingThreads(2)
    yield pool
    pool.shutdown(cancel_futures=True)


def test_it_returns_what_was_called(pool: SendingThreads) -> None:
    assert pool.submit(divmod, 7, 2).result(PATIENCE_S) == (3, 1)


def test_it_hands_on_what_was_raised_and_goes_on(pool: SendingThreads) -> None:
    failed = [pool.submit(lambda: 1 // 0) for _ in range(4)]

    for future in failed:
        with pytest.raises(ZeroDivisionError):
            future.result(PATIENCE_S)
    assert pool.submit(int, "7").result(PATIENCE_S) == 7


def test_its_threads_work_at_the_same_time_and_are_no_more_than_were_asked_for(
    pool: SendingThreads,
) -> None:
    together = Barrier(2, timeout=PATIENCE_S)

    def meet() -> str:
        together.wait()
        return current_thread().name

    met = [pool.submit(meet) for _ in range(4)]

    assert {future.result(PATIENCE_S) for future in met} == {"callback-0", "callback-1"}


def test_what_was_not_begun_can_be_cancelled() -> None:
    pool, begun, may_end = SendingThreads(1), Event(), Event()

    def hold() -> bool:
        begun.set()
        return may_end.wait(PATIENCE_S)

    held = pool.submit(hold)
    assert begun.wait(PATIENCE_S)
    one, other = pool.submit(int), pool.submit(int)

    assert one.cancel()
    pool.shutdown(wait=False, cancel_futures=True)
    may_end.set()
    pool.shutdown()

    assert held.result(PATIENCE_S)
    with pytest.raises(CancelledError):
        other.result(PATIENCE_S)


def test_without_cancelling_it_ends_what_was_submitted() -> None:
    pool = SendingThreads(1)
    numbers = [pool.submit(int, str(number)) for number in range(20)]

    pool.shutdown()

    assert [future.result(0) for future in numbers] == list(range(20))


def test_a_process_does_not_wait_for_what_it_is_doing() -> None:
    program = """if True:
        from threading import Event
        from mock_platform.infra.sending_threads import SendingThreads
        begun = Event()
        SendingThreads(2).submit(lambda: (begun.set(), Event().wait()))
        begun.wait()
    """

    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=PATIENCE_S)

    assert ended.returncode == 0
