"""Gives a contract's resources a memory: handlers for the operations that mean collections.

Operations that are not understood have no handler here; they go on answering from examples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from mock_platform.domain.resource_counts import TALLIES, ResourceCounts
from mock_platform.domain.resources import ResourceService, Shelf, resources_kind
from mock_platform.engine.bindings import Handler
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.authoring import Author
from mock_platform.engine.resources.desk import Desk
from mock_platform.engine.resources.families import Family, plain
from mock_platform.engine.resources.fitting import Compile, Fitting, Generate
from mock_platform.engine.resources.inference import families, nested
from mock_platform.engine.resources.seeding import Seeding, families_named
from mock_platform.engine.resources.shapes import Shapes
from mock_platform.shared.contracts import (
    DEFAULT_WORLD,
    Clock,
    Entity,
    IdSource,
    Json,
    Kind,
    Repository,
)

T = TypeVar("T", bound=Entity)


class Store(Protocol):
    """What opens a repository for a kind of entity: ``Stores.repository``."""

    def __call__(self, kind: Kind[T], /) -> Repository[T]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stateful:
    """A contract's resources."""

    handlers: Mapping[str, Handler]
    """OperationId → handler; only of those operations that are understood."""
    families: Sequence[Family]
    seed: Callable[[Json], int]
    """Puts in what a seed file says, unless it is there; returns how many are new. SeedBroken."""
    knows: Callable[[str], bool]
    """Whether a seed file's key means one of these collections, where several contracts share it."""


def stateful(
    document: Document,
    operations: Sequence[Operation],
    *,
    store: Store,
    clock: Clock,
    new_id: IdSource,
    compile_answer: Compile,
    generate: Generate | None = None,
    inferring: bool = True,
    seeds: Json = None,
    most: int = 10_000,
    world: str = DEFAULT_WORLD,
) -> Stateful:
    """Find a contract's resources, and answer for them.

    Args:
        document: the contract.
        operations: its operations.
        store: where resources are kept.
        clock: tells the time.
        new_id: makes ids.
        compile_answer: compiles the check of an answer's value against a schema's pointer.
        generate: (pointer of a schema, seed) → a value that an answer may have.
        inferring: take every collection; otherwise only those that ``x-mock`` marks.
        seeds: the seed file's content; a collection named in it is kept even if nobody can add to
            it. Nothing is put in before ``seed`` is called.
        most: how many resources a collection holds.
        world: whose resources they are.
    """
    shapes = Shapes(document.root)
    found = families(document, operations, shapes)
    seeded = families_named(seeds, found)
    kept = nested(
        [
            one
            for one in found
            if one.is_marked or one.name in seeded or (inferring and one.is_filled)
        ]
    )
    service = ResourceService(
        shelves={one.name: _shelf(one, kept, store, shapes) for one in kept},
        counts=ResourceCounts(tallies=store(TALLIES), most=most, world=world),
        new_mark=lambda: new_id("").rpartition("_")[2],
        world=world,
    )
    fitting = Fitting(shapes=shapes, compile=compile_answer, generate=generate)
    authors = {one.name: Author(family=one, fitting=fitting, clock=clock) for one in kept}
    handlers: dict[str, Handler] = {}
    for one in kept:
        desk = Desk(
            family=one, service=service, fitting=fitting, author=authors[one.name], new_id=new_id
        )
        for part in one.parts:
            handlers.setdefault(part.operation.id, desk.handler(part))
    seeding = Seeding(families=kept, service=service, authors=authors, new_id=new_id)
    return Stateful(
        handlers=handlers,
        families=kept,
        seed=seeding.seed,
        knows=lambda key: bool(families_named({key: None}, kept)),
    )


def _shelf(family: Family, among: Sequence[Family], store: Store, shapes: Shapes) -> Shelf:
    inside = plain(family.path) + "/{}/"
    lowest = shapes.at(family.identity.pointer).said.get("minimum", 1)
    return Shelf(
        name=family.name,
        resources=store(resources_kind(plain(family.name))),
        above=family.above,
        depth=family.depth,
        below=tuple(one.name for one in among if plain(one.path).startswith(inside)),
        lowest=max(1, int(lowest)) if isinstance(lowest, (int, float)) else 1,
    )
