"""Save a spec, and the next request sees it; nothing is refused, forgotten or broken meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.integration.platform_process import Platform, edited_specs, running

SUMMARY = "summary: Pay an order"
HOLD_STATE = (
    "enum: [created, paid, shipped",
    "enum: [created, paid, on_hold, shipped",
)
HOLD_MOVE = (
    "          - {from: paid, to: shipped, via: shipOrder, emit: orderStatusChanged}\n",
    (
        "          - {from: paid, to: shipped, via: shipOrder, emit: orderStatusChanged}\n"
        "          - {from: paid, to: on_hold, via: holdOrder, emit: orderStatusChanged}\n"
    ),
)


def saved(spec: Path, text: str) -> None:
    """Save as editors do: the new file takes the old one's place."""
    fresh = spec.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(spec)


def reloaded(platform: Platform, times: int) -> None:
    platform.logged("contract.reloaded", count=times)


def with_hold(text: str) -> str:
    for old, new in (HOLD_STATE, HOLD_MOVE):
        assert old in text
        text = text.replace(old, new)
    pay = text[text.index("  /orders/{orderId}/pay:") : text.index("  /orders/{orderId}/ship:")]
    hold = pay.replace("/pay:", "/hold:").replace("payOrder", "holdOrder")
    return text.replace(pay, pay + hold)


def test_a_state_added_while_it_runs_is_there_for_orders_made_before(tmp_path: Path) -> None:
    specs = Path(edited_specs(tmp_path / "specs"))
    spec = specs / "order-service.spec.yaml"
    with running("up", "--specs", str(specs)) as platform:
        order = platform.advance(platform.create(platform.inbox("orders")), "pay")

        saved(spec, with_hold(spec.read_text(encoding="utf-8")))
        reloaded(platform, 1)

        assert platform.advance(order, "hold")["status"] == "on_hold"
        assert len(platform.wait("orders", 1, type="order.on_hold")) == 1


def test_a_broken_edit_is_told_with_its_place_and_the_last_contract_goes_on(tmp_path: Path) -> None:
    specs = Path(edited_specs(tmp_path / "specs"))
    spec = specs / "order-service.spec.yaml"
    whole = spec.read_text(encoding="utf-8")
    with running("up", "--specs", str(specs)) as platform:
        saved(spec, whole.replace("via: payOrder", "via: buyOrder"))
        told = platform.logged("contract.broken")[0]

        assert any(
            "order-service.spec.yaml:" in one and "buyOrder" in one for one in told["findings"]
        )
        assert platform.advance(platform.create(), "pay")["status"] == "paid"

        saved(spec, whole)
        reloaded(platform, 1)
        assert platform.advance(platform.create(), "pay")["status"] == "paid"


def test_no_request_fails_across_twenty_reloads(tmp_path: Path) -> None:
    specs = Path(edited_specs(tmp_path / "specs"))
    spec = specs / "order-service.spec.yaml"
    whole = spec.read_text(encoding="utf-8")
    failed: list[object] = []
    asked = [0, 0]
    done = threading.Event()
    with running("up", "--specs", str(specs)) as platform:
        order = platform.create()

        def ask(me: int) -> None:
            while not done.is_set() or asked[me] < 5_000:
                answer = platform.call("GET", f"/orders/{order['id']}")
                asked[me] += 1
                if answer.status_code != 200:
                    failed.append(answer.text)

        threads = [threading.Thread(target=ask, args=(me,)) for me in range(2)]
        for thread in threads:
            thread.start()
        for times in range(1, 21):
            saved(spec, whole.replace(SUMMARY, f"{SUMMARY}, {times}"))
            reloaded(platform, times)
        done.set()
        for thread in threads:
            thread.join()

    assert failed == []
    assert sum(asked) >= 10_000
