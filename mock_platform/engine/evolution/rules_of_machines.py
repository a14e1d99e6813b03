"""The rules for state machines: states, transitions, and which callback tells of them."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.evolution.terms import (
    ADDITIVE,
    BREAKING,
    CONTRACT,
    RISKY,
    Row,
    Rule,
    in_one,
)

_MACHINE = "docs/vocabulary.md (x-state-machine)"

_MACHINE_ROWS: Final[tuple[Row, ...]] = (
    (
        "machine-added",
        "a state machine where none was told",
        RISKY,
        "An operation that always worked may be refused.",
        "Say in the description what was never possible.",
        _MACHINE,
    ),
    (
        "machine-removed",
        "a state machine is not told any more",
        BREAKING,
        "What may follow what is unknown.",
        "Keep it.",
        _MACHINE,
    ),
    (
        "machine-key-changed",
        "a machine belongs to another resource, key or field",
        BREAKING,
        "Clients look for the state elsewhere.",
        "Add a second machine.",
        _MACHINE,
    ),
    (
        "state-added",
        "a new state",
        RISKY,
        "Clients see a state they do not know.",
        "Tell the clients first; say in the description that there may be more states.",
        f"{_MACHINE}; oasdiff: response-property-enum-value-added",
    ),
    (
        "state-removed",
        "a state is gone",
        BREAKING,
        "Clients that wait for it wait for ever.",
        "Keep it, even if nothing leads to it.",
        _MACHINE,
    ),
    (
        "initial-changed",
        "resources are born in another state",
        BREAKING,
        "What clients do first is refused.",
        "Let the new state be reached by an operation.",
        _MACHINE,
    ),
    (
        "terminal-added",
        "a state is final now",
        RISKY,
        "Clients may go on from it.",
        "Keep the ways out of it.",
        _MACHINE,
    ),
    (
        "terminal-removed",
        "a state is not final any more",
        RISKY,
        "Clients take it for the end and look no more.",
        "Add another state that one can leave.",
        _MACHINE,
    ),
    (
        "transition-added",
        "an operation is possible in one more state",
        ADDITIVE,
        "What was possible still is.",
        "",
        _MACHINE,
    ),
    (
        "transition-removed",
        "an operation is not possible in a state any more",
        BREAKING,
        "Who does it there is refused.",
        "Keep the transition.",
        _MACHINE,
    ),
    (
        "transition-redirected",
        "an operation leads to another state",
        BREAKING,
        "The same call has another outcome.",
        "Add another operation for the new outcome.",
        _MACHINE,
    ),
    (
        "emit-added",
        "a transition sends a callback where it sent none",
        RISKY,
        "Receivers get what they did not get before.",
        "Tell the receivers.",
        _MACHINE,
    ),
    (
        "emit-removed",
        "a transition sends no callback any more",
        BREAKING,
        "Receivers wait for it.",
        "Go on sending it.",
        _MACHINE,
    ),
    (
        "emit-changed",
        "a transition sends another callback",
        BREAKING,
        "Receivers wait for the one they know.",
        "Send both.",
        _MACHINE,
    ),
    (
        "refusal-changed",
        "what is not possible is refused with another status",
        BREAKING,
        "Clients do not recognise the refusal.",
        "Keep the status.",
        _MACHINE,
    ),
)

MACHINE_RULES: Final[tuple[Rule, ...]] = (*in_one(CONTRACT, _MACHINE_ROWS),)
