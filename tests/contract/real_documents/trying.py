"""Serves one document in this process and sends every operation its requests."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import structlog

from mock_platform.bootstrap import build_documents
from mock_platform.bootstrap.live import unservable
from mock_platform.shared.config import load_settings
from tests.contract.in_process import Request
from tests.contract.real_documents import verdicts
from tests.contract.real_documents.document_read import Json, Op, Paper
from tests.contract.real_documents.drafting import Draft, Drafting, Undraftable, place_of
from tests.contract.real_documents.second_opinion import Opinion
from tests.contract.real_documents.spelling import NoSpelling
from tests.contract.real_documents.wires import Answer, ask

Note = Callable[[Json], None]
"""Writes down one result at once, so that it is known even if the next one never comes."""

_TROUBLE = frozenset({"error", "exception", "critical"})


@dataclass
class _Overheard:
    """What the product logs, as far as it is trouble."""

    events: list[str] = field(default_factory=list)

    def __call__(self, _logger: Any, name: str, event: Any) -> Any:
        if name in _TROUBLE:
            trace = structlog.processors.format_exc_info(_logger, name, dict(event))
            self.events.append("\n".join(f"{k}: {v}" for k, v in trace.items())[-2500:])
        raise structlog.DropEvent

    def taken(self) -> list[str]:
        told, self.events = self.events, []
        return told


def try_document(path: Path, most: int | None, note: Note) -> None:
    """Note a start or a refusal, then each request that did not go as it should, then the sums."""
    overheard = _Overheard()
    structlog.configure(processors=[overheard], wrapper_class=None)
    began = time.perf_counter()
    try:
        settings = load_settings({"reload": False, "log_level": "error"})
        app = build_documents([(path, None)], settings).app
    except unservable() as reason:
        note({"event": "refused", "why": str(reason)[:3000], "kind": type(reason).__name__})
        return
    except Exception as reason:  # noqa: BLE001 - that is a finding
        note(
            {
                "event": "refused",
                "why": repr(reason)[:3000],
                "kind": f"bug: {type(reason).__name__}",
            }
        )
        return
    note({"event": "started", "seconds": round(time.perf_counter() - began, 3)})
    paper = Paper(json.loads(path.read_bytes()))
    asyncio.run(_Trial(app, paper, overheard, note).run(most))


class _Trial:
    def __init__(self, app: Any, paper: Paper, overheard: _Overheard, note: Note) -> None:
        self._app, self._paper, self._overheard, self._note = app, paper, overheard, note
        self._opinion = Opinion(paper)
        self._drafting = Drafting(paper, self._opinion)
        self._twins: dict[tuple[str, str], list[Op]] = defaultdict(list)

    async def run(self, most: int | None) -> None:
        listed = list(self._paper.operations())
        chosen = spread(listed, most)
        self._drafting.shared.update(map(place_of, listed))
        for op in listed:
            self._twins[place_of(op)].append(op)
        for op in chosen:
            self._note({"event": "operation", "operation": op.name})
            await self._operation(op)
        for reason in self._paper.unreadable:
            self._note({"event": "unreadable", "why": reason})
        self._note(
            {
                "event": "done",
                "operations": len(listed),
                "tried": len(chosen),
                "mute": sorted(self._opinion.mute)[:20],
                "given_up": self._drafting.given_up[:20],
            }
        )

    async def _operation(self, op: Op) -> None:
        lean = await self._valid("lean", op, self._drafting.lean)
        await self._valid("full", op, self._drafting.full)
        if lean is None:
            return
        ways = self._drafting.broken(op, lean)
        first = crc32(op.name.encode()) % max(1, len(ways))
        for label, draft in (*ways[first:], *ways[:first]):
            try:
                request = self._drafting.written(draft)
            except (NoSpelling, ValueError):
                continue
            answered = await self._asked(request)
            wrong = verdicts.of_a_broken_one(answered[0])
            self._tell("broken", op, request, answered, wrong and f"{label}: {wrong}")
            return
        self._note({"event": "result", "kind": "broken", "verdict": "nothing to break"})

    async def _valid(self, kind: str, op: Op, drafted: Callable[[Op], Draft]) -> Draft | None:
        try:
            draft = drafted(op)
            request = self._drafting.written(draft)
        except (Undraftable, NoSpelling, ValueError) as reason:
            self._note(
                {
                    "event": "result",
                    "kind": kind,
                    "verdict": "no request",
                    "operation": op.name,
                    "why": str(reason)[:600],
                }
            )
            return None
        answered = await self._asked(request)
        wrong = verdicts.of_a_valid_one(op, answered[0], self._opinion)
        if wrong is not None and any(
            verdicts.of_a_valid_one(twin, answered[0], self._opinion) is None
            for twin in self._twins[place_of(op)]
        ):
            wrong = f"answered as another operation of the same path: {wrong}"
        self._tell(kind, op, request, answered, wrong)
        return draft

    async def _asked(self, request: Request) -> tuple[Answer, float]:
        began = time.perf_counter()
        try:
            answer = await ask(self._app, request)
        except Exception as reason:  # noqa: BLE001 - that is a finding
            answer = Answer(status=599, headers={}, body=repr(reason).encode())
        return answer, time.perf_counter() - began

    def _tell(
        self,
        kind: str,
        op: Op,
        request: Request,
        answered: tuple[Answer, float],
        wrong: str | None,
    ) -> None:
        answer, seconds = answered
        told = self._overheard.taken()
        result: dict[str, Json] = {
            "event": "result",
            "kind": kind,
            "verdict": "ok" if wrong is None else "wrong",
            "ms": round(seconds * 1000, 1),
            "status": answer.status,
        }
        if wrong is not None:
            result |= {
                "operation": op.name,
                "why": wrong,
                "request": verdicts.shown(request),
                "answer": answer.body[:1500].decode("utf-8", "replace"),
                "log": told[-1:],
            }
        elif seconds > 1:
            result["operation"] = op.name
        self._note(result)


def spread(listed: Sequence[Op], most: int | None) -> Sequence[Op]:
    """Choose so many, evenly over all of them."""
    if most is None or len(listed) <= most:
        return listed
    return list(_evenly(listed, most))


def _evenly(listed: Sequence[Op], most: int) -> Iterator[Op]:
    for number in range(most):
        yield listed[number * len(listed) // most]
