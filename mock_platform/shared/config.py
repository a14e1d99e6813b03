"""The settings: what may be set from outside, what it defaults to, what is right.

An option on the command line beats an environment variable, which beats ``.env`` in the current
directory, which beats the default. Signing secrets are no settings: a contract names the variable
that holds one (``secret: env:NAME``), and ``secret_source`` reads it.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import orjson
from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Json

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


def _listed(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _secrets_by_inbox(value: Json) -> Json:
    parsed = orjson.loads(value) if isinstance(value, str) and value.strip() else value or {}
    if not isinstance(parsed, dict):
        return parsed  # what is no mapping is refused as one
    return {
        inbox: tuple(secrets.split()) if isinstance(secrets, str) else secrets
        for inbox, secrets in parsed.items()
    }


class Settings(BaseSettings):
    """Everything that may be set from outside, checked. The descriptions say what is right."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_DOTENV,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: Annotated[str, Field(min_length=1, description="an address of this machine")] = (
        "127.0.0.1"
    )
    port: Annotated[
        int | None,
        Field(ge=0, le=65535, description="a TCP port, 0 to 65535; 0 takes any free one"),
    ] = None
    url: Annotated[
        str, Field(pattern=r"^https?://\S+$", description="the http:// URL of a running platform")
    ] = "http://127.0.0.1:8080"
    store: Annotated[
        str,
        Field(
            pattern=r"^\w[\w+]*://",
            description="memory:// or sqlite:///FILE (four slashes before an absolute path)",
        ),
    ] = "memory://"
    specs: Annotated[
        Path | None,
        Field(description="a directory with *.spec.yaml files; none: the installed ones"),
    ] = None
    reload: Annotated[bool, Field(description="true (saved specs are served at once) or false")] = (
        True
    )
    cors: Annotated[
        bool | None,
        Field(description="true (pages from other origins are let in) or false; none: as usual"),
    ] = None
    targets: Annotated[
        Literal["dev", "loopback"],
        Field(description="dev (callbacks go to this machine and private networks) or loopback"),
    ] = "dev"
    target_allow: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_listed),
        Field(description="host names, addresses or networks, separated by commas"),
    ] = ()
    inbox_secrets: Annotated[
        Mapping[str, tuple[str, ...]],
        NoDecode,
        BeforeValidator(_secrets_by_inbox),
        Field(
            repr=False,
            description='a JSON object from inbox to secret, e.g. {"open": ""}; "" accepts unsigned',
        ),
    ] = Field(default_factory=dict)
    credentials: Annotated[
        SecretStr,
        Field(
            description='a JSON object from security scheme to what is let in, e.g. {"key": ["abc"]}'
        ),
    ] = SecretStr("")
    body_limit_bytes: Annotated[int, Field(ge=1, description="a number of bytes, at least 1")] = (
        1_048_576
    )
    threads: Annotated[int, Field(ge=1, le=256, description="a number of threads, 1 to 256")] = 12
    handler_threads: Annotated[
        int, Field(ge=1, le=256, description="a number of threads, 1 to 256")
    ] = 16
    drain_seconds: Annotated[
        float, Field(ge=0, le=3600, description="a number of seconds, 0 to 3600")
    ] = 12.0
    hold_limit_seconds: Annotated[
        float, Field(ge=0, le=3600, description="a number of seconds, 0 to 3600")
    ] = 15.0
    wait_limit_seconds: Annotated[
        float, Field(ge=0, le=3600, description="a number of seconds, 0 to 3600")
    ] = 30.0
    cache: Annotated[str | None, Field(description="a directory, or off")] = None
    metrics: Annotated[bool, Field(description="true (shown at /metrics) or false")] = True
    console: Annotated[bool, Field(description="true (served at /console/) or false")] = True
    console_token: Annotated[
        str | None,
        Field(min_length=16, repr=False, description="a secret of 16 characters or more"),
    ] = None
    idempotency_hours: Annotated[
        float, Field(gt=0, le=8760, description="a number of hours, above 0, at most 8760")
    ] = 24.0
    log_format: Annotated[
        Literal["auto", "human", "json"],
        Field(description="auto (human on a terminal, else json), human or json"),
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="debug, info, warning or error"),
    ] = "info"


def load_settings(options: Mapping[str, Json]) -> Settings:
    """Read the settings; an option that is None was not given.

    Raises:
        SettingBroken: something is misspelt or has a value that will not do.
    """
    given = present(options)
    outside = {**_from_file(_DOTENV), **os.environ}
    _refuse_misspelt(outside)
    try:
        settings = Settings(**given)
    except ValidationError as refused:
        problems = (_told(error, given, outside) for error in refused.errors())
        raise SettingBroken("\n".join(dict.fromkeys(problems))) from None
    if settings.specs is not None and not settings.specs.is_dir():
        raise SettingBroken(f"{_named('specs', given)}: {str(settings.specs)!r} is no directory")
    return settings


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
    try:
        return {name: value or "" for name, value in dotenv_values(dotenv).items()}
    except (OSError, UnicodeDecodeError) as broken:
        raise SettingBroken(f"{dotenv} cannot be read: {broken}") from None


def _refuse_misspelt(env: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in sorted(env):
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper in known or upper.startswith(_NOT_OURS):
            continue
        near = difflib.get_close_matches(upper, sorted(known), n=1)
        hint = f"did you mean {near[0]}?" if near else "see .env.example for those there are"
        raise SettingBroken(f"{name} is no setting; {hint}")


def _told(error: ErrorDetails, given: Mapping[str, Json], outside: Mapping[str, str]) -> str:
    setting = str(error["loc"][0]).lower().removeprefix(PREFIX.lower())
    told = f"{_named(setting, given)} must be {Settings.model_fields[setting].description}"
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
