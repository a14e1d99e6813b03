"""Inboxes: what they received, what they made of it, and how they are told to misbehave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import isfinite
from typing import Final

import flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from mock_platform.console.asking import cursor_from, next_cursor, text
from mock_platform.console.showroom import Inboxes, Showroom
from mock_platform.console.terminal_lines import curl_of
from mock_platform.domain.policies import policy_json
from mock_platform.shared.contracts import Json, Policy, Record, RecordFilter

PAGE: Final = 25
MOST_INBOXES: Final = 200
OUTCOMES: Final = ("accepted", "duplicate", "invalid", "rejected", "played")
KINDS: Final[Mapping[str, str]] = {
    "ok": "Answer what each callback deserves",
    "fail_first": "Fail the first arrivals, then answer normally",
    "fail_rate": "Fail some arrivals, the same ones in every run",
    "status": "Answer every callback with one status",
    "delay": "Answer late",
    "timeout": "Never answer",
    "reject_signature": "Answer 401, as if the signature were wrong",
}
MEMBERS: Final[Mapping[str, Sequence[str]]] = {
    "ok": (),
    "fail_first": ("count", "status", "per"),
    "fail_rate": ("rate", "seed", "status"),
    "status": ("status", "retryAfterSeconds"),
    "delay": ("milliseconds",),
    "timeout": (),
    "reject_signature": (),
}
"""Which of the form's fields a kind of policy has."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TEXTS: Final = frozenset({"per"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An inbox in the list."""

    name: str
    count: int
    last: Record | None
    policy: Policy | None


def add(console: flask.Flask, room: Showroom, inboxes: Inboxes) -> None:
    """Add the pages."""
    pages = _InboxPages(room, inboxes)
    console.add_url_rule("/inboxes", "inboxes", pages.index)
    console.add_url_rule("/inboxes/<name>", "inbox", pages.inbox)
    console.add_url_rule("/inboxes/<name>/policy", "set_policy", pages.policy, methods=["POST"])
    console.add_url_rule("/inboxes/<name>/records/<record_id>", "record", pages.record)


@dataclass(frozen=True, slots=True)
class _InboxPages:
    room: Showroom
    inboxes: Inboxes

    def index(self) -> ResponseReturnValue:
        if (wanted := text("name")) is not None:
            return flask.redirect(flask.url_for("inbox", name=_known(wanted)))
        service = self.inboxes.service
        names = service.records.inboxes(service.world, after=None, limit=MOST_INBOXES)
        return flask.render_template(
            "console/inboxes.html",
            inboxes=[self.seen(name) for name in names.items],
            is_cut=names.next_after is not None,
            address=self.address("{inboxId}"),
        )

    def seen(self, name: str) -> Seen:
        service, anything = self.inboxes.service, RecordFilter()
        newest = service.records.latest(service.world, name, anything, before=None, limit=1).items
        return Seen(
            name=name,
            count=service.records.count(service.world, name, anything),
            last=newest[0] if newest else None,
            policy=service.policies.get(service.world, name),
        )

    def inbox(self, name: str) -> str:
        return self.shown(_known(name), {}, ())

    def shown(self, name: str, given: Mapping[str, str], flaws: Sequence[str]) -> str:
        service, operation = self.inboxes.service, self.room.operation
        base, outcome = flask.request.host_url, text("outcome")
        asked = {"inbox": name, "outcome": outcome}
        page = service.records.latest(
            service.world,
            name,
            RecordFilter(outcome=outcome),
            before=cursor_from(list="records", **asked),
            limit=PAGE,
        )
        policy = service.policies.get(service.world, name)
        told = {"kind": "ok"} if policy is None else policy_json(policy)
        named = [
            ("Its records", curl_of(operation("listRecords"), base, inboxId=name)),
            ("This policy", curl_of(operation("setPolicy"), base, body=told, inboxId=name)),
            ("No policy", curl_of(operation("clearPolicy"), base, inboxId=name)),
        ]
        return flask.render_template(
            "console/inbox.html",
            name=name,
            records=page.items,
            outcome=outcome,
            outcomes=OUTCOMES,
            count=service.records.count(service.world, name, RecordFilter()),
            policy=policy,
            told=told,
            kinds=KINDS,
            members=MEMBERS,
            given=given or {member: str(value) for member, value in told.items()},
            flaws=flaws,
            address=self.address(name),
            next=next_cursor(page, list="records", **asked),
            curls=[(label, line) for label, line in named if line is not None],
        )

    def record(self, name: str, record_id: str) -> str:
        record = self.inboxes.service.record(_known(name), record_id)
        reading = self.room.operation("getRecord")
        base = flask.request.host_url
        return flask.render_template(
            "console/record.html",
            record=record,
            can_show_order=self.room.orders is not None,
            curl=curl_of(reading, base, inboxId=name, recordId=record_id),
        )

    def policy(self, name: str) -> ResponseReturnValue:
        given, service = flask.request.form, self.inboxes.service
        if given.get("wanted") == "clear":
            service.clear_policy(_known(name))
        else:
            told = _policy(given)
            flaws = [
                f"{one.pointer or 'policy'}: {one.message}" for one in self.inboxes.flaws(told)
            ]
            if flaws:
                return self.shown(_known(name), given, flaws), HTTPStatus.UNPROCESSABLE_ENTITY
            service.set_policy(_known(name), told)
        return flask.redirect(flask.url_for("inbox", name=name), HTTPStatus.SEE_OTHER)

    def address(self, name: str) -> str | None:
        """Return where callbacks to the inbox are sent."""
        receive = self.room.operation("receiveCallback")
        if receive is None:
            return None
        return flask.request.host_url.rstrip("/") + receive.path.replace("{inboxId}", name)


def _known(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NotFound("An inbox has a name of small letters, digits and dashes, up to 63 of them.")
    return name


def _policy(given: Mapping[str, str]) -> Json:
    """Read the form: of its fields those that the kind has, as numbers where they are numbers."""
    kind = given.get("kind", "ok")
    fields = {name: given.get(name, "").strip() for name in MEMBERS.get(kind, ())}
    told = {name: _read(name, value) for name, value in fields.items() if value}
    return {"kind": kind, **told}


def _read(name: str, written: str) -> int | float | str:
    if name in _TEXTS:
        return written
    try:
        number = float(written)
    except ValueError:
        return written
    if not isfinite(number):
        return written
    return int(number) if number.is_integer() else number
