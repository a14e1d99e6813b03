"""Callbacks, their patience and machines are read from the contract; slips of the pen are told."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import pytest

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.engine.callbacks import BodyCheck, callback_rules
from mock_platform.engine.documents import Document
from mock_platform.engine.durations import seconds
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.machines import machine_findings, machines
from mock_platform.infra.spec_files import load
from mock_platform.shared.contracts import Json, Violation

SPECS = Path(__file__).parents[3] / "specs"
OK: Json = {"200": {"description": "ok"}}
SCHEMA: Json = {"content": {"application/json": {"schema": {"type": "object"}}}}


def anything(_pointer: str) -> BodyCheck:
    return lambda _body: ()


def contract(
    behaviour: Json = None, *, url: str = "{$request.body#/url}", **more: Json
) -> Document:
    """One operation that declares the callback ``done``."""
    called = {"requestBody": SCHEMA, "responses": OK}
    if behaviour is not None:
        called["x-mock"] = behaviour
    operation = {
        "operationId": "start",
        "callbacks": {"done": {url: {"post": called}}},
        "responses": OK,
    }
    return Document(name="t", root={"paths": {"/a": {"post": operation}}, **more})


def rules(behaviour: Json = None) -> CallbackRules:
    return callback_rules(contract(behaviour), anything)["done"]


def complaints(document: Document) -> list[tuple[str, str, str]]:
    with pytest.raises(SpecBroken) as broken:
        callback_rules(document, anything)
    return [(f.pointer.rpartition("/post/")[2], f.message, f.remedy) for f in broken.value.findings]


def test_a_silent_contract_has_the_default_patience() -> None:
    found = rules()

    assert (found.name, found.expression, found.method) == ("done", "{$request.body#/url}", "POST")
    assert (found.timeout_s, found.secret_env) == (10.0, None)
    assert found.retry == RetryRules()


def test_our_order_service_says_what_the_defaults_say() -> None:
    found = callback_rules(load(SPECS / "order-service.spec.yaml"), anything)

    assert list(found) == ["orderStatusChanged"]
    assert found["orderStatusChanged"].retry == RetryRules()
    assert found["orderStatusChanged"].secret_env == "ORDER_CALLBACK_SECRET"


def test_everything_can_be_said() -> None:
    found = rules(
        {
            "order": "per-key",
            "timeout": "250ms",
            "retry": {
                "attempts": 3,
                "backoff": {"initial": "1s", "max": "1h", "exponent": 3, "jitter": "none"},
                "retryOn": ["5XX", 404, "connect"],
                "stopOn": [501],
                "respectRetryAfter": False,
            },
            "sign": {"scheme": "standard-webhooks", "secret": "env:A_SECRET"},
        }
    )

    assert (found.timeout_s, found.secret_env) == (0.25, "A_SECRET")
    assert found.retry == RetryRules(
        attempts=3,
        initial_s=1.0,
        max_s=3600.0,
        exponent=3.0,
        jitter="none",
        retry_on=frozenset({"5XX", "404", "connect"}),
        stop_on=frozenset({"501"}),
        respect_retry_after=False,
    )


def test_bodies_are_held_to_the_schema_that_stands_at_the_callback() -> None:
    asked: list[str] = []

    def violations_for(pointer: str) -> BodyCheck:
        def check(body: bytes) -> Sequence[Violation]:
            return [Violation("", "type", body.decode())]

        asked.append(pointer)
        return check

    found = callback_rules(contract(), violations_for)["done"]

    callback = "/paths/~1a/post/callbacks/done/{$request.body#~1url}/post"
    assert asked == [f"{callback}/requestBody/content/application~1json/schema"]
    assert found.violations(b"no") == [Violation("", "type", "no")]


def test_a_callback_without_a_body_is_held_to_nothing() -> None:
    document = contract()
    called = document.root["paths"]["/a"]["post"]["callbacks"]["done"]["{$request.body#/url}"][
        "post"
    ]
    del called["requestBody"]

    assert callback_rules(document, anything)["done"].violations(b"x") == ()


@pytest.mark.parametrize(
    ("behaviour", "place", "told"),
    [
        ({"timout": "1s"}, "x-mock/timout", "did you mean 'timeout'?"),
        ({"misbehave": {}}, "x-mock/misbehave", "known here: order, timeout, retry, sign"),
        ({"timeout": 10}, "x-mock/timeout", "A number and its unit: 250ms, 2s, 5m, 1h."),
        ({"timeout": "10 s"}, "x-mock/timeout", "A number and its unit: 250ms, 2s, 5m, 1h."),
        ({"timeout": "0s"}, "x-mock/timeout", "give the receiver some time: 10s"),
        ({"order": "per-order"}, "x-mock/order", "did you mean 'per-key'?"),
        ({"retry": {"attempts": 0}}, "x-mock/retry/attempts", "How often it is tried"),
        ({"retry": {"retryOn": ["6XX"]}}, "x-mock/retry/retryOn/0", "A status (503)"),
        ({"retry": {"stopOn": [99]}}, "x-mock/retry/stopOn/0", "A status (503)"),
        (
            {"retry": {"backoff": {"min": "1s"}}},
            "x-mock/retry/backoff/min",
            "known here: initial, max,",
        ),
        ({"retry": {"backoff": {"initial": "2m"}}}, "x-mock/retry/backoff/initial", "max is 60s"),
        ({"sign": {"scheme": "standard-webhooks"}}, "x-mock/sign", "Sign the exact bytes"),
        (
            {"sign": {"scheme": "standard-webhooks", "secret": "whsec_abc"}},
            "x-mock/sign/secret",
            "the secret itself does not belong here",
        ),
        ([], "x-mock", "how this mock delivers"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_place(behaviour: Json, place: str, told: str) -> None:
    ((pointer, _, remedy),) = complaints(contract(behaviour))

    assert pointer == place
    assert told in remedy


def test_a_wrong_url_expression_is_told() -> None:
    ((pointer, message, _),) = complaints(contract(url="{$request.boddy}"))

    assert pointer == "callbacks/done/{$request.boddy}"
    assert "expected $url" in message


def test_a_callback_with_two_urls_cannot_be_kept_in_order() -> None:
    document = contract()
    callback = document.root["paths"]["/a"]["post"]["callbacks"]["done"]
    callback["{$request.body#/other}"] = callback["{$request.body#/url}"]

    assert "'done' has 2 requests" in complaints(document)[0][1]


def test_one_name_may_be_declared_twice_in_one_way_only() -> None:
    document = contract()
    again = deepcopy(document.root["paths"]["/a"])
    again["post"]["operationId"] = "restart"
    document.root["paths"]["/b"] = again
    assert list(callback_rules(document, anything)) == ["done"]

    again["post"]["callbacks"]["done"]["{$request.body#/url}"]["post"]["x-mock"] = {}

    assert "declared twice, in two ways" in complaints(document)[0][1]


def test_a_shared_callback_is_found_through_its_reference() -> None:
    document = contract({"timeout": "2s"})
    operation = document.root["paths"]["/a"]["post"]
    document.root["components"] = {"callbacks": {"Done": operation["callbacks"]["done"]}}
    operation["callbacks"]["done"] = {"$ref": "#/components/callbacks/Done"}

    assert callback_rules(document, anything)["done"].timeout_s == 2.0


def test_behaviour_in_a_place_where_it_means_nothing_is_told() -> None:
    document = contract()
    document.root["components"] = {"schemas": {"A": {"x-mock": {"timeout": "1s"}}}}

    assert complaints(document) == [
        (
            "/components/schemas/A/x-mock",
            "x-mock means nothing here",
            "it stands under operations, and under path items",
        )
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("250ms", 0.25), ("2s", 2.0), ("5m", 300.0), ("1h", 3600.0), ("1.5s", 1.5), ("0s", 0.0)],
)
def test_durations_are_numbers_with_units(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    "text", ["", "5", "s", "1d", "-1s", "1 s", "1s ", "1e3s", "٣s", 5, None], ids=repr
)
def test_anything_else_is_no_duration(text: Json) -> None:
    with pytest.raises(ValueError, match="250ms, 2s, 5m, 1h"):
        seconds(text)


def machine(**changes: Json) -> Document:
    extension = {
        "resource": "Thing",
        "initial": "new",
        "transitions": [{"from": "new", "to": "done", "via": "start", "emit": "done"}],
        **changes,
    }
    schemas = {"State": {"type": "string", "enum": ["new", "done"], "x-state-machine": extension}}
    document = contract(components={"schemas": schemas})
    document.root["paths"]["/a"]["post"]["responses"] = {"200": {}, "409": {}}
    return document


def test_a_machine_is_found_beside_its_enum() -> None:
    ((pointer, found),) = machines(machine())

    assert pointer == "/components/schemas/State/x-state-machine"
    assert found.after("new", "start").to == "done"
    assert list(machine_findings(machine())) == []


@pytest.mark.parametrize(
    ("transition", "place", "told"),
    [
        ({"to": "gone"}, "x-state-machine/transitions/0/to", "'gone' is not a state"),
        ({"via": "strt"}, "x-state-machine/transitions/0/via", "no operation has the operationId"),
        ({"emit": "don"}, "x-state-machine/transitions/0/emit", "no operation declares a callback"),
        ({"form": "new"}, "x-state-machine/transitions/0", "'form' was unexpected"),
    ],
)
def test_a_broken_machine_is_told_with_its_place(transition: Json, place: str, told: str) -> None:
    rule = {"from": "new", "to": "done", "via": "start", **transition}

    found = list(machine_findings(machine(transitions=[rule])))

    assert found[0].pointer == f"/components/schemas/State/{place}"
    assert told in found[0].message


def test_a_state_that_nothing_leads_to_is_told_in_the_enum() -> None:
    document = machine()
    document.root["components"]["schemas"]["State"]["enum"].append("lost")

    found = list(machine_findings(document))

    assert [each.pointer for each in found] == ["/components/schemas/State/enum/2"]


def test_an_operation_that_can_be_refused_must_say_so() -> None:
    document = machine()
    del document.root["paths"]["/a"]["post"]["responses"]["409"]

    found = list(machine_findings(document))

    assert [each.message for each in found] == [
        "start can be refused with 409, but does not say so"
    ]
