"""Answers an operation that nobody wrote a handler for, the way its contract suggests.

The same request always gets the same answer; a seed of one's own, the same answer for all. The
decision table is in ``docs/choosing-the-answer.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b

from mock_platform.engine.answering.compiled_answers import CompiledAnswers
from mock_platform.engine.answering.deciding import Asked, Choice, Decision
from mock_platform.engine.answering.negotiation import read_accept
from mock_platform.engine.answering.preferences import INDIFFERENT, preferences
from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.answering.replying import constant, reply
from mock_platform.engine.answering.sheets import Generators, Means
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Json, Reply

MOST_REMEMBERED = 1024
LONGEST_REMEMBERED = 4096
"""Requests with a longer body are not remembered; their answers are made each time."""
VARIETY = 128
"""So many different answers an operation makes up, not counting what is fitted to the request."""
MOST_CHOICES = 64
"""So many different Accept headers are remembered for an operation."""
_MOST_DIGITS = 18

_ANYTHING = ("", "*/*")


def responders(
    document: Document, schemas: Schemas, generators: Generators
) -> Callable[[Operation], Responder]:
    """Return what makes the stand-ins of a document's operations; they share one memory."""
    return stand_ins(Means(root=document.root, schemas=schemas, generators=generators))


def stand_ins(means: Means) -> Callable[[Operation], Responder]:
    """Like ``responders``, from means that others use too."""
    replies = Remembered[Reply](MOST_REMEMBERED)
    return lambda operation: Responder(operation, means, replies)


class Responder:
    """The stand-in for one operation's handler. Compiled when it is first called."""

    def __init__(self, operation: Operation, means: Means, replies: Remembered[Reply]) -> None:
        self._operation = operation
        self._answers = CompiledAnswers(operation, means)
        self._replies = replies
        self._choices = Remembered[Choice](MOST_CHOICES)

    def __call__(self, /, call: Call, body: Json = None, **arguments: Json) -> Reply:
        """Choose the answer.

        Raises:
            NotAcceptable: it has no acceptable representation.
            PreferenceUnknown: the contract does not document what is preferred.
        """
        accept, prefer, also = "", "", []
        for name, value in call.headers:
            if name == "accept":
                accept = f"{accept},{value}" if accept else value
            elif name == "prefer":
                prefer = f"{prefer},{value}" if prefer else value
            elif name in self._telling_headers:
                also.append((name, value))
        if accept == "*/*":
            accept = ""
        if not accept and not prefer and "__" not in call.query and self._constant is not None:
            return self._constant
        key = (self._operation.id, call.path, call.query, call.raw_body, accept, prefer, *also)
        known = self._replies.get(key)
        if known is None:
            asked = self._asked(call, body, arguments, accept, prefer)
            known = reply(self._answers, asked, self._usual(asked, accept))
            if len(call.raw_body) <= LONGEST_REMEMBERED:
                self._replies.keep(key, known)
        return known

    def warm(self) -> None:
        """Compile what most requests need."""
        _ = self._constant

    def _asked(
        self, call: Call, body: Json, arguments: dict[str, Json], accept: str, prefer: str
    ) -> Asked:
        plain = not prefer and "__" not in call.query
        wanted = INDIFFERENT if plain else preferences([prefer], call.query)
        return Asked(
            arguments=arguments,
            body=body,
            accept=read_accept(accept),
            wanted=wanted,
            seed=self._seed(call) if wanted.seed is None else _chosen_seed(wanted.seed),
        )

    def _usual(self, asked: Asked, accept: str) -> Choice | None:
        """Return what is chosen for all who accept the same and wish nothing; None: it depends."""
        if asked.wanted is not INDIFFERENT or self._answers.pairing.cases:
            return None
        known = self._choices.get(accept)
        if known is None and (known := Decision(self._answers, asked).choice()) is not None:
            self._choices.keep(accept, known)
        return known

    def _seed(self, call: Call) -> int:
        """The same request, the same seed, in every process; of many requests, some share one."""
        parts = (self._operation.method, call.path, call.query)
        said = "\n".join(parts).encode("utf-8", "surrogateescape")
        return _hashed(said + b"\n" + call.raw_body) % VARIETY

    @cached_property
    def _constant(self) -> Reply | None:
        return constant(self._answers)

    @cached_property
    def _telling_headers(self) -> frozenset[str]:
        """The headers that an answer may depend on: parameters whose examples have names."""
        parameters = self._operation.parameters if self._answers.pairing.cases else ()
        names = {one.name.lower() for one in parameters if one.location == "header"}
        return frozenset(names | {"cookie"}) if parameters else frozenset()


def _chosen_seed(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else _hashed(text.encode())


def _hashed(said: bytes) -> int:
    return int.from_bytes(blake2b(said, digest_size=6).digest())
