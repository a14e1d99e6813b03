"""What a hostile contract says stays words in every report."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from mock_platform.cli.evolution_reports import as_junit, as_markdown
from mock_platform.engine.evolution import RULES, Change
from mock_platform.engine.evolution.verdict import Comparison

EVIL = "<img src=x> ![](http://evil.example)|\r\n# big \ud800\ufffe\x1b"


def compared(told: str) -> list[Comparison]:
    change = Change(
        rule=next(iter(RULES)),
        level="breaking",
        direction="request",
        message=told,
        remedy=told,
        old=None,
        new=None,
        operations=(told,),
    )
    return [Comparison(old="a", new=told, old_version=told, new_version=told, changes=[change])]


def test_markdown_has_no_tag_link_heading_or_cell_of_a_contracts() -> None:
    heading, *others = as_markdown(compared(EVIL)).splitlines()

    assert heading.startswith("## `a` → `<img")
    assert not [line for line in others if "<img" in line or "[](http" in line]
    assert not [line for line in others if line.startswith("# big")]


def test_junit_is_xml_whatever_a_contract_says() -> None:
    written = as_junit(compared(EVIL)).encode()

    case = ET.fromstring(written).find("testsuite/testcase")  # noqa: S314 - we wrote it

    assert case is not None
    assert case.attrib["name"].startswith("<img src=x>")
