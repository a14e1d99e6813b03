"""What is there to stay is not looked over for garbage; what replaced something is."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from mock_platform.shared import garbage


class Ring:
    """Garbage that only a look can find."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def nothing_is_kept_afterwards() -> Iterator[None]:
    usual = gc.get_threshold()
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()
    gc.collect()


def test_a_server_looks_seldom_but_it_looks() -> None:
    garbage.look_seldom()

    assert gc.isenabled()
    assert gc.get_threshold()[0] == garbage.SELDOM


def test_nobody_looks_while_something_is_built() -> None:
    with garbage.none_while_building():
        looks = gc.isenabled()

    assert (looks, gc.isenabled()) == (False, True)


def test_looking_goes_on_after_a_failure() -> None:
    with pytest.raises(LookupError), garbage.none_while_building():
        raise LookupError

    assert gc.isenabled()


def test_whoever_looks_at_nothing_at_all_keeps_doing_so() -> None:
    gc.disable()
    try:
        with garbage.none_while_building():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_built_is_not_looked_at_until_it_is_exchanged() -> None:
    with garbage.none_while_building():
        ring = Ring()
        seen = weakref.ref(ring)
        del ring

    gc.collect()
    still_there = seen() is not None
    garbage.exchange()

    assert still_there
    assert seen() is None


def test_what_is_garbage_when_keeping_is_not_kept() -> None:
    ring = Ring()
    seen = weakref.ref(ring)
    del ring

    garbage.keep()

    assert seen() is None
