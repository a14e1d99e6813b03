"""Gives documents without services a memory: what is created is kept, in the store of the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import structlog

from mock_platform.bootstrap.wanted import Wanted
from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.bindings import Handler
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.seeding import SeedBroken
from mock_platform.engine.resources.stateful import Stateful, stateful
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, Schemas
from mock_platform.infra.json_text import read_json
from mock_platform.infra.spec_text import TextBroken, read_yaml
from mock_platform.infra.stores import Stores, open_stores
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.contracts import Json
from mock_platform.shared.ids import uuid7_source

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A store, and what to begin with."""

    stores: Stores
    seeds: Json
    inferring: bool
    """Keep every collection; otherwise those that the contract marks or the seeds name."""
    begun: set[str] = field(default_factory=set)
    """The documents whose seeds were put in: once, or a reload would bring back what was deleted."""

    kept: list[str] = field(default_factory=list)
    """The collections there are, at last count."""

    @classmethod
    def opened(cls, url: str, wanted: Wanted) -> Memory:
        """Open the store. Raises StoreUnusable, SeedBroken."""
        seeds = None if wanted.seed_data is None else _parsed(wanted.seed_data)
        return cls(stores=open_stores(url), seeds=seeds, inferring=wanted.stateful)

    @property
    def blocking(self) -> bool:
        return self.stores.blocking

    def handlers(
        self, documents: Mapping[str, Document], listed: Mapping[str, Sequence[Operation]]
    ) -> Mapping[str, Mapping[str, Handler]]:
        """Return handlers for the collections of each document, the seeds put in.

        A seed file speaks of all documents together. Raises SeedBroken.
        """
        found = {name: self._found(one, listed[name]) for name, one in documents.items()}
        self.kept[:] = [family.name for one in found.values() for family in one.families]
        seeds = shares(self.seeds, [one.knows for one in found.values()])
        for (name, one), share in zip(found.items(), seeds, strict=True):
            seeded = 0 if name in self.begun else one.seed(share)
            self.begun.add(name)
            kept = [family.name for family in one.families]
            _log.info("resources.kept", document=name, collections=kept, seeded=seeded)
        return {name: one.handlers for name, one in found.items()}

    def _found(self, document: Document, listed: Sequence[Operation]) -> Stateful:
        schemas, generators = Schemas(document), generators_of(document)

        @cache
        def check(pointer: str) -> Check:
            return schemas.validator(pointer, Direction.ANSWER)

        def generate(pointer: str, seed: int) -> Json:
            return generators(pointer, lambda value: not check(pointer)(value))(seed)

        return stateful(
            document,
            listed,
            store=self.stores.repository,
            clock=utc_now,
            new_id=uuid7_source(utc_now, os.urandom),
            compile_answer=check,
            generate=generate,
            inferring=self.inferring,
            seeds=self.seeds,
            world=document.name,
        )

    def close(self) -> None:
        """Let go of the store."""
        self.stores.close()


def _parsed(file: Path) -> Json:
    try:
        text = file.read_text(encoding="utf-8")
        value, _ = (read_json if file.suffix == ".json" else read_yaml)(text)
    except (TextBroken, UnicodeDecodeError) as broken:
        raise SeedBroken(f"{file} cannot be read: {broken}") from broken
    return value


def shares(seeds: Json, knowing: Sequence[Callable[[str], bool]]) -> list[Json]:
    """Return what each document gets of the seeds; what none knows goes to the first, to be refused."""
    if not isinstance(seeds, dict):
        return [seeds] * len(knowing)
    unknown = {
        key: told for key, told in seeds.items() if not any(one(str(key)) for one in knowing)
    }
    mine = [{key: told for key, told in seeds.items() if one(str(key))} for one in knowing]
    return [{**unknown, **mine[0]}, *mine[1:]]
