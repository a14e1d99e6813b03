"""Of many who want the same thing at once, one gets it and the others are told so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests

from tests.integration.platform_process import DRAFT, PATIENCE_S, Platform, running

CALLERS = 20


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    file: Path = tmp_path_factory.mktemp("store") / "platform.db"
    url = "memory://" if request.param == "memory" else f"sqlite:///{file}"
    with running("up", "--store", url) as platform:
        yield platform


def at_once(platform: Platform, ask: Callable[[int], requests.Response]) -> list[requests.Response]:
    """All answers, to callers who are connected already and start together."""
    together = Barrier(CALLERS, timeout=PATIENCE_S)

    def one(number: int) -> requests.Response:
        platform.get("/health")
        together.wait()
        return ask(number)

    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(one, range(CALLERS)))


def told(answers: list[requests.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_an_order_is_paid_once_however_many_pay_it(platform: Platform) -> None:
    order = platform.create(platform.inbox("paid"))

    answers = at_once(platform, lambda _: platform.call("POST", f"/orders/{order['id']}/pay"))

    assert told(answers) == {200: 1, 409: CALLERS - 1}
    refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refusals <= {"TRANSITION_ILLEGAL", "VERSION_CONFLICT"}
    assert [event["orderVersion"] for event in platform.events(order)] == [1, 2]
    assert [one["type"] for one in platform.wait("paid", 2)] == ["order.created", "order.paid"]


def test_who_names_a_version_learns_that_it_has_passed(platform: Platform) -> None:
    order = platform.create()

    answers = at_once(
        platform,
        lambda _: platform.call("POST", f"/orders/{order['id']}/pay", headers={"If-Match": '"1"'}),
    )

    assert told(answers) == {200: 1, 412: CALLERS - 1}
    assert platform.get(f"/orders/{order['id']}")["version"] == 2


def test_no_change_is_overwritten_unseen(platform: Platform) -> None:
    order = platform.create()

    def change(number: int) -> requests.Response:
        headers = {"If-Match": '"1"', "Content-Type": "application/merge-patch+json"}
        note = f'{{"note": "{number}"}}'
        return platform.call("PATCH", f"/orders/{order['id']}", headers=headers, data=note)

    answers = at_once(platform, change)

    assert told(answers) == {200: 1, 412: CALLERS - 1}
    [winner] = [answer.json() for answer in answers if answer.ok]
    assert platform.get(f"/orders/{order['id']}") == winner


def test_of_opposite_moves_exactly_one_happens(platform: Platform) -> None:
    order = platform.advance(platform.create(), "pay")
    steps = ("ship", "cancel")

    answers = at_once(
        platform, lambda number: platform.call("POST", f"/orders/{order['id']}/{steps[number % 2]}")
    )

    assert told(answers) == {200: 1, 409: CALLERS - 1}
    assert [event["orderVersion"] for event in platform.events(order)] == [1, 2, 3]


def test_one_key_makes_one_order(platform: Platform) -> None:
    draft = {**DRAFT, "callbackUrl": platform.inbox("once")}
    key = {"Idempotency-Key": "the-same"}

    answers = at_once(platform, lambda _: platform.call("POST", "/orders", json=draft, headers=key))

    assert told(answers) == {201: CALLERS}
    assert len({answer.json()["id"] for answer in answers}) == 1
    marks = Counter(answer.headers.get("Idempotency-Replayed") for answer in answers)
    assert marks == {None: 1, "true": CALLERS - 1}
    platform.settled(answers[0].json())
    assert len(platform.records("once")) == 1


def test_one_key_with_many_bodies_makes_one_order_too(platform: Platform) -> None:
    key = {"Idempotency-Key": "another"}

    answers = at_once(
        platform,
        lambda number: platform.call(
            "POST", "/orders", json={**DRAFT, "note": str(number)}, headers=key
        ),
    )

    assert told(answers) == {201: 1, 409: CALLERS - 1}
    refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refusals == {"IDEMPOTENCY_KEY_REUSED"}


def test_all_at_once_get_orders_of_their_own(platform: Platform) -> None:
    def create_and_pay(number: int) -> requests.Response:
        order = platform.create(platform.inbox("own"), headers={"X-Trace-Id": str(number)})
        return platform.call("POST", f"/orders/{order['id']}/pay")

    answers = at_once(platform, create_and_pay)
    records = platform.wait("own", 2 * CALLERS)

    assert told(answers) == {200: CALLERS}
    versions: dict[str, list[int]] = {}
    for one in records:
        versions.setdefault(one["orderId"], []).append(one["orderVersion"])
    assert versions == {answer.json()["id"]: [1, 2] for answer in answers}
