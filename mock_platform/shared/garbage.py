"""Decides when Python looks for garbage: not while something is built that is there to stay.

A full look goes over everything alive, and what a large contract is read into are millions of
objects: they would be looked over again and again while they grow, and later, every time in vain.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 10_000
"""So many objects may come to be, and not go away by themselves, before somebody looks for garbage."""


def look_seldom() -> None:
    """Look for garbage less often than a Python does that knows nothing of who runs in it.

    Compiling an operation makes thousands of objects that stay, and a request leaves hardly any.
    """
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])


@contextmanager
def none_while_building() -> Iterator[None]:
    """Look for no garbage until this is done; and never at what is there then."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def keep() -> None:
    """What has been built since is there to stay, too."""
    gc.collect()
    gc.freeze()


def exchange() -> None:
    """What was there to stay has been replaced: take it away, and keep what is there now."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
