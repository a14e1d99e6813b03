"""Stock connexion is the oracle: over the same specs it takes and refuses the same requests as we do."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from mock_platform.engine.bindings import Handler
from mock_platform.shared.contracts import Json, Reply
from tests.contract.excuses import EXCUSES, Case, excuse_of
from tests.contract.in_process import Request
from tests.contract.oracle import Comparison, compare
from tests.contract.specs_read import BY_SERVICE, document
from tests.contract.stock import Stage
from tests.contract.wire import ask, json_request

EXAMPLES = 6


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Connexion tells of every refusal; only its answers matter here."""
    caplog.set_level("CRITICAL", logger="connexion")


@cache
def stage(service: str) -> Stage:
    return Stage(service, document(service))


@cache
def comparison(service: str) -> Comparison:
    return compare(stage(service), document(service).root, EXAMPLES)


@BY_SERVICE
def test_both_take_and_refuse_the_same_requests(service: str) -> None:
    assert comparison(service).faults == []


@BY_SERVICE
def test_hardly_any_request_needs_an_excuse(service: str) -> None:
    compared = comparison(service)

    assert len(compared.cases) >= 200
    assert len(compared.disagreements) <= 0.05 * len(compared.cases)


@BY_SERVICE
def test_many_requests_are_taken_and_many_are_refused(service: str) -> None:
    compared = comparison(service)

    assert compared.share("accepted") > 0.1
    assert compared.share("refused") > 0.3


def test_a_broken_answer_of_ours_agrees_with_nothing() -> None:
    broken: Mapping[str, Handler] = {"getHealth": lambda: Reply(body={"status": "so-so"})}
    both = Stage("order-service", document("order-service"), replaced=broken)

    ours, stock = both.verdicts(Request(method="GET", target="/v1/health"))

    assert (ours.status, stock.status) == (500, 500)


# Where they may differ ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXCUSES)
def test_each_excuse_is_needed_and_fits_the_request_that_shows_it(name: str) -> None:
    excuse = EXCUSES[name]
    ours, stock = stage(excuse.service).verdicts(excuse.shown_by)
    case = Case(request=excuse.shown_by, ours=ours, stock=stock)

    assert not case.agrees, case.statuses
    assert excuse_of(case) == name, case.statuses
    assert excuse.why


@BY_SERVICE
def test_what_cannot_be_read_is_400_for_every_operation_with_a_body(service: str) -> None:
    for one in stage(service).operations.values():
        for kind in one.body or ():
            path = one.path.replace("{inboxId}", "my-test")
            path = path.replace("{orderId}", stage(service).ids["orderId"][0])
            for body in (b"{", b"", b"\xff", b"NaN"):
                asked = json_request(one.method, path, body, content_type=kind, if_match="*")
                assert ask(stage(service).ours, asked)[0] == 400, (one.id, body)


# Planted faults ----------------------------------------------------------------------------------

Edit = Callable[[Json], object]

WEAKENED: Mapping[str, tuple[str, str, Edit]] = {
    "a limit without its maximum": (
        "order-service",
        "listOrders",
        lambda root: root["components"]["parameters"]["Limit"]["schema"].pop("maximum"),
    ),
    "a trace id of any form": (
        "order-service",
        "getHealth",
        lambda root: root["components"]["parameters"]["TraceId"]["schema"].pop("pattern"),
    ),
    "items of any quantity": (
        "order-service",
        "createOrder",
        lambda root: root["components"]["schemas"]["OrderItem"]["properties"]["quantity"].update(
            minimum=-(10**9), maximum=10**9
        ),
    ),
    "a patch of anything": (
        "order-service",
        "updateOrder",
        lambda root: root["components"]["schemas"]["OrderPatch"].update(additionalProperties=True),
    ),
    "an expectation of nothing": (
        "callback-server",
        "verifyRecords",
        lambda root: root["components"]["schemas"]["Expectation"].update(additionalProperties=True),
    ),
    "a rate beyond all": (
        "callback-server",
        "setPolicy",
        lambda root: root["components"]["schemas"]["FailRatePolicy"]["properties"].update(rate={}),
    ),
    "a policy of any kind": (
        "callback-server",
        "setPolicy",
        lambda root: root["components"]["schemas"]["OkPolicy"].update(additionalProperties=True),
    ),
}


@pytest.mark.parametrize("planted", WEAKENED)
def test_a_weakened_validator_of_ours_is_found(planted: str) -> None:
    service, operation_id, weaken = WEAKENED[planted]
    sound = document(service)
    weak = copy.deepcopy(sound.root)
    weaken(weak)
    faulty = Stage(service, sound, ours=replace(sound, root=weak))

    assert compare(faulty, sound.root, 3 * EXAMPLES, only=[operation_id]).faults != []


def test_an_answer_that_only_we_let_pass_is_found() -> None:
    sound = document("order-service")
    weak = copy.deepcopy(sound.root)
    weak["components"]["schemas"]["Health"] = {}
    wrong: Mapping[str, Handler] = {"getHealth": lambda: Reply(body={"status": "so-so"})}
    faulty = Stage("order-service", sound, ours=replace(sound, root=weak), replaced=wrong)

    assert compare(faulty, sound.root, EXAMPLES, only=["getHealth"]).faults != []
