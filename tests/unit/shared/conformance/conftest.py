"""Every test of this folder runs against every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores, open_stores
from tests.unit.shared.conformance.things import ADAPTERS, Opener


@pytest.fixture(params=sorted(ADAPTERS))
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Open a new, empty store at every call."""
    numbers = count(1)
    url_of = ADAPTERS[request.param]
    with ExitStack() as opened:

        def _open(limits: Limits) -> Stores:
            stores = open_stores(url_of(tmp_path / f"store{next(numbers)}"), limits)
            opened.callback(stores.close)
            return stores

        yield _open


@pytest.fixture
def stores(fresh: Opener) -> Stores:
    return fresh(Limits())
