"""What the specs say of answers holds: every error that can be given is told, every example is valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from mock_platform.api.problems import STATUSES
from mock_platform.engine.operations import MediaType, Operation
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import PlatformError
from tests.contract.specs_read import BY_SERVICE, document, machine, operations_of

# Errors ------------------------------------------------------------------------------------------

ROW = re.compile(r"^\| `([A-Z_]+)` \| (\w+) \| \S.*\.\s\|$", re.MULTILINE)


def test_the_table_of_codes_has_every_error_with_its_status_and_no_other() -> None:
    written = document("shared-contracts").root["components"]["schemas"]["ErrorCode"]
    table = dict(ROW.findall(written["description"]))
    known = {code: str(STATUSES[error.kind]) for code, error in PlatformError.registry.items()}

    assert table == known | {"POLICY_PLAYED": "any"}


def has_parameter(name: str) -> Callable[[Operation], bool]:
    return lambda one: name in {parameter.name for parameter in one.parameters}


def named(*ids: str) -> Callable[[Operation], bool]:
    return lambda one: one.id in ids


def moves_an_order(one: Operation) -> bool:
    return one.id in machine().vias()


def asks_a_store(one: Operation) -> bool:
    return one.id != "getHealth"


def has_body(one: Operation) -> bool:
    return one.body is not None


def answers_with_a_body(one: Operation) -> bool:
    return any(said.content for status, said in one.responses.items() if status < "3")


def never(_one: Operation) -> bool:
    return False


def always(_one: Operation) -> bool:
    return True


OF_OTHER_CONTRACTS = ("PREFERENCE_UNKNOWN", "RESOURCE_", "PATCH_UNFIT", "COLLECTION_FULL")
"""What begins like this is given where no handler answers, which is nowhere in these two."""

GIVEN_BY: Mapping[str, Callable[[Operation], bool]] = {
    "BODY_UNPARSABLE": has_body,
    "PARAMETER_INVALID": lambda one: bool(one.parameters),
    "CURSOR_INVALID": has_parameter("cursor"),
    "SIGNATURE_REFUSED": named("receiveCallback"),
    "UNAUTHENTICATED": lambda one: bool(one.security),
    "FORBIDDEN": lambda one: bool(one.security),
    "PATH_UNKNOWN": never,
    "ORDER_NOT_FOUND": lambda one: "{orderId}" in one.path,
    "DELIVERY_NOT_FOUND": lambda one: "{deliveryId}" in one.path,
    "RECORD_NOT_FOUND": lambda one: "{recordId}" in one.path,
    "POLICY_NOT_FOUND": named("getPolicy"),
    "METHOD_NOT_ALLOWED": never,
    "NOT_ACCEPTABLE": answers_with_a_body,
    "TRANSITION_ILLEGAL": moves_an_order,
    "VERSION_CONFLICT": moves_an_order,
    "IDEMPOTENCY_KEY_REUSED": has_parameter("Idempotency-Key"),
    "IDEMPOTENCY_KEY_IN_USE": has_parameter("Idempotency-Key"),
    "DELIVERY_NOT_REPLAYABLE": named("replayDelivery"),
    "PRECONDITION_FAILED": has_parameter("If-Match"),
    "BODY_TOO_LARGE": has_body,
    "MEDIA_TYPE_UNSUPPORTED": has_body,
    "BODY_INVALID": has_body,
    "CALLBACK_TARGET_REFUSED": lambda one: bool(one.callbacks),
    "PRECONDITION_REQUIRED": named("updateOrder"),
    "INTERNAL_ERROR": always,
    "ANSWER_INVALID": always,
    "POLICY_PLAYED": named("receiveCallback"),
    "STORE_UNAVAILABLE": asks_a_store,
    "NOT_READY": asks_a_store,
}
"""Which operations can give an error, by what they are. A path that is none has no operation."""


def test_it_is_known_for_every_error_which_operations_can_give_it() -> None:
    ours = {code for code in PlatformError.registry if not code.startswith(OF_OTHER_CONTRACTS)}

    assert GIVEN_BY.keys() == ours


@BY_SERVICE
def test_every_error_that_an_operation_can_give_is_documented_there(service: str) -> None:
    missing = {
        (one.id, code, status)
        for one in operations_of(service)
        for code, status in codes_of(one)
        if status not in one.responses
    }

    assert missing == set()


@BY_SERVICE
def test_no_error_is_documented_that_an_operation_cannot_give(service: str) -> None:
    played = document("callback-server").root["components"]["schemas"]["PlayedStatus"]["enum"]
    for one in operations_of(service):
        possible = {status for _, status in codes_of(one)}
        possible |= set(map(str, played)) if one.id == "receiveCallback" else set()

        assert {status for status in one.responses if status >= "4"} <= possible


def codes_of(one: Operation) -> Iterator[tuple[str, str]]:
    for code, gives in GIVEN_BY.items():
        if gives(one):
            yield code, str(STATUSES[PlatformError.registry[code].kind])


@BY_SERVICE
def test_every_refusal_is_a_problem_document(service: str) -> None:
    for one in operations_of(service):
        for status, said in one.responses.items():
            if status >= "4":
                assert list(said.content) == ["application/problem+json"], (one.id, status)


# Answers -----------------------------------------------------------------------------------------


@BY_SERVICE
def test_every_answer_documents_its_trace(service: str) -> None:
    for one in operations_of(service):
        for status, said in one.responses.items():
            assert said.headers["X-Trace-Id"]["required"], (one.id, status)


@BY_SERVICE
def test_every_request_and_every_answer_has_examples_that_are_valid(service: str) -> None:
    for one in operations_of(service):
        for status, media in contents(one):
            examples = examples_of(media)
            assert examples, (one.id, status)
            for example in examples:
                validate(service, media, example, as_request=status == "request")


@BY_SERVICE
def test_the_example_of_a_problem_has_the_status_it_stands_under(service: str) -> None:
    for one in operations_of(service):
        for status, media in contents(one):
            if media.name == "application/problem+json" and not is_played_here(one, status):
                assert {str(example["status"]) for example in examples_of(media)} == {status}


def is_played_here(one: Operation, status: str) -> bool:
    """One response serves all statuses that a policy may play; its examples are two of them."""
    return "busy" in next(iter(one.responses[status].content.values())).raw.get("examples", {})


def contents(one: Operation) -> Iterator[tuple[str, MediaType]]:
    for media in (one.body or {}).values():
        yield "request", media
    for status, said in one.responses.items():
        for media in said.content.values():
            yield status, media


def examples_of(media: MediaType) -> list[Json]:
    named_ones = [one["value"] for one in media.raw.get("examples", {}).values()]
    return [*named_ones, *([media.raw["example"]] if "example" in media.raw else [])]


def validate(service: str, media: MediaType, example: Json, *, as_request: bool) -> None:
    """Ask a validator that is not ours."""
    root = without_discriminators(document(service).root)
    registry: Registry[Any] = Registry().with_resource("urn:doc", DRAFT4.create_resource(root))
    validator = OAS30WriteValidator if as_request else OAS30ReadValidator
    validator({"$ref": f"urn:doc#{media.schema_pointer}"}, registry=registry).validate(example)


def without_discriminators(value: Json) -> Json:
    """A discriminator adds nothing to the oneOf it is in; the validator is confused by references."""
    if isinstance(value, list):
        return [without_discriminators(item) for item in value]
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if name != "discriminator"}
        return {name: without_discriminators(item) for name, item in kept.items()}
    return value
