"""Describes what a contract sends on its own account: callbacks of operations, and webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mock_platform.engine.callbacks import stated_rules
from mock_platform.engine.describing.callback_words import Promise, promises
from mock_platform.engine.describing.operation_pages import OperationPage, operation_page
from mock_platform.engine.describing.plain import members
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, operations_at
from mock_platform.engine.pointers import follow, join
from mock_platform.engine.vocabulary import behaviour_findings
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPage:
    """One request that is sent to the contract's clients."""

    name: str
    expression: str
    """Where it goes: a runtime expression; empty for a webhook, whose URL is agreed on elsewhere."""
    declared_by: tuple[str, ...]
    """The operations that make it happen, or register its URL."""
    request: OperationPage
    promises: tuple[Promise, ...]
    """Of its delivery; empty where the contract says nothing of it."""

    @property
    def is_webhook(self) -> bool:
        return not self.expression


def callback_pages(document: Document, listed: Sequence[Operation]) -> tuple[CallbackPage, ...]:
    """Describe every callback and webhook; one that several operations declare, once."""
    owners: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for operation in listed:
        for name in operation.callbacks:
            _, pointer = follow(document.root, operation.pointer + join("callbacks", name))
            owners.setdefault(pointer, []).append(operation.id)
            names.setdefault(pointer, name)
    return (
        *(
            page
            for pointer, ids in owners.items()
            for page in _of_callback(document, names[pointer], pointer, tuple(ids))
        ),
        *_webhooks(document),
    )


def has_callbacks(document: Document, listed: Sequence[Operation]) -> bool:
    """Tell whether there is anything to describe."""
    return any(one.callbacks for one in listed) or bool(members(document.root, "webhooks"))


def _of_callback(
    document: Document, name: str, pointer: str, owners: tuple[str, ...]
) -> Iterator[CallbackPage]:
    callback, _ = follow(document.root, pointer)
    for expression in callback:
        if not str(expression).startswith("x-"):
            for request in operations_at(document.root, pointer + join(expression), expression):
                yield _page(document, name, expression, owners, request)


def _webhooks(document: Document) -> Iterator[CallbackPage]:
    for name in members(document.root, "webhooks"):
        for request in operations_at(document.root, join("webhooks", name), name):
            yield _page(document, name, "", (), request)


def _page(
    document: Document, name: str, expression: str, owners: tuple[str, ...], request: Operation
) -> CallbackPage:
    return CallbackPage(
        name=name,
        expression=expression,
        declared_by=owners,
        request=operation_page(document, request, ""),
        promises=_promised(request.raw, name, expression, request.method),
    )


def _promised(
    raw: Mapping[str, Json], name: str, expression: str, method: str
) -> tuple[Promise, ...]:
    behaviour = raw.get("x-mock")
    if not isinstance(behaviour, dict) or any(behaviour_findings(behaviour, "")):
        return ()
    rules = stated_rules(behaviour, name, expression, method)
    return promises(rules, in_order=behaviour.get("order") == "per-key")
