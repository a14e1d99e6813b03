"""Pairs of contracts that send of themselves, and that move: callbacks, webhooks, state machines."""

from __future__ import annotations

from mock_platform.shared.contracts import Json
from tests.unit.shared.evolution_call_pairs import Row
from tests.unit.shared.evolution_kit import service

_S = {"type": "string"}
_URL = "{$request.body#/url}"


def _calls(operation: Json, *, url: str = _URL, method: str = "post") -> Json:
    return service({"callbacks": {"told": {url: {method: {"responses": {}, **operation}}}}})


def _mock(**behaviour: Json) -> Json:
    return _calls({"x-mock": behaviour})


def _sends(required: bool = False, **more: Json) -> Json:
    header = {"name": "X-A", "in": "header", "required": required, "schema": _S, **more}
    return _calls({"parameters": [header]})


def _body(*names: str, schema: Json = None, required: bool = True) -> Json:
    content = {name: {"schema": schema or _S} for name in names or ("application/json",)}
    return _calls({"requestBody": {"required": required, "content": content}})


def _webhook(schema: Json) -> Json:
    body = {"content": {"application/json": {"schema": schema}}}
    return {"paths": {}, "webhooks": {"told": {"post": {"requestBody": body}}}}


def _taken(**responses: Json) -> Json:
    return _calls({"responses": {key.strip("_"): value for key, value in responses.items()}})


_OK = {"description": "Taken."}
_OBJECT = {"type": "object", "properties": {"a": _S}, "required": ["a"]}

SENT_PAIRS: list[Row] = [
    ("a callback", service({}), _calls({}), "A callback-added", "B callback-removed"),
    (
        "a second URL",
        _calls({}),
        service({"callbacks": {"told": {_URL: {"post": {}}, "{$request.query.u}": {"post": {}}}}}),
        "A callback-added",
        "B callback-removed",
    ),
    (
        "another URL",
        _calls({}),
        _calls({}, url="{$request.body#/notifyUrl}"),
        "B callback-url-changed",
        "B callback-url-changed",
    ),
    (
        "another method",
        _calls({}),
        _calls({}, method="put"),
        "B callback-method-changed",
        "B callback-method-changed",
    ),
    (
        "a webhook",
        {"paths": {}},
        {"paths": {}, "webhooks": {"told": {"post": {}}}},
        "A callback-added",
        "B callback-removed",
    ),
    (
        "another method of a webhook",
        {"paths": {}, "webhooks": {"told": {"post": {}}}},
        {"paths": {}, "webhooks": {"told": {"put": {}}}},
        "B callback-method-changed",
        "B callback-method-changed",
    ),
    # How patiently -------------------------------------------------------------------------------
    (
        "fewer attempts",
        _mock(retry={"attempts": 8}),
        _mock(retry={"attempts": 3}),
        "R callback-retry-changed",
        "R callback-retry-changed",
    ),
    (
        "a longer first wait",
        _calls({}),
        _mock(retry={"backoff": {"initial": "5s"}}),
        "R callback-retry-changed",
        "R callback-retry-changed",
    ),
    (
        "another end",
        _mock(retry={"stopOn": ["410"]}),
        _mock(retry={"stopOn": ["410", "404"]}),
        "R callback-retry-changed",
        "R callback-retry-changed",
    ),
    ("the default, said", _calls({}), _mock(timeout="10s", retry={"attempts": 8}), "", ""),
    ("the same time in other words", _mock(timeout="60s"), _mock(timeout="1m"), "", ""),
    (
        "another timeout",
        _mock(timeout="10s"),
        _mock(timeout="2s"),
        "R callback-timeout-changed",
        "R callback-timeout-changed",
    ),
    (
        "a signature",
        _calls({}),
        _mock(sign={"scheme": "standard-webhooks", "secret": "env:A"}),
        "R callback-sign-changed",
        "R callback-sign-changed",
    ),
    (
        "another variable for the secret",
        _mock(sign={"scheme": "standard-webhooks", "secret": "env:A"}),
        _mock(sign={"scheme": "standard-webhooks", "secret": "env:B"}),
        "",
        "",
    ),
    (
        "another order",
        _mock(order="per-key"),
        _mock(order="none"),
        "R callback-order-changed",
        "R callback-order-changed",
    ),
    # What is sent: an answer, as clients see it --------------------------------------------------
    ("a sent header", _calls({}), _sends(), "A sent-parameter-added", "R sent-parameter-removed"),
    (
        "a sent header that always comes",
        _calls({}),
        _sends(required=True),
        "A sent-parameter-added",
        "B sent-parameter-removed-required",
    ),
    (
        "a sent header becomes sure",
        _sends(),
        _sends(required=True),
        "A sent-parameter-required",
        "B sent-parameter-optional",
    ),
    (
        "the schema of a sent header",
        _sends(),
        _sends(schema={**_S, "maxLength": 3}),
        "A answer-bound-set",
        "R answer-bound-lifted",
    ),
    ("a sent body", _calls({}), _body(), "R sent-body-added", "B sent-body-removed"),
    (
        "a sent body becomes sure",
        _body(required=False),
        _body(),
        "A sent-body-required",
        "B sent-body-removed",
    ),
    (
        "a media type that is sent",
        _body("application/json"),
        _body("application/json", "application/xml"),
        "R sent-media-type-added",
        "B sent-media-type-removed",
    ),
    (
        "a required field of what is sent",
        _body(schema={"type": "object"}),
        _body(schema=_OBJECT),
        "A answer-property-added",
        "B answer-property-removed-required",
    ),
    (
        "a value of what is sent",
        _body(schema={"enum": ["a"]}),
        _body(schema={"enum": ["a", "b"]}),
        "R answer-enum-value-added",
        "A answer-enum-value-removed",
    ),
    (
        "a field of a webhook",
        _webhook({"type": "object"}),
        _webhook(_OBJECT),
        "A answer-property-added",
        "B answer-property-removed-required",
    ),
    # What receivers answer: a request, as they see it --------------------------------------------
    (
        "an answer of receivers",
        _taken(_200=_OK),
        _taken(_200=_OK, _410=_OK),
        "A taken-answer-added",
        "R taken-answer-removed",
    ),
    (
        "a media type of receivers",
        _taken(_200=_OK),
        _taken(_200={**_OK, "content": {"application/json": {}}}),
        "A taken-answer-added",
        "R taken-answer-removed",
    ),
    (
        "a header of receivers",
        _taken(_200={**_OK, "headers": {"X-A": {"schema": _S}}}),
        _taken(_200={**_OK, "headers": {"X-A": {"schema": _S, "required": True}}}),
        "B taken-header-required",
        "",
    ),
    (
        "what receivers answer",
        _taken(_200={**_OK, "content": {"application/json": {"schema": {"type": "object"}}}}),
        _taken(_200={**_OK, "content": {"application/json": {"schema": _OBJECT}}}),
        "B request-property-added-required",
        "R request-property-removed",
    ),
]


def machine(states: str = "new paid sent", **changes: Json) -> Json:
    """Write a contract with a machine: new, paid, sent."""
    whole: Json = {
        "resource": "Order",
        "initial": "new",
        "terminal": ["sent"],
        "transitions": [
            {"to": "new", "via": "make"},
            {"from": "new", "to": "paid", "via": "pay", "emit": "told"},
            {"from": "paid", "to": "sent", "via": "send"},
        ],
        **changes,
    }
    schema = {"type": "string", "enum": states.split(), "x-state-machine": whole}
    if not changes.get("resource", True):
        del schema["x-state-machine"]
    gives = {"200": {"description": "", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/State"}}}}}  # fmt: skip
    paths = {
        f"/{name}": {"post": {"operationId": name, "responses": gives}}
        for name in ("make", "pay", "send", "drop")
    }
    return {"paths": paths, "components": {"schemas": {"State": schema}}}


def _transitions(**changes: Json) -> list[Json]:
    """The usual transitions, some of them otherwise; None takes one away."""
    usual: dict[str, Json] = {
        "make": {"to": "new", "via": "make"},
        "pay": {"from": "new", "to": "paid", "via": "pay", "emit": "told"},
        "send": {"from": "paid", "to": "sent", "via": "send"},
    }
    return [each for each in {**usual, **changes}.values() if each is not None]


_PAY = {"from": "new", "to": "paid", "via": "pay"}

MACHINE_PAIRS: list[Row] = [
    ("a machine", machine(resource=None), machine(), "R machine-added", "B machine-removed"),
    (
        "another resource",
        machine(),
        machine(resource="Sale"),
        "B machine-key-changed",
        "B machine-key-changed",
    ),
    ("the usual field, said", machine(), machine(field="status", key="id"), "", ""),
    (
        "another field",
        machine(),
        machine(field="state"),
        "B machine-key-changed",
        "B machine-key-changed",
    ),
    ("a state", machine(), machine("new paid sent lost"), "R state-added", "B state-removed"),
    ("another birth", machine(), machine(initial="paid"), "B initial-changed", "B initial-changed"),
    (
        "an end",
        machine(),
        machine(terminal=["sent", "paid"]),
        "R terminal-added",
        "R terminal-removed",
    ),
    (
        "a way more",
        machine(),
        machine(transitions=_transitions(drop={"from": "new", "to": "sent", "via": "drop"})),
        "A transition-added",
        "B transition-removed",
    ),
    (
        "a way from one more state",
        machine(),
        machine(
            transitions=_transitions(send={"from": ["new", "paid"], "to": "sent", "via": "send"})
        ),
        "A transition-added",
        "B transition-removed",
    ),
    (
        "a way elsewhere",
        machine(),
        machine(transitions=_transitions(send={"from": "paid", "to": "new", "via": "send"})),
        "B transition-redirected",
        "B transition-redirected",
    ),
    (
        "a callback of a transition",
        machine(transitions=_transitions(pay=_PAY)),
        machine(),
        "R emit-added",
        "B emit-removed",
    ),
    (
        "another callback of a transition",
        machine(),
        machine(transitions=_transitions(pay={**_PAY, "emit": "shouted"})),
        "B emit-changed",
        "B emit-changed",
    ),
    (
        "another refusal",
        machine(),
        machine(otherwise={"status": 422}),
        "B refusal-changed",
        "B refusal-changed",
    ),
    (
        "transitions in another order",
        machine(),
        machine(transitions=_transitions()[::-1]),
        "",
        "",
    ),
]
