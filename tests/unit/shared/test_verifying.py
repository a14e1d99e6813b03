"""What is asked of a real implementation follows from its contract, and so does the judgement."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from mock_platform.domain.deliveries import CallbackRules
from mock_platform.domain.signatures import sign
from mock_platform.domain.state_machine import Machine, Move
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.verifying.answers import Judge
from mock_platform.engine.verifying.arrivals import Arrival, Expected, judged
from mock_platform.engine.verifying.asking import Notes, aimed, composed, learn, parsed
from mock_platform.engine.verifying.deviations import Answered, Asked, as_curl
from mock_platform.engine.verifying.journeys import birth_of, probes, reader_of
from mock_platform.shared.contracts import Violation

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = "whsec_c2VjcmV0LWZvci10ZXN0cy1vbmx5LTMyLWJ5dGVzISE="

LAMP = Machine(
    resource="Lamp",
    key="id",
    field="status",
    initial="off",
    terminal=frozenset({"broken"}),
    moves={
        (None, "makeLamp"): Move("off", "lampChanged"),
        ("off", "light"): Move("on", "lampChanged"),
        ("on", "quench"): Move("off"),
        ("on", "smash"): Move("broken", "lampChanged"),
    },
)
ROOT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "lamps", "version": "1"},
    "paths": {
        "/lamps": {
            "post": {
                "operationId": "makeLamp",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/NewLamp"},
                        }
                    },
                },
                "responses": {
                    "201": {
                        "description": "Made.",
                        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}
                        },
                        "links": {
                            "read": {
                                "operationId": "getLamp",
                                "parameters": {"path.lampId": "$response.body#/id"},
                            },
                            "light": {
                                "operationId": "light",
                                "parameters": {"lampId": "$response.body#/id"},
                            },
                        },
                    }
                },
            }
        },
        "/lamps/{lampId}": {
            "parameters": [
                {"name": "lampId", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {"operationId": "getLamp", "responses": {"200": {"description": "A lamp."}}},
        },
        "/lamps/{lampId}/light": {
            "parameters": [
                {"name": "lampId", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "If-Match", "in": "header", "required": True, "schema": {}},
                {"name": "lux", "in": "query", "required": True, "schema": {}, "example": 40},
                {"name": "hue", "in": "query", "schema": {}, "example": "red"},
            ],
            "post": {"operationId": "light", "responses": {"2XX": {"description": "It shines."}}},
        },
    },
    "components": {
        "schemas": {
            "NewLamp": {"type": "object", "example": {"watts": 5}},
            "Lamp": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string"}},
            },
        }
    },
}
DOCUMENT = Document(name="lamps", root=ROOT)
BY_ID: dict[str, Operation] = {one.id: one for one in operations(DOCUMENT)}
MADE = Answered(
    status=201,
    headers={"etag": '"1"', "content-type": "application/json"},
    body=b'{"id": "a/b"}',
)


def nothing(pointer: str) -> Any:
    raise AssertionError(f"{pointer} has an example")


# What is planned ----------------------------------------------------------------------------------


def test_every_operation_is_tried_in_every_state_on_the_shortest_way() -> None:
    planned = {(one.state, one.trigger): one for one in probes(LAMP, "makeLamp")}

    assert len(planned) == 3 * 3
    assert planned["broken", "light"].way == ("makeLamp", "light", "smash")
    assert planned["broken", "light"].move is None
    assert planned["off", "light"].move == Move("on", "lampChanged")


def test_what_must_be_told_is_what_happens_on_the_way_and_what_is_allowed_there() -> None:
    planned = {(one.state, one.trigger): one for one in probes(LAMP, "makeLamp")}

    assert planned["on", "smash"].told == (
        ("lampChanged", "off"),
        ("lampChanged", "on"),
        ("lampChanged", "broken"),
    )
    assert planned["on", "light"].told == (("lampChanged", "off"), ("lampChanged", "on"))


def test_the_machine_says_what_makes_a_resource_or_a_link_gives_it_away() -> None:
    unborn = {key: move for key, move in LAMP.moves.items() if key[0] is not None}
    silent = Machine(**{**{name: getattr(LAMP, name) for name in LAMP.__slots__}, "moves": unborn})

    assert birth_of(LAMP, [], ROOT) == "makeLamp"
    assert birth_of(silent, operations(DOCUMENT), ROOT) == "makeLamp"
    assert birth_of(silent, [], ROOT) is None


def test_a_resource_is_read_where_its_operations_paths_begin() -> None:
    listed = operations(DOCUMENT)

    assert reader_of([BY_ID["light"]], listed) == BY_ID["getLamp"]
    assert reader_of([BY_ID["makeLamp"]], listed) is None


# What is asked ------------------------------------------------------------------------------------


def test_links_entity_tags_and_examples_fill_a_request_in() -> None:
    notes = Notes()
    made = composed(BY_ID["makeLamp"], ROOT, notes, nothing, {"/to/url": "http://here"})
    learn(notes, made, MADE, ROOT)
    asked = composed(BY_ID["light"], ROOT, notes, nothing)

    assert parsed(made.body) == {"watts": 5, "to": {"url": "http://here"}}
    assert asked.path == "/lamps/a%2Fb/light?lux=40"
    assert asked.headers == {"If-Match": '"1"'}
    assert asked.body is None


def test_where_nothing_is_shown_a_value_is_made_up() -> None:
    asked = composed(BY_ID["getLamp"], ROOT, Notes(), lambda _pointer: 7)

    assert asked.path == "/lamps/7"


def test_aiming_changes_nothing_but_the_url() -> None:
    body = {"a": 1, "to": {"b": 2}}

    assert aimed(body, "/to/url", "x") == {"a": 1, "to": {"b": 2, "url": "x"}}
    assert body == {"a": 1, "to": {"b": 2}}


def test_a_command_asks_the_same_again() -> None:
    told = as_curl("POST", "http://h/p?q=1", {"If-Match": '"1"'}, b'{"it\'s": 1}')

    assert told == (
        """curl -i -X POST 'http://h/p?q=1' -H 'If-Match: "1"' -H Content-Type: --data-raw '{"it'"'"'s": 1}'"""
    )


# What is answered ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "rules"),
    [
        (MADE, []),
        (Answered(status=200), ["status"]),
        (Answered(status=503), ["server-error"]),
        (Answered(status=201, headers=MADE.headers, body=b"{}"), ["body"]),
        (Answered(status=201, headers=MADE.headers, body=b"{"), ["body"]),
        (
            Answered(status=201, headers={"content-type": "application/json"}, body=MADE.body),
            ["header"],
        ),
        (
            Answered(status=201, headers={"etag": "1", "content-type": "text/plain"}),
            ["media-type"],
        ),
    ],
)
def test_an_answer_is_held_to_what_its_operation_documents(
    answered: Answered, rules: list[str]
) -> None:
    asked = Asked(operation=BY_ID["makeLamp"], path="/lamps")

    assert [rule for rule, _ in Judge(Schemas(DOCUMENT)).judge(asked, answered)] == rules


def test_a_class_of_statuses_documents_each_of_them() -> None:
    asked = Asked(operation=BY_ID["light"], path="/lamps/1/light")

    assert list(Judge(Schemas(DOCUMENT)).judge(asked, Answered(status=204))) == []


# What is told -------------------------------------------------------------------------------------

RULES = CallbackRules(name="lampChanged", expression="{$request.body#/to}", secret_env="KEY")
DUE = [Expected(rules=RULES, state=state) for state in ("off", "on", "broken")]


def callback(number: int, state: str, **changed: Any) -> Arrival:
    body = b'{"data": {"status": "%s"}}' % state.encode()
    headers = {**sign(f"evt_{number}", NOW, body, [SECRET]), **changed.pop("headers", {})}
    return Arrival(headers={k: v for k, v in headers.items() if v}, body=body, at=NOW)


OFF, ON, BROKEN = (callback(n, state) for n, state in enumerate(("off", "on", "broken")))


def found(came: list[Arrival], rules: CallbackRules = RULES) -> set[str]:
    due = [Expected(rules=rules, state=one.state) for one in DUE]
    told = judged(
        due,
        came,
        field="status",
        states=frozenset({"off", "on", "broken"}),
        secrets=lambda _name: [SECRET],
    )
    return {rule for rule, _ in told}


@pytest.mark.parametrize(
    ("came", "rules"),
    [
        pytest.param([OFF, ON, BROKEN], set(), id="all-is-well"),
        pytest.param([OFF, BROKEN], {"callback-missing"}, id="dropped"),
        pytest.param([OFF, ON, ON, BROKEN], {"callback-twice"}, id="twice"),
        pytest.param([OFF, ON, OFF, BROKEN], {"callback-twice"}, id="twice-and-late"),
        pytest.param([OFF, BROKEN, ON], {"callback-order"}, id="swapped"),
        pytest.param([BROKEN, OFF], {"callback-missing", "callback-order"}, id="dropped-swapped"),
        pytest.param([OFF, ON, callback(9, "on")], {"callback-state"}, id="wrong-state"),
        pytest.param([OFF, ON, BROKEN, callback(9, "on")], {"callback-unasked"}, id="unasked"),
        pytest.param(
            [OFF, ON, callback(2, "broken", headers={"webhook-signature": ""})],
            {"callback-unsigned"},
            id="unsigned",
        ),
        pytest.param(
            [OFF, ON, callback(2, "broken", headers={"webhook-signature": "v1,AAAA"})],
            {"callback-signature"},
            id="signed-by-another",
        ),
    ],
)
def test_callbacks_are_held_to_what_happened(came: list[Arrival], rules: set[str]) -> None:
    assert found(came) == rules


def test_a_body_is_held_to_the_callbacks_schema() -> None:
    picky = CallbackRules(
        name="lampChanged",
        expression="",
        violations=lambda _body: [Violation(pointer="/data", rule="type", message="wrong")],
    )

    assert found([OFF, ON, BROKEN], picky) == {"callback-body"}


def test_what_is_too_large_came_all_the_same() -> None:
    large = Arrival(headers={}, body=b"", at=NOW, accepted=False, too_large=True)

    assert found([OFF, ON, large, large]) == {"callback-unasked", "callback-too-large"}
    assert found([OFF, ON, large]) == {"callback-too-large"}


def test_what_tells_of_no_state_is_counted_only() -> None:
    silent = [Arrival(headers={"webhook-id": str(n)}, body=b"[]", at=NOW) for n in range(3)]
    open_rules = CallbackRules(name="lampChanged", expression="")

    assert found(silent, open_rules) == set()
    assert found(silent[:1], open_rules) == {"callback-missing"}


def test_a_link_whose_expression_is_none_tells_nothing() -> None:
    root = deepcopy(ROOT)
    made = root["paths"]["/lamps"]["post"]["responses"]["201"]
    made["links"] = {"it": {"operationId": "readLamp", "parameters": {"lampId": "$body"}}}
    create = next(
        one for one in operations(Document(name="lamps", root=root)) if one.id == "makeLamp"
    )
    notes = Notes()

    learn(notes, Asked(operation=create, path="/lamps", headers={}, body=b"{}"), MADE, root)

    assert notes.told == {}


def test_integers_of_more_than_64_bits_are_asked_with() -> None:
    root = deepcopy(ROOT)
    content = root["paths"]["/lamps"]["post"]["requestBody"]["content"]
    content["application/json"]["example"] = {"watts": 10**25}
    create = next(
        one for one in operations(Document(name="lamps", root=root)) if one.id == "makeLamp"
    )

    asked = composed(create, root, Notes(), nothing)

    assert parsed(asked.body) == {"watts": 1e25}
