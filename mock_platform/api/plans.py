"""What it takes to answer one operation: everything compiled, at the operation's first use.

A document of a thousand operations starts at once; ``Endpoint.plan`` compiles one of them, once,
whoever asks first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from mock_platform.api.answers import Answers
from mock_platform.api.bodies import Bodies, Body
from mock_platform.api.conditionals import expected_versions
from mock_platform.api.exchange import Exchange, Rendered
from mock_platform.api.facts import facts_of, readable, with_answer
from mock_platform.api.leniency import Leniency, Validation
from mock_platform.api.parameters import Found, Parameters
from mock_platform.api.playing import enacted
from mock_platform.api.problems import problem
from mock_platform.api.receiving import received
from mock_platform.api.refusals import Refusals
from mock_platform.api.schemes import Nonces
from mock_platform.api.security import Check as SecurityCheck
from mock_platform.api.security import security_check
from mock_platform.api.signatures import Handler, Signature, signature_of
from mock_platform.api.waiting import WaitingRoom
from mock_platform.engine.answering.stand_in import Responder
from mock_platform.engine.calling_back import Concerns, concerns
from mock_platform.engine.operations import Operation
from mock_platform.engine.refusals import OwnRefusals, Refusing
from mock_platform.engine.runtime_expressions import Expression, Facts
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Json, Reply, Violation
from mock_platform.shared.credentials import Credentials
from mock_platform.shared.errors import (
    AnswerInvalid,
    BodyTooLarge,
    PlatformError,
    PreconditionRequired,
)

T = TypeVar("T")

Announce = Callable[[Operation, Facts], None]
"""Told of an operation with callbacks, after it has answered; it must not raise, nor take long."""

Violated = Callable[[str | None, str, int], None]
"""Told of an operation whose ``request`` or ``answer`` broke so many rules of the contract."""


@dataclass(slots=True)
class Traffic:
    """How many requests have come."""

    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What plans share: where to wait, where to run, how much to take."""

    room: WaitingRoom
    executor: Executor
    body_limit: int
    nonces: Nonces
    violated: Violated = lambda _operation, _direction, _rules: None
    traffic: Traffic = field(default_factory=Traffic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One operation, compiled."""

    means: Means
    handler: Handler
    stand_in: Responder | None
    """The handler, where nobody wrote one: it is told no more than it needs, and never blocks."""
    signature: Signature
    blocking: bool
    security: SecurityCheck | None
    parameters: Parameters
    bodies: Bodies | None
    leniency: Leniency
    refusals: Refusals
    answers: Answers
    needs_if_match: bool
    callbacks: Mapping[str, Expression]
    announce: Callable[[Facts], None] | None = None
    """Sends the callbacks of an operation whose handler does not."""
    concerns: Concerns = bool
    """Whether that has to be asked, for a request with this body."""

    def warm(self) -> None:
        """Compile what is only compiled when it is first needed.

        Raises:
            SchemaBroken: a schema of an answer is none.
        """
        self.answers.warm()
        if self.stand_in is not None:
            self.stand_in.warm()

    async def serve(
        self, exchange: Exchange, names: tuple[str, ...], values: tuple[str, ...]
    ) -> Rendered:
        """Take the request through the contract, the handler, and the contract again.

        Raises:
            BodyTooLarge: that is so; it has to be told while the rest is still arriving.
        """
        try:
            rendered = await self._served(exchange, names, values)
        except BodyTooLarge:
            raise
        except PlatformError as refusal:
            if isinstance(refusal, AnswerInvalid):
                self.means.violated(exchange.operation, "answer", len(refusal.violations))
            rendered = self.refusals.rendered(refusal, exchange) or problem(refusal, exchange)
        if b"prefer" in exchange.headers or exchange.told:
            return self.leniency.told(rendered, exchange)
        return rendered

    async def _served(
        self, exchange: Exchange, names: tuple[str, ...], values: tuple[str, ...]
    ) -> Rendered:
        headers = exchange.headers
        if self.security is not None:
            self.security(exchange)
        accept = headers.get(b"accept")
        if accept is not None and accept != b"*/*":
            self.answers.negotiate(accept)
        wrong: list[Violation] = []
        found = self.parameters.read(exchange, names, values, wrong)
        body = _NO_BODY
        if self.bodies is not None:
            body = self.bodies.read(await received(exchange, self.means.body_limit), headers)
        if wrong or body.violations:
            rules = len(wrong) + len(body.violations)
            self.means.violated(exchange.operation, "request", rules)
            self.leniency.judge(exchange, wrong, body)
        if self.needs_if_match and b"if-match" not in headers:
            raise PreconditionRequired("Send If-Match with the ETag that you read.")
        if self.stand_in is not None:
            given = self.signature.arguments(found, self.parameters.defaults)
            said = self.stand_in.answer(exchange, body.raw, body.value, given)
        else:
            said = await self._handled(self._arguments(exchange, found, body), exchange)
        rendered = self.answers.render(said, exchange)
        if self.announce is not None and self.concerns(body.value) and rendered.status < _ERROR:
            facts = with_answer(facts_of(exchange, found, body.value), rendered)
            asyncio.get_running_loop().call_soon(self.announce, facts)  # after the answer
        return rendered

    async def _handled(self, arguments: Mapping[str, Json], exchange: Exchange) -> Reply:
        if self.blocking:
            answer = await self._in_thread(partial(self.handler, **arguments))
        else:
            answer = self.handler(**arguments)
        if type(answer) is not Reply:
            ask = self._in_thread if self.blocking else _inline
            answer = await enacted(answer, exchange, self.means.room, ask)
        return answer

    def _arguments(self, exchange: Exchange, found: Found, body: Body) -> dict[str, Json]:
        signature = self.signature
        arguments = signature.arguments(found, self.parameters.defaults)
        if exchange.is_broken:
            arguments = {**dict.fromkeys(signature.obliged), **arguments}
        if signature.body:
            arguments["body"] = body.value
        if signature.violations:
            arguments["violations"] = tuple(body.violations)
        if signature.call:
            arguments["call"] = self._call(exchange, found, body)
        return arguments

    def _call(self, exchange: Exchange, found: Found, body: Body) -> Call:
        if_match = exchange.headers.get(b"if-match")
        return Call(
            trace=exchange.trace,
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in exchange.scope["headers"]
            ),
            raw_body=body.raw,
            expected_versions=None if if_match is None else expected_versions(if_match),
            callbacks=self._callback_urls(exchange, found, body) if self.callbacks else {},
            violations=tuple(body.violations),
            path=exchange.path,
            query=exchange.query.decode("latin-1"),
        )

    def _callback_urls(self, exchange: Exchange, found: Found, body: Body) -> Mapping[str, str]:
        facts = facts_of(exchange, found, body.value)
        urls = ((name, expression(facts)) for name, expression in self.callbacks.items())
        return {name: url for name, url in urls if isinstance(url, str) and url}

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.means.executor, do)


_NO_BODY = Body()
_ERROR = 400


async def _inline(do: Callable[[], T]) -> T:
    return do()


@dataclass(slots=True, kw_only=True)
class Endpoint:
    """One operation of a contract, bound to its handler but not yet compiled.

    Raises:
        HandlerUnfit: the handler asks for what the operation does not have.
    """

    operation: Operation
    connexions: Any
    """What connexion made of the operation: its function, its decoder, its security."""
    refusing: Refusing
    root: Json
    schemas: Schemas
    blocking: bool
    validation: Validation
    credentials: Credentials
    means: Means
    announce: Announce | None = None
    signature: Signature = field(init=False)
    plan: Plan | None = None
    is_in_use: bool = False
    """Somebody has asked for it."""
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.signature = signature_of(self.connexions.function, self.operation)

    def compiled(self) -> Plan:
        """Return the plan; compile it if nobody has.

        Raises:
            SchemaBroken: one of the operation's schemas is none.
        """
        with self._lock:
            if self.plan is None:
                self.plan = self._compile()
            return self.plan

    def _compile(self) -> Plan:
        operation, schemas = self.operation, self.schemas
        declared = {(one.location, one.name.lower()) for one in operation.parameters}
        handler = self.connexions.function
        stand_in = handler if isinstance(handler, Responder) else None
        return Plan(
            means=self.means,
            handler=handler,
            stand_in=stand_in,
            signature=self.signature,
            blocking=self.blocking,
            security=security_check(operation, self.root, self.credentials, self.means.nonces),
            parameters=Parameters(operation, self.root, schemas, self.connexions),
            bodies=None if operation.body is None else Bodies(operation, schemas),
            answers=Answers(operation, schemas, is_trusted=stand_in is not None),
            leniency=Leniency(
                validation=self.validation,
                tells_handler=self.signature.violations,
                is_stand_in=stand_in is not None,
            ),
            refusals=Refusals(OwnRefusals(operation, self.refusing)),
            needs_if_match=("header", "if-match") in declared and "428" in operation.responses,
            callbacks=readable(operation.callbacks),
            announce=partial(self.announce, operation)
            if self.announce and operation.callbacks
            else None,
            concerns=concerns(operation, self.root),
        )
