"""Knows what a handler asks for, so that it is given that and nothing else.

A parameter goes by its Python name (``orderId`` is ``order_id``); ``body``, ``call`` and
``violations`` are what they say. A handler with ``**parameters`` gets all parameters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from inspect import Parameter as Named
from types import FunctionType, MethodType

from mock_platform.engine.bindings import python_name
from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Answer, Json

Handler = Callable[..., Answer]

_ABSENT = object()
_VARIADIC = frozenset({Named.VAR_KEYWORD, Named.VAR_POSITIONAL})
_BY_NAME = frozenset({Named.POSITIONAL_OR_KEYWORD, Named.KEYWORD_ONLY})
_OURS = frozenset({"body", "call", "violations"})


class HandlerUnfit(ValueError):
    """A handler asks for something that its operation does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What one handler wants to be called with."""

    body: bool
    call: bool
    violations: bool
    parameters: Sequence[tuple[str, str, str]]
    """Location, name in the contract, name in Python."""
    obliged: frozenset[str] = frozenset()
    """The parameters that it cannot do without."""

    def arguments(
        self, found: Mapping[str, Mapping[str, Json]], defaults: Mapping[tuple[str, str], Json]
    ) -> dict[str, Json]:
        """Pick the parameters; an absent one takes its schema's default, or is left out."""
        picked: dict[str, Json] = {}
        for location, name, key in self.parameters:
            value = found[location].get(name, _ABSENT)
            if value is _ABSENT:
                value = defaults.get((location, name), _ABSENT)
                if value is _ABSENT:
                    continue
            picked[key] = value
        return picked


def _asked_for(handler: Handler) -> Sequence[Named]:
    if isinstance(handler, FunctionType | MethodType | partial | type):
        return [*inspect.signature(handler).parameters.values()]
    kind: type = type(handler)
    return _asked_for_by(kind)


@cache
def _asked_for_by(kind: type) -> Sequence[Named]:
    """Look at a class once: a document has a thousand stand-ins."""
    _self, *named = inspect.signature(kind.__call__).parameters.values()
    return named


def signature_of(handler: Handler, operation: Operation) -> Signature:
    """Read a handler's signature.

    Raises:
        HandlerUnfit: it asks for what its operation does not have, or is no plain function.
    """
    if inspect.iscoroutinefunction(handler):
        raise HandlerUnfit(f"The handler of {operation.id} is async; handlers are plain functions.")
    named = _asked_for(handler)
    wanted = {one.name for one in named if one.kind in _BY_NAME}
    takes_all = any(one.kind is Named.VAR_KEYWORD for one in named)
    has: dict[str, tuple[str, str, str]] = {}
    for one in operation.parameters:
        key = python_name(one.name)
        has.setdefault(key, (one.location, one.name, key))
    for given in named:
        obliged = given.default is Named.empty and given.kind not in _VARIADIC
        if obliged and given.name not in has and given.name not in _OURS:
            names = ", ".join([*has, *sorted(_OURS)])
            raise HandlerUnfit(
                f"The handler of {operation.id} asks for {given.name!r}; the operation has {names}."
            )
    return Signature(
        body="body" in wanted and "body" not in has,
        call="call" in wanted,
        violations="violations" in wanted,
        parameters=[has[key] for key in has if takes_all or key in wanted],
        obliged=frozenset(
            one.name for one in named if one.default is Named.empty and one.name in has
        ),
    )
