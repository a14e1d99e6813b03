"""How files are really written: in other encodings, as nearly JSON, with paths that stand outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.infra.spec_checking import check
from mock_platform.infra.spec_files import load_with_warnings
from mock_platform.infra.yaml_places import placed
from mock_platform.shared.contracts import Json
from tests.unit.shared.real_kit import answer, root_of, served

SPEC = json.dumps(root_of({"/a": {"get": {"responses": answer(example=1)}}}))
YAML = "openapi: 3.1.0\ninfo: {title: Real, version: '1'}\n"


def loaded(folder: Path, name: str, data: bytes | str) -> tuple[Json, list[Finding]]:
    """Load a file with this content; return the document and what was told of it."""
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    found = load_with_warnings(folder / name)
    return found.document.root, [*placed(found.warnings)]


def places(found: list[Finding]) -> list[tuple[int, int]]:
    return [(one.line, one.column) for one in found]


@pytest.mark.parametrize(
    ("encoding", "called"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("utf-32", "UTF-32"),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_what_is_unicode_in_another_form_is_read_and_told(
    tmp_path: Path, name: str, encoding: str, called: str
) -> None:
    root, told = loaded(tmp_path, name, SPEC.encode(encoding))

    assert [*root["paths"]] == ["/a"]
    assert [one.message for one in told] == [f"this is {called}, not UTF-8"]


def test_a_byte_that_is_no_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    root, told = loaded(tmp_path, "a.yaml", f"{YAML}x-city: Köln\npaths: {{}}\n".encode("cp1252"))

    assert (root["x-city"], places(told)) == ("Köln", [(3, 10)])


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ('"paths"', '// all of them\n"paths"', "// all"),
        ('"paths"', '/* "all": */ "paths"', "/* "),
        ('"version": "1"}', '"version": "1",}', ', "servers"'),
    ],
)
def test_comments_and_commas_too_many_are_told_with_their_place(
    tmp_path: Path, before: str, after: str, at: str
) -> None:
    text = SPEC.replace(before, after)
    root, told = loaded(tmp_path, "a.json", text)

    column = text.index(at) + (1 if at.startswith("/") else 0)
    assert ([*root["paths"]], places(told)) == (["/a"], [(1, column)])


def test_a_comment_in_a_text_is_none(tmp_path: Path) -> None:
    text = SPEC.replace('"Real"', '"http://x/*"').replace('"1"}', '"1",}')
    root, _ = loaded(tmp_path, "a.json", text)

    assert root["info"]["title"] == "http://x/*"


def test_what_is_no_json_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecBroken, match="this is no JSON"):
        loaded(tmp_path, "a.json", '{"openapi": }')


def test_no_number_is_told_with_its_place(tmp_path: Path) -> None:
    text = SPEC.replace('"1"', '"1", "x-most": NaN')
    _, told = loaded(tmp_path, "a.json", text)

    assert places(told) == [(1, text.index("NaN") + 1)]


def test_half_a_character_is_none_and_is_answered_as_that(tmp_path: Path) -> None:
    root = root_of({"/a": {"get": {"responses": answer(example="\ud83d!")}}})

    assert served(tmp_path, root).get("/v1/a").json == "\ufffd!"


def test_a_control_character_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SpecBroken) as refused:
        loaded(tmp_path, "a.yaml", f"{YAML}paths:\n  x-a: 'a\x07b'\n")

    assert places([*refused.value.findings]) == [(4, 10)]


def test_paths_that_are_not_indented_are_paths(tmp_path: Path) -> None:
    text = f"{YAML}paths:\n/a:\n  get: {{responses: {{'200': {{description: ok}}}}}}\n"
    root, told = loaded(tmp_path, "a.yaml", text)

    assert ([*root["paths"]], places(told)) == (["/a"], [(4, 1)])


def test_a_page_in_place_of_data_is_data(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<a href=x: y: z>")
    home = {"$ref": "page.html"}
    media = {"schema": {"type": "string", "default": home}}
    root = root_of({"/a": {"get": {"responses": answer(**media)}}})

    found, told = loaded(tmp_path, "a.json", json.dumps(root))

    content = found["paths"]["/a"]["get"]["responses"]["200"]["content"]
    assert (content["application/json"]["schema"]["default"], told) == (home, [])


@pytest.mark.parametrize("most", [99999999999999999999, 1e30])
def test_a_bound_that_nothing_reaches_is_no_reason_for_words(tmp_path: Path, most: float) -> None:
    root = root_of({}, {"A": {"type": "string", "maxLength": most}})

    _, told = loaded(tmp_path, "a.json", json.dumps(root))

    assert told == []


def test_a_reference_to_nothing_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        f"{YAML}paths: {{/a: {{get: {{responses: {{'200': {{$ref: '#/no'}}}}}}}}}}\n"
    )

    found = check(tmp_path / "a.yaml")

    assert [one.rule for one in found] == ["reference-resolves"]


@pytest.mark.parametrize(
    ("text", "place", "told", "remedy"),
    [
        ("openapi: 3.1", (1, 1), "3.1 is not of type 'string'", "quote it: '3.1'"),
        ("swagger: 2.0", (1, 1), "2.0 is not of type 'string'", "quote it: '2.0'"),
        ("openapi: 3.1.0\npath: {}", (2, 1), "'path' is unknown here", "did you mean 'paths'?"),
        ("openapi: 3.0.3\npath: {}", (2, 1), "'path' is unknown here", "did you mean 'paths'?"),
        ("openapi: 3.1.0\ntags:", (2, 1), "nothing stands here; it must be of type 'array'", ""),
    ],
)
def test_a_wrong_shape_is_told_at_its_key_with_what_to_do(
    tmp_path: Path, text: str, place: tuple[int, int], told: str, remedy: str
) -> None:
    (tmp_path / "a.yaml").write_text(f"{text}\ninfo: {{title: a, version: b}}\npaths: {{}}\n")

    found = check(tmp_path / "a.yaml")

    assert [(one.message, one.remedy, (one.line, one.column)) for one in found] == [
        (told, remedy, place)
    ]


def test_a_schema_of_a_dialect_that_nobody_knows_is_looked_at_all_the_same(tmp_path: Path) -> None:
    odd = {"$schema": "https://json-schema.org/draft-05/schema#", "type": "strin"}
    (tmp_path / "a.json").write_text(json.dumps(root_of({}, {"A": odd}, openapi="3.1.0")))

    found = check(tmp_path / "a.json")

    assert [one.pointer for one in found] == ["/components/schemas/A/type"]
