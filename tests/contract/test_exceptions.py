"""Each exception in schemathesis.toml has exactly the cause it names.

Each cause is shown by one request that is valid throughout: accepted in one state of the service,
answered with the excused status in another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.integration.platform_process import DRAFT, Platform, running
from tests.unit.callback_server.inbox_kit import EVENT

Exception_ = tuple[str, str, str]
"""OperationId, check, what is let pass."""

PLAYED = (400, 408, 410, 425)
BROKEN = (500, 502, 503, 504)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    unsigned = dict.fromkeys(("played", "hung", "waited", "listed"), "")
    env = {
        "MOCK_PLATFORM_INBOX_SECRETS": json.dumps(unsigned),
        "MOCK_PLATFORM_HOLD_LIMIT_SECONDS": "0.1",
    }
    with running("up", env=env) as serving:
        yield serving


def code(answer: requests.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json().get("code")


# The causes --------------------------------------------------------------------------------------


def made_up_cursor(platform: Platform, path: str) -> None:
    page = platform.get(path, **({} if path.endswith("/wait") else {"limit": 1}))
    cursor = page["nextCursor"]
    made_up = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")

    assert platform.call("GET", path, params={"cursor": cursor}).status_code == 200
    assert code(platform.call("GET", path, params={"cursor": made_up})) == (400, "CURSOR_INVALID")


def cursor_of_orders(platform: Platform) -> None:
    platform.create()
    platform.create()
    made_up_cursor(platform, "/orders")


def cursor_of_events(platform: Platform) -> None:
    order = platform.create()
    platform.advance(order, "pay")
    made_up_cursor(platform, f"/orders/{order['id']}/events")


def cursor_of_deliveries(platform: Platform) -> None:
    order = platform.create(platform.inbox("listed"))
    platform.advance(order, "pay")
    made_up_cursor(platform, "/deliveries")


def cursor_of_records(platform: Platform) -> None:
    for _ in range(2):
        platform.call("POST", "/inboxes/listed/callbacks", json=EVENT)
    made_up_cursor(platform, "/inboxes/listed/records")


def cursor_of_wait(platform: Platform) -> None:
    platform.call("POST", "/inboxes/listed/callbacks", json=EVENT)
    made_up_cursor(platform, "/inboxes/listed/wait")


def stale_version(*steps: str) -> Callable[[Platform], None]:
    """Show that the last step is taken at the version that was read, and refused at an older one."""

    def shown(platform: Platform) -> None:
        for if_match, expected in (("present", 200), ("past", 412)):
            order = platform.create()
            for step in steps[:-1]:
                order = platform.advance(order, step)
            version = order["version"] - (if_match == "past")
            path = f"/orders/{order['id']}/{steps[-1]}"
            answer = platform.call("POST", path, headers={"If-Match": f'"{version}"'})
            assert answer.status_code == expected, answer.text
            if if_match == "past":
                assert answer.json()["code"] == "PRECONDITION_FAILED"

    return shown


def stale_version_of_update(platform: Platform) -> None:
    order = platform.create()

    def update() -> requests.Response:
        headers = {"If-Match": '"1"', "Content-Type": "application/merge-patch+json"}
        path = f"/orders/{order['id']}"
        return platform.call("PATCH", path, data='{"note": "Ring twice."}', headers=headers)

    assert update().status_code == 200
    assert code(update()) == (412, "PRECONDITION_FAILED")


def missing_if_match(platform: Platform) -> None:
    order = platform.create()
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = platform.call("PATCH", f"/orders/{order['id']}", data='{"note": ""}', headers=headers)

    assert code(answer) == (428, "PRECONDITION_REQUIRED")


def refused_target(platform: Platform) -> None:
    metadata = "http://169.254.169.254/v1/inboxes/played/callbacks"
    answer = platform.call("POST", "/orders", json={**DRAFT, "callbackUrl": metadata})

    assert code(answer) == (422, "CALLBACK_TARGET_REFUSED")
    assert platform.create(metadata.replace("169.254.169.254", "127.0.0.1:1"))["version"] == 1


def played(status: int) -> Callable[[Platform], None]:
    def shown(platform: Platform) -> None:
        platform.play("played", "ok")
        assert platform.call("POST", "/inboxes/played/callbacks", json=EVENT).status_code == 200

        platform.play("played", "status", status=status)
        answer = platform.call("POST", "/inboxes/played/callbacks", json=EVENT)
        assert code(answer) == (status, "POLICY_PLAYED")
        assert answer.headers["X-Mock-Policy"] == "status"

    return shown


def long_wait(platform: Platform) -> None:
    def waited() -> tuple[float, bool]:
        answer = platform.call("GET", "/inboxes/waited/wait", params={"timeout": 0.3})
        return answer.elapsed.total_seconds(), answer.json()["satisfied"]

    took, satisfied = waited()
    assert took >= 0.3
    assert not satisfied

    platform.call("POST", "/inboxes/waited/callbacks", json=EVENT)
    assert waited()[1]


ACCEPTED = "positive_data_acceptance"
CAUSES: dict[Exception_, Callable[[Platform], None]] = {
    ("listOrders", ACCEPTED, "400"): cursor_of_orders,
    ("listOrderEvents", ACCEPTED, "400"): cursor_of_events,
    ("listDeliveries", ACCEPTED, "400"): cursor_of_deliveries,
    ("listRecords", ACCEPTED, "400"): cursor_of_records,
    ("waitForRecords", ACCEPTED, "400"): cursor_of_wait,
    ("payOrder", ACCEPTED, "412"): stale_version("pay"),
    ("shipOrder", ACCEPTED, "412"): stale_version("pay", "ship"),
    ("deliverOrder", ACCEPTED, "412"): stale_version("pay", "ship", "deliver"),
    ("cancelOrder", ACCEPTED, "412"): stale_version("cancel"),
    ("refundOrder", ACCEPTED, "412"): stale_version("pay", "refund"),
    ("updateOrder", ACCEPTED, "412"): stale_version_of_update,
    ("updateOrder", "missing_required_header", "428"): missing_if_match,
    ("createOrder", ACCEPTED, "422"): refused_target,
    **{("receiveCallback", ACCEPTED, str(status)): played(status) for status in PLAYED},
    **{("receiveCallback", "not_a_server_error", str(status)): played(status) for status in BROKEN},
    ("waitForRecords", "max_response_time", "35"): long_wait,
}


@pytest.mark.parametrize("excused", CAUSES, ids=" ".join)
def test_the_status_is_the_states_doing(platform: Platform, excused: Exception_) -> None:
    CAUSES[excused](platform)


def test_an_inbox_that_is_told_to_hang_gives_no_answer_at_all(platform: Platform) -> None:
    """The reason why the hooks set such policies aside: there is nothing schemathesis could check."""
    platform.play("hung", "timeout")

    with pytest.raises(requests.ConnectionError):
        platform.call("POST", "/inboxes/hung/callbacks", json=EVENT)
