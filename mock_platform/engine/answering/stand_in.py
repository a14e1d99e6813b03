"""Answers an operation that nobody wrote a handler for, the way its contract suggests.

The same request always gets the same answer; a seed of one's own, the same answer for all. The
decision table is in ``docs/choosing-the-answer.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Protocol

from mock_platform.engine.answering.compiled_answers import CompiledAnswers
from mock_platform.engine.answering.deciding import Asked, Decision
from mock_platform.engine.answering.negotiation import read_accept
from mock_platform.engine.answering.preferences import INDIFFERENT, preferences
from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.answering.replying import Draft, constant, reply
from mock_platform.engine.answering.sheets import Generators, Means
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Json, Reply

MOST_REMEMBERED = 1024
LONGEST_REMEMBERED = 4096
"""Characters and bytes of a request; answers to longer ones are made each time."""
LONGEST_ACCEPT = 512
"""Bytes; who sends more is not remembered either."""
VARIETY = 128
"""So many different answers an operation makes up, not counting what is fitted to the request."""
MOST_DRAFTS = 64
"""So many different Accept headers are remembered for an operation."""
_MOST_DIGITS = 18


def responders(
    document: Document, schemas: Schemas, generators: Generators
) -> Callable[[Operation], Responder]:
    """Return what makes the stand-ins of a document's operations; they share one memory."""
    return stand_ins(Means(root=document.root, schemas=schemas, generators=generators))


def stand_ins(means: Means) -> Callable[[Operation], Responder]:
    """Like ``responders``, from means that others use too."""
    replies = Remembered[Reply](MOST_REMEMBERED)
    return lambda operation: Responder(operation, means, replies)


class Hearable(Protocol):
    """A request, as it was sent."""

    @property
    def path(self) -> str:
        """Percent-encoding as received, without the query."""
        ...

    @property
    def query(self) -> bytes:
        """Without the question mark."""
        ...

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """Names in lower case; several lines of one name joined."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a handler's caller tells of a request."""

    path: str
    query: bytes
    headers: Mapping[bytes, bytes]


class Responder:
    """The stand-in for one operation's handler. Compiled when it is first called."""

    def __init__(self, operation: Operation, means: Means, replies: Remembered[Reply]) -> None:
        self._operation = operation
        self._answers = CompiledAnswers(operation, means)
        self._replies = replies
        self._drafts = Remembered[Draft](MOST_DRAFTS)

    def __call__(self, /, call: Call, body: Json = None, **arguments: Json) -> Reply:
        """Answer as a handler does.

        Raises:
            NotAcceptable: it has no acceptable representation.
            PreferenceUnknown: the contract does not document what is preferred.
        """
        headers: dict[bytes, bytes] = {}
        for name, value in call.headers:
            key, said = name.encode("latin-1"), value.encode("latin-1")
            headers[key] = headers[key] + b", " + said if key in headers else said
        heard = Heard(path=call.path, query=call.query.encode("latin-1"), headers=headers)
        return self.answer(heard, call.raw_body, body, arguments)

    def answer(
        self, heard: Hearable, raw: bytes, body: Json, arguments: Mapping[str, Json]
    ) -> Reply:
        """Choose the answer, from what was sent and what has been made of it.

        Raises:
            NotAcceptable: it has no acceptable representation.
            PreferenceUnknown: the contract does not document what is preferred.
        """
        headers, query = heard.headers, heard.query
        accept, prefer = headers.get(b"accept", b""), headers.get(b"prefer", b"")
        if accept == b"*/*":
            accept = b""
        is_plain = not prefer and b"__" not in query and not self._answers.means.afresh
        if is_plain and not accept and self._constant is not None:
            return self._constant
        also = tuple(map(headers.get, self._telling_headers))
        key = (self._operation.id, heard.path, query, raw, accept, prefer, also)
        known = self._replies.get(key)
        if known is None:
            asking = _Asking(self._operation, heard, raw, body, arguments)
            known = self._drafted(asking, accept) if is_plain else None
            if known is None:
                afresh = self._answers.means.afresh
                known = reply(self._answers, asking.asked(accept, prefer, afresh=afresh))
            said = (heard.path, query, raw, accept, prefer, *(one or b"" for one in also))
            if sum(map(len, said)) <= LONGEST_REMEMBERED:
                self._replies.keep(key, known)
        return known

    def warm(self) -> None:
        """Compile what most requests need."""
        _ = self._constant

    def _drafted(self, asking: _Asking, accept: bytes) -> Reply | None:
        """Answer by what is the same for all who accept the same; None: it depends on more."""
        if self._answers.pairing.cases:
            return None
        draft = self._drafts.get(accept)
        if draft is None:
            choice = Decision(self._answers, asking.asked(accept, b"")).choice()
            if choice is None:
                return None
            draft = Draft(self._answers, choice)
            if len(accept) <= LONGEST_ACCEPT:
                self._drafts.keep(accept, draft)
        return draft.reply(asking.arguments, asking.body, asking.seed)

    @cached_property
    def _constant(self) -> Reply | None:
        return constant(self._answers)

    @cached_property
    def _telling_headers(self) -> Sequence[bytes]:
        """The headers that an answer may depend on: parameters whose examples have names."""
        parameters = self._operation.parameters if self._answers.pairing.cases else ()
        names = {one.name.lower() for one in parameters if one.location == "header"}
        names |= {"cookie"} if parameters else set()
        return [name.encode("latin-1", "replace") for name in sorted(names)]


@dataclass(frozen=True, slots=True)
class _Asking:
    """One request whose answer is not known yet."""

    operation: Operation
    heard: Hearable
    raw: bytes
    body: Json
    arguments: Mapping[str, Json]

    def asked(self, accept: bytes, prefer: bytes, *, afresh: bool = False) -> Asked:
        query = self.heard.query.decode("latin-1")
        is_plain = not prefer and "__" not in query
        wanted = INDIFFERENT if is_plain else preferences([prefer.decode("latin-1")], query)
        return Asked(
            arguments=self.arguments,
            body=self.body,
            accept=read_accept(accept.decode("latin-1")),
            wanted=wanted,
            afresh=afresh if wanted.dynamic is None else wanted.dynamic,
            seed=self.seed() if wanted.seed is None else _chosen_seed(wanted.seed),
        )

    def seed(self) -> int:
        """The same request, the same seed, in every process; of many requests, some share one."""
        parts = (self.operation.method, self.heard.path, self.heard.query.decode("latin-1"))
        said = "\n".join(parts).encode("utf-8", "surrogateescape")
        return _hashed(said + b"\n" + self.raw) % VARIETY


def _chosen_seed(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else _hashed(text.encode())


def _hashed(said: bytes) -> int:
    return int.from_bytes(blake2b(said, digest_size=6).digest())
