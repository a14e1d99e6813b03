"""What tests of the console share."""

from __future__ import annotations

import pytest

from tests.unit.console.console_kit import House


@pytest.fixture
def house() -> House:
    return House()
