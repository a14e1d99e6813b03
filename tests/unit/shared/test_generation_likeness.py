"""Generated values look real where they may: by name, by format, by example, as ``x-faker`` says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from mock_platform.engine.generation import Pretender, compile_generator, generate
from mock_platform.engine.generation.made_earlier import made_earlier
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json
from tests.unit.shared.lifelike_table import kinds
from tests.unit.shared.lifelike_table import made as made_by_faker

PRETENDER = Pretender()
TEXT = {"type": "string"}


def made(
    schema: Json, seed: int = 0, *, name: str = "", minimal: bool = False, examples: bool = True
) -> Json:
    return generate(
        schema,
        schema,
        dialect="3.0",
        direction=Direction.ANSWER,
        seed=seed,
        pretender=PRETENDER,
        name=name,
        minimal=minimal,
        examples=examples,
    )


def member(name: str, schema: Json, seed: int = 0) -> Json:
    return made({"type": "object", "properties": {name: schema}}, seed)[name]


@pytest.mark.parametrize(
    ("name", "schema", "like"),
    [
        ("email", TEXT, r"[^@ ]+@[^@ ]+\.\w+"),
        ("billing_email", TEXT, r"[^@ ]+@[^@ ]+\.\w+"),
        ("firstName", TEXT, r"[A-Z][a-z]+"),
        ("last_name", TEXT, r"[A-Z][A-Za-z' -]+"),
        ("city", TEXT, r"[A-Z].+"),
        ("countryCode", {"type": "string", "maxLength": 2}, r"[A-Z]{2}"),
        ("country", {"type": "string", "pattern": "^[A-Z]{3}$"}, r"[A-Z]{3}"),
        ("currency", TEXT, r"[A-Z]{3}"),
        ("phone", {"type": "string", "pattern": r"^\+[1-9]\d{1,14}$"}, r"\+1415555\d{4}"),
        ("callbackUrl", {"type": "string", "format": "uri"}, r"https://example\.com/\w+"),
        ("createdAt", TEXT, r"202[45]-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("birthday", {"type": "string", "format": "date"}, r"\d{4}-\d\d-\d\d"),
        ("id", TEXT, r"[0-9a-f-]{36}"),
        ("sku", TEXT, r"SKU-\d{5}"),
        ("description", TEXT, r"[A-Z].+\."),
        ("tags", {"type": "array", "items": TEXT}, r"\['.*'\]"),
    ],
    ids=str,
)
def test_a_name_says_what_a_text_is_like(name: str, schema: Json, like: str) -> None:
    for seed in range(5):
        assert re.fullmatch(like, str(member(name, schema, seed)))


@pytest.mark.parametrize(
    ("name", "kind", "low", "high"),
    [
        ("price", "number", 1, 500),
        ("totalAmount", "number", 1, 500),
        ("quantity", "integer", 1, 10),
        ("age", "integer", 18, 80),
        ("latitude", "number", -60, 60),
        ("rating", "number", 1, 5),
    ],
)
def test_a_name_says_how_large_a_number_is(name: str, kind: str, low: float, high: float) -> None:
    for seed in range(20):
        assert low <= member(name, {"type": kind}, seed) <= high


def test_the_bounds_count_more_than_the_name() -> None:
    assert member("age", {"type": "integer", "minimum": 900, "maximum": 900}) == 900


def test_something_lifelike_is_used_only_where_it_is_valid() -> None:
    for seed in range(10):
        assert len(member("email", {"type": "string", "maxLength": 4}, seed)) <= 4


def test_the_first_of_the_statuses_is_the_ordinary_one() -> None:
    status = {"type": "string", "enum": ["active", "suspended", "closed"]}

    assert {member("status", status, seed) for seed in range(10)} == {"active"}
    assert len({member("colour", status, seed) for seed in range(20)}) > 1


@pytest.mark.parametrize(
    ("asked", "like"),
    [
        ("person.firstName", r"[A-Z][a-z]+"),
        ("name.firstName", r"[A-Z][a-z]+"),
        ("internet.email", r"\S+@\S+"),
        ("{{internet.email}}", r"\S+@\S+"),
        ("first_name", r"[A-Z][a-z]+"),
        ("date.past", r"202[45]-.*Z"),
        ("date_time_this_year", r"202[45]-.*Z"),
        ({"bothify": {"text": "??-##", "letters": "AB"}}, r"[AB]{2}-\d\d"),
        ({"helpers.arrayElement": [["left", "right"]]}, r"left|right"),
        ({"number.int": {"min": 5, "max": 6}}, r"5|6"),
        ("no.such.thing", r"\w+"),
    ],
    ids=str,
)
def test_x_faker_is_understood_in_both_tongues(asked: Json, like: str) -> None:
    for seed in range(5):
        assert re.fullmatch(like, made({"type": "string", "x-faker": asked}, seed))


def test_x_faker_makes_numbers_where_a_number_belongs() -> None:
    value = made({"type": "integer", "x-faker": {"datatype.number": {"min": 40, "max": 44}}})

    assert value in range(40, 45)


def test_an_invalid_wish_is_not_granted() -> None:
    assert len(made({"type": "string", "x-faker": "internet.email", "maxLength": 3})) <= 3


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "string", "example": "tea"}, "tea"),
        ({"type": "string", "default": "tea"}, "tea"),
        ({"type": "string", "example": "tea", "default": "milk"}, "tea"),
        ({"type": "array", "items": TEXT, "example": ["tea"]}, ["tea"]),
        ({"type": "object", "properties": {"a": TEXT}, "example": {"a": "tea"}}, {"a": "tea"}),
        ({"allOf": [{"type": "string", "example": "tea"}]}, "tea"),
    ],
    ids=str,
)
def test_a_valid_example_is_used(schema: Json, wanted: Json) -> None:
    assert made(schema) == wanted


def test_an_invalid_example_is_not_copied() -> None:
    schema = {
        "type": "object",
        "properties": {"size": {"type": "integer", "minimum": 5, "example": "large"}},
    }

    assert made(schema)["size"] >= 5


def test_an_example_of_a_part_does_not_stand_for_the_whole() -> None:
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": TEXT}, "example": {"a": "tea"}},
            {"type": "object", "properties": {"b": TEXT}},
        ]
    }

    assert set(made(schema)) == {"a", "b"}


def test_examples_can_be_passed_over() -> None:
    assert made({"type": "integer", "example": 5000}, examples=False) != 5000


def test_a_generated_value_can_be_changed_without_harm_to_the_document() -> None:
    schema: Json = {"type": "object", "example": {"a": [1]}, "properties": {"a": {"type": "array"}}}
    make = compile_generator(schema, schema, dialect="3.0", direction=Direction.ANSWER)

    make(0)["a"].append(2)

    assert make(0) == {"a": [1]}


def test_only_what_is_required_is_made_if_that_is_asked_for() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "array", "items": TEXT}, "b": TEXT},
    }

    assert made(schema, minimal=True) == {"a": []}
    assert set(made(schema)) == {"a", "b"}


def test_the_same_seed_is_the_same_value_in_every_process() -> None:
    program = (
        "import json; from mock_platform.engine.generation import generate;"
        "from mock_platform.engine.schema_dialects import Direction;"
        "s = {'type': 'object', 'properties': {n: {'type': 'string'} for n in"
        " ('email', 'city', 'phone', 'description', 'createdAt', 'id')}};"
        "print(json.dumps([generate(s, {}, dialect='3.0', direction=Direction.ANSWER, seed=i)"
        " for i in range(3)]))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(runs) == 1


def test_what_was_made_earlier_is_what_faker_makes() -> None:
    table = made_earlier()

    assert list(table) == list(kinds())
    assert table == made_by_faker()


def test_faker_is_not_imported_for_what_names_stand_for() -> None:
    program = (
        "import sys; from mock_platform.engine.generation import generate;"
        "from mock_platform.engine.generation.name_kinds import KINDS;"
        "from mock_platform.engine.schema_dialects import Direction;"
        "members = {name: {'type': 'string'} for name in KINDS};"
        "schema = {'type': 'object', 'properties': members};"
        "made = generate(schema, {}, dialect='3.0', direction=Direction.ANSWER);"
        "assert '@' in made['email'];"
        "sys.exit('faker' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


MOMENT = {"type": "string", "format": "date-time"}
STORY = {
    "type": "object",
    "required": ["deleted_at", "updatedAt", "created_at", "name", "email"],
    "properties": {
        "deleted_at": MOMENT,
        "updatedAt": MOMENT,
        "created_at": MOMENT,
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "avatars_url": {"type": "string", "format": "uri"},
        "status": {"type": "string", "enum": ["active", "paused", "gone"]},
    },
}


@pytest.mark.parametrize("seed", range(10))
def test_what_is_made_up_tells_one_story(seed: int) -> None:
    person = generate(STORY, {}, dialect="3.0", direction=Direction.ANSWER, seed=seed)

    assert person["created_at"] <= person["updatedAt"] <= person["deleted_at"]
    names = f"{person['first_name']}.{person['last_name']}".lower()
    assert person["email"].partition("@")[0] == names
    assert person["avatars_url"].startswith("https://example.com/avatars/")
    assert person["status"] == "active"


def test_lists_have_a_few_items_that_differ_in_what_is_ordinary() -> None:
    schema = {"type": "array", "items": STORY}

    people = [
        generate(schema, {}, dialect="3.0", direction=Direction.ANSWER, seed=seed)
        for seed in range(10)
    ]

    assert {len(each) for each in people} == {2, 3}
    assert {each[0]["status"] for each in people} == {"active"}
    assert len({one["status"] for each in people for one in each}) == 3


def test_moments_that_the_contract_gives_stay_where_they_are() -> None:
    later = {**MOMENT, "example": "2025-01-01T00:00:00Z"}
    sooner = {**MOMENT, "example": "2024-01-01T00:00:00Z"}
    schema = {"type": "object", "properties": {"created_at": later, "updated_at": sooner}}

    value = generate(schema, {}, dialect="3.0", direction=Direction.ANSWER)

    assert value == {"created_at": later["example"], "updated_at": sooner["example"]}


def test_everything_that_was_made_earlier_is_something() -> None:
    assert not [kind for kind, values in made_earlier().items() if None in values]
