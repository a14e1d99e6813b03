"""Waits for the callbacks of what was walked, and judges them: what was due, and what was rebuffed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from mock_platform.domain.state_machine import Machine
from mock_platform.engine.verifying.arrivals import Arrival, Expected, Secrets, judged
from mock_platform.engine.verifying.deviations import Deviation
from mock_platform.engine.verifying.rebuffs import (
    Rebuff,
    Rebuffed,
    came_again,
    judged_again,
    waited_s,
)
from mock_platform.infra.verifying.receiver import Heard
from mock_platform.infra.verifying.walking import Story

_LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one callback's promises."""

    due: int
    came: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One walk, what was heard meanwhile, and how long to wait for the rest."""

    story: Story
    heard: Heard
    secrets: Secrets
    patience_s: float
    quiet_s: float

    def judged(self) -> tuple[Mapping[str, Told], Sequence[Rebuffed]]:
        """Wait for what is due, judge what came, and count; deviations go into the story."""
        due = {path: len(due) for path, (_, due) in self.story.due.items()}
        again = {path: 1 + rebuff.retried for path, (_, _, rebuff) in self.story.rebuffed.items()}
        self.heard.wait(due | again, min(self.patience_s, _LONGEST_WAIT_S))
        self.heard.quiet(self.quiet_s)
        counts: dict[str, Told] = {}
        for path, (machine, expected) in self.story.due.items():
            if expected:
                came = self.heard.at(path)
                wrong = self._tell(expected[0], self._judged(machine, expected, came))
                _count(counts, expected[0], due=len(expected), came=len(came), wrong=wrong)
        rebuffed = [
            self._rebuffed(counts, path, *told) for path, told in self.story.rebuffed.items()
        ]
        return counts, rebuffed

    def _rebuffed(
        self, counts: dict[str, Told], path: str, machine: Machine, due: Expected, rebuff: Rebuff
    ) -> Rebuffed:
        came = self.heard.at(path)
        accepted = [one for one in came if one.accepted]
        again = came_again(came) if came else None
        otherwise = [*judged_again(rebuff, came, self.patience_s)] if came else []
        wrong = self._tell(due, otherwise)
        if accepted or not came:
            wrong += self._tell(due, self._judged(machine, [due], accepted))
        _count(counts, due, wrong=wrong)
        return Rebuffed(
            callback=due.rules.name,
            by=rebuff.name,
            retried=rebuff.retried,
            after_s=None if again is None else waited_s(came[0], again),
            held=bool(came) and not otherwise,
        )

    def _tell(self, due: Expected, wrong: Iterable[tuple[str, str]]) -> int:
        found = [
            Deviation(rule=rule, where=f"callback {due.rules.name}", message=message)
            for rule, message in wrong
        ]
        self.story.deviations += found
        return len(found)

    def _judged(
        self, machine: Machine, due: Sequence[Expected], came: Sequence[Arrival]
    ) -> Iterator[tuple[str, str]]:
        states = frozenset(
            chain(
                (move.to for move in machine.moves.values()),
                (state for state, _ in machine.moves if state is not None),
            )
        )
        yield from judged(due, came, field=machine.field, states=states, secrets=self.secrets)


def _count(
    counts: dict[str, Told], of: Expected, *, due: int = 0, came: int = 0, wrong: int = 0
) -> None:
    before = counts.get(of.rules.name, Told(due=0, came=0, wrong=0))
    counts[of.rules.name] = Told(
        due=before.due + due, came=before.came + came, wrong=before.wrong + wrong
    )
