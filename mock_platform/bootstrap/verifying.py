"""Puts the verification of a real implementation together: walk, listen, fuzz, count."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import requests

from mock_platform.domain.signatures import split_secrets
from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.callbacks import callback_rules
from mock_platform.engine.documents import Document
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import base_path, operations
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.sharing import strip_behaviour
from mock_platform.engine.verifying.answers import Judge
from mock_platform.engine.verifying.deviations import Deviation
from mock_platform.engine.verifying.journeys import birth_of, reader_of
from mock_platform.infra import spec_files
from mock_platform.infra.verifying.fuzzing import Fuzzed, Fuzzing, FuzzingFailed
from mock_platform.infra.verifying.receiver import receiving
from mock_platform.infra.verifying.walking import (
    Story,
    Told,
    Tried,
    Walker,
    callbacks_judged,
    sender,
)
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import secret_source
from mock_platform.shared.contracts import Json, Violation

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
            story, callbacks = Story(), dict[str, Told]()
            if asked.walks:
                say("walking the state machines …")
                verifying.walk(story)
                say("waiting for callbacks …")
                callbacks = dict(
                    callbacks_judged(
                        story, heard, verifying.secrets, asked.patience_s, asked.quiet_s
                    )
                )
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
    return verifying.verdict(story, callbacks, fuzzed)


class _Verifying:
    """One contract and one implementation."""

    def __init__(self, document: Document, asked: Asked, receiver: str) -> None:
        self.document, self.asked, self.receiver = document, asked, receiver
        self.listed = operations(document)
        self.schemas = Schemas(document)
        self.rules = callback_rules(document, self._body_check)
        self.notes: list[str] = []
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

    def walk(self, story: Story) -> None:
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
            vias = [one for one in self.listed if one.id in machine.vias()]
            walker.walk(machine, birth, reader_of(vias, self.listed))

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
            return fuzzing.run(orjson.dumps(root), Path(folder))

    def verdict(self, story: Story, told: Mapping[str, Told], fuzzed: Fuzzed) -> Verdict:
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
            callbacks=told,
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


def summed(
    walked: Sequence[Deviation], fuzzed: Sequence[Deviation], base: str
) -> Iterator[Deviation]:
    """Tell what both ways of looking found once, and the same of many callbacks in one line."""
    callbacks = Counter(
        (one.rule, one.where) for one in walked if one.where.startswith("callback ")
    )
    told: set[tuple[str, str]] = set()
    for one in walked:
        key = one.rule, one.where
        more = callbacks[key] - 1
        if not callbacks[key]:
            yield one
        elif key not in told:
            yield replace(one, message=f"{one.message} (and {more} more)") if more else one
        told.add(key)
    bare = {(rule, where.replace(f" {base}/", " /", 1)) for rule, where in told}
    yield from (one for one in fuzzed if (one.rule, one.where) not in bare)
