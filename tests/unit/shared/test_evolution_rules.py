"""Every rule of the table is met both ways, by contracts that differ in nothing else."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from mock_platform.engine.evolution import BREAKING, DOCS, RISKY, RULES
from mock_platform.engine.evolution.rule_page import rule_tables
from mock_platform.engine.evolution.rules import CHAPTERS
from mock_platform.shared.contracts import Json
from tests.unit.shared.evolution_behaviour_pairs import MACHINE_PAIRS, SENT_PAIRS
from tests.unit.shared.evolution_call_pairs import CALL_PAIRS
from tests.unit.shared.evolution_kit import LETTERS, answers, asks, found_rules, rules_in
from tests.unit.shared.evolution_schema_pairs import COMPONENTS, SAME_MEANING, SCHEMA_PAIRS

_OTHERS = [*CALL_PAIRS, *SENT_PAIRS, *MACHINE_PAIRS]
_WHOLE_DOCUMENTS = {"document-added", "document-removed"}
"""What two documents cannot show; the tests of the command do."""


@pytest.mark.parametrize("row", SCHEMA_PAIRS, ids=lambda row: row[0])
@pytest.mark.parametrize("holder", [asks, answers], ids=lambda holder: holder.__name__)
def test_schemas_are_classed_both_ways(holder: Json, row: Json) -> None:
    _, old, new, there, back, levels = row
    direction, first = ("request", 0) if holder is asks else ("answer", 1)
    before, after = holder(old, **COMPONENTS), holder(new, **COMPONENTS)

    assert found_rules(before, after) == {f"{levels[first]} {direction}-{there}"}
    assert found_rules(after, before) == {f"{levels[first + 2]} {direction}-{back}"}


@pytest.mark.parametrize("row", SAME_MEANING, ids=lambda row: row[0])
@pytest.mark.parametrize("holder", [asks, answers], ids=lambda holder: holder.__name__)
def test_what_means_the_same_is_no_change(holder: Json, row: Json) -> None:
    before, after = holder(row[1], **COMPONENTS), holder(row[2], **COMPONENTS)

    assert found_rules(before, after) == set()
    assert found_rules(after, before) == set()


@pytest.mark.parametrize("row", _OTHERS, ids=lambda row: row[0])
def test_everything_else_is_classed_both_ways(row: Json) -> None:
    _, old, new, there, back = row

    assert found_rules(old, new) == rules_in(there)
    assert found_rules(new, old) == rules_in(back)


def test_each_rule_has_a_pair_that_meets_it_and_the_table_says_the_same() -> None:
    rows = list(chain.from_iterable(rules_in(f"{row[3]},{row[4]}") for row in _OTHERS))
    for _, _, _, there, back, levels in SCHEMA_PAIRS:
        names = (f"request-{there}", f"answer-{there}", f"request-{back}", f"answer-{back}")
        rows += [f"{level} {name}" for level, name in zip(levels, names, strict=True)]
    met = {row.partition(" ")[2]: LETTERS[row[0]] for row in rows}
    silent = {rule.id for rule in RULES.values() if rule.level == DOCS} | _WHOLE_DOCUMENTS

    assert met == {rule.id: rule.level for rule in RULES.values() if rule.id not in silent}


def test_there_are_many_pairs() -> None:
    assert len(SCHEMA_PAIRS) * 2 + len(SAME_MEANING) * 2 + len(_OTHERS) >= 150


def test_the_document_lists_the_rules_as_they_are() -> None:
    page = (Path(__file__).parents[3] / "docs" / "evolution.md").read_text(encoding="utf-8")

    assert page.endswith("\n\n" + rule_tables()), "mock-platform diff --rules writes its last part"


def test_every_rule_says_why_on_what_grounds_and_what_to_do() -> None:
    for rule in RULES.values():
        assert rule.what, rule
        assert rule.why, rule
        assert rule.source, rule
        assert bool(rule.remedy) is (rule.level in {BREAKING, RISKY}), rule


def test_ids_are_given_once() -> None:
    assert len(RULES) == sum(len(rules) for rules in CHAPTERS.values())
