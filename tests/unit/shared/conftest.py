"""What tests of several commands share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory without ``.env``, and no platform that the environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOCK_PLATFORM_URL", raising=False)
