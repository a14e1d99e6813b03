"""Sums the results up: a table of counts, and the failures by what they have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tests.contract.real_documents.document_read import Json
from tests.contract.real_documents.readings import AS_MEANT, BY_THE_BOOK
from tests.contract.real_documents.second_opinion import cause

_VALID = ("lean", "full")
_EXAMPLE = "and neither is the document's example"
_SHOWN = 8


def told(records: list[Json]) -> str:
    """Return the table as text."""
    counts: Counter[str] = Counter()
    for record in records:
        counts.update(record["counts"])
    started = [one for one in records if one["outcome"] == "started"]
    refused = [one for one in records if one["outcome"] != "started"]
    good = sum(counts[f"{kind} ok"] for kind in _VALID)
    bad = sum(counts[f"{kind} wrong"] for kind in _VALID)
    kept, slipped = counts["broken ok"], counts["broken wrong"]
    lines = [
        ("documents", str(len(records))),
        ("started", str(len(started))),
        ("refused or crashed", str(len(refused))),
        ("… that openapi-spec-validator accepts", str(_accepted(refused))),
        ("not finished in time", str(sum("unfinished" in one for one in records))),
        ("operations tried", str(sum(one.get("tried", 0) for one in records))),
        ("valid requests sent", str(good + bad)),
        ("… answered as declared", f"{good} ({_percent(good, good + bad)})"),
        (f"… others {BY_THE_BOOK.told}", str(_said(started, BY_THE_BOOK.told))),
        (f"… others {AS_MEANT.told}", str(_said(started, AS_MEANT.told))),
        ("… others with the document's own example, which is wrong", str(_said(started, _EXAMPLE))),
        ("valid requests that could not be made", str(_unmade(counts))),
        ("answers of 5xx", str(counts["5xx"])),
        ("broken requests sent", str(kept + slipped)),
        ("… refused with 4xx", f"{kept} ({_percent(kept, kept + slipped)})"),
        ("operations that cannot be broken", str(counts["broken nothing to break"])),
        ("seconds in all", f"{sum(one['took'] for one in records):.0f}"),
    ]
    width = max(len(name) for name, _ in lines)
    return "\n".join([*(f"{name:<{width}}  {text}" for name, text in lines), *_slowest(started)])


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


def _accepted(refused: Iterable[Json]) -> int:
    return sum(one.get("accepted") is True for one in refused)


def _said(started: list[Json], words: str) -> int:
    failures = (one for record in started for one in record["failures"])
    return sum(words in one["why"] for one in failures if one["kind"] in _VALID)


def _unmade(counts: Counter[str]) -> int:
    return sum(counts[f"{kind} no request"] for kind in _VALID)


def _slowest(started: list[Json]) -> Iterator[str]:
    yield ""
    yield "slowest starts"
    by_start = sorted(started, key=lambda one: -float(one["start_seconds"]))[:_SHOWN]
    yield from (f"  {one['start_seconds']:8.2f} s  {one['document']}" for one in by_start)
    yield "slowest first answers"
    slow = [(ms, one["document"], op) for one in started for ms, op in one["slow"]]
    yield from (
        f"  {ms / 1000:8.2f} s  {name}  {op}" for ms, name, op in sorted(slow)[::-1][:_SHOWN]
    )


def grouped(records: list[Json]) -> list[Json]:
    """Return the failures by cause, the most frequent first, each with the smallest example."""
    groups: dict[tuple[str, str], list[tuple[str, Json]]] = defaultdict(list)
    for record in records:
        name = record["document"]
        for one in record["failures"]:
            kind = one["kind"] if one["kind"] == "broken" else "valid"
            key = f"{kind} {one['verdict']}"
            if one.get("status", 0) >= 500:
                key = "5xx"
            groups[key, cause(one["why"])].append((name, one))
        if record["outcome"] != "started":
            why = record.get("why", record.get("unfinished", "?"))
            groups["refused", cause(why)].append((name, {"why": why, **_verdict(record)}))
        elif "unfinished" in record:
            groups["unfinished", "in time"].append((name, {"why": record["unfinished"]}))
    return [
        {
            "kind": kind,
            "cause": what,
            "count": len(found),
            "documents": sorted({name for name, _ in found})[:20],
            "example": _smallest(found),
        }
        for (kind, what), found in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]


def _verdict(record: Json) -> dict[str, Json]:
    return {"accepted by openapi-spec-validator": record.get("accepted")}


def _smallest(found: list[tuple[str, Json]]) -> Json:
    name, one = min(found, key=lambda pair: len(str(pair[1].get("request", pair[1]))))
    return {"document": name, **one}
