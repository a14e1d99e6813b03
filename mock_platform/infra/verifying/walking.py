"""Walks state machines on a real implementation, and hears what it tells about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import requests

from mock_platform.domain.deliveries import CallbackRules
from mock_platform.domain.state_machine import Machine
from mock_platform.engine.operations import Operation
from mock_platform.engine.verifying.answers import Judge
from mock_platform.engine.verifying.arrivals import Expected
from mock_platform.engine.verifying.asking import Generate, Notes, composed, learn, parsed
from mock_platform.engine.verifying.deviations import Answered, Asked, Deviation, as_curl
from mock_platform.engine.verifying.journeys import Probe, probes
from mock_platform.engine.verifying.rebuffs import Rebuff
from mock_platform.infra.verifying.receiver import Heard
from mock_platform.shared.contracts import Json

Send = Callable[[Asked], Answered]
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One state and one operation, and what came of it."""

    state: str
    trigger: str
    to: str | None
    """None: the contract forbids it."""
    held: bool


@dataclass(slots=True, kw_only=True)
class Story:
    """Everything that walking has shown."""

    deviations: list[Deviation] = field(default_factory=list)
    statuses: dict[tuple[str, int], int] = field(default_factory=dict)
    """(operationId, status) → how often."""
    tried: list[Tried] = field(default_factory=list)
    due: dict[str, tuple[Machine, list[Expected]]] = field(default_factory=dict)
    """Path at the receiver → the callbacks that must come there."""
    rebuffed: dict[str, tuple[Machine, Expected, Rebuff]] = field(default_factory=dict)
    """Path at the receiver → the callback that is refused there, and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Walks one document's machines."""

    root: Json
    by_id: Mapping[str, Operation]
    judge: Judge
    generate: Generate
    send: Send
    rules: Mapping[str, CallbackRules]
    pointers: Mapping[str, str]
    """Callback → where its URL stands in the body that registers it."""
    url: str
    receiver: str
    heard: Heard
    story: Story

    def walk(self, machine: Machine, birth: str, reader: Operation | None) -> None:
        for number, probe in enumerate(probes(machine, birth)):
            self._probe(probe, f"/{machine.resource}/{number}", reader)

    def _probe(self, probe: Probe, path: str, reader: Operation | None) -> None:
        notes, machine = Notes(), probe.machine
        due = [Expected(rules=self.rules[name], state=to) for name, to in probe.told]
        if not self._led(probe.way, notes, path, probe.state):
            return
        answered = self._ask(self.by_id[probe.trigger], notes)
        held = (
            self._forbidden(probe, answered)
            if probe.move is None
            else self._possible(probe, answered)
        )
        state = self._state(machine, reader, notes)
        wanted = probe.state if probe.move is None else probe.move.to
        if state is not None and state != wanted:
            held = False
            told = f"afterwards {machine.field} is {state!r}, not {wanted!r}"
            self._tell("state", probe.trigger, f"from {probe.state!r}: {told}")
        to = probe.move.to if probe.move else None
        self.story.tried.append(Tried(state=probe.state, trigger=probe.trigger, to=to, held=held))
        if self.pointers:
            # An illegal move that was made is told of once, as one; not again by its callbacks.
            self.story.due[path] = machine, due if held else []

    def rebuff(self, machine: Machine, way: Sequence[str], due: Expected, rebuff: Rebuff) -> None:
        """Have a new resource's first callback refused; ``way`` ends with what sends it."""
        path = f"/rebuffed/{machine.resource}/{due.rules.name}/{rebuff.name}"
        self.heard.rebuff(path, rebuff)
        if self._led(way, Notes(), path, due.state):
            self.story.rebuffed[path] = machine, due, rebuff

    def _led(self, way: Sequence[str], notes: Notes, path: str, state: str) -> bool:
        """Make a new resource that calls back at ``path``, and bring it along the way."""
        aims = dict.fromkeys(self.pointers.values(), self.receiver + path)
        for number, trigger in enumerate(way):
            answered = self._ask(self.by_id[trigger], notes, {} if number else aims)
            if not _succeeded(answered):
                self._tell("refused", trigger, f"{answered.status}, on the way to {state}")
                return False
        return True

    def _possible(self, probe: Probe, answered: Answered) -> bool:
        if _succeeded(answered):
            return True
        self._tell("refused", probe.trigger, f"{answered.status} from {probe.state!r}")
        return False

    def _forbidden(self, probe: Probe, answered: Answered) -> bool:
        if _succeeded(answered):
            told = f"{answered.status} from {probe.state!r}, where the contract forbids it"
            self._tell("illegal-transition", probe.trigger, told)
            return False
        return True

    def _state(self, machine: Machine, reader: Operation | None, notes: Notes) -> str | None:
        if reader is None:
            return None
        body = parsed(self._ask(reader, notes).body)
        state = body.get(machine.field) if isinstance(body, dict) else None
        return state if isinstance(state, str) else None

    def _ask(
        self, operation: Operation, notes: Notes, aims: Mapping[str, str] | None = None
    ) -> Answered:
        asked = composed(operation, self.root, notes, self.generate, aims)
        answered = self.send(asked)
        key = operation.id, answered.status
        self.story.statuses[key] = self.story.statuses.get(key, 0) + 1
        for rule, message in self.judge.judge(asked, answered):
            self._tell(
                rule,
                operation.id,
                message,
                as_curl(operation.method, self.url + asked.path, asked.headers, asked.body),
            )
        learn(notes, asked, answered, self.root)
        return answered

    def _tell(self, rule: str, operation_id: str, message: str, again: str = "") -> None:
        operation = self.by_id[operation_id]
        where = f"{operation.method} {operation.path}"
        found = Deviation(rule=rule, where=where, message=message, again=again)
        if (rule, where, message) not in {
            (one.rule, one.where, one.message) for one in self.story.deviations
        }:
            self.story.deviations.append(found)


def sender(url: str, headers: Mapping[str, str], timeout_s: float) -> Send:
    """Return what sends a request to the implementation. It raises requests' errors."""
    session = requests.Session()
    session.headers.update(headers)

    def send(asked: Asked) -> Answered:
        answer = session.request(
            asked.operation.method,
            url + asked.path,
            data=asked.body,
            headers=dict(asked.headers),
            timeout=timeout_s,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            body = answer.raw.read(MOST_BYTES, decode_content=True)
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answered(status=answer.status_code, headers=told, body=body)

    return send


def _succeeded(answered: Answered) -> bool:
    return HTTPStatus.OK <= answered.status < HTTPStatus.MULTIPLE_CHOICES
