"""Which function answers which operation: by name, ``pay_order`` for ``payOrder``.

An operation without a function is not an error: a transition named by ``x-state-machine`` is run
by the interpreter, everything else is answered from the contract's examples.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import ModuleType

from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Answer, Call, Reply

Handler = Callable[..., Answer]
Advance = Callable[[str, str, Call], Reply]
"""(key, trigger, call) → the entity after the transition."""

_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


class HandlerUnbound(ValueError):
    """A handler function has no operation to answer."""


def python_name(name: str) -> str:
    """Return an OpenAPI name as Python writes it: ``Idempotency-Key`` → ``idempotency_key``."""
    return _WORD_BORDER.sub("_", name).lower()


def handlers_in(module: ModuleType) -> Mapping[str, Handler]:
    """Return the module's public functions that were written in it, by name."""
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def bind(
    operation_ids: Collection[str], functions: Mapping[str, Handler], *, module: str, spec: str
) -> Mapping[str, Handler]:
    """Return operationId → function for those operations that have one.

    Raises:
        HandlerUnbound: a function whose operation the spec does not have; names both.
    """
    by_python_name = {python_name(one): one for one in operation_ids}
    for name in functions:
        if name not in by_python_name:
            near = get_close_matches(name, by_python_name, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise HandlerUnbound(
                f"{module}.{name} answers no operation: {spec} has no operationId whose name in "
                f"Python is {name!r}{hint} Rename the function, begin its name with an "
                "underscore, or add the operation to the spec."
            )
    return {by_python_name[name]: function for name, function in functions.items()}


@dataclass(frozen=True, slots=True)
class Transition:
    """Answers an operation that nobody wrote a handler for, by running it on the machine."""

    trigger: str
    key: str
    """The Python name of the path parameter that says which entity is meant."""
    advance: Advance

    def __call__(self, /, call: Call, **parameters: str) -> Reply:
        return self.advance(parameters[self.key], self.trigger, call)


def transitions(
    operations: Iterable[Operation], triggers: Collection[str], advance: Advance
) -> Mapping[str, Handler]:
    """Return an interpreter for each operation that the machine names and whose path has a key.

    The last path parameter is the key: ``/orders/{orderId}/pay`` moves the order ``orderId``.
    """
    return {
        operation.id: Transition(operation.id, python_name(keys[-1]), advance)
        for operation in operations
        if operation.id in triggers
        and (keys := [one.name for one in operation.parameters if one.location == "path"])
    }
