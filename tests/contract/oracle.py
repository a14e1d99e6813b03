"""Compares our application with stock connexion, request by request: many of them, made by schemathesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.coverage import _operation as coverage

from tests.contract.excuses import Case, excuse_of, with_headers
from tests.contract.in_process import Request
from tests.contract.stock import Stage

_SCHEMATHESIS = {"user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid"}


@dataclass
class Comparison:
    """What came of many requests."""

    cases: list[Case] = field(default_factory=list)

    @property
    def disagreements(self) -> list[Case]:
        return [case for case in self.cases if not case.agrees]

    @property
    def faults(self) -> list[Case]:
        """The disagreements without an excuse."""
        return [case for case in self.disagreements if excuse_of(case) is None]

    def share(self, kind: str) -> float:
        """How many of our answers are of this kind, as a part of one."""
        return sum(case.ours.kind == kind for case in self.cases) / len(self.cases)


def compare(stage: Stage, root: Any, examples: int, only: Sequence[str] = ()) -> Comparison:
    """Send valid and invalid requests of all operations, or only of some, to both.

    Those that schemathesis' coverage phase sends, border cases one by one; and some at random.
    """
    comparison = Comparison()
    schema = schemathesis.openapi.from_dict(root)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation: Any = result.ok()
        if only and operation.definition.raw["operationId"] not in only:
            continue
        border = coverage.iter_coverage_cases(
            operation=operation,
            generation_modes=list(GenerationMode),
            generate_duplicate_query_parameters=True,
            unexpected_methods=set(),
            generation_config=schema.config.generation,
        )
        for number, case in enumerate(border):
            _send(stage, case, comparison, known=number % 8 != 7, pick=number)
        for mode in GenerationMode:
            _send_some(stage, operation.as_strategy(generation_mode=mode), examples, comparison)
    return comparison


def _send_some(stage: Stage, generated: Any, examples: int, comparison: Comparison) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=generated, known=st.booleans(), pick=st.integers(min_value=0, max_value=10**6))
    def send(case: Any, known: bool, pick: int) -> None:
        _send(stage, case, comparison, known=known, pick=pick)

    send()


def _send(stage: Stage, case: Any, comparison: Comparison, *, known: bool, pick: int) -> None:
    """Send a case to both; ``known``: where it names something, name something that is there."""
    if known:
        case.path_parameters = {
            name: stage.ids[name][pick % len(stage.ids[name])] for name in case.path_parameters
        }
    request = _CHANGES[pick % len(_CHANGES)](_wired(case))
    ours, stock = stage.verdicts(request)
    comparison.cases.append(Case(request=request, ours=ours, stock=stock))


def _wired(case: Any) -> Request:
    """The request as schemathesis would send it."""
    told = case.as_transport_kwargs(base_url="http://mock.test/v1")
    names = ("method", "url", "headers", "params", "data", "json", "cookies")
    sent: Any = requests.Request(**{name: told.get(name) for name in names}).prepare()
    body: str | bytes = sent.body or b""
    return Request(
        method=str(sent.method),
        target=sent.path_url,
        headers=tuple(
            (name.lower(), value if isinstance(value, str) else value.decode("latin-1"))
            for name, value in sent.headers.items()
            if name.lower() not in {*_SCHEMATHESIS, "content-length"}
        ),
        body=body.encode() if isinstance(body, str) else body,
    )


def _same(request: Request) -> Request:
    return request


def _newline(request: Request) -> Request:
    return replace(request, target=request.target + "%0A")


def _repeated(request: Request) -> Request:
    query = request.target.partition("?")[2]
    return replace(request, target=f"{request.target}&{query}") if query else request


def _slash(request: Request) -> Request:
    return request if "?" in request.target else replace(request, target=request.target + "/")


def _charset(request: Request) -> Request:
    kind = dict(request.headers).get("content-type")
    return with_headers(request, content_type=f"{kind}; charset=utf-8") if kind else request


def _untyped(request: Request) -> Request:
    kept = [line for line in request.headers if line[0] != "content-type"]
    return replace(request, headers=tuple(kept))


_CHANGES = [*[_same] * 36, _newline, _repeated, _slash, _charset, _untyped]
"""What may happen to a request on its way; most of the time nothing."""
