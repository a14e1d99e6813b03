"""Puts the verification of a real implementation together: walk, listen, fuzz, count."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import requests

from mock_platform.domain.signatures import split_secrets
from mock_platform.domain.state_machine import Machine
from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.callbacks import callback_rules
from mock_platform.engine.documents import Document
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import base_path, operations
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.sharing import strip_behaviour
from mock_platform.engine.verifying.answers import Judge
from mock_platform.engine.verifying.arrivals import Expected
from mock_platform.engine.verifying.deviations import Deviation, summed
from mock_platform.engine.verifying.journeys import birth_of, first_told, reader_of
from mock_platform.engine.verifying.rebuffs import Rebuffed, planned
from mock_platform.infra import spec_files
from mock_platform.infra.verifying.fuzzing import Fuzzed, Fuzzing, FuzzingFailed
from mock_platform.infra.verifying.hearing import Hearing, Told
from mock_platform.infra.verifying.receiver import Heard, receiving
from mock_platform.infra.verifying.walking import Story, Tried, Walker, sender
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import secret_source
from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.large_json import json_bytes

_IN_BODY = "{$request.body#"
_TIMEOUT_S = 30.0
_SEED = 1


class Unverifiable(Exception):
    """The implementation cannot be verified; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be verified, and how."""

    spec: Path
    url: str
    examples: int = 50
    seed: int = 1
    headers: Sequence[str] = ()
    """``Name: value``, for every request."""
    listen: tuple[str, int] = ("127.0.0.1", 0)
    receiver_url: str | None = None
    """How the implementation reaches us, where that is not the address we listen at."""
    patience_s: float = 15.0
    quiet_s: float = 1.5
    walks: bool = True
    fuzzes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation: what it documents, and what it was seen to answer."""

    id: str
    place: str
    documented: tuple[str, ...]
    seen: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying has shown."""

    rows: Sequence[Row]
    tried: Sequence[Tried]
    callbacks: Mapping[str, Told]
    rebuffed: Sequence[Rebuffed]
    """What became of callbacks that were refused on purpose."""
    deviations: Sequence[Deviation]
    requests: int
    notes: Sequence[str] = field(default_factory=tuple)
    """What could not be looked at, and why."""


def verify(asked: Asked, say: Callable[[str], None]) -> Verdict:
    """Hold an implementation to its contract; ``say`` tells what goes on.

    Raises:
        SpecBroken: the contract is broken.
        Unverifiable: the implementation is not there, or something that is needed is not.
    """
    if asked.fuzzes and find_spec("schemathesis") is None:
        told = "schemathesis is needed: pip install 'mock-platform[verify]', or --no-fuzz"
        raise Unverifiable(told)
    document = spec_files.load(asked.spec)
    try:
        with receiving(*asked.listen, utc_now) as (heard, here):
            verifying = _Verifying(document, asked, asked.receiver_url or here)
            story = Story()
            if asked.walks:
                say("walking the state machines …")
                verifying.walk(story, heard)
                say("waiting for callbacks …")
                verifying.hear(story, heard)
            fuzzed = Fuzzed(deviations=())
            if asked.fuzzes:
                say("fuzzing …")
                fuzzed = verifying.fuzz()
    except requests.RequestException as reason:
        raise Unverifiable(f"{asked.url} does not answer: {reason}. Is it running?") from None
    except FuzzingFailed as reason:
        raise Unverifiable(f"schemathesis gave up:\n{reason}") from None
    except OSError as reason:
        raise Unverifiable(f"cannot listen for callbacks: {reason}; see --receive-at") from None
    return verifying.verdict(story, fuzzed)


class _Verifying:
    """One contract and one implementation."""

    def __init__(self, document: Document, asked: Asked, receiver: str) -> None:
        self.document, self.asked, self.receiver = document, asked, receiver
        self.listed = operations(document)
        self.schemas = Schemas(document)
        self.rules = callback_rules(document, self._body_check)
        self.notes: list[str] = []
        self.callbacks: Mapping[str, Told] = {}
        self.rebuffed: Sequence[Rebuffed] = ()
        self.secrets = self._secrets
        self._read_secrets = secret_source(os.environ, parse=split_secrets)
        unsigned = {one.secret_env for one in self.rules.values() if one.secret_env}
        for name in sorted(unsigned):
            if not self._read_secrets(name):
                told = f"{name} is not set: that callbacks are signed is seen, not by whom"
                self.notes.append(told)

    def _secrets(self, name: str) -> Sequence[str]:
        return self._read_secrets(name) or ()

    def _body_check(self, pointer: str) -> Callable[[bytes], Sequence[Violation]]:
        check = self.schemas.validator(pointer, Direction.REQUEST)
        return lambda body: check(orjson.loads(body))

    def walk(self, story: Story, heard: Heard) -> None:
        pointers = self.pointers()
        walker = Walker(
            root=self.document.root,
            by_id={one.id: one for one in self.listed},
            judge=Judge(self.schemas),
            generate=self._generate,
            send=sender(self.asked.url, _split(self.asked.headers), _TIMEOUT_S),
            rules={name: one for name, one in self.rules.items() if name in pointers},
            pointers=pointers,
            url=self.asked.url,
            receiver=self.receiver,
            heard=heard,
            story=story,
        )
        found = machines(self.document)
        if not found:
            self.notes.append("the contract has no x-state-machine: no transitions were tried")
        for _, machine in found:
            birth = birth_of(machine, self.listed, self.document.root)
            if birth is None:
                told = f"no operation makes a {machine.resource}: add a transition without `from`"
                self.notes.append(told)
                continue
            self._rebuff(walker, machine, birth)
            vias = [one for one in self.listed if one.id in machine.vias()]
            walker.walk(machine, birth, reader_of(vias, self.listed))

    def _rebuff(self, walker: Walker, machine: Machine, birth: str) -> None:
        """Have each callback refused in every way of which the contract says what follows."""
        for name, rules in walker.rules.items():
            first = first_told(machine, birth, name)
            if not rules.patience_stated:
                told = "the contract does not say when it is tried again; that was not looked at"
                self.notes.append(f"callback {name}: {told}")
            elif first is None:
                told = "no way begins with it: that it is tried again was not looked at"
                self.notes.append(f"callback {name}: {told}")
            else:
                way, state = first
                tried, late = planned(rules, self.asked.patience_s)
                for one in tried:
                    walker.rebuff(machine, way, Expected(rules=rules, state=state), one)
                if late:
                    told = f"that it is tried again after {', '.join(late)} was not looked at"
                    self.notes.append(f"callback {name}: {told}: it takes longer than --patience")

    def hear(self, story: Story, heard: Heard) -> None:
        hearing = Hearing(
            story=story,
            heard=heard,
            secrets=self.secrets,
            patience_s=self.asked.patience_s,
            quiet_s=self.asked.quiet_s,
        )
        self.callbacks, self.rebuffed = hearing.judged()
        if heard.lost:
            self.notes.append(f"{heard.lost} callbacks came when no more were kept")

    def pointers(self) -> Mapping[str, str]:
        """Return where the URLs of callbacks stand in the bodies that register them."""
        found = {}
        for name, rules in self.rules.items():
            if rules.expression.startswith(_IN_BODY):
                found[name] = rules.expression.removeprefix(_IN_BODY).removesuffix("}")
            else:
                told = f"callback {name}: {rules.expression} cannot be aimed; it was not looked at"
                self.notes.append(told)
        return found

    def fuzz(self) -> Fuzzed:
        root = strip_behaviour(self.document.root)
        base = base_path(self.document)
        pointers = self.pointers()
        aims = {
            f"{one.method} {one.path.removeprefix(base)}": {
                pointers[name]: f"{self.receiver}/fuzz"
                for name in one.callbacks
                if name in pointers
            }
            for one in self.listed
        }
        fuzzing = Fuzzing(
            origin=self.asked.url,
            examples=self.asked.examples,
            seed=self.asked.seed,
            headers=self.asked.headers,
            aims={place: told for place, told in aims.items() if told},
        )
        with TemporaryDirectory(prefix="mock-platform-verify-") as folder:
            return fuzzing.run(json_bytes(root), Path(folder))

    def verdict(self, story: Story, fuzzed: Fuzzed) -> Verdict:
        base = base_path(self.document)
        rows = []
        for one in self.listed:
            bare = f"{one.method} {one.path.removeprefix(base)}"
            seen = Counter({s: n for (id_, s), n in story.statuses.items() if id_ == one.id})
            seen += Counter({s: n for (place, s), n in fuzzed.statuses.items() if place == bare})
            rows.append(
                Row(
                    id=one.id,
                    place=f"{one.method} {one.path}",
                    documented=tuple(one.responses),
                    seen=dict(sorted(seen.items())),
                )
            )
        return Verdict(
            rows=rows,
            tried=story.tried,
            callbacks=self.callbacks,
            rebuffed=self.rebuffed,
            deviations=[*summed(story.deviations, fuzzed.deviations, base)],
            requests=sum(story.statuses.values()) + fuzzed.cases,
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _generate(self, pointer: str) -> Json:
        accepts = partial(_accepts, self.schemas.validator(pointer, Direction.ANSWER))
        return generators_of(self.document)(pointer, accepts)(_SEED)


def _accepts(check: Callable[[Json], Sequence[Violation]], value: Json) -> bool:
    return not check(value)


def _split(headers: Sequence[str]) -> Mapping[str, str]:
    pairs = (header.partition(":") for header in headers)
    return {name.strip(): value.strip() for name, _, value in pairs}
