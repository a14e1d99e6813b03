"""Serves contracts statefully, in process, every answer held to its contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import yaml

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.resources.stateful import Stateful, Store, stateful
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import Json, Reply
from tests.fakes import HandClock, counting_ids
from tests.unit.shared.api_kit import JSON, Answered, Sent, Served, serve


@dataclass(frozen=True)
class Kept:
    """A contract, served with a memory."""

    served: Served
    stateful: Stateful
    clock: HandClock

    def ask(
        self, method: str, target: str, body: Sent = None, headers: Mapping[str, str] | None = None
    ) -> Answered:
        sent = (JSON if body is not None else {}) | dict(headers or {})
        return self.served.ask(method, target, sent, body)

    def get(self, target: str, **headers: str) -> Answered:
        return self.served.get(target, **headers)

    def post(self, target: str, body: Sent = None) -> Answered:
        return self.ask("POST", target, body)

    @property
    def kept(self) -> set[str]:
        """The operations that are understood."""
        return set(self.stateful.handlers)

    @property
    def collections(self) -> list[str]:
        return [family.name for family in self.stateful.families]


def document_of(spec: Json) -> Document:
    """Return a document from YAML or a dictionary, with what every one must have."""
    root = yaml.safe_load(spec) if isinstance(spec, str) else spec
    return Document(
        name="test", root={"openapi": "3.0.4", "info": {"title": "T", "version": "1"}} | root
    )


def keeping(
    spec: Json,
    *,
    seeds: Json = None,
    store: Store | None = None,
    inferring: bool = True,
    most: int = 10_000,
    world: str = "default",
    clock: HandClock | None = None,
) -> Kept:
    """Serve a contract; operations that are not understood answer 501."""
    document = document_of(spec)
    listed = operations(document)
    schemas = Schemas(document)
    clock = clock or HandClock()
    found = stateful(
        document,
        listed,
        store=store or open_stores("memory://").repository,
        clock=clock,
        new_id=counting_ids(),
        compile_answer=partial(schemas.validator, direction=Direction.ANSWER),
        inferring=inferring,
        seeds=seeds,
        most=most,
        world=world,
    )
    handlers = {one.id: lambda: Reply(status=501) for one in listed} | dict(found.handlers)
    kept = Kept(serve(document, handlers), found, clock)
    if seeds is not None:
        found.seed(seeds)
    return kept


def families_of(spec: Json) -> list[str]:
    """Return the collections that a contract has."""
    return keeping(spec).collections
