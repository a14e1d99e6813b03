"""Makes one attempt to deliver one callback: checks it, signs it, has it sent, notes what happened.

Runs in the pool's threads; touches neither the store nor anything that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mock_platform.domain.deliveries import CallbackRules
from mock_platform.domain.signatures import sign
from mock_platform.shared.contracts import Attempt, Clock, Delivery, Outbound, Outcome, Sender
from mock_platform.shared.tracer import NoTracer, Tracer

Secrets = Callable[[str], Sequence[str] | None]
"""Name of an environment variable → the signing secrets in it, newest first; none: not set."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, and the outcome it records."""

    attempt: Attempt
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Everything an attempt needs. Share it freely between threads."""

    rules: Mapping[str, CallbackRules]
    """By the callback's name in the contract."""
    send: Sender
    secrets: Secrets
    clock: Clock
    user_agent: str
    tracer: Tracer = field(default_factory=NoTracer)

    def attempt(self, delivery: Delivery) -> Tried:
        """Try to deliver. What cannot be right is not sent, but is an attempt all the same."""
        started_at = self.clock()
        span = self.tracer.attempt(delivery.trace.parent)
        ready = self._prepare(delivery, started_at, span)
        if isinstance(ready, Outcome):
            tried = self.note(delivery, started_at, ready)
        else:
            tried = self.note(delivery, started_at, self.send(ready), ready.headers)
        self.tracer.attempted(delivery, tried.attempt, span)
        return tried

    def note(
        self,
        delivery: Delivery,
        started_at: datetime,
        outcome: Outcome,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Tried:
        """Write down what came of an attempt that ends now."""
        attempt = Attempt(
            number=delivery.attempts + 1,
            trigger=delivery.trigger,
            started_at=started_at,
            ended_at=self.clock(),
            outcome=outcome.kind,
            status=outcome.status,
            address=outcome.address,
            request_headers=headers,
            response_headers=outcome.headers,
            response_body=outcome.body,
            reason=outcome.reason,
        )
        return Tried(attempt, outcome)

    def _prepare(self, delivery: Delivery, at: datetime, span: str) -> Outbound | Outcome:
        rules = self.rules.get(delivery.callback)
        if rules is None:
            return _unknown(delivery.callback)
        if violations := rules.violations(delivery.body):
            first = violations[0]
            where = f"{first.pointer or 'its root'}: {first.message} ({len(violations)} in all)"
            return Outcome(kind="body_invalid", reason=f"the body breaks the contract at {where}")
        try:
            signed = self._signed(delivery, rules, at)
        except ValueError as error:
            return Outcome(kind="secret_missing", reason=str(error))
        return Outbound(
            url=delivery.url,
            headers=self._headers(delivery, signed, span),
            body=delivery.body,
            deadline_s=rules.timeout_s,
        )

    def _signed(self, delivery: Delivery, rules: CallbackRules, at: datetime) -> Mapping[str, str]:
        """Return the webhook headers, stamped with this attempt's own time.

        Raises:
            ValueError: the contract wants a signature, and there is no usable secret.
        """
        if rules.secret_env is None:
            return sign(delivery.event_id, at, delivery.body, ())
        secrets = self.secrets(rules.secret_env)
        if not secrets:
            raise ValueError(
                f"the contract has {rules.name} signed with {rules.secret_env}, which is not set:"
                " set it to whsec_ followed by base64, restart, and replay this delivery"
            )
        return sign(delivery.event_id, at, delivery.body, secrets)

    def _headers(
        self, delivery: Delivery, signed: Mapping[str, str], span: str
    ) -> tuple[tuple[str, str], ...]:
        return (
            ("content-type", "application/json"),
            ("user-agent", self.user_agent),
            *signed.items(),
            ("x-trace-id", delivery.trace.id),
            ("traceparent", span),
        )


def _unknown(callback: str) -> Outcome:
    return Outcome(
        kind="callback_unknown",
        reason=(
            f"the contract has no callback {callback!r} any more; put it back"
            " into the spec, restart, and replay this delivery"
        ),
    )
