"""Settings come from where they should, and what will not do is refused with its remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mock_platform.shared.config import PREFIX, SettingBroken, load_settings, secret_source


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory without ``.env``, an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    return tmp_path


def test_an_option_beats_the_environment_which_beats_dotenv_which_beats_the_default(
    empty_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotenv = "".join(f"{PREFIX}{name}=3\n" for name in ("PORT", "THREADS", "HANDLER_THREADS"))
    (empty_place / ".env").write_text(dotenv)
    monkeypatch.setenv(f"{PREFIX}PORT", "2")
    monkeypatch.setenv(f"{PREFIX}THREADS", "2")

    settings = load_settings({"port": 1, "threads": None})

    assert (settings.port, settings.threads, settings.handler_threads) == (1, 2, 3)
    assert settings.host == "127.0.0.1"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}STORE", "")

    assert load_settings({}).store == "memory://"


def test_an_empty_variable_leaves_it_to_dotenv(
    empty_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_place / ".env").write_text(f"{PREFIX}STORE=sqlite:///a.db\n")
    monkeypatch.setenv(f"{PREFIX}STORE", "")

    assert load_settings({}).store == "sqlite:///a.db"


def test_a_variable_may_be_written_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}THREADS".lower(), "5")

    assert load_settings({}).threads == 5


def test_targets_are_read_from_a_comma_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}TARGET_ALLOW", "hooks.example.com, 192.0.2.0/24,")

    assert load_settings({}).target_allow == ("hooks.example.com", "192.0.2.0/24")


def test_inbox_secrets_may_be_several_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        f"{PREFIX}INBOX_SECRETS", '{"partner": "new old", "open": "", "list": ["a"]}'
    )

    secrets = load_settings({}).inbox_secrets

    assert secrets == {"partner": ("new", "old"), "open": (), "list": ("a",)}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("Yes", True), ("1", True), ("OFF", False), ("n", False), ("0", False)],
)
def test_yes_and_no_may_be_written_as_people_write_them(
    written: str, meant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}CORS", written)

    assert load_settings({}).cors is meant


def test_numbers_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DRAIN_SECONDS", "2.5")
    monkeypatch.setenv(f"{PREFIX}BODY_LIMIT_BYTES", " 77 ")

    assert (load_settings({}).drain_seconds, load_settings({}).body_limit_bytes) == (2.5, 77)


def test_settings_never_show_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}INBOX_SECRETS", '{"partner": "whsec_hush"}')
    monkeypatch.setenv(f"{PREFIX}CREDENTIALS", '{"key": ["hush"]}')
    monkeypatch.setenv(f"{PREFIX}CONSOLE_TOKEN", "hush" * 4)

    assert "hush" not in repr(load_settings({}))


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("PORT", "abc", "a TCP port, 0 to 65535; 0 takes any free one; 'abc' is not"),
        ("PORT", "70000", "'70000' is not"),
        ("PORT", "tcp://10.0.0.1:8080", "enableServiceLinks: false"),
        ("STORE", "redis", "memory:// or sqlite:///FILE"),
        ("SPECS", "nowhere", "'nowhere' is no directory"),
        ("TARGETS", "world", "dev (callbacks go to this machine and private networks) or loopback"),
        ("THREADS", "0", "1 to 256; '0' is not"),
        ("DRAIN_SECONDS", "-1", "a number of seconds"),
        ("LOG_LEVEL", "LOUD", "debug, info, warning or error; 'LOUD' is not"),
        ("INBOX_SECRETS", "[1]", "a JSON object from inbox to secret"),
        ("INBOX_SECRETS", '{"a": [1]}', "a JSON object from inbox to secret"),
        ("INBOX_SECRETS", '{"a": 1}', "a JSON object from inbox to secret"),
        ("CONSOLE_TOKEN", "short", "a secret of 16 characters or more"),
        ("DRAIN_SECONDS", "nan", "'nan' is not"),
        ("HOLD_LIMIT_SECONDS", "3601", "0 to 3600; '3601' is not"),
        ("IDEMPOTENCY_HOURS", "0", "above 0"),
        ("METRICS", "perhaps", "'perhaps' is not"),
        ("URL", "ftp://a", "the http:// URL"),
    ],
)
def test_a_bad_value_is_refused_by_name_with_what_would_be_right(
    variable: str, value: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}{variable}", value)

    with pytest.raises(SettingBroken) as refusal:
        load_settings({})

    assert str(refusal.value).startswith(f"{PREFIX}{variable}")
    assert remedy in str(refusal.value)


def test_a_bad_option_is_refused_as_an_option() -> None:
    with pytest.raises(SettingBroken, match=r"^--port must be a TCP port"):
        load_settings({"port": 70_000})


def test_a_bad_value_in_dotenv_is_refused_with_its_place(empty_place: Path) -> None:
    (empty_place / ".env").write_text(f"{PREFIX}THREADS=many\n")

    with pytest.raises(SettingBroken, match=r"THREADS \(in \.env\) .* 'many' is not"):
        load_settings({})


def test_all_bad_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}THREADS", "0")
    monkeypatch.setenv(f"{PREFIX}TARGETS", "world")

    with pytest.raises(SettingBroken) as refusal:
        load_settings({})

    assert len(str(refusal.value).splitlines()) == 2


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}INBOX_SECRETS", '{"partner": "whsec_hush"')

    with pytest.raises(SettingBroken) as refusal:
        load_settings({})

    assert "hush" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_misspelt_variable_is_refused_with_the_near_miss(empty_place: Path) -> None:
    (empty_place / ".env").write_text(f"{PREFIX}STOER=memory://\n")

    with pytest.raises(SettingBroken, match="did you mean MOCK_PLATFORM_STORE"):
        load_settings({})


def test_service_links_of_kubernetes_are_no_misspellings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv(f"{PREFIX}PORT_8080_TCP_ADDR", "10.0.0.1")

    assert load_settings({}).host == "127.0.0.1"


def test_a_secret_comes_from_the_environment_or_else_from_dotenv(empty_place: Path) -> None:
    (empty_place / ".env").write_text("ONE=filed\nTWO=filed\n")

    read = secret_source({"ONE": "exported"})

    assert (read("ONE"), read("TWO"), read("THREE")) == (("exported",), ("filed",), None)


def test_secrets_being_rotated_are_told_newest_first_and_an_empty_one_is_none() -> None:
    read = secret_source({"BOTH": " new\told ", "EMPTY": " "})

    assert (read("BOTH"), read("EMPTY")) == (("new", "old"), None)


def test_a_malformed_secret_is_refused_by_its_variable() -> None:
    def parse(text: str) -> tuple[str, ...]:
        raise ValueError(f"has {len(text)} characters")

    read = secret_source({"HUSH": "sesame"}, parse=parse)

    with pytest.raises(SettingBroken, match=r"^HUSH: has 6 characters$"):
        read("HUSH")


def test_an_unreadable_dotenv_is_refused(empty_place: Path) -> None:
    (empty_place / ".env").write_bytes(b"NAME=\xff\xfe\n")

    with pytest.raises(SettingBroken, match=r"\.env cannot be read"):
        load_settings({})
