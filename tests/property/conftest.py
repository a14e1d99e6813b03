"""How thoroughly properties are searched: ``pytest tests/property --hypothesis-profile=thorough``."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("thorough", max_examples=10_000, deadline=None)
