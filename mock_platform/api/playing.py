"""Acts out what cannot be said as a reply: to wait, to be late, to hang up."""

from __future__ import annotations

from mock_platform.api.exchange import Exchange, HangUp
from mock_platform.api.waiting import Ask, WaitingRoom
from mock_platform.shared.contracts import Answer, Play, Reply, Wait


async def enacted(answer: Answer, exchange: Exchange, room: WaitingRoom, ask: Ask) -> Reply:
    """Return the reply that an answer ends in.

    Raises:
        HangUp: it ends in none.
        ClientGone: the caller did not stay for it.
        NotReady: too many wait already.
    """
    if isinstance(answer, Wait):
        reply = await room.answer(answer, exchange.receive, ask)
        if reply is None:
            reply = await ask(answer.otherwise)
        assert reply is not None  # noqa: S101 - ``otherwise`` always has one
        return reply
    if isinstance(answer, Play):
        await room.pass_time(answer.delay_s, exchange.receive)
        if answer.hang_up:
            raise HangUp
        return answer.reply
    return answer
