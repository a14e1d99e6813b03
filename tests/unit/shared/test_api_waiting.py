"""Those who wait are answered in time: by the bell, the clock, or the end of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest

from mock_platform.api.waiting import WaitingRoom
from mock_platform.shared.contracts import Answer, Play, Reply, Wait
from tests.unit.shared.api_kit import Served, Wire, document, ok, scope, serve, wire_receive

FOREVER = 3600.0


class Desk:
    """What a waiting request asks for; counts how often it was asked."""

    def __init__(self) -> None:
        self.reply: Reply | None = None
        self.asked = 0
        self.when_asked: Callable[[], None] = lambda: None

    def ready(self) -> Reply | None:
        self.asked += 1
        reply = self.reply
        self.when_asked()
        return reply

    def wait(self, seconds: float = FOREVER, topic: str = "t") -> Wait:
        return Wait(
            topic=topic,
            ready=self.ready,
            otherwise=lambda: Reply(body="time is up"),
            timeout_s=seconds,
        )


def served(answer: Callable[[], Answer], *, blocking: bool = False, most: int = 10) -> Served:
    paths = {"/x": {"get": {"operationId": "x", "responses": ok()}}}
    return serve(document(paths), {"x": answer}, blocking=blocking, room=WaitingRoom(most))


async def asking(serving: Served) -> tuple[Wire, asyncio.Task[Any]]:
    """Send a request and return once it waits."""
    wire = Wire()
    wire.body(b"")
    task = asyncio.create_task(serving.app(scope("GET", "/v1/x"), wire_receive(wire), wire.send))
    for _ in range(10):
        await asyncio.sleep(0)
    return wire, task


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def bounded() -> Any:
        return await asyncio.wait_for(work(), 10)

    return asyncio.run(bounded())


def test_what_is_ready_is_answered_at_once() -> None:
    desk = Desk()
    desk.reply = Reply(body="here")
    serving = served(desk.wait)

    assert serving.ask("GET", "/v1/x").json == "here"
    assert (desk.asked, serving.room.waiting) == (1, 0)


def test_a_wait_without_time_is_over_at_once() -> None:
    assert served(lambda: Desk().wait(0)).ask("GET", "/v1/x").json == "time is up"


def test_when_the_time_is_up_it_is_looked_at_once_more() -> None:
    desk = Desk()

    assert served(lambda: desk.wait(0.001)).ask("GET", "/v1/x").json == "time is up"
    assert desk.asked == 2


def test_the_bell_makes_everybody_look_again() -> None:
    desk = Desk()
    serving = served(desk.wait)

    async def work() -> list[Any]:
        waiting = [await asking(serving) for _ in range(3)]
        desk.reply = Reply(body="here")
        serving.room.ring("t")
        await asyncio.gather(*(task for _, task in waiting))
        return [wire.answered.json for wire, _ in waiting]

    assert run(work) == ["here"] * 3


def test_a_bell_for_something_else_or_for_nothing_yet_ends_no_wait() -> None:
    desk = Desk()
    serving = served(desk.wait)

    async def work() -> bool:
        _, task = await asking(serving)
        serving.room.ring("other")
        serving.room.ring("t")
        for _ in range(10):
            await asyncio.sleep(0)
        still = not task.done()
        serving.room.close()
        await task
        return still

    assert run(work)
    assert desk.asked == 3


def test_a_bell_between_looking_and_waiting_is_not_lost() -> None:
    desk = Desk()
    serving = served(desk.wait)

    def just_too_late() -> None:
        if desk.reply is None:
            desk.reply = Reply(body="here")
            serving.room.ring("t")

    desk.when_asked = just_too_late

    assert run(lambda: serving.asked("GET", "/v1/x")).json == "here"


def test_the_bell_may_be_rung_in_any_thread() -> None:
    desk = Desk()
    serving = served(desk.wait)

    async def work() -> Any:
        wire, task = await asking(serving)
        desk.reply = Reply(body="here")
        ringing = Thread(target=serving.room.ring, args=("t",))
        ringing.start()
        await task
        ringing.join()
        return wire.answered.json

    assert run(work) == "here"


def test_of_many_bells_in_many_threads_none_is_lost() -> None:
    def work(number: int) -> None:
        desk = Desk()
        serving = served(lambda: desk.wait(topic=str(number)), blocking=bool(number % 2))
        asked = Event()
        desk.when_asked = asked.set

        def ring() -> None:
            asked.wait()
            desk.reply = Reply(body=number)
            serving.room.ring(str(number))

        ringing = Thread(target=ring)
        ringing.start()
        assert run(lambda: serving.asked("GET", "/v1/x")).json == number
        ringing.join()

    for number in range(100):
        work(number)


def test_nothing_is_kept_of_those_who_left() -> None:
    serving = served(lambda: Desk().wait(0.001))
    serving.ask("GET", "/v1/x")

    assert (serving.room.waiting, serving.room._topics) == (0, {})


def test_a_caller_who_goes_away_ends_the_wait() -> None:
    serving = served(Desk().wait)

    async def work() -> Wire:
        wire, task = await asking(serving)
        wire.disconnect()
        await task
        return wire

    assert run(work).sent == []
    assert [line[2] for line in serving.log] == [499]
    assert serving.room.waiting == 0


def test_who_waits_when_the_room_closes_is_answered_at_once_and_nobody_waits_after() -> None:
    serving = served(Desk().wait)

    async def work() -> list[Any]:
        wire, task = await asking(serving)
        serving.room.close()
        await task
        late = await serving.asked("GET", "/v1/x")
        return [wire.answered.json, late.json]

    assert run(work) == ["time is up", "time is up"]


def test_there_is_room_for_so_many_and_no_more() -> None:
    serving = served(Desk().wait, most=2)

    async def work() -> Any:
        waiting = [await asking(serving) for _ in range(2)]
        refused = await serving.asked("GET", "/v1/x")
        serving.room.close()
        await asyncio.gather(*(task for _, task in waiting))
        return refused

    refused = run(work)

    assert (refused.status, refused.json["code"]) == (503, "NOT_READY")


def test_ringing_after_the_loop_has_ended_is_harmless() -> None:
    room = WaitingRoom()

    async def leave_in_the_middle() -> None:
        seat = room._seat("t")
        seat.__enter__()

    asyncio.run(leave_in_the_middle())

    room.ring("t")
    room.close()


# Misbehaviour


def test_a_late_answer_comes_late_and_is_whole() -> None:
    serving = served(lambda: Play(reply=Reply(body="late"), delay_s=0.01))

    answer = serving.ask("GET", "/v1/x")

    assert answer.json == "late"
    assert serving.log[0][3] >= 0.01


def test_a_late_answer_holds_nobody_else_up() -> None:
    desk: Iterator[Answer] = iter(
        [Play(reply=Reply(body="late"), delay_s=FOREVER), Reply(body="quick")]
    )
    serving = served(lambda: next(desk))

    async def work() -> list[Any]:
        wire, task = await asking(serving)
        quick = await serving.asked("GET", "/v1/x")
        serving.room.close()
        await task
        return [quick.json, wire.answered.json]

    assert run(work) == ["quick", "late"]


def test_a_late_answer_is_forgotten_when_the_caller_goes_away() -> None:
    serving = served(lambda: Play(reply=Reply(body="late"), delay_s=FOREVER))

    async def work() -> Wire:
        wire, task = await asking(serving)
        wire.disconnect()
        await task
        return wire

    assert run(work).sent == []


def test_the_reply_of_a_play_keeps_the_contract_too() -> None:
    answer = served(lambda: Play(reply=Reply(status=418, body=1))).ask("GET", "/v1/x")

    assert answer.json["code"] == "ANSWER_INVALID"


def test_hanging_up_without_a_transport_leaves_the_answer_unfinished() -> None:
    serving = served(lambda: Play(reply=Reply(body=1), hang_up=True))

    answer = serving.ask("GET", "/v1/x")

    assert (answer.complete, answer.headers["content-length"]) == (False, "1")
    assert [line[2] for line in serving.log] == [444]


class Connection(Wire):
    """A wire with a transport within reach, as uvicorn's requests have."""

    def __init__(self) -> None:
        super().__init__()
        self.transport = self

    def abort(self) -> None:
        self.disconnect()


def test_hanging_up_with_a_transport_closes_it_and_says_nothing() -> None:
    serving = served(lambda: Play(reply=Reply(body=1), hang_up=True))

    async def work() -> Connection:
        wire = Connection()
        wire.body(b"")
        await serving.app(scope("GET", "/v1/x"), wire_receive(wire), wire.send)
        return wire

    assert run(work).sent == []


@pytest.mark.parametrize("blocking", [False, True], ids=["on the loop", "in threads"])
def test_waits_work_wherever_handlers_run(blocking: bool) -> None:
    desk = Desk()
    serving = served(desk.wait, blocking=blocking)

    async def work() -> Any:
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        desk.when_asked = lambda: loop.call_soon_threadsafe(asked.set)  # type: ignore[assignment]  # what it returns is not looked at
        task = asyncio.create_task(serving.asked("GET", "/v1/x"))
        await asked.wait()
        desk.reply = Reply(body="here")
        serving.room.ring("t")
        return (await task).json

    assert run(work) == "here"
