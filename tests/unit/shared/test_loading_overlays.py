"""Overlays change what a document says, and every change knows the line that made it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.overlays import overlaid
from mock_platform.infra.spec_checking import check
from mock_platform.infra.spec_files import load_with_warnings
from mock_platform.infra.yaml_places import place, placed
from mock_platform.shared.contracts import Json

SPEC = """\
openapi: 3.0.4
info: {title: Pets, version: "1"}
servers: [{url: /v1}]
tags: [{name: a}, {name: b}]
paths:
  /pets:
    get:
      operationId: listPets
      x-oai-traits: [paged]
      parameters: [{name: sort, in: query, schema: {type: string}}]
      responses: {200: {description: Pets.}}
  /internal:
    get:
      operationId: secret
      responses: {200: {description: Secrets.}}
"""


def applied(root: Json, *actions: Json) -> Json:
    document, findings = overlaid(
        Document(name="x", root=root), {"overlay": "1.1.0", "actions": [*actions]}, "o.yaml"
    )
    assert findings == ()
    return document.root


def refused(root: Json, action: Json) -> list[str]:
    document = Document(name="x", root=root)
    overlay = {"overlay": "1.1.0", "actions": [action]}
    return [f"{f.level} {f.pointer}: {f.message}" for f in overlaid(document, overlay, "o")[1]]


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        pytest.param(
            {"info": {"a": 1, "b": {"c": 2}}},
            {"target": "$.info", "update": {"a": 3, "b": {"d": 4}}},
            {"info": {"a": 3, "b": {"c": 2, "d": 4}}},
            id="objects are merged all the way down",
        ),
        pytest.param(
            {"tags": [1]}, {"target": "$", "update": {"tags": [2]}}, {"tags": [1, 2]}, id="lists"
        ),
        pytest.param(
            {"tags": [1]}, {"target": "$.tags", "update": [2, 3]}, {"tags": [1, 2, 3]}, id="a list"
        ),
        pytest.param(
            {"tags": [1]},
            {"target": "$.tags", "update": {"name": "a"}},
            {"tags": [1, {"name": "a"}]},
            id="an entry is appended",
        ),
        pytest.param(
            {"a": {"b": "old"}}, {"target": "$.a.b", "update": "new"}, {"a": {"b": "new"}}, id="text"
        ),
        pytest.param(
            {"a": {"b": 1}, "c": 2},
            {"target": "$", "update": {"a": None, "c": None}},
            {"a": {"b": 1}, "c": None},
            id="nothing said about an object",
        ),
        pytest.param(
            {"l": [{"n": 1}, {"n": 2}, {"n": 1}, {"n": 3}]},
            {"target": "$.l[?@.n == 1]", "remove": True},
            {"l": [{"n": 2}, {"n": 3}]},
            id="items are removed",
        ),
        pytest.param(
            {"l": ["a", "b"], "m": 1}, {"target": "$.l[?@ == 'a']", "remove": True},
            {"l": ["b"], "m": 1}, id="a primitive is removed",
        ),
        pytest.param(
            {"a": {"x-mock": 1, "b": {"x-mock": 2}}},
            {"target": "$..['x-mock']", "remove": True},
            {"a": {"b": {}}},
            id="members are removed wherever they are",
        ),
        pytest.param(
            {"a": {"x": {"y": 1}}, "b": {"z": 2}},
            {"target": "$.b", "copy": "$.a"},
            {"a": {"x": {"y": 1}}, "b": {"z": 2, "x": {"y": 1}}},
            id="a part is copied",
        ),
        pytest.param(
            {"a": {"b": 1}},
            {"target": "$.a", "remove": True, "update": {"b": 2}},
            {},
            id="removing goes before updating",
        ),
    ],
)  # fmt: skip
def test_an_action_does_what_the_specification_says(
    before: Json, action: Json, after: Json
) -> None:
    assert applied(before, action) == after


def test_actions_see_what_those_before_them_did() -> None:
    moved = applied(
        {"paths": {"/items": {"get": {"deep": [1]}}}},
        {"target": "$.paths", "update": {"/new": {}}},
        {"target": "$.paths['/new']", "copy": "$.paths['/items']"},
        {"target": "$.paths['/items']", "remove": True},
    )

    assert moved == {"paths": {"/new": {"get": {"deep": [1]}}}}


def test_what_is_put_in_several_places_is_not_shared() -> None:
    root = applied(
        {"a": {}, "b": {}},
        {"target": "$.*", "update": {"x": {"l": [1]}}},
        {"target": "$.a.x.l", "update": 2},
    )

    assert root == {"a": {"x": {"l": [1, 2]}}, "b": {"x": {"l": [1]}}}


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ({"target": "$.absent", "remove": True}, "warning /actions/0/target: nothing is at $.abs"),
        ({"target": "$.a[", "remove": True}, "error /actions/0/target: '$.a[' is no JSONPath"),
        ({"target": "a.b", "remove": True}, "error /actions/0/target: 'a.b' is no JSONPath"),
        ({"update": {}}, "error /actions/0: the action has no target"),
        ({"target": "$.a"}, "error /actions/0: the action says neither update, copy nor remove"),
        ({"target": "$.a", "update": 1}, "error /actions/0/update: /a and its update are of diff"),
        ({"target": "$", "update": {"a": 1}}, "error /actions/0/update/a: /a and its update are"),
        ({"target": "$.a", "copy": "$.*"}, "error /actions/0/copy: $.* selects 2 places"),
        ("remove everything", "error /actions/0: an action has a target"),
    ],
    ids=str,
)
def test_what_an_action_gets_wrong_is_told(action: Json, told: str) -> None:
    (finding,) = refused({"a": {"b": 1}, "c": 1}, action)

    assert finding.startswith(told)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("$.info[?match(@, 'P.ts')]", ["title"]),
        ("$.info[?match(@, 'P.t')]", []),
        ("$.info[?search(@, 'et|[0-9]')]", ["title", "version"]),
        ("$.info[?search(@, '(a|aa)+$b')]", []),
        ("$.info[?match(@, '(a|aa)+b')]", []),
        ("$.info[?match(@, '(')]", []),
    ],
)
def test_patterns_select_what_fits_them_and_never_take_long(path: str, wanted: list[str]) -> None:
    info = {"title": "Pets", "version": "1", "description": "a" * 60}
    action = {"target": path, "update": "changed"}

    document, _ = overlaid(
        Document(name="x", root={"info": info}), {"overlay": "1.1.0", "actions": [action]}, "o"
    )

    assert [name for name, text in document.root["info"].items() if text == "changed"] == wanted


def test_a_path_that_selects_the_same_places_in_millions_of_ways_is_told() -> None:
    deep: Json = {}
    for _ in range(60):
        deep = {"a": deep, "b": [0] * 10}

    (told,) = refused(deep, {"target": "$..*..*..*..*..*", "update": {}})

    assert told.endswith("selects more than 200,000 places")


def written(folder: Path, overlay: str, name: str = "o.overlay.yaml") -> Path:
    file = folder / name
    file.write_text(overlay)
    return file


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return written(tmp_path, SPEC, "pets.yaml")


OVERLAY = """\
overlay: 1.1.0
info: {title: Fast, version: "1"}
actions:
  - target: $.paths['/internal']
    remove: true
  - target: $.tags[0]
    remove: true
  - target: $.paths[?@.get['x-oai-traits'][?@ == 'paged']].get
    update:
      parameters: [{name: top, in: query, schema: {type: nonsense}}]
      summary: All pets
"""


def test_every_part_knows_the_file_that_it_was_written_in(spec: Path, tmp_path: Path) -> None:
    overlay = written(tmp_path, OVERLAY)

    loaded = load_with_warnings(spec, overlays=[overlay])

    document = loaded.document
    assert [*document.root["paths"]] == ["/pets"]
    assert document.root["tags"] == [{"name": "b"}]
    assert document.origin("/tags/0").pointer == "/tags/1"
    for pointer, file, line in (
        ("/paths/~1pets/get/summary", overlay, 11),
        ("/paths/~1pets/get/parameters/1/schema", overlay, 10),
        ("/paths/~1pets/get/parameters/0", spec, 10),
        ("/paths/~1pets/get", spec, 7),
    ):
        origin = document.origin(pointer)
        assert (origin.file, place(Path(origin.file), origin.pointer)[0]) == (str(file), line)
    (warning,) = placed(loaded.warnings)
    assert str(warning).startswith(f"{overlay}:10:")
    assert loaded.files == {spec, overlay}


def test_overlays_are_laid_one_over_the_other(spec: Path, tmp_path: Path) -> None:
    texts = ("{target: $.info, update: {x-a: 1}}", "{target: $.info.x-a, update: 2}")
    overlays = [
        written(tmp_path, f"overlay: 1.0.0\nactions: [{text}]", f"{n}.yaml")
        for n, text in enumerate(texts)
    ]

    assert load_with_warnings(spec, overlays=overlays).document.root["info"]["x-a"] == 2


def test_what_changes_nothing_is_a_warning_with_its_line(spec: Path, tmp_path: Path) -> None:
    overlay = written(
        tmp_path,
        "overlay: 1.0.0\nextends: ./cats.yaml\nactions:\n- target: $.paths['/cats']\n  remove: true",
    )

    extends, nothing = placed(load_with_warnings(spec, overlays=[overlay]).warnings)

    assert str(extends).startswith(f"{overlay}:2:1: warning: the overlay extends ./cats.yaml")
    assert str(nothing).startswith(f"{overlay}:4:3: warning: nothing is at $.paths['/cats']")
    checked = [str(one) for one in check(spec, overlays=[overlay]) if one.rule == "overlay-applies"]
    assert checked == [str(extends), str(nothing)]


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        ("overlay: 2.0.0\nactions: []", ":1:1: this is no overlay of version 1"),
        ("overlay: 1.0.0", ":1:1: an overlay lists actions"),
        ("- a", ":1:1: this holds no OpenAPI document"),
        ("overlay: [", ":2:1: this is no YAML"),
        ("overlay: 1.0.0\nactions:\n- {target: '$.[', remove: true}", ":3:4: '$.[' is no JSONPath"),
    ],
)
def test_an_overlay_that_is_none_is_refused_with_its_line(
    spec: Path, tmp_path: Path, overlay: str, told: str
) -> None:
    file = written(tmp_path, overlay)

    with pytest.raises(SpecBroken) as broken:
        load_with_warnings(spec, overlays=[file])

    assert f"{file}{told}" in str(broken.value)


def test_an_overlay_that_is_absent_is_told(spec: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecBroken, match=r"absent\.yaml cannot be read"):
        load_with_warnings(spec, overlays=[tmp_path / "absent.yaml"])


def test_what_an_overlay_refers_to_comes_along(spec: Path, tmp_path: Path) -> None:
    written(tmp_path, "Name: {type: string, maxLength: 3}", "lib.yaml")
    overlay = written(
        tmp_path,
        """\
overlay: 1.0.0
actions:
  - target: $.paths['/pets'].get.parameters[0]
    update: {schema: {$ref: 'lib.yaml#/Name', type: null}}
  - target: $.paths['/pets'].get.parameters[0].schema.type
    remove: true
""",
    )

    loaded = load_with_warnings(spec, overlays=[overlay])

    assert loaded.document.root["components"]["schemas"] == {
        "Name": {"type": "string", "maxLength": 3}
    }
    assert loaded.document.origin("/components/schemas/Name").file == str(tmp_path / "lib.yaml")
    assert loaded.files == {spec, overlay, tmp_path / "lib.yaml"}


def test_the_document_itself_is_untouched_by_what_is_laid_over_it(
    spec: Path, tmp_path: Path
) -> None:
    written(tmp_path, OVERLAY)

    assert "/internal" in load_with_warnings(spec).document.root["paths"]


def test_an_overlay_that_multiplies_a_document_is_stopped() -> None:
    root: Json = {"a": {str(number): {} for number in range(1000)}}
    many = {"target": "$.a.*", "update": {"x": [0] * 600}}
    overlay = {"overlay": "1.1.0", "actions": [many, many]}

    document, findings = overlaid(Document(name="x", root=root), overlay, "o")

    assert [one.message for one in findings] == ["the overlay adds more than 500000 values"]
    assert document.root == root
