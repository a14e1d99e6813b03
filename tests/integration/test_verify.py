"""What a real implementation does otherwise than its contract says is found, whatever it is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mock_platform.bootstrap.verifying import Asked, Unverifiable, Verdict, verify
from mock_platform.engine.verifying.arrivals import MOST_BYTES
from tests.integration.deviant_provider import Answering, Calling, Hearing, Message, deviating
from tests.integration.platform_process import PROJECT, SECRET, Edit, edited_specs, running

SPEC = PROJECT / "specs/order-service.spec.yaml"
HASTY: Edit = ("order-service", "timeout: 10s", "timeout: 4s")
"""Who waits less for a receiver that is silent is seen to try again sooner; on a busy machine a
second would not do: what is only slow would be sent twice."""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(edited_specs(tmp_path_factory.mktemp("hasty") / "specs", HASTY))


@pytest.fixture(scope="module")
def orders(hasty: Path) -> Iterator[str]:
    with running("order-service", "--specs", str(hasty)) as platform:
        yield platform.url


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDER_CALLBACK_SECRET", SECRET)


def verified(url: str, **how: Any) -> Verdict:
    asked = Asked(spec=SPEC, url=url, examples=5, patience_s=30.0, quiet_s=0.5)
    return verify(replace(asked, **how), lambda _told: None)


def test_the_order_service_itself_has_no_deviation(orders: str, hasty: Path) -> None:
    with deviating(orders) as url:
        verdict = verified(url, spec=hasty / SPEC.name)

    assert list(verdict.deviations) == []
    assert len(verdict.tried) == 36
    assert all(one.held for one in verdict.tried)
    told = verdict.callbacks["orderStatusChanged"]
    assert (told.due, told.came, told.wrong) == (98, 98, 0)
    assert {one.by: one.after_s is not None for one in verdict.rebuffed} == {
        **dict.fromkeys(("503", "408", "425", "429", "timeout", "connect"), True),
        "410": False,
    }
    assert all(one.held for one in verdict.rebuffed)


# Eleven faults ---------------------------------------------------------------------------------------


def wrong_status(_method: str, path: str, answer: Message) -> Message:
    return replace(answer, status=202) if path.endswith("/pay") else answer


def missing_field(method: str, path: str, answer: Message) -> Message:
    if method != "GET" or "/orders/ord_" not in path or answer.status != 200:
        return answer
    body = answer.json
    body.pop("customerId", None)
    return replace(answer, body=json.dumps(body).encode())


def illegal_transition(_method: str, path: str, answer: Message) -> Message:
    if path.endswith("/deliver") and answer.status == 409:
        order = {"id": path.split("/")[3], "version": 9, "status": "delivered"}
        return replace(answer, status=200, body=json.dumps(order).encode())
    return answer


def failing(_method: str, _path: str, answer: Message) -> Message:
    return replace(answer, status=500) if answer.status == 422 else answer


def missing_header(_method: str, _path: str, answer: Message) -> Message:
    return answer.without("x-trace-id")


def dropped(callback: Message) -> list[Message]:
    return [] if callback.json["type"] == "order.shipped" else [callback]


def twice(callback: Message) -> list[Message]:
    return [callback, callback] if callback.json["type"] == "order.paid" else [callback]


def unsigned(callback: Message) -> list[Message]:
    return [callback.without("webhook-signature")]


def wrong_schema(callback: Message) -> list[Message]:
    return [callback.with_json(orderVersion="two")]


def oversized(callback: Message) -> list[Message]:
    if callback.json["type"] != "order.delivered":
        return [callback]
    return [callback.with_json(padding="x" * MOST_BYTES)]


class Swapping:
    """Holds what tells of a payment back until the order is shipped."""

    def __init__(self) -> None:
        self.held: dict[str, Message] = {}

    def __call__(self, callback: Message) -> list[Message]:
        order, kind = callback.json["orderId"], callback.json["type"]
        if kind == "order.paid":
            self.held[order] = callback
            return []
        late = self.held.pop(order, None)
        return [callback] if late is None else [callback, late]


@pytest.mark.parametrize(
    ("rule", "where", "answering"),
    [
        pytest.param("status", "POST /v1/orders/{orderId}/pay", wrong_status, id="wrong-status"),
        pytest.param("body", "GET /v1/orders/{orderId}", missing_field, id="missing-field"),
        pytest.param("header", "POST /v1/orders", missing_header, id="missing-header"),
        pytest.param(
            "illegal-transition",
            "POST /v1/orders/{orderId}/deliver",
            illegal_transition,
            id="illegal-transition",
        ),
    ],
)
def test_a_deviating_answer_is_found_on_the_way(
    orders: str, rule: str, where: str, answering: Answering
) -> None:
    with deviating(orders, answering=answering) as url:
        verdict = verified(url, fuzzes=False, patience_s=5.0)

    found = {(one.rule, one.where): one for one in verdict.deviations}
    assert (rule, where) in found


def test_a_failure_on_bad_input_is_found_by_fuzzing(orders: str) -> None:
    with deviating(orders, answering=failing) as url:
        verdict = verified(url, walks=False)

    found = {(one.rule, one.where): one for one in verdict.deviations}
    assert "curl" in found["server-error", "POST /orders"].again


@pytest.mark.parametrize(
    ("rule", "calling"),
    [
        pytest.param("callback-missing", dropped, id="dropped"),
        pytest.param("callback-twice", twice, id="twice"),
        pytest.param("callback-order", Swapping(), id="swapped"),
        pytest.param("callback-unsigned", unsigned, id="unsigned"),
        pytest.param("callback-body", wrong_schema, id="wrong-schema"),
        pytest.param("callback-too-large", oversized, id="oversized"),
    ],
)
def test_a_deviating_callback_is_found(orders: str, rule: str, calling: Calling) -> None:
    with deviating(orders, calling=calling) as url:
        verdict = verified(url, fuzzes=False, patience_s=3.0)

    assert rule in {one.rule for one in verdict.deviations}
    assert verdict.callbacks["orderStatusChanged"].wrong > 0


def easily_content(status: int) -> int:
    return 204 if status == 503 else status


def never_content(status: int) -> int:
    return 503 if status == 410 else status


@pytest.mark.parametrize(
    ("rule", "by", "hearing"),
    [
        pytest.param("callback-not-retried", "503", easily_content, id="not-retried-after-503"),
        pytest.param("callback-retried", "410", never_content, id="retried-after-410"),
    ],
)
def test_patience_other_than_the_contracts_is_found(
    orders: str, rule: str, by: str, hearing: Hearing
) -> None:
    with deviating(orders, hearing=hearing) as url:
        verdict = verified(url, fuzzes=False, patience_s=3.0)

    assert [one.rule for one in verdict.deviations] == [rule]
    assert f"after {by}" in verdict.deviations[0].message
    assert [one.by for one in verdict.rebuffed if not one.held] == [by]


# As a command -------------------------------------------------------------------------------------


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mock_platform", "verify", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_prints_what_was_seen_and_ends_with_0(orders: str) -> None:
    ended = command(str(SPEC), "--url", orders, "--no-fuzz")

    assert (ended.returncode, ended.stderr.splitlines()[0]) == (0, "walking the state machines …")
    assert "payOrder → paid" in ended.stdout
    assert "36 of 36 transitions as documented, 7 of 7 refused callbacks" in ended.stdout
    assert "came again after" in ended.stdout


def test_the_command_shows_how_to_see_a_deviation_again_and_ends_with_1(orders: str) -> None:
    with deviating(orders, answering=wrong_status) as url:
        ended = command(str(SPEC), "--url", url, "--no-fuzz", "--patience", "1")

    assert ended.returncode == 1
    assert "POST /v1/orders/{orderId}/pay: status" in ended.stdout
    assert f"again: curl -i -X POST {url}/v1/orders/ord_" in ended.stdout


def test_nobody_there_is_told_with_the_remedy() -> None:
    with pytest.raises(Unverifiable, match="Is it running"):
        verified("http://127.0.0.1:9", fuzzes=False)


def test_a_contract_without_a_machine_is_only_fuzzed_and_says_so(
    orders: str, tmp_path: Path
) -> None:
    spec = tmp_path / "health.yaml"
    spec.write_text(
        "openapi: 3.0.3\ninfo: {title: h, version: '1'}\nservers: [{url: /v1}]\n"
        "paths: {/health: {get: {responses: {'200': {description: Up.}}}}}\n"
    )
    verdict = verify(Asked(spec=spec, url=orders, examples=3), lambda _told: None)

    assert "no x-state-machine" in verdict.notes[0]
    assert [row.seen.get(200, 0) > 0 for row in verdict.rows] == [True]
