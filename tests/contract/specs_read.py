"""The specs of both services, read once, for tests that compare them with something else."""

from __future__ import annotations

from functools import cache

import pytest

from mock_platform.domain.state_machine import Machine
from mock_platform.engine.documents import Document
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import Operation, operations
from mock_platform.infra import spec_files
from tests.integration.platform_process import PROJECT

SPECS = PROJECT / "specs"
SERVICES = ("order-service", "callback-server")
BY_SERVICE = pytest.mark.parametrize("service", SERVICES)


@cache
def document(name: str) -> Document:
    return spec_files.load(SPECS / f"{name}.spec.yaml")


@cache
def operations_of(service: str) -> tuple[Operation, ...]:
    return tuple(operations(document(service)))


@cache
def machine() -> Machine:
    [(_, found)] = machines(document("order-service"))
    return found
