"""Who may look at the console: this machine, or who knows the token; and no page of somebody else.

A browser on this machine is everybody's tool: any page it shows may send it here. So on loopback the
name it was sent to must be this machine's (a stranger's name may have been pointed here), what comes
from other pages is refused, and what changes something carries a mark that only our pages know.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from mock_platform.console.guesses import Guesses

TOKEN_SETTING: Final = "MOCK_PLATFORM_CONSOLE_TOKEN"  # noqa: S105 - the variable's name, not its value
_SESSION: Final = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})?")
_BEARER: Final = "bearer "
_OURSELVES: Final = frozenset({"same-origin", "none"})


class Verdict(Enum):
    """What becomes of somebody at the door."""

    ADMITTED = auto()
    ASKED_FOR_TOKEN = auto()
    GUESSED_TOO_OFTEN = auto()
    FOR_THIS_MACHINE_ONLY = auto()
    SENT_TO_ANOTHER_NAME = auto()
    SENT_BY_ANOTHER_PAGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The one way in. ``key`` is random and lives as long as the process."""

    host: str
    """The address that is listened on."""
    port: int
    token: str | None
    key: bytes
    entropy: Callable[[int], bytes]
    guesses: Guesses

    def verdict(self, headers: Mapping[str, str]) -> Verdict:
        """Judge a request by its headers; their names are in lower case."""
        if not self.token and not is_loopback(self.host):
            return Verdict.FOR_THIS_MACHINE_ONLY
        host = headers.get("host", "")
        if not self.token and not is_loopback(_name(host)):
            return Verdict.SENT_TO_ANOTHER_NAME
        if _is_foreign(headers, host):
            return Verdict.SENT_BY_ANOTHER_PAGE
        # Who has a session is asked nothing, however much others guess.
        if not self.token or self._is_known(headers):
            return Verdict.ADMITTED
        given = headers.get("authorization", "")
        if given[: len(_BEARER)].lower() == _BEARER:
            return self.admits(given[len(_BEARER) :])
        return Verdict.ASKED_FOR_TOKEN

    def remedy(self, verdict: Verdict) -> str:
        """Say why somebody stays outside, and what can be done about it."""
        facts = {"host": self.host, "port": self.port, "setting": TOKEN_SETTING}
        return _REMEDIES[verdict].format(**facts, wait_s=self.guesses.wait_s())

    # The session: a cookie that says who it is, and that it once brought the token

    @property
    def cookie(self) -> str:
        """The cookie's name; services on other ports of this machine have theirs."""
        return f"mock-console-{self.port}"

    def session(self, cookie: str | None) -> str:
        """Return the session that a cookie stands for; a new one if it stands for none."""
        found = _SESSION.fullmatch(cookie or "")
        return found[1] if found else self.entropy(16).hex()

    def admits(self, token: str) -> Verdict:
        """Judge what is brought as the token, unless there were too many wrong ones of late."""
        if not self.guesses.take():
            return Verdict.GUESSED_TOO_OFTEN
        if not (self.token and _same(token, self.token)):
            return Verdict.ASKED_FOR_TOKEN
        self.guesses.give_back()
        return Verdict.ADMITTED

    def cookie_for(self, session: str, *, admitted: bool) -> str:
        """Return the cookie's value."""
        return f"{session}.{self._mark('admitted', session) if admitted else ''}"

    def form_mark(self, session: str) -> str:
        """Return what a form of ours carries, so that it is told from others' forms."""
        return self._mark("form", session)

    def is_our_form(self, session: str, mark: str) -> bool:
        return _same(mark, self.form_mark(session))

    def _mark(self, what: str, session: str) -> str:
        return hmac.new(self.key, f"{what}:{session}".encode(), sha256).hexdigest()

    def _is_known(self, headers: Mapping[str, str]) -> bool:
        found = _SESSION.fullmatch(_cookies(headers.get("cookie", "")).get(self.cookie, ""))
        return found is not None and _same(found[2] or "", self._mark("admitted", found[1]))


def is_loopback(host: str) -> bool:
    """Tell whether a name or address means this machine, to this machine only."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """Return a Host header's name, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_foreign(headers: Mapping[str, str], host: str) -> bool:
    """Tell whether a page of somebody else sent this; a link that is followed is no such thing."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return True
    followed = headers.get("sec-fetch-mode") == "navigate" and origin is None
    return headers.get("sec-fetch-site", "none") not in _OURSELVES and not followed


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _cookies(header: str) -> Mapping[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs}


_REMEDIES: Final[Mapping[Verdict, str]] = {
    Verdict.ASKED_FOR_TOKEN: (
        "The console wants its token: in the form at /console/login, or as Authorization: Bearer."
        " It is the value of {setting} where this service runs."
    ),
    Verdict.GUESSED_TOO_OFTEN: (
        "Too many wrong tokens came of late; the next one is looked at in {wait_s} seconds. Who is"
        " logged in stays so."
    ),
    Verdict.FOR_THIS_MACHINE_ONLY: (
        "The console is for the machine it runs on, and this service listens on {host}, for others"
        " too. Set {setting} to a secret of 16 characters or more and start again; the console then"
        " asks for it. Or listen on 127.0.0.1 (--host)."
    ),
    Verdict.SENT_TO_ANOTHER_NAME: (
        "The console answers to this machine's own names only: open"
        " http://127.0.0.1:{port}/console/. To reach it by another name, set {setting}; the console"
        " then asks for it."
    ),
    Verdict.SENT_BY_ANOTHER_PAGE: (
        "Another site's page sent this request, and the console takes none of those: open it yourself."
    ),
}
