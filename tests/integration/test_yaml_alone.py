"""What the YAML says is what happens, with no Python written; what it says wrongly is told at start."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.platform_process import Edit, Platform, edited_specs, refused, running

PROJECT = Path(__file__).parents[2]


def operation(start: str, text: str) -> str:
    """The path item that begins so, up to the next one."""
    begun = text.index(f"\n  {start}:\n") + 1
    ends = re.compile(r"^(  /|\S)", re.MULTILINE).search(text, begun + len(start) + 4)
    assert ends is not None
    return text[begun : ends.start()]


ORDERS_YAML = (PROJECT / "specs" / "order-service.spec.yaml").read_text()
PAY = operation("/orders/{orderId}/pay", ORDERS_YAML)
REPLAY = operation("/deliveries/{deliveryId}/replay", ORDERS_YAML)
HOLD = PAY.replace("/pay:", "/hold:").replace("payOrder", "holdOrder").replace("Pay an", "Hold an")
RESUME = HOLD.replace("/hold:", "/resume:").replace("holdOrder", "resumeOrder")
NOTES = """\
  /orders/{orderId}/remarks:
    get:
      operationId: listRemarks
      parameters:
        - $ref: '#/components/parameters/OrderId'
      responses:
        '200':
          description: What was remarked.
          content:
            application/json:
              schema: {type: object, properties: {items: {type: array, items: {type: string}}}}
              example: {items: [Handle with care.]}
"""
MOVE = "- {from: created, to: paid, via: payOrder, emit: orderStatusChanged}"
STATES = "enum: [created, paid, shipped, delivered, cancelled, refunded]"

HELD: tuple[Edit, ...] = (
    ("order-service", PAY, PAY + HOLD + RESUME + NOTES),
    ("order-service", STATES, STATES.replace("paid,", "paid, on_hold,")),
    (
        "order-service",
        MOVE,
        f"""{MOVE}
          - {{from: [created, paid], to: on_hold, via: holdOrder, emit: orderStatusChanged}}
          - {{from: on_hold, to: paid, via: resumeOrder, emit: orderStatusChanged}}""",
    ),
)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    specs = edited_specs(tmp_path_factory.mktemp("held") / "specs", *HELD)
    with running("up", "--specs", specs) as platform:
        yield platform


def test_a_new_operation_moves_an_order_into_a_new_state_and_out_of_it(platform: Platform) -> None:
    order = platform.create(platform.inbox("held"))

    held = platform.advance(order, "hold")
    paid = platform.advance(held, "resume")
    records = platform.wait("held", 3)

    assert (held["status"], held["version"]) == ("on_hold", 2)
    assert (paid["status"], paid["version"]) == ("paid", 3)
    assert [one["outcome"] for one in records] == ["accepted"] * 3
    assert [one["signature"] for one in records] == ["valid"] * 3
    assert [one["violations"] for one in records] == [[]] * 3
    told = json.loads(records[1]["bodyText"])
    assert told["type"] == "order.on_hold"
    assert told["data"]["previousStatus"] == "created"
    assert (told["data"]["status"], told["data"]["trigger"]) == ("on_hold", "holdOrder")
    assert platform.events(order)[1] == told


def test_an_illegal_move_names_the_new_state_and_what_leads_out_of_it(platform: Platform) -> None:
    held = platform.advance(platform.create(), "hold")

    refusal = platform.call("POST", f"/orders/{held['id']}/pay")
    again = platform.call("POST", f"/orders/{held['id']}/hold")

    assert (refusal.status_code, again.status_code) == (409, 409)
    problem = refusal.json()
    assert problem["code"] == "TRANSITION_ILLEGAL"
    assert (problem["state"], problem["trigger"]) == ("on_hold", "payOrder")
    assert problem["allowed"] == ["resumeOrder"]


def test_a_new_operation_keeps_the_conditions_of_http(platform: Platform) -> None:
    order = platform.create()

    stale = platform.call("POST", f"/orders/{order['id']}/hold", headers={"If-Match": '"7"'})
    held = platform.call("POST", f"/orders/{order['id']}/hold", headers={"If-Match": '"1"'})
    nobody = platform.call("POST", f"/orders/ord_{'0' * 32}/hold")

    assert (stale.status_code, held.status_code, nobody.status_code) == (412, 200, 404)
    assert held.headers["ETag"] == '"2"'


def test_the_new_state_can_be_listed(platform: Platform) -> None:
    held = platform.advance(platform.create(), "hold")

    listed = platform.all("/orders", status="on_hold")
    unknown = platform.call("GET", "/orders", params={"status": "lost"})

    assert held in listed
    assert unknown.status_code == 400


def test_an_operation_that_nobody_answers_gives_its_example(platform: Platform) -> None:
    order = platform.create()

    assert platform.get(f"/orders/{order['id']}/remarks") == {"items": ["Handle with care."]}


def test_the_start_tells_who_answers_what_has_no_function(platform: Platform) -> None:
    [started] = platform.logged("platform.started")

    assert started["by_transition"] == ["holdOrder", "resumeOrder"]
    assert started["from_examples"] == ["listRemarks"]


def test_the_documents_that_are_handed_out_have_the_new_state(platform: Platform) -> None:
    document = platform.session.get(f"{platform.url}/specs/order-service.json").json()

    assert "on_hold" in document["components"]["schemas"]["OrderStatus"]["enum"]
    assert "/orders/{orderId}/hold" in document["paths"]


# What is wrong is told at the start, with its place


def replaced(old: str, new: str) -> Edit:
    return ("order-service", old, new)


BROKEN: dict[str, tuple[Edit, str, str]] = {
    "a state that nothing leads to": (
        replaced(STATES, STATES.replace("paid,", "paid, lost,")),
        "lost",
        "enum",
    ),
    "a state that the enum does not have": (
        replaced(MOVE, MOVE.replace("to: paid", "to: payed")),
        "payed",
        "to: payed",
    ),
    "an operation that the paths do not have": (
        replaced(MOVE, MOVE.replace("via: payOrder", "via: payOrders")),
        "payOrders",
        "via: payOrders",
    ),
    "a callback that no operation has": (
        replaced(MOVE, MOVE.replace("emit: orderStatusChanged", "emit: orderChanged")),
        "orderChanged",
        "emit: orderChanged",
    ),
    "two ways at once": (
        replaced(MOVE, f"{MOVE}\n          - {{from: created, to: shipped, via: payOrder}}"),
        "payOrder",
        "to: shipped, via: payOrder",
    ),
    "an initial state that is none": (
        replaced("initial: created", "initial: creatd"),
        "creatd",
        "initial: creatd",
    ),
    "a misspelt key": (
        replaced("terminal: [cancelled", "terminals: [cancelled"),
        "terminals",
        "x-state-machine:",
    ),
    "a duration that is none": (
        replaced("timeout: 10s", "timeout: soon"),
        "soon",
        "timeout: soon",
    ),
    "no YAML": (replaced("openapi: 3.0.4", "openapi: [3.0.4"), "", ""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    edit, named, where = BROKEN[case]
    specs = edited_specs(tmp_path / "specs", edit)

    code, told = refused("up", "--specs", specs)

    assert code == 1
    assert "Traceback" not in told
    place = re.search(r"order-service\.spec\.yaml:(\d+):(\d+): (.*)", told)
    assert place is not None, told
    assert named in place[3]
    lines = (tmp_path / "specs" / "order-service.spec.yaml").read_text().splitlines()
    assert where in lines[int(place[1]) - 1]


def test_a_function_that_lost_its_operation_is_refused_by_both_names(tmp_path: Path) -> None:
    links = [
        f"            replay: {{operationId: replayDelivery, parameters: {{deliveryId: '{at}'}}}}\n"
        for at in ("$response.body#/items/0/id", "$response.body#/id")
    ]
    edits = [replaced(text, "") for text in (*links, REPLAY)]

    code, told = refused("up", "--specs", edited_specs(tmp_path / "specs", *edits))

    assert code == 1
    assert "handlers.order_service.replay_delivery" in told
    assert "order-service.spec.yaml" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("path", "operation_id", "named"),
    [("/orders", "spy", "/orders"), ("/spies", "listOrders", "listOrders")],
    ids=["path", "operationId"],
)
def test_two_specs_that_want_the_same_are_refused_by_both_names(
    path: str, operation_id: str, named: str, tmp_path: Path
) -> None:
    inbox = "  /inboxes/{inboxId}/records:\n"
    taken = f"""\
  {path}:
    get:
      operationId: {operation_id}
      responses: {{'200': {{description: Seen.}}}}
"""

    specs = edited_specs(tmp_path / "specs", ("callback-server", inbox, taken + inbox))
    code, told = refused("up", "--specs", specs)

    assert code == 1
    assert named in told
    assert "order-service.spec.yaml" in told
    assert "callback-server.spec.yaml" in told
    assert "Traceback" not in told
