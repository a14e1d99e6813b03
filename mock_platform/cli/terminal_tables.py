"""Says in columns what a platform answered: plain text, pure functions; colours come on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mock_platform.shared.contracts import Json
from mock_platform.shared.taming import tame

STYLES: Final[Mapping[str, str]] = {
    "created": "cyan",
    "paid": "blue",
    "shipped": "magenta",
    "delivered": "green",
    "cancelled": "dim",
    "refunded": "yellow",
    "pending": "yellow",
    "sending": "cyan",
    "dead": "bold red",
    "accepted": "green",
    "duplicate": "dim",
    "invalid": "red",
    "rejected": "red",
    "played": "yellow",
}
"""States and outcomes that have a colour; those of your own have none."""

_GAP = "  "
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """What one column shows of an item."""

    title: str
    told: Callable[[Json], str]
    width: int
    """In lines that come one by one, where nobody knows the longest yet."""
    is_state: bool = False


def field(name: str) -> Callable[[Json], str]:
    """Return what tells a member, nothing where there is none."""
    return lambda item: "" if item.get(name) is None else str(item[name])


def instant(name: str) -> Callable[[Json], str]:
    """Return what tells a time of day and its date, without T and Z."""
    return lambda item: str(item.get(name, "")).replace("T", " ").removesuffix("Z")


def _total(order: Json) -> str:
    total = order.get("total")
    if not isinstance(total, dict):
        return ""
    return f"{total.get('amount', '')} {total.get('currency', '')}".strip()


def _verdict(record: Json) -> str:
    """The outcome, and what it came of."""
    by = record.get("policy") or (record.get("duplicateOf") and "seen before")
    return f"{record.get('status', 'no answer')} {by}" if by else f"{record.get('status', '')}"


ORDERS: Final = (
    Column("ID", field("id"), 36),
    Column("STATUS", field("status"), 9, is_state=True),
    Column("V", field("version"), 2),
    Column("CUSTOMER", field("customerId"), 12),
    Column("TOTAL", _total, 12),
    Column("UPDATED", instant("updatedAt"), 23),
)
DELIVERIES: Final = (
    Column("ID", field("id"), 36),
    Column("STATE", field("state"), 9, is_state=True),
    Column("TRIES", field("attempts"), 5),
    Column("EVENT", field("eventType"), 16),
    Column("ORDER", field("orderId"), 36),
    Column("NEXT", instant("nextAttemptAt"), 23),
    Column("REASON", field("reason"), 0),
)
RECORDS: Final = (
    Column("SEQ", field("seq"), 4),
    Column("ID", field("id"), 36),
    Column("RECEIVED", instant("receivedAt"), 23),
    Column("EVENT", field("type"), 16),
    Column("ORDER", field("orderId"), 36),
    Column("OUTCOME", field("outcome"), 9, is_state=True),
    Column("SIGNATURE", field("signature"), 9),
    Column("ANSWER", _verdict, 0),
)
EVENTS: Final = (
    Column("V", field("orderVersion"), 2),
    Column("EVENT", field("type"), 16),
    Column("AT", instant("occurredAt"), 23),
    Column("BY", lambda event: str((event.get("data") or {}).get("trigger", "")), 12),
    Column("ID", field("id"), 36),
)
ATTEMPTS: Final = (
    Column("NO", field("number"), 2),
    Column("BY", field("trigger"), 6),
    Column("STARTED", instant("startedAt"), 23),
    Column("OUTCOME", field("outcome"), 12, is_state=True),
    Column("STATUS", field("status"), 6),
    Column("ADDRESS", field("address"), 9),
    Column("RETRY AT", instant("retryAt"), 23),
    Column("REASON", field("reason"), 0),
)


def cells(columns: Sequence[Column], item: Json) -> list[str]:
    """Return what the columns tell of an item, safe to show: a callback may hold anything."""
    told = (tame(column.told(item)) for column in columns)
    return [text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…" for text in told]


def table(columns: Sequence[Column], items: Sequence[Json], nothing: str) -> str:
    """Write a table, as wide as it needs to be."""
    if not items:
        return f"{nothing}\n"
    rows = [[column.title for column in columns], *(cells(columns, item) for item in items)]
    wide = widths(columns, items)
    return "".join(_line(row, wide) for row in rows)


def widths(columns: Sequence[Column], items: Sequence[Json]) -> list[int]:
    """Return how wide each column has to be."""
    rows = [[column.title for column in columns], *(cells(columns, item) for item in items)]
    return [max(map(len, told)) for told in zip(*rows, strict=True)]


def line(columns: Sequence[Column], item: Json) -> str:
    """Write one line of a table that goes on for ever."""
    return _line(cells(columns, item), [column.width for column in columns])


def heading(columns: Sequence[Column]) -> str:
    return _line([column.title for column in columns], [column.width for column in columns])


def facts(item: Json, names: Sequence[str]) -> str:
    """Write members of an item below each other, those that it has."""
    told = [(name, item[name]) for name in names if item.get(name) is not None]
    width = max((len(name) for name, _ in told), default=0)
    return "".join(f"{name.ljust(width)}  {tame(str(value))}\n" for name, value in told)


def problem_text(problem: Mapping[str, Json]) -> str:
    """Write a problem document for people: title, detail, and every violation."""
    lines = [str(problem.get("title", "refused"))]
    if problem.get("detail"):
        lines.append(str(problem["detail"]))
    for violation in problem.get("violations") or ():
        place = violation.get("pointer") or "(the body)"
        lines.append(f"  {place}: {violation.get('message')} [{violation.get('rule')}]")
    if problem.get("allowed"):
        lines.append(f"  possible now: {', '.join(map(str, problem['allowed']))}")
    if problem.get("traceId"):
        lines.append(f"  trace {problem['traceId']}")
    return "\n".join(map(tame, lines))


def _line(row: Sequence[str], wide: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(row, wide, strict=True))
    return _GAP.join(padded).rstrip() + "\n"
