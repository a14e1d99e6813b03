"""What a server writes in pieces leaves in one, in order, and never later than it must."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from mock_platform.cli.joined_writes import MOST_HELD, JoinedWrites


class Wire:
    """A transport that notes what is done with it."""

    def __init__(self) -> None:
        self.done: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def abort(self) -> None:
        self.done.append("aborted")

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


class Turn:
    """An event loop whose next round comes when the test says so."""

    def __init__(self) -> None:
        self.pending: list[Callable[[], None]] = []

    def soon(self, do: Callable[[], None]) -> None:
        self.pending.append(do)

    def next(self) -> None:
        pending, self.pending = self.pending, []
        for do in pending:
            do()


def joined() -> tuple[JoinedWrites, Wire, Turn]:
    wire, turn = Wire(), Turn()
    return JoinedWrites(cast("asyncio.Transport", wire), turn.soon), wire, turn


def test_head_and_body_leave_as_one_when_the_answer_is_complete() -> None:
    writes, wire, _ = joined()
    writes.write(b"head ")
    writes.write(b"body")
    assert wire.done == []
    writes.flush()
    assert wire.done == [b"head body"]


def test_the_beginning_of_a_stream_leaves_when_its_writer_lets_others_run() -> None:
    writes, wire, turn = joined()
    writes.write(b"head")
    turn.next()
    assert wire.done == [b"head"]
    writes.write(b"event")
    turn.next()
    assert wire.done == [b"head", b"event"]


def test_nothing_is_written_twice() -> None:
    writes, wire, turn = joined()
    writes.write(b"all")
    writes.flush()
    turn.next()
    writes.flush()
    assert wire.done == [b"all"]


def test_what_is_held_is_bounded() -> None:
    writes, wire, _ = joined()
    writes.write(b"a" * MOST_HELD)
    assert wire.done == []
    writes.write(b"b")
    assert wire.done == [b"a" * MOST_HELD + b"b"]


def test_closing_sends_what_is_held_first() -> None:
    writes, wire, _ = joined()
    writes.write(b"last words")
    writes.close()
    assert wire.done == [b"last words", "closed"]


def test_aborting_sends_nothing_more() -> None:
    writes, wire, turn = joined()
    writes.write(b"never mind")
    writes.abort()
    turn.next()
    assert wire.done == ["aborted"]


def test_all_else_is_the_transports() -> None:
    writes, _, _ = joined()
    assert writes.get_extra_info("peername") == "the peername"
