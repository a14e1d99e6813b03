"""Reads from a contract which callbacks it sends, and how patiently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.engine.anatomy import METHODS, everything
from mock_platform.engine.documents import Document
from mock_platform.engine.durations import seconds
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.operations import operations
from mock_platform.engine.pointers import follow, join
from mock_platform.engine.runtime_expressions import compile_expression
from mock_platform.engine.vocabulary import behaviour_findings
from mock_platform.shared.contracts import Json, Violation

BodyCheck = Callable[[bytes], Sequence[Violation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One callback, where an operation declares it."""

    name: str
    callback: Json
    pointer: str
    """Of the callback object, references followed."""


def declared(document: Document) -> Iterator[Declared]:
    """Yield every callback that an operation of a path declares."""
    for operation in operations(document):
        for name in operation.callbacks:
            callback, place = follow(document.root, operation.pointer + join("callbacks", name))
            yield Declared(name=name, callback=callback, pointer=place)


def callback_rules(
    document: Document, violations_for: Callable[[str], BodyCheck]
) -> Mapping[str, CallbackRules]:
    """Read the rules of every callback, by name.

    Args:
        document: the contract.
        violations_for: from a schema's pointer to what finds fault with a body.

    Raises:
        SpecBroken: with every finding, pointing into the bundled document.
    """
    if findings := tuple(callback_findings(document)):
        raise SpecBroken(findings)
    rules: dict[str, CallbackRules] = {}
    for each in declared(document):
        ((expression, method, operation, place),) = _requests(document, each)
        behaviour = operation.get("x-mock") or {}
        read = stated_rules(behaviour, each.name, expression, method)
        schema = _body_schema(document, operation, place)
        if schema is not None:
            read = replace(read, violations=violations_for(schema))
        rules.setdefault(each.name, read)
    return rules


def callback_findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the callbacks and their ``x-mock``."""
    yield from _misplaced(document)
    seen: dict[str, Declared] = {}
    for each in declared(document):
        first = seen.setdefault(each.name, each)
        if first is each:
            yield from _findings(document, each)
        elif each.callback != first.callback:
            yield Finding(
                pointer=each.pointer,
                message=f"callback {each.name!r} is declared twice, in two ways",
                remedy="move it to components.callbacks and refer to it, or rename one",
            )


def _misplaced(document: Document) -> Iterator[Finding]:
    """``x-mock`` means something under operations, and under path items that are no callback's."""
    for pointer, node, kind in everything(document.root, "document"):
        at_home = kind == "operation" or (kind == "pathItems" and "/callbacks/" not in pointer)
        if isinstance(node, dict) and "x-mock" in node and not at_home:
            yield Finding(
                pointer=pointer + "/x-mock",
                message="x-mock means nothing here",
                remedy="it stands under operations, and under path items",
            )


def _requests(document: Document, each: Declared) -> list[tuple[str, str, Json, str]]:
    """Return each request of a callback: URL expression, method, operation, its pointer."""
    found = []
    for expression in each.callback:
        if not expression.startswith("x-"):
            item, place = follow(document.root, each.pointer + join(expression))
            found += [(expression, m, item[m], place + join(m)) for m in METHODS if m in item]
    return found


def _findings(document: Document, each: Declared) -> Iterator[Finding]:
    requests = _requests(document, each)
    if len(requests) != 1:
        yield Finding(
            pointer=each.pointer,
            message=f"callback {each.name!r} has {len(requests)} requests",
            remedy="one URL with one method can be delivered and ordered",
        )
    for expression, _, operation, place in requests:
        try:
            compile_expression(expression)
        except ValueError as error:
            yield Finding(pointer=each.pointer + join(expression), message=str(error))
        misshapen = tuple(behaviour_findings(operation.get("x-mock", {}), place + "/x-mock"))
        yield from misshapen or _contradictions(operation.get("x-mock", {}), place + "/x-mock")


def _contradictions(behaviour: Json, pointer: str) -> Iterator[Finding]:
    rules = stated_rules(behaviour, "", "", "post")
    if rules.timeout_s <= 0:
        remedy = "give the receiver some time: 10s"
        yield Finding(
            pointer=pointer + "/timeout", message="no attempt can be that fast", remedy=remedy
        )
    if rules.retry.initial_s > rules.retry.max_s:
        told = "the first wait is longer than the longest"
        remedy = f"max is {rules.retry.max_s:g}s"
        yield Finding(pointer=pointer + "/retry/backoff/initial", message=told, remedy=remedy)


def stated_rules(behaviour: Json, name: str, expression: str, method: str) -> CallbackRules:
    """Read the ``x-mock`` of a callback's operation; it has been checked before."""
    rules = CallbackRules(name=name, expression=expression, method=method.upper())
    secret = behaviour.get("sign", {}).get("secret")
    return replace(
        rules,
        timeout_s=_seconds_or(behaviour, "timeout", rules.timeout_s),
        secret_env=secret.removeprefix("env:") if secret else None,
        retry=_retry(behaviour.get("retry", {}), rules.retry),
        patience_stated="retry" in behaviour,
    )


def _retry(written: Json, default: RetryRules) -> RetryRules:
    backoff = written.get("backoff", {})
    return replace(
        default,
        attempts=written.get("attempts", default.attempts),
        initial_s=_seconds_or(backoff, "initial", default.initial_s),
        max_s=_seconds_or(backoff, "max", default.max_s),
        exponent=float(backoff.get("exponent", default.exponent)),
        jitter=backoff.get("jitter", default.jitter),
        retry_on=frozenset(map(str, written.get("retryOn", default.retry_on))),
        stop_on=frozenset(map(str, written.get("stopOn", default.stop_on))),
        respect_retry_after=written.get("respectRetryAfter", default.respect_retry_after),
    )


def _seconds_or(holder: Json, key: str, default: float) -> float:
    return seconds(holder[key]) if key in holder else default


def _body_schema(document: Document, operation: Json, pointer: str) -> str | None:
    """Return where the schema of the callback's JSON body is, if it has one."""
    if "requestBody" not in operation:
        return None
    body, place = follow(document.root, pointer + "/requestBody")
    for media_type, content in body.get("content", {}).items():
        if "json" in media_type and "schema" in content:
            return place + join("content", media_type, "schema")
    return None
