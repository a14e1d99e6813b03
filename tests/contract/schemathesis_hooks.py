"""Steers schemathesis where the two services meet the world; loaded by schemathesis.toml.

It takes nothing away from what is tested: no case is dropped, no failure hidden. It changes where
requests go so that nobody hangs and callbacks arrive, signs what a sender would sign, gives
requests an order in the right state where chance would not find one, and adds a check of its own: what schemathesis.toml excuses must
have the cause it is excused for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from itertools import count
from typing import Any, Final
from urllib.parse import urlsplit
from zlib import crc32

import requests
import schemathesis
from schemathesis.core.failures import Failure

from mock_platform.domain.signatures import ID, sign, split_secrets
from mock_platform.infra.target_guard import TargetGuard
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import CALLBACK_SECRET, secret_source

INBOXES: Final = os.environ.get("CONTRACT_INBOXES", "http://127.0.0.1:8082/v1/inboxes")
"""Where the real callback server has its inboxes; the default is where the scripts start it."""

PROMPT_S: Final = 0.1
NOBODYS: Final = "nobody-sends-here"
"""The inbox that gets the policies which would leave a caller without an answer."""

EXCUSES: Final[Mapping[tuple[str, int], frozenset[str]]] = {
    ("listOrders", 400): frozenset({"CURSOR_INVALID"}),
    ("listOrderEvents", 400): frozenset({"CURSOR_INVALID"}),
    ("listDeliveries", 400): frozenset({"CURSOR_INVALID"}),
    ("listRecords", 400): frozenset({"CURSOR_INVALID"}),
    ("waitForRecords", 400): frozenset({"CURSOR_INVALID"}),
    ("updateOrder", 412): frozenset({"PRECONDITION_FAILED"}),
    ("payOrder", 412): frozenset({"PRECONDITION_FAILED"}),
    ("shipOrder", 412): frozenset({"PRECONDITION_FAILED"}),
    ("deliverOrder", 412): frozenset({"PRECONDITION_FAILED"}),
    ("cancelOrder", 412): frozenset({"PRECONDITION_FAILED"}),
    ("refundOrder", 412): frozenset({"PRECONDITION_FAILED"}),
    ("createOrder", 422): frozenset({"CALLBACK_TARGET_REFUSED"}),
}
"""(operationId, status) → the error codes that a valid request may be refused with."""

PLAYED: Final = frozenset({400, 408, 410, 425, 500, 502, 503, 504})
"""What ``receiveCallback`` answers to a valid request only when a policy says so."""

WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "updateOrder": (),
    "payOrder": (),
    "cancelOrder": (),
    "shipOrder": ("pay",),
    "deliverOrder": ("pay", "ship"),
    "refundOrder": ("pay",),
}
"""Operation → the steps that bring a new order where the operation is possible."""

DRAFT: Final[Mapping[str, Any]] = {
    "customerId": "cust-42",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}

_guard = TargetGuard("dev")
_turns = count()
_secrets = secret_source(os.environ, parse=split_secrets)


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    match _operation(case):
        case "createOrder":
            _aim(case)
        case "setPolicy":
            _set_aside(case)
        case "receiveCallback":
            _send_as_a_sender(case, kwargs)
        case operation if operation in WAYS:
            _give_an_order(case, WAYS[operation])


@schemathesis.check
def excused_only_for_its_cause(_context: Any, response: Any, case: Any) -> None:
    """Refuse what schemathesis.toml lets pass by its status, unless the code is the expected one."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    operation, status = _operation(case), response.status_code
    allowed = EXCUSES.get((operation, status))
    if allowed is not None and _code(response) not in allowed:
        _fail(operation, f"{status} with {_code(response)}, excused is only {sorted(allowed)}")
    played = "x-mock-policy" in response.headers and _code(response) == "POLICY_PLAYED"
    if operation == "receiveCallback" and status in PLAYED and not played:
        _fail(operation, f"{status} that no policy played")


def _fail(operation: str, message: str) -> None:
    raise Failure(operation=operation, title="Excused for another cause", message=message)


def _aim(case: Any) -> None:
    """Send callbacks to a real inbox, but leave a URL alone that will be refused, never called."""
    if not isinstance(case.body, dict) or not isinstance(url := case.body.get("callbackUrl"), str):
        return
    if _guard.refuse_url(url) is None and urlsplit(url).hostname is not None:
        inbox = f"fuzz-{crc32(url.encode()) % 4}"
        case.body = {**case.body, "callbackUrl": f"{INBOXES}/{inbox}/callbacks"}


def _set_aside(case: Any) -> None:
    """Let a policy under which callers hang be set where none does: no answer is no test."""
    told = case.body if isinstance(case.body, dict) else {}
    milliseconds = told.get("milliseconds", 0)
    slow = isinstance(milliseconds, (int, float)) and milliseconds > PROMPT_S * 1000
    if told.get("kind") == "timeout" or (told.get("kind") == "delay" and slow):
        case.path_parameters = {**case.path_parameters, "inboxId": NOBODYS}


def _give_an_order(case: Any, way: tuple[str, ...]) -> None:
    """Give every other valid request a new order to move; those of chance have mostly ended."""
    if case.meta is None or not case.meta.generation.mode.is_positive or next(_turns) % 2:
        return
    orders = f"{str(case.operation.base_url).rstrip('/')}/orders"
    draft = {**DRAFT, "callbackUrl": f"{INBOXES}/fuzz-0/callbacks"}
    order_id = requests.post(orders, json=draft, timeout=10).json()["id"]
    for step in way:
        requests.post(f"{orders}/{order_id}/{step}", timeout=10)
    case.path_parameters = {**case.path_parameters, "orderId": order_id}


def _send_as_a_sender(case: Any, kwargs: dict[str, Any]) -> None:
    if case.path_parameters.get("inboxId") == NOBODYS:
        case.path_parameters = {**case.path_parameters, "inboxId": "my-test"}
    secrets = _secrets(CALLBACK_SECRET)
    if secrets and case.meta is not None and case.meta.generation.mode.is_positive:
        kwargs["auth"] = _signer(secrets)


def _signer(secrets: tuple[str, ...]) -> Any:
    def signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if crc32(body) % 4:  # one in four stays as it was generated
            message_id = request.headers.get(ID) or f"fuzz-{crc32(body)}"
            request.headers.update(sign(message_id, utc_now(), body, secrets))
        return request

    return signed


def _operation(case: Any) -> str:
    return str(case.operation.definition.raw.get("operationId", ""))


def _code(response: Any) -> str:
    try:
        return str(json.loads(response.content).get("code"))
    except (ValueError, AttributeError):
        return ""
