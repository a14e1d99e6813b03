"""A spec is read again only when one of its files says something else; and then it always is."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.findings import SpecBroken
from mock_platform.infra.kept_specs import KeptSpecs

MAIN = """openapi: 3.0.4
info: {title: Tea, version: "1"}
paths:
  /tea:
    get:
      operationId: getTea
      responses:
        "200":
          description: tea
          content: {application/json: {schema: {$ref: "shared.yaml#/components/schemas/Tea"}}}
"""
SHARED = "components: {schemas: {Tea: {type: string}}}\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "shared.yaml").write_text(SHARED)
    spec = tmp_path / "tea.spec.yaml"
    spec.write_text(MAIN)
    return spec


def test_a_spec_whose_files_are_the_same_is_the_same_document(spec: Path) -> None:
    specs = KeptSpecs()

    assert specs.load_checked(spec) is specs.load_checked(spec)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [("tea.spec.yaml", "Tea, v", "Mate, v"), ("shared.yaml", "string", "number")],
)
def test_a_change_of_any_of_its_files_is_seen(
    spec: Path, file: str, before: str, after: str
) -> None:
    specs = KeptSpecs()
    first = specs.load_checked(spec)

    changed = spec.with_name(file)
    changed.write_text(changed.read_text().replace(before, after))

    assert specs.load_checked(spec).root != first.root


def test_what_cannot_be_read_any_more_is_refused_and_known_again_once_it_is_back(
    spec: Path,
) -> None:
    specs = KeptSpecs()
    first = specs.load_checked(spec)
    shared = spec.with_name("shared.yaml")

    shared.unlink()
    with pytest.raises(SpecBroken):
        specs.load_checked(spec)
    shared.write_text(SHARED)

    assert specs.load_checked(spec) is first
