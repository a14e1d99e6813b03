"""What is told in two places is told the same: specs, handlers, machine, callbacks, links.

The settings and the README have agreement tests of their own.
"""

from __future__ import annotations

from importlib import import_module

import connexion
import pytest
from connexion.resolver import Resolver
from openapi_spec_validator import validate_url
from starlette.testclient import TestClient

from mock_platform.engine.bindings import handlers_in, python_name
from mock_platform.engine.callbacks import callback_rules
from mock_platform.engine.pointers import lookup
from mock_platform.shared.contracts import Json
from tests.contract.specs_read import BY_SERVICE, SERVICES, SPECS, document, machine, operations_of

# Specs and code ----------------------------------------------------------------------------------


@BY_SERVICE
def test_every_operation_has_a_function_and_every_function_an_operation(service: str) -> None:
    functions = handlers_in(import_module(f"handlers.{python_name(service)}"))

    assert sorted(functions) == sorted(python_name(one.id) for one in operations_of(service))


@pytest.mark.parametrize("name", [*SERVICES, "shared-contracts"])
def test_each_spec_is_valid_to_a_validator_that_is_not_ours(name: str) -> None:
    validate_url((SPECS / f"{name}.spec.yaml").as_uri())


@pytest.mark.parametrize("name", [*SERVICES, "shared-contracts"])
def test_each_spec_is_loaded_and_served_by_stock_connexion_as_it_is(name: str) -> None:
    app = connexion.AsyncApp("stock", specification_dir=str(SPECS))
    json = {"Content-Type": "application/json"}  # one of several, so connexion cannot choose
    resolver = Resolver(lambda operation_id: lambda **_: ({"status": operation_id}, 200, json))
    app.add_api(f"{name}.spec.yaml", resolver=resolver)

    with TestClient(app) as client:
        assert client.get("/v1/health").json() == {"status": "getHealth"}


# The state machine -------------------------------------------------------------------------------


def test_the_machine_has_the_states_that_the_enum_has() -> None:
    listed = document("order-service").root["components"]["schemas"]["OrderStatus"]["enum"]
    reached = {move.to for move in machine().moves.values()}

    assert reached == set(listed)
    assert machine().terminal == {state for state in listed if not machine().triggers(state)}


def test_the_field_that_the_machine_moves_is_the_orders_and_has_that_enum() -> None:
    root = document("order-service").root
    order = root["components"]["schemas"][machine().resource]

    assert {machine().key, machine().field} <= set(order["required"])
    assert order["properties"][machine().field]["$ref"] == "#/components/schemas/OrderStatus"


def test_every_step_of_the_machine_is_an_operation_and_every_action_on_an_order_a_step() -> None:
    actions = {
        one.id
        for one in operations_of("order-service")
        if one.method in {"POST", "PATCH", "PUT", "DELETE"} and "/orders" in one.path
    }

    assert {trigger for _, trigger in machine().moves} == actions


# Callbacks and links -----------------------------------------------------------------------------


def test_every_callback_has_rules_and_is_emitted_and_nothing_else_is() -> None:
    rules = callback_rules(document("order-service"), lambda _pointer: lambda _body: ())
    declared = {name for one in operations_of("order-service") for name in one.callbacks}

    assert set(rules) == declared == {move.emit for move in machine().moves.values() if move.emit}


def test_the_receivers_contract_is_the_senders() -> None:
    sender, receiver = document("order-service").root, document("callback-server").root
    sent = sender["paths"]["/orders"]["post"]["callbacks"]["orderStatusChanged"]
    [callback] = sent.values()
    received = receiver["paths"]["/inboxes/{inboxId}/callbacks"]["post"]
    schema = ("requestBody", "content", "application/json", "schema")

    assert whole(sender, at(callback["post"], *schema)) == whole(receiver, at(received, *schema))
    webhook_headers = [one for one in parameters(sender, callback["post"]) if "webhook" in one]
    assert webhook_headers == [one for one in parameters(receiver, received) if "webhook" in one]
    assert len(webhook_headers) == 3


def at(node: Json, *path: str) -> Json:
    for step in path:
        node = node[step]
    return node


def whole(root: Json, node: Json) -> Json:
    if isinstance(node, list):
        return [whole(root, item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return whole(root, lookup(root, node["$ref"].removeprefix("#")))
    return {name: whole(root, item) for name, item in node.items()}


def parameters(root: Json, operation: Json) -> list[str]:
    return sorted(one["name"] for one in whole(root, operation["parameters"]))


@BY_SERVICE
def test_every_link_leads_to_an_operation_that_has_the_parameters_it_fills(service: str) -> None:
    by_id = {one.id: one for one in operations_of(service)}
    links = [
        whole(document(service).root, link)
        for one in by_id.values()
        for said in one.responses.values()
        for link in said.raw.get("links", {}).values()
    ]

    assert len(links) > 10
    for link in links:
        target = by_id[link["operationId"]]
        names = {parameter.name for parameter in target.parameters}
        needed = {one.name for one in target.parameters if one.location == "path"}
        assert needed <= link["parameters"].keys() <= names
