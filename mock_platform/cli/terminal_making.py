"""Makes the callback that ``trigger`` sends: from the contract, checked against it, and signed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mock_platform.cli import terminal_contract as contracts
from mock_platform.cli.outcomes import BROKEN, MISUSED, listed, refuse
from mock_platform.cli.terminal_tools import tools_of
from mock_platform.shared.contracts import Json, Outbound, Violation
from mock_platform.shared.masking import masked_text
from mock_platform.shared.taming import tame

if TYPE_CHECKING:  # slow to import
    from mock_platform.domain.deliveries import CallbackRules
    from mock_platform.engine.documents import Document
    from mock_platform.shared.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A callback, ready to be sent."""

    body: Json
    raw: bytes
    headers: tuple[tuple[str, str], ...]
    deadline_s: float

    def to(self, url: str) -> Outbound:
        return Outbound(url=url, headers=self.headers, body=self.raw, deadline_s=self.deadline_s)


def callback_made(
    ctx: click.Context,
    event: str,
    put: Sequence[str],
    spec: Path | None,
    *,
    is_signed: bool,
    is_forced: bool,
) -> Made:
    """Return a callback; end where there is no such event, or what it says breaks the contract."""
    import orjson

    from mock_platform.engine.findings import SpecBroken
    from mock_platform.engine.triggering import NoSuchEvent, Unsettable

    try:
        document = _document(spec)
        body, rules = _body(ctx, document, event, put)
    except SpecBroken as broken:
        refuse(ctx, listed(broken.findings), BROKEN)
    except (NoSuchEvent, Unsettable) as wrong:
        refuse(ctx, str(wrong), MISUSED)
    except (LookupError, ValueError) as wrong:
        refuse(ctx, f"no body can be made up for {event}: {wrong}", BROKEN)
    raw = orjson.dumps(body)
    broken_rules = rules.violations(raw)
    if broken_rules and not is_forced:
        refuse(ctx, _refusal(event, broken_rules), BROKEN)
    secrets = signing_secrets(ctx, rules.secret_env) if is_signed and rules.secret_env else ()
    return Made(
        body=body,
        raw=raw,
        headers=_headers(ctx, body, raw, secrets),
        deadline_s=rules.timeout_s,
    )


def signing_secrets(ctx: click.Context, variable: str) -> Sequence[str]:
    """Return the secrets in a variable; end where there are none."""
    from mock_platform.domain.signatures import split_secrets
    from mock_platform.shared.config import SettingBroken, secret_source

    try:
        secrets = secret_source(tools_of(ctx).environ(), parse=split_secrets)(variable)
    except SettingBroken as broken:
        refuse(ctx, str(broken), MISUSED)
    if not secrets:
        refuse(
            ctx,
            f"{variable} is not set, so nothing can be signed. Set it to the secret that the"
            " receiver has (see .env.example), or say --no-sign where that is possible.",
            MISUSED,
        )
    return secrets


def checked_url(ctx: click.Context, settings: Settings, url: str) -> None:
    """End where callbacks may not go to this URL."""
    from mock_platform.infra.target_guard import TargetGuard

    try:
        refused = TargetGuard(settings.targets, settings.target_allow).refuse_url(url)
    except ValueError as broken:
        refuse(ctx, f"MOCK_PLATFORM_TARGET_ALLOW: {broken}", MISUSED)
    if refused is not None:
        shown = tame(masked_text(url))
        refuse(
            ctx, f"{shown} cannot be called: {refused} (see MOCK_PLATFORM_TARGET_ALLOW)", MISUSED
        )


def _document(spec: Path | None) -> Document:
    if spec is not None and spec.is_file():
        return contracts.contract(spec)
    return contracts.order_contract(spec)


def _body(
    ctx: click.Context, document: Document, event: str, put_there: Sequence[str]
) -> tuple[Json, CallbackRules]:
    import orjson

    from mock_platform.engine.triggering import Moment, made_up, occasion, parsed, put
    from mock_platform.shared.clocks import rfc3339
    from mock_platform.shared.ids import uuid7_source

    told = occasion(document, event)
    rules = contracts.rules_of(document, told.callback)
    clock = tools_of(ctx).clock
    new_id = uuid7_source(clock, os.urandom)
    moment = Moment(event_id=new_id("evt"), entity_id=new_id("ord"), instant=rfc3339(clock()))
    body = made_up(document, told, moment, lambda value: not rules.violations(orjson.dumps(value)))
    settings = map(parsed, put_there)
    return reduce(lambda now, one: put(now, *one), settings, body), rules


def _headers(
    ctx: click.Context, body: Json, raw: bytes, secrets: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    from mock_platform.domain.signatures import sign

    told = body.get("id") if isinstance(body, dict) else None
    trace_id, span_id = os.urandom(16).hex(), os.urandom(8).hex()
    message_id = told if isinstance(told, str) and told else f"msg_{trace_id}"
    return (
        ("content-type", "application/json"),
        *sign(message_id, tools_of(ctx).clock(), raw, secrets).items(),
        ("x-trace-id", trace_id),
        ("traceparent", f"00-{trace_id}-{span_id}-01"),
    )


def _refusal(event: str, violations: Sequence[Violation]) -> str:
    rules = [f"  {one.pointer or '(the body)'}: {one.message} [{one.rule}]" for one in violations]
    return "\n".join(
        [f"that is no {event} by the contract:", *rules, "--invalid sends it all the same."]
    )
