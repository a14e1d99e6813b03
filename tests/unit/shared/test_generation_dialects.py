"""What OpenAPI says beyond JSON Schema is kept, too: nulls, discriminators, who may say what."""

from __future__ import annotations

import json

import pytest

from mock_platform.engine.generation import Pretender, compile_generator, generate
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

SEEDS = range(12)

OPENAPI_30: dict[str, Json] = {
    "nullable": {"type": "string", "nullable": True, "enum": ["a", None]},
    "nullable reference": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Only"}]},
    "exclusive by flag": {
        "type": "integer",
        "minimum": 3,
        "exclusiveMinimum": True,
        "maximum": 5,
        "exclusiveMaximum": True,
    },
    "siblings of a reference are ignored": {"$ref": "#/components/schemas/Only", "maxLength": 1},
}


@pytest.mark.parametrize("schema", OPENAPI_30.values(), ids=OPENAPI_30.keys())
def test_openapi_3_0_has_a_dialect_of_its_own(schema: Json) -> None:
    root = {"components": {"schemas": {"Only": {"type": "string", "minLength": 5}}}}
    wanted = {
        "nullable": lambda value: value in ("a", None),
        "nullable reference": lambda value: value is None or len(value) >= 5,
        "exclusive by flag": lambda value: value == 4,
        "siblings of a reference are ignored": lambda value: len(value) >= 5,
    }
    name = next(name for name, each in OPENAPI_30.items() if each is schema)

    values = [
        generate(schema, root, dialect="3.0", direction=Direction.ANSWER, seed=seed)
        for seed in SEEDS
    ]

    assert all(map(wanted[name], values))


def test_swagger_2_writes_its_nulls_its_way() -> None:
    schema = {"type": "string", "x-nullable": True, "enum": [None]}

    assert generate(schema, {}, dialect="2.0", direction=Direction.ANSWER) is None


def test_bytes_are_base64_of_the_length_that_was_asked_for() -> None:
    schema = {"type": "string", "format": "byte", "minLength": 30, "maxLength": 33}

    value = generate(schema, {}, dialect="3.0", direction=Direction.ANSWER)

    assert len(value) == 32


PETS: Json = {
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["petType"],
                "properties": {"petType": {"type": "string"}},
                "discriminator": {
                    "propertyName": "petType",
                    "mapping": {"dog": "#/components/schemas/Dog"},
                },
            },
            "Dog": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"required": ["bark"], "properties": {"bark": {"type": "string"}}},
                ]
            },
            "Cat": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"required": ["purr"], "properties": {"purr": {"type": "string"}}},
                ]
            },
            "Either": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Cat"},
                    {"$ref": "#/components/schemas/Dog"},
                ],
                "discriminator": {
                    "propertyName": "petType",
                    "mapping": {"dog": "Dog"},
                },
            },
        }
    }
}


@pytest.mark.parametrize("name", ["Pet", "Either"])
def test_a_discriminator_says_which_schema_it_is(name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}

    pets = [
        generate(schema, PETS, dialect="3.0", direction=Direction.ANSWER, seed=seed)
        for seed in SEEDS
    ]

    said = {(pet["petType"].lower(), "bark" in pet, "purr" in pet) for pet in pets}
    assert said == {("dog", True, False), ("cat", False, True)}


def test_an_heir_is_called_by_its_own_name() -> None:
    make = compile_generator(
        {"$ref": "#/components/schemas/Dog"}, PETS, dialect="3.0", direction=Direction.ANSWER
    )

    assert {make(seed)["petType"] for seed in SEEDS} == {"dog"}


@pytest.mark.parametrize(
    ("direction", "missing"),
    [(Direction.REQUEST, "id"), (Direction.ANSWER, "password")],
    ids=["readOnly in requests", "writeOnly in answers"],
)
@pytest.mark.parametrize("dialect", ["3.0", "2020-12"])
def test_what_a_direction_must_not_say_is_left_out(
    direction: Direction, missing: str, dialect: str
) -> None:
    schema = {
        "type": "object",
        "required": ["id", "password", "name"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "password": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        },
    }

    value = generate(
        schema, {}, dialect="3.0" if dialect == "3.0" else "2020-12", direction=direction
    )

    assert set(value) == {"id", "password", "name"} - {missing}


def test_one_pretender_serves_many_generators() -> None:
    pretender = Pretender()
    schema = {"type": "object", "properties": {"email": {"type": "string"}}}

    values = [
        generate(schema, {}, dialect="3.0", direction=Direction.ANSWER, pretender=each, seed=5)
        for each in (pretender, pretender, Pretender())
    ]

    assert values[0] == values[1] == values[2]


def test_a_listed_number_is_the_same_without_its_point_and_then_an_integer() -> None:
    schema = {"type": "array", "enum": [[1.0, 2]], "items": {"type": "integer", "enum": [2.0, 1]}}

    value = generate(schema, {}, dialect="3.0", direction=Direction.ANSWER)

    assert json.dumps(value) == "[1, 2]"


def test_branches_are_told_apart_however_deep_they_are() -> None:
    branch = {"type": "object", "properties": {"kind": {"type": "string"}}}
    either = {
        "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
        "discriminator": {"propertyName": "kind"},
    }
    root = {"components": {"schemas": {"A": branch, "B": {**branch, "required": ["b"]}}}}
    schema: Json = either
    for _ in range(6):
        schema = {"type": "object", "required": ["a"], "properties": {"a": schema}}

    value = generate(schema, root, dialect="3.0", direction=Direction.ANSWER)

    for _ in range(6):
        value = value["a"]
    assert value["kind"] in {"A", "B"}


def _tagged(heir: Json) -> list[Json]:
    """Make values of a schema that ``heir`` is built upon, and told apart from by its kind."""
    base = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "enum": ["hub", "grid"]}},
        "discriminator": {"propertyName": "kind"},
    }
    root = {"components": {"schemas": {"Base": base, "Heir": heir}}}
    schema = {"$ref": "#/components/schemas/Base"}
    make = compile_generator(schema, root, dialect="3.0", direction=Direction.ANSWER)
    return [make(seed) for seed in SEEDS]


def test_an_heir_is_called_as_it_says_itself() -> None:
    more = {"required": ["port"], "properties": {"port": {"type": "integer"}}}
    heir = {"allOf": [{"$ref": "#/components/schemas/Base"}, more]}

    values = _tagged({**heir, "x-ms-discriminator-value": "hub"})

    assert all(value["kind"] == "hub" and "port" in value for value in values)


def test_a_branch_that_cannot_be_called_by_its_name_says_what_it_can() -> None:
    track = {"type": "object", "properties": {"type": {"type": "string", "enum": ["track"]}}}
    root = {"components": {"schemas": {"TrackObject": track}}}
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/TrackObject"}],
        "discriminator": {"propertyName": "type"},
    }
    make = compile_generator(schema, root, dialect="3.0", direction=Direction.ANSWER)

    assert [make(seed) for seed in SEEDS] == [{"type": "track"}] * len(SEEDS)
