"""schemathesis.toml switches nothing off: it can hold exceptions, and each of them is accounted for."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from schemathesis.core.failures import Failure

from mock_platform.infra import spec_files
from tests.contract import schemathesis_hooks as hooks
from tests.contract.test_exceptions import ACCEPTED, BROKEN, CAUSES, PLAYED, Exception_
from tests.integration.platform_process import PROJECT

CONFIG = PROJECT / "tests/contract/schemathesis.toml"
STANDARD = {"2xx", "3xx", "401", "403", "404", "409", "429", "5xx"}
"""What schemathesis lets pass for a valid request anyway, because it depends on state too."""


@pytest.fixture(scope="module")
def config() -> Any:
    return tomllib.loads(CONFIG.read_text())


def blocks(config: Any) -> Iterator[Any]:
    for project in config["project"]:
        yield from project["operations"]


def ids_of(block: Any) -> list[str]:
    named = block["include-operation-id"]
    return [named] if isinstance(named, str) else list(named)


def exceptions(config: Any) -> Iterator[Exception_]:
    for block in blocks(config):
        for operation in ids_of(block):
            for check, told in block["checks"].items():
                passing = told["expected-statuses"] if isinstance(told, dict) else [told]
                standard = STANDARD if check == ACCEPTED else {"2xx", "4xx"}
                for status in {str(one) for one in passing} - standard:
                    yield operation, check, status


def test_every_exception_has_its_cause_shown_and_every_cause_is_an_exception(config: Any) -> None:
    assert sorted(exceptions(config)) == sorted(CAUSES)


def test_the_hooks_look_for_the_same_causes_that_the_file_excuses(config: Any) -> None:
    refusals = {
        (operation, int(status))
        for operation, check, status in exceptions(config)
        if check == ACCEPTED and operation != "receiveCallback"
    }

    assert refusals == set(hooks.EXCUSES)


def test_the_file_can_only_hold_exceptions_values_and_patience(config: Any) -> None:
    """Whatever could switch something off has another name than these."""
    assert config.keys() == {"hooks", "dictionaries", "project"}
    for project in config["project"]:
        assert project.keys() <= {"title", "parameters", "operations"}
    for block in blocks(config):
        assert block.keys() <= {"include-operation-id", "checks", "request-timeout", "parameters"}
        for check, told in block["checks"].items():
            assert isinstance(told, dict) != (check == "max_response_time")
            if isinstance(told, dict):
                assert told.keys() == {"expected-statuses"}


def test_values_are_only_preferred_never_forced(config: Any) -> None:
    """A forced value would take the place of the invalid ones, too."""
    owners = [*config["project"], *blocks(config)]
    for bound in (value for owner in owners for value in owner.get("parameters", {}).values()):
        assert bound.keys() == {"dictionary", "probability"}


def test_every_exception_names_operations_that_exist_and_its_reason(config: Any) -> None:
    listed = {
        method["operationId"]
        for name in ("order-service", "callback-server")
        for item in spec_files.load(PROJECT / f"specs/{name}.spec.yaml").root["paths"].values()
        for method in item.values()
        if isinstance(method, dict) and "operationId" in method
    }
    heads = re.findall(r"^\[\[project\.operations\]\]\n(.*)$", CONFIG.read_text(), re.MULTILINE)

    assert {one for block in blocks(config) for one in ids_of(block)} <= listed
    assert len(heads) == len(list(blocks(config)))
    assert all(line.startswith("# ") for line in heads)


def test_the_hooks_drop_no_case_and_hide_no_failure() -> None:
    source = (PROJECT / "tests/contract/schemathesis_hooks.py").read_text()

    hooked = re.findall(r"^@schemathesis\.(\w+).*\ndef (\w+)", source, re.MULTILINE)
    assert hooked == [("hook", "before_call"), ("check", "excused_only_for_its_cause")]
    assert "filter" not in source


# The hooks ---------------------------------------------------------------------------------------


def answered(operation: str, status: int, code: str, mode: str = "positive") -> None:
    """Show the hooks' own check an answer."""
    case = SimpleNamespace(
        operation=SimpleNamespace(definition=SimpleNamespace(raw={"operationId": operation})),
        meta=SimpleNamespace(
            generation=SimpleNamespace(mode=SimpleNamespace(is_positive=mode == "positive"))
        ),
    )
    answer = SimpleNamespace(
        status_code=status,
        headers={"x-mock-policy": ["status"]} if code == "POLICY_PLAYED" else {},
        content=json.dumps({"code": code}).encode(),
    )
    hooks.excused_only_for_its_cause(None, answer, case)


@pytest.mark.parametrize(
    ("operation", "status", "code"),
    [
        *(
            (operation, status, next(iter(codes)))
            for (operation, status), codes in hooks.EXCUSES.items()
        ),
        *(("receiveCallback", status, "POLICY_PLAYED") for status in (*PLAYED, *BROKEN)),
    ],
)
def test_an_excused_status_of_another_cause_is_a_failure(
    operation: str, status: int, code: str
) -> None:
    answered(operation, status, code)
    answered(operation, status, "PARAMETER_INVALID", mode="negative")

    with pytest.raises(Failure):
        answered(operation, status, "PARAMETER_INVALID")
