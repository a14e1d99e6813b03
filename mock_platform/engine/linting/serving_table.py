"""The rules without which there is no document to serve."""

from __future__ import annotations

from mock_platform.engine.findings import ERROR
from mock_platform.engine.lint import SERVING
from mock_platform.engine.linting.ruling import Group, Rule


def _serving(name: str, what: str, why: str, remedy: str) -> Rule:
    find = SERVING.get(name)
    return Rule(
        name=name, group=Group.SERVING, level=ERROR, what=what, why=why, remedy=remedy, find=find
    )


TABLE = (
    _serving(
        "text-readable",
        "The files are YAML or JSON of one meaning: no key twice, no tags, no endless aliases.",
        "Two tools would read two documents.",
        "Mend the text at the place.",
    ),
    _serving(
        "reference-resolves",
        "Every `$ref` leads to something of the right kind.",
        "What it stands for is not there.",
        "Correct the reference.",
    ),
    _serving(
        "openapi-structure",
        "The document has the structure of its version of OpenAPI.",
        "A key nobody knows is a key nobody obeys.",
        "Correct the spelling, or prefix your own keys with `x-`.",
    ),
    _serving(
        "openapi-valid",
        "openapi-spec-validator finds nothing wrong.",
        "Other tools ask it, too.",
        "As its message says.",
    ),
    _serving(
        "operation-id-unique",
        "No two operations have the same `operationId`.",
        "Handlers, links and state machines name operations by it.",
        "Rename one.",
    ),
    _serving(
        "path-parameters-declared",
        "The `{names}` in a path and its parameters `in: path` are the same, each once.",
        "A parameter without its place can never be sent.",
        "Declare it, or correct the path.",
    ),
    _serving(
        "extension-known",
        "No `x-` key is a slip of the pen for one of ours.",
        "Unknown extensions are allowed, so it would silently mean nothing.",
        "Write what was meant.",
    ),
    _serving(
        "callback-sound",
        "Callbacks have one request each, a URL that is a runtime expression, and a sound `x-mock`.",
        "Nothing else can be delivered, retried and ordered.",
        "docs/vocabulary.md lists what may stand there.",
    ),
    _serving(
        "behaviour-sound",
        "The `x-mock` of operations and paths says what it may say.",
        "A misspelt key would leave the default in force.",
        "docs/vocabulary.md lists what may stand there.",
    ),
    _serving(
        "state-machine-sound",
        "State machines have states, triggers and callbacks that exist, and no dead ends.",
        "A machine that could strand an order must not run.",
        "docs/vocabulary.md lists what may stand there.",
    ),
)
