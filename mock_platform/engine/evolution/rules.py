"""The table of rules, whole. ``docs/evolution.md`` is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_platform.engine.evolution.rules_of_callbacks import CALLBACK_RULES
from mock_platform.engine.evolution.rules_of_calls import CALL_RULES
from mock_platform.engine.evolution.rules_of_machines import MACHINE_RULES
from mock_platform.engine.evolution.rules_of_messages import MESSAGE_RULES
from mock_platform.engine.evolution.rules_of_objects import OBJECT_RULES
from mock_platform.engine.evolution.rules_of_values import VALUE_RULES
from mock_platform.engine.evolution.terms import Rule

CHAPTERS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "What is called": CALL_RULES,
    "What goes over the wire": MESSAGE_RULES,
    "What a value may be": VALUE_RULES,
    "What objects are made of": OBJECT_RULES,
    "What is sent of itself": CALLBACK_RULES,
    "What may follow what": MACHINE_RULES,
}
"""As the document lists them."""

RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule for chapter in CHAPTERS.values() for rule in chapter
}
"""By id."""
