"""Every rule that ``mock-platform check`` holds a document to, with its name and its reason.

``docs/lint.md`` is this table in Markdown; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

from mock_platform.engine.linting import house_table, serving_table, sound_table
from mock_platform.engine.linting.ruling import Rule

RULES: Mapping[str, Rule] = {
    rule.name: rule for rule in (*serving_table.TABLE, *sound_table.TABLE, *house_table.TABLE)
}
"""By name, in the order of the documentation."""
