"""The rules that we have agreed on."""

from __future__ import annotations

from mock_platform.engine.findings import ERROR
from mock_platform.engine.linting import house_rules
from mock_platform.engine.linting.ruling import Group, Rule

TABLE = (
    Rule(
        name="path-prefix",
        group=Group.HOUSE,
        level=ERROR,
        what="Every server's URL ends with the major version, `/v1`, that `info.version` says; paths have none.",
        why="Two major versions can be served side by side.",
        remedy="`servers: [{url: /v1}]`",
        find=house_rules.path_prefix,
    ),
    Rule(
        name="problem-answers",
        group=Group.HOUSE,
        level=ERROR,
        what="Every 4xx, 5xx and `default` is `application/problem+json` (RFC 9457) by one shared schema.",
        why="A client reads failures in one way.",
        remedy="Refer to the shared answer.",
        find=house_rules.problem_answers,
    ),
    Rule(
        name="trace-header",
        group=Group.HOUSE,
        level=ERROR,
        what="Every answer documents `X-Trace-Id`.",
        why="With it one finds the request in the logs of every service it went through.",
        remedy="Add the shared header.",
        find=house_rules.trace_headers,
    ),
    Rule(
        name="operation-id-style",
        group=Group.HOUSE,
        level=ERROR,
        what="An `operationId` is in camelCase.",
        why="It becomes a function's name in every language.",
        remedy="Rename it.",
        find=house_rules.camel_ids,
    ),
)
