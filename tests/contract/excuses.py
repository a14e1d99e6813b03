"""Where we and stock connexion may differ: each class of requests, why, and the least one of it.

Whatever disagrees without an excuse is a fault of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from tests.contract.in_process import Request
from tests.contract.wire import Answered, json_request
from tests.integration.platform_process import DRAFT
from tests.unit.callback_server.inbox_kit import EVENT

_CORRECT = json_request("POST", "/v1/orders", DRAFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request, and what came of it on either side."""

    request: Request
    ours: Answered
    stock: Answered

    @property
    def statuses(self) -> tuple[int, int]:
        return self.ours.status, self.stock.status

    @property
    def agrees(self) -> bool:
        return self.ours.kind == self.stock.kind

    def has(self, name: str) -> bool:
        return any(given == name for given, _ in self.request.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """A class of requests on which we differ, and why we are content with that."""

    why: str
    fits: Callable[[Case], bool]
    service: str = "order-service"
    shown_by: Request


def with_headers(request: Request, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = [line for line in request.headers if line[0] not in named]
    return replace(request, headers=(*kept, *named.items()))


def _draft(**more: Any) -> Request:
    return json_request("POST", "/v1/orders", {**DRAFT, **more})


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _values(request: Request) -> list[str]:
    query = request.target.partition("?")[2]
    return [unquote(one.partition("=")[2]) for one in query.split("&")]


_ODD_NUMBER = re.compile(r"\s*[+-]?(nan|0\d+|\d+(_\d+)+|\d+)\s*", re.IGNORECASE)
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)


EXCUSES: Mapping[str, Excuse] = {
    "bytes that are no UTF-8": Excuse(
        why="Connexion answers 500; JSON between systems is UTF-8 (RFC 8259 §8.1).",
        fits=lambda case: case.statuses == (400, 500) and not _is_utf8(case.request.body),
        shown_by=json_request("POST", "/v1/orders", b"\xff"),
    ),
    "half a surrogate pair": Excuse(
        why="Connexion answers 500; no Unicode text has one (RFC 8259 §8.2).",
        fits=lambda case: case.statuses == (400, 500) and b"\\ud" in case.request.body.lower(),
        shown_by=replace(_CORRECT, body=_CORRECT.body.replace(b"{", b'{"note":"\\ud800",', 1)),
    ),
    "nesting without end": Excuse(
        why="Connexion answers 500; Python's parser gives up somewhere.",
        fits=lambda case: case.statuses == (400, 500) and b"[" * 900 in case.request.body,
        shown_by=json_request("POST", "/v1/orders", b"[" * 5000 + b"]" * 5000),
    ),
    "numbers as only Python writes them": Excuse(
        why="Connexion asks int() and float(); a number in a URL is written as in JSON.",
        fits=lambda case: (
            case.ours.status == 400
            and case.stock.taken
            and any(
                _ODD_NUMBER.fullmatch(value) and not _JSON_NUMBER.fullmatch(value)
                for value in _values(case.request)
            )
        ),
        shown_by=Request(method="GET", target="/v1/orders?limit=1_0"),
    ),
    "a line break at the end": Excuse(
        why="To Python's $ it is not there; to ECMA 262's, which JSON Schema means, it is.",
        fits=lambda case: (
            case.stock.taken
            and case.ours.rules == {"pattern"}
            and (b'\\n"' in case.request.body or "%0A" in case.request.target)
        ),
        shown_by=Request(method="GET", target="/v1/orders?customerId=abc%0A"),
    ),
    "a parameter given twice": Excuse(
        why="Connexion takes the last one of a query and the first one of a header, unseen.",
        fits=lambda case: (
            case.ours.status == 400 and case.stock.taken and _is_repeated(case.request)
        ),
        shown_by=Request(method="GET", target="/v1/orders?limit=500&limit=5"),
    ),
    "a format that is not looked at": Excuse(
        why="Connexion knows a format only when a package for it happens to be installed.",
        fits=lambda case: case.stock.taken and case.ours.rules == {"format"},
        shown_by=_draft(callbackUrl="http://127.0.0.1/%zz"),
    ),
    "another charset": Excuse(
        why="Connexion decodes it; JSON has no charset (RFC 8259 §11), and a signature needs bytes.",
        fits=lambda case: (
            case.ours.status == 415 and case.stock.taken and "charset=" in str(case.request.headers)
        ),
        shown_by=with_headers(_CORRECT, content_type="application/json; charset=latin-1"),
    ),
    "a content type in capitals": Excuse(
        why="Connexion answers 500; media types have no case (RFC 9110 §8.3.1).",
        fits=lambda case: case.stock.status == 500 and "JSON" in str(case.request.headers),
        shown_by=with_headers(_CORRECT, content_type="Application/JSON"),
    ),
    "no content type": Excuse(
        why="Connexion guesses: JSON, or octets and a 500. Others must not (RFC 9110 §8.3).",
        fits=lambda case: case.ours.status == 415 and not case.has("content-type"),
        shown_by=replace(_CORRECT, headers=()),
    ),
    "a form where no body is taken": Excuse(
        why="Connexion reads it although nobody asks for it, and stumbles over its boundary.",
        fits=lambda case: (
            case.ours.taken
            and case.stock.status == 400
            and "multipart/form-data" in str(case.request.headers)
            and not case.request.body
        ),
        shown_by=with_headers(
            Request(method="GET", target="/v1/orders"), content_type="multipart/form-data"
        ),
    ),
    "an integer that its format has no room for": Excuse(
        why="Connexion takes int64 for a remark; to us it is a border.",
        fits=lambda case: (
            case.stock.taken
            and case.ours.rules == {"maximum"}
            and str(2**63).encode() in case.request.body
        ),
        service="callback-server",
        shown_by=json_request(
            "POST",
            "/v1/inboxes/my-test/callbacks",
            {**EVENT, "data": {"status": "paid", "total": {"amount": 2**63, "currency": "EUR"}}},
        ),
    ),
    "an Accept that nothing satisfies": Excuse(
        why="Connexion does not look at it; RFC 9110 §15.5.7 lets us.",
        fits=lambda case: case.ours.status == 406 and case.has("accept"),
        shown_by=Request(method="GET", target="/v1/orders", headers=(("accept", "text/csv"),)),
    ),
}


def _is_repeated(request: Request) -> bool:
    names = [one.partition("=")[0] for one in request.target.partition("?")[2].split("&")]
    headers = [name for name, _ in request.headers]
    return len(set(names)) < len(names) or len(set(headers)) < len(headers)


def excuse_of(case: Case) -> str | None:
    return next((name for name, excuse in EXCUSES.items() if excuse.fits(case)), None)
