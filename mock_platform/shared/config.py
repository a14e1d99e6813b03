"""The settings: what may be set from outside, what it defaults to, what is right.

An option on the command line beats an environment variable, which beats ``.env`` in the current
directory, which beats the default. Signing secrets are no settings: a contract names the variable
that holds one (``secret: env:NAME``), and ``secret_source`` reads it.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Json
from mock_platform.shared.setting_values import (
    Reader,
    flag,
    listed,
    number,
    one_of,
    path,
    secrets_by_name,
    text,
    whole,
)

PREFIX = "MOCK_PLATFORM_"
CALLBACK_SECRET = "ORDER_CALLBACK_SECRET"  # noqa: S105 - the variable's name, not its value
"""Signs the order service's callbacks; what inboxes verify with unless told otherwise."""

SecretSource = Callable[[str], tuple[str, ...] | None]
"""Name of an environment variable → the secrets in it, newest first; None when it is not set."""

_DOTENV = Path(".env")
# Kubernetes puts these into every pod when a Service is called mock-platform.
_NOT_OURS = (f"{PREFIX}SERVICE_", f"{PREFIX}PORT_")


class SettingBroken(ValueError):
    """A setting has a value that will not do. The message names it and says what would be right."""


def _what(right: str, read: Reader) -> Mapping[str, Json]:
    """Say what would be right, and how a value is read."""
    return {"right": right, "read": read}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may be set from outside; ``load_settings`` checks it."""

    host: str = field(
        default="127.0.0.1", metadata=_what("an address of this machine", text(least=1))
    )
    port: int | None = field(
        default=None,
        metadata=_what("a TCP port, 0 to 65535; 0 takes any free one", whole(0, 65_535)),
    )
    url: str = field(
        default="http://127.0.0.1:8080",
        metadata=_what("the http:// URL of a running platform", text(r"https?://\S+\Z")),
    )
    store: str = field(
        default="memory://",
        metadata=_what(
            "memory:// or sqlite:///FILE (four slashes before an absolute path)",
            text(r"\w[\w+]*://"),
        ),
    )
    specs: Path | None = field(
        default=None,
        metadata=_what("a directory with *.spec.yaml files; none: the installed ones", path),
    )
    reload: bool = field(
        default=True, metadata=_what("true (saved specs are served at once) or false", flag)
    )
    cors: bool | None = field(
        default=None,
        metadata=_what("true (pages from other origins are let in) or false; none: as usual", flag),
    )
    targets: Literal["dev", "loopback"] = field(
        default="dev",
        metadata=_what(
            "dev (callbacks go to this machine and private networks) or loopback",
            one_of("dev", "loopback"),
        ),
    )
    target_allow: tuple[str, ...] = field(
        default=(), metadata=_what("host names, addresses or networks, separated by commas", listed)
    )
    inbox_secrets: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        repr=False,
        metadata=_what(
            'a JSON object from inbox to secret, e.g. {"open": ""}; "" accepts unsigned',
            secrets_by_name,
        ),
    )
    credentials: str = field(
        default="",
        repr=False,
        metadata=_what(
            'a JSON object from security scheme to what is let in, e.g. {"key": ["abc"]}', text()
        ),
    )
    body_limit_bytes: int = field(
        default=1_048_576, metadata=_what("a number of bytes, at least 1", whole(1))
    )
    threads: int = field(default=12, metadata=_what("a number of threads, 1 to 256", whole(1, 256)))
    handler_threads: int = field(
        default=16, metadata=_what("a number of threads, 1 to 256", whole(1, 256))
    )
    drain_seconds: float = field(
        default=12.0, metadata=_what("a number of seconds, 0 to 3600", number(0, 3600))
    )
    hold_limit_seconds: float = field(
        default=15.0, metadata=_what("a number of seconds, 0 to 3600", number(0, 3600))
    )
    wait_limit_seconds: float = field(
        default=30.0, metadata=_what("a number of seconds, 0 to 3600", number(0, 3600))
    )
    cache: str | None = field(default=None, metadata=_what("a directory, or off", text()))
    metrics: bool = field(default=True, metadata=_what("true (shown at /metrics) or false", flag))
    console: bool = field(default=True, metadata=_what("true (served at /console/) or false", flag))
    console_token: str | None = field(
        default=None,
        repr=False,
        metadata=_what("a secret of 16 characters or more", text(least=16)),
    )
    idempotency_hours: float = field(
        default=24.0,
        metadata=_what("a number of hours, above 0, at most 8760", number(0, 8760, above=True)),
    )
    log_format: Literal["auto", "human", "json"] = field(
        default="auto",
        metadata=_what(
            "auto (human on a terminal, else json), human or json", one_of("auto", "human", "json")
        ),
    )
    log_level: Literal["debug", "info", "warning", "error"] = field(
        default="info",
        metadata=_what(
            "debug, info, warning or error", one_of("debug", "info", "warning", "error")
        ),
    )


SETTINGS: Mapping[str, Field[Any]] = {one.name: one for one in fields(Settings)}
"""Name → what there is to know of a setting: ``metadata`` has what would be ``right``."""


def load_settings(options: Mapping[str, Json]) -> Settings:
    """Read the settings; an option that is None was not given.

    Raises:
        SettingBroken: something is misspelt or has a value that will not do.
    """
    given = present(options)
    filed = _from_file(_DOTENV)
    outside = {**filed, **os.environ}
    _refuse_misspelt(outside)
    # An empty variable is an unset one, so that a file can still say what it is.
    written = {
        name.upper(): text for env in (filed, os.environ) for name, text in env.items() if text
    }
    known = {name: f"{PREFIX}{name}".upper() for name in SETTINGS}
    set_ = {name: written[variable] for name, variable in known.items() if variable in written}
    settings = _read({**set_, **given}, lambda name: _told(name, given, outside))
    if settings.specs is not None and not settings.specs.is_dir():
        raise SettingBroken(f"{_named('specs', given)}: {str(settings.specs)!r} is no directory")
    return settings


def _read(values: Mapping[str, Json], told: Callable[[str], str]) -> Settings:
    found: dict[str, Json] = {}
    wrong: list[str] = []
    for name, value in values.items():
        try:
            found[name] = SETTINGS[name].metadata["read"](value)
        except (ValueError, TypeError):
            wrong.append(told(name))
    if wrong:
        raise SettingBroken("\n".join(wrong))
    return Settings(**found)


def secret_source(
    env: Mapping[str, str],
    dotenv: Path = _DOTENV,
    parse: Callable[[str], tuple[str, ...]] = lambda text: tuple(text.split()),
) -> SecretSource:
    """Return a function that reads secrets by variable name, from ``env`` or else ``dotenv``.

    A variable may hold several secrets, separated by white space, the newest first. ``parse``
    splits and checks them; its ``ValueError`` becomes a ``SettingBroken`` that names the variable
    and never shows the value.
    """
    known = {**_from_file(dotenv), **env}

    def read(name: str) -> tuple[str, ...] | None:
        try:
            return parse(known.get(name, "")) or None
        except ValueError as broken:
            raise SettingBroken(f"{name}: {broken}") from None

    return read


def _from_file(dotenv: Path) -> Mapping[str, str]:
    if not dotenv.exists():
        return {}
    from dotenv import dotenv_values  # most have no such file

    try:
        return {name: value or "" for name, value in dotenv_values(dotenv).items()}
    except (OSError, UnicodeDecodeError) as broken:
        raise SettingBroken(f"{dotenv} cannot be read: {broken}") from None


def _refuse_misspelt(env: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name}".upper() for name in SETTINGS}
    for name in sorted(env):
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper in known or upper.startswith(_NOT_OURS):
            continue
        near = difflib.get_close_matches(upper, sorted(known), n=1)
        hint = f"did you mean {near[0]}?" if near else "see .env.example for those there are"
        raise SettingBroken(f"{name} is no setting; {hint}")


def _told(setting: str, given: Mapping[str, Json], outside: Mapping[str, str]) -> str:
    told = f"{_named(setting, given)} must be {SETTINGS[setting].metadata['right']}"
    if setting in {
        "credentials",
        "inbox_secrets",
        "console_token",
        "store",
    }:  # never repeat a secret, or a password in a URL
        return told
    value = given.get(setting, _looked_up(setting, outside))
    if setting == "port" and str(value).startswith("tcp://"):
        return f"{told}; {value!r} is Kubernetes' doing: set enableServiceLinks: false"
    return f"{told}; {value!r} is not"


def _named(setting: str, given: Mapping[str, Json]) -> str:
    if setting in given:
        return f"--{setting.replace('_', '-')}"
    variable = f"{PREFIX}{setting}".upper()
    return variable if _looked_up(setting, os.environ) is not None else f"{variable} (in .env)"


def _looked_up(setting: str, env: Mapping[str, str]) -> str | None:
    variable = f"{PREFIX}{setting}".upper()
    return next((value for name, value in env.items() if name.upper() == variable), None)
