"""A spec is read strictly; whatever is wrong is told with its file, line, column and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.findings import INFO, Finding, SpecBroken
from mock_platform.infra import spec_checking
from mock_platform.infra.json_text import read_json
from mock_platform.infra.spec_files import (
    load,
    load_checked,
    load_with_warnings,
    merged,
)
from mock_platform.infra.spec_text import read_yaml
from mock_platform.infra.yaml_places import MAX_DEPTH, place
from mock_platform.shared.contracts import Json

SPECS = Path(__file__).parents[3] / "specs"

SMALL = """\
openapi: 3.0.4
info: {title: Small, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      responses:
        200: {description: Here they are.}
"""


def write(folder: Path, text: str, name: str = "small.spec.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def check(file: Path) -> tuple[Finding, ...]:
    """What is wrong or doubtful; what could merely be better is another matter."""
    return tuple(finding for finding in spec_checking.check(file) if finding.level != INFO)


def complaints(folder: Path, text: str, name: str = "small.spec.yaml") -> list[str]:
    """What a start says, without the folder."""
    with pytest.raises(SpecBroken) as broken:
        load_checked(write(folder, text, name))
    return [str(finding).replace(f"{folder}/", "") for finding in broken.value.findings]


def test_a_sound_spec_is_loaded_under_its_own_name(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL)

    document = load_checked(file)

    assert document.name == "small"
    assert document.root["paths"]["/things"]["get"]["operationId"] == "listThings"
    assert check(file) == ()


@pytest.mark.parametrize("spec", ["shared-contracts", "order-service", "callback-server"])
def test_our_own_specs_have_nothing_wrong_with_them(spec: str) -> None:
    assert load_with_warnings(SPECS / f"{spec}.spec.yaml", strict=True).warnings == ()
    assert spec_checking.check(SPECS / f"{spec}.spec.yaml", conventions=True) == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("200: a", {"200": "a"}),
        ("at: 2026-01-01", {"at": "2026-01-01"}),
        ("at: 2026-01-01T10:00:00Z", {"at": "2026-01-01T10:00:00Z"}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: [1, -2, 0x1F, 0o17, 1.5, 1e3, '1', true, null, ~, '']", None),
        ("a: .inf", {"a": ".inf"}),
        ("a: 1e999", {"a": "1e999"}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        ("a: !!str 12", {"a": "12"}),
        ("a: !!int '12'", {"a": 12}),
        ("a: &x 1\nb: *x", {"a": 1, "b": 1}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("? a\n: b", {"a": "b"}),
        ("a: 'on'", {"a": "on"}),
        ("a:", {"a": None}),
    ],
)
def test_yaml_becomes_plain_json_whatever_a_reader_might_make_of_it(
    written: str, value: Json
) -> None:
    found, findings = read_yaml(written)

    if value is None:
        value = {"a": [1, -2, 31, 15, 1.5, 1000.0, "1", True, None, None, ""]}
    assert found == value
    assert findings == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            SMALL.replace("get:", "get: {}\n    get:"),
            "small.spec.yaml:6:5: 'get' stands twice in the same mapping (keep one of them)",
            id="a key twice",
        ),
        pytest.param(
            SMALL.replace("200: {d", "'200': {description: a}\n        200: {d"),
            "small.spec.yaml:9:9: '200' stands twice",
            id="a key twice, once as a number",
        ),
        pytest.param(
            SMALL + "x-a: {on: 1}\n",
            "small.spec.yaml:9:7: the key on is a text to some YAML readers and a boolean to others"
            " (quote it: 'on')",
            id="a boolean as key",
        ),
        pytest.param(
            SMALL + "x-a: {enum: [yes, 'no']}\n",
            "small.spec.yaml:9:14: the enum value yes is a text",
            id="a boolean in an enum",
        ),
        pytest.param(SMALL + "\tx: 1\n", "small.spec.yaml:9:1: this is no YAML", id="a tab"),
        pytest.param("a: [1", "small.spec.yaml:2:1: this is no YAML", id="an open bracket"),
        pytest.param("", "small.spec.yaml:1:1: the file is empty", id="nothing"),
        pytest.param("- a", "small.spec.yaml:1:1: this holds no OpenAPI document", id="a list"),
        pytest.param(SMALL + "---\na: 1", "small.spec.yaml:9:1: a second document", id="two"),
        pytest.param(SMALL + "x-a: &a [*a]", "*a contains itself (use $ref)", id="a circle"),
        pytest.param(SMALL + "x-a: *a", "*a has no anchor &a before it", id="no anchor"),
        pytest.param(SMALL + "x-a: !!binary aGk=", "no values of type", id="a tag"),
        pytest.param(SMALL + "x-a: !python/x {}", "no values of type", id="a foreign tag"),
        pytest.param(SMALL + "? [a]\n: b", "only a text can be a key", id="a list as key"),
        pytest.param(SMALL + "x-a: \x07", "this is no YAML", id="a control character"),
        pytest.param(SMALL + "x-a: " + "[" * 100_000, "nested deeper than", id="a deep pit"),
    ],
)
def test_what_is_no_plain_json_is_refused_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    assert told in complaints(tmp_path, text)[0]


def test_aliases_cannot_multiply_without_bounds(tmp_path: Path) -> None:
    laughs = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert "aliases add up to more than" in complaints(tmp_path, "\n".join(laughs))[0]


def test_a_doubtful_boolean_elsewhere_is_a_warning(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL + "x-a: yes\n")

    loaded = load_with_warnings(file, strict=True)

    assert loaded.document.root["x-a"] is True
    (warning,) = loaded.warnings
    assert str(warning) == (
        f"{file}:9:6: warning: the value yes is a text to some YAML readers and a boolean to others"
        " (write true or false, or quote it: 'yes')"
    )
    assert check(file) == loaded.warnings


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1,\n "a": 2}', "small.json:2:2: 'a' stands twice"),
        ('{\n\t"a": 1,\n\t"a": 2}', "small.json:3:2: 'a' stands twice"),
        ('{"a": 1,}', "small.json:1:9: this is no JSON"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": 1e999}', "1e999 is no JSON number"),
        pytest.param("[" * 100_000, "nested deeper than", id="a pit"),
        pytest.param("[" * 300 + "]" * 300, "nested deeper than", id="a small pit"),
    ],
)
def test_json_is_read_as_strictly(tmp_path: Path, text: str, told: str) -> None:
    assert told in complaints(tmp_path, text, "small.json")[0]


def test_sound_json_is_loaded(tmp_path: Path) -> None:
    text = '{"openapi": "3.0.4", "info": {"title": "T", "version": "1"}, "paths": {}}'

    assert load_checked(write(tmp_path, text, "small.json")).name == "small"


def test_any_nesting_that_is_allowed_can_be_read() -> None:
    pit = "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert read_yaml(pit)[0] == read_json(pit)[0]


def test_the_deepest_contract_that_is_read_can_be_checked(tmp_path: Path) -> None:
    levels = MAX_DEPTH - 4
    schema = "{not: " * levels + "{}" + "}" * levels
    text = SMALL + f"components: {{schemas: {{A: {schema}}}}}\n"

    assert check(write(tmp_path, text)) == ()
    assert load_checked(write(tmp_path, text)).name == "small"
    assert "nested deeper than" in complaints(tmp_path, text.replace("{}}", "{not: {not: {}}}}"))[0]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("absent.yaml", None, "absent.yaml cannot be read: No such file or directory"),
        ("latin.yaml", b"a: \xe9", "latin.yaml:1:4: this is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(SpecBroken, match=told):
        load(tmp_path / name, strict=True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("openapi: 3.0.4", "openapi: 4.0.0", "1:1: this is OpenAPI 4.0.0 (OpenAPI 2.0, 3.0, 3.1"),
        ("openapi: 3.0.4", "swagger: '1.2'", "1:1: this is OpenAPI 1.2"),
        ("openapi: 3.0.4", "x-a: 1", "1:1: this does not say which version"),
        ("description:", "descripton:", "8:15: 'descripton' is unknown here (did you mean 'desc"),
        ("get:", "fetch:", "5:5: 'fetch' is unknown here"),
        ("/things:", "/things/{id}:", "5:5: listThings: the path has {id}, but there is no such"),
        (
            "responses:",
            "parameters: [{name: a, in: qurey, schema: {}}]\n      responses:",
            "7:30: 'qurey' is none of path, query, header, cookie (did you mean 'query'?)",
        ),
        (
            "responses:",
            "parameters: [{name: a, in: query, schema: {type: integr}}]\n      responses:",
            "7:50: 'integr' is none of array, boolean, integer, number, object, string (did you",
        ),
        (
            "responses:",
            "parameters: [$ref: '#/info']\n      responses:",
            "1:1: a reference leads to the wrong thing: there is no parameter at /info",
        ),
        ("200: {description: Here they are.}", "2000: {description: a}", "8:9: '2000' is unknown"),
        ("/things:", "/{id}/{id}:", "5:5: listThings: the path has {id} twice (rename one)"),
        ("title: Small, ", "", "2:1: 'title' is a required property"),
        ("200:", "x-machine: 1\n        200:", None),
        ("get:", "x-mok: 1\n    get:", "5:5: 'x-mok' is unknown (did you mean 'x-mock'?)"),
        ("get:", "x-mock: {}\n    get:", None),
        (
            "get:",
            "x-mock: {resorce: true}\n    get:",
            "5:14: x-mock has no 'resorce' (did you mean",
        ),
        (
            "get:",
            "x-mock: {resource: {role: reed}}\n    get:",
            "5:25: 'reed' is not one of ['create', 'list', 'read', 'replace', 'patch', 'delete']",
        ),
        (
            "get:",
            "x-mock: {resource: {role: read}}\n    get:",
            "5:25: a path item has no role: each of its operations has its own (write it under",
        ),
    ],
)
def test_what_makes_serving_impossible_is_told_at_the_start(
    tmp_path: Path, old: str, new: str, told: str | None
) -> None:
    text = SMALL.replace(old, new)

    if told is None:
        assert load_checked(write(tmp_path, text)).name == "small"
    else:
        assert any(f"small.spec.yaml:{told}" in each for each in complaints(tmp_path, text))


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    text = SMALL + SMALL.partition("paths:\n")[2].replace("/things", "/others")

    assert complaints(tmp_path, text) == [
        "small.spec.yaml:11:7: operationId 'listThings' is also that of /paths/~1things/get in small.spec.yaml (give each operation an id of its own)"
    ]


def test_a_path_parameter_that_the_path_lacks_is_told(tmp_path: Path) -> None:
    declared = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]"
    text = SMALL.replace("responses:", declared + "\n      responses:")

    assert "parameter 'id' is in: path, but the path lacks it" in complaints(tmp_path, text)[0]


def test_the_check_tells_what_a_start_can_live_with(tmp_path: Path) -> None:
    text = SMALL.replace("operationId: listThings", "tags: [a]").replace(
        "200: {description: Here they are.}",
        """200:
          description: Here they are.
          content:
            application/json:
              schema: {type: array, items: {type: integer, default: a, example: b}}
              example: [1, two]
          links:
            self: {operationId: getThing}
            next: {operationId: getThings, parameters: {page: '$response.boddy'}}
            ref: {operationRef: '#/paths/~1things/put'}""",
    )
    file = write(tmp_path, text)

    told = [str(finding).removeprefix(f"{file}:") for finding in check(file)]

    assert sorted(message.split("; expected")[0].split(" (")[0] for message in told) == [
        '12:60: the default breaks its schema: "a" is not of type "integer"',
        '12:72: the example breaks its schema: "b" is not of type "integer"',
        '13:28: the example breaks its schema: the value is not of type "integer"',
        "15:20: the link leads to 'getThing', but no operation has this id",
        "16:57: '$response.boddy' is no runtime expression",
        "16:57: getThings has no parameter 'page'",
        "17:19: the link leads nowhere: there is no 'put'",
        "5:5: warning: GET /things has no operationId",
    ]


def test_the_place_of_a_pointer_is_its_nearest_parents_when_it_is_not_there(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL)

    found = [
        place(file, pointer)
        for pointer in (
            "",
            "/info/title",
            "/paths/~1things/get/responses/200",
            "/paths/~1x/y",
            "/z",
        )
    ]

    assert found == [(1, 1), (2, 8), (8, 9), (3, 1), (1, 1)]


def test_places_survive_what_cannot_be_read(tmp_path: Path) -> None:
    broken = write(tmp_path, "a:\n  b: 1\n  c: [")

    assert place(broken, "/a/b") == (2, 3)
    assert place(tmp_path / "absent.yaml", "/a") == (1, 1)


def test_several_specs_become_one_and_conflicts_have_their_line(tmp_path: Path) -> None:
    first = write(tmp_path, SMALL, "a.spec.yaml")
    second = write(tmp_path, SMALL.replace("/things", "/others"), "b.spec.yaml")

    with pytest.raises(SpecBroken) as broken:
        merged([load_checked(first), load_checked(second)], "both")

    assert str(broken.value) == (
        f"{second}:6:7: operationId listThings is also in {first} (rename one of them)"
    )
