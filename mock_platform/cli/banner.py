"""What is said at the start: what is served, where to look, and one line to try."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from mock_platform.cli.platform import BannerFacts
from mock_platform.shared.contracts import Json
from mock_platform.shared.curl import Command

SAMPLE_ORDER: Final[Mapping[str, Json]] = {
    "customerId": "cust-42",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}
"""What the contract shows as a minimal order; a test holds the two together."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to reach it, not to bind
_SIGNING = {
    "configured": "signed with ORDER_CALLBACK_SECRET",
    "ephemeral": "signed with a secret made for this run; set ORDER_CALLBACK_SECRET to choose one",
    "missing": "NOT SENT, as the contract has them signed: set ORDER_CALLBACK_SECRET"
    " (see .env.example), the same for sender and receiver",
}
_CONSOLES = {
    "open": "{url}",
    "token": "{url}  (asks for MOCK_PLATFORM_CONSOLE_TOKEN)",
    "closed": "closed, as others can reach this address: set MOCK_PLATFORM_CONSOLE_TOKEN",
}
_AT_A_GLANCE = 12
_BY = ("handler", "transition", "example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Everything the banner tells."""

    host: str
    port: int
    store: str
    signing: str | None
    """``configured``, ``ephemeral`` or ``missing``."""
    facts: BannerFacts
    console: str | None = None
    """``open``, ``token``, ``closed``; None when there is none."""

    @property
    def url(self) -> str:
        host = _EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def as_text(opening: Opening) -> str:
    """Write the banner for people."""
    told = as_facts(opening)
    rows = [
        *([] if opening.console is None else [("console", _console(opening))]),
        ("docs", told["docs"]),
        ("contracts", f"{told['contracts']}  ({', '.join(told['specs'])})"),
        ("store", f"{opening.store}{' (forgets at exit)' if _forgets(opening.store) else ''}"),
        ("serves", _counts(told)),
    ]
    if opening.signing is not None:
        rows.insert(-1, ("callbacks", _SIGNING[opening.signing]))
    if told["kept"]:
        rows.append(("remembers", shortened(told["kept"])))
    if told["from_examples"]:
        rows.append(("", f"from the contract: {shortened(told['from_examples'])}"))
    lines = [f"  {name:<10} {value}" for name, value in rows]
    tries = ["", "Try it:", *(f"  {line}" for line in told["try"])] if told["try"] else []
    return "\n".join([f"Mock Platform on {opening.url}", "", *lines, *tries, ""])


def as_facts(opening: Opening) -> Mapping[str, Json]:
    """Tell the same for programs."""
    by: Mapping[str, Sequence[str]] = {
        who: sorted(one[0] for one in opening.facts.operations if one[3] == who) for who in _BY
    }
    return {
        "url": opening.url,
        "console": None if opening.console in {None, "closed"} else f"{opening.url}/console/",
        "docs": f"{opening.url}/docs/",
        "contracts": f"{opening.url}/specs",
        "specs": [*opening.facts.specs],
        "store": opening.store,
        "signing": opening.signing,
        "operations": len(opening.facts.operations),
        "by_handler": len(by["handler"]),
        "by_transition": by["transition"],
        "from_examples": by["example"],
        "kept": [*opening.facts.kept],
        "try": _tries(opening),
    }


def _console(opening: Opening) -> str:
    return _CONSOLES[opening.console or "closed"].format(url=f"{opening.url}/console/")


def _counts(told: Mapping[str, Json]) -> str:
    parts = [
        f"{told['by_handler']} by handlers",
        f"{len(told['by_transition'])} by the state machine",
        f"{len(told['from_examples'])} from the contract",
    ]
    return f"{told['operations']} operations: {', '.join(parts)}"


def _tries(opening: Opening) -> list[str]:
    """One line that does something, and one that shows what came of it."""
    paths = {name: path for name, _, path, _ in opening.facts.operations}
    order = dict(SAMPLE_ORDER)
    tries = []
    if receive := paths.get("receiveCallback"):
        order["callbackUrl"] = opening.url + _filled(receive)
    if create := paths.get("createOrder"):
        headers = [("Content-Type", "application/json")]
        url, body = opening.url + _filled(create), json.dumps(order)
        tries.append(Command(method="POST", url=url, headers=headers, body=body).written())
    if records := paths.get("listRecords"):
        url = opening.url + _filled(records)
        tries.append(Command(method="GET", url=url, flags="").written())
    if not tries and opening.facts.invites:
        url = opening.url + quote(opening.facts.invites, safe="/")
        tries.append(Command(method="GET", url=url).written())
    return tries


def shortened(names: Sequence[str]) -> str:
    """List the names, as many as people read at a glance."""
    more = len(names) - _AT_A_GLANCE
    listed = ", ".join(names[:_AT_A_GLANCE])
    return f"{listed} and {more} more" if more > 0 else listed


def _filled(path: str) -> str:
    return quote(path.replace("{inboxId}", "orders"), safe="/{}")


def _forgets(store: str) -> bool:
    return store.startswith("memory:")
