"""``.env.example`` and the settings agree: the same names, the same defaults, each explained."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mock_platform.shared.config import CALLBACK_SECRET, PREFIX, Settings, load_settings

EXAMPLE = Path(__file__).parents[3] / ".env.example"
LINE = re.compile(r"^# ([A-Z_]+)=(.*)$", re.MULTILINE)


def test_every_setting_is_in_the_example_and_every_example_is_a_setting() -> None:
    shown = [name for name, _ in LINE.findall(EXAMPLE.read_text())]

    settings = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    assert sorted(shown) == sorted(settings | {CALLBACK_SECRET})


def test_the_example_shows_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    defaults = load_settings({})
    (tmp_path / ".env").write_text(LINE.sub(r"\1=\2", EXAMPLE.read_text()))

    assert load_settings({}) == defaults


def test_every_variable_in_the_example_has_a_sentence() -> None:
    paragraphs = EXAMPLE.read_text().split("\n\n")

    shown = [paragraph for paragraph in paragraphs if LINE.search(paragraph)]
    assert shown
    assert all(re.search(r"^# .*\.\s+# [A-Z_]+=", text, re.DOTALL) for text in shown)


def test_every_setting_can_tell_what_would_be_right() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
