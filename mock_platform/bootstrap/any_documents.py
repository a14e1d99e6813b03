"""Puts any documents together: no services, answers chosen from what the contracts say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import structlog

from mock_platform.api.application import Contract, Lifecycle, Limits, build_app
from mock_platform.api.cors import Cors
from mock_platform.api.leniency import Validation
from mock_platform.api.waiting import WaitingRoom
from mock_platform.bootstrap.calling import Caller, real_sender
from mock_platform.bootstrap.console import Console
from mock_platform.bootstrap.given import credentials
from mock_platform.bootstrap.live import Compiled, Live
from mock_platform.bootstrap.measuring import Measures
from mock_platform.bootstrap.served import Built, Served, inviting, who_answers
from mock_platform.bootstrap.shown import pages_of
from mock_platform.bootstrap.wanted import Wanted
from mock_platform.engine.answering.generating import means_of
from mock_platform.engine.answering.sheets import Means
from mock_platform.engine.answering.stand_in import Responder, stand_ins
from mock_platform.engine.bindings import Handler, bind
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.resources.marks import speaks_of_resources
from mock_platform.engine.user_handlers import plainly
from mock_platform.infra import spec_files
from mock_platform.infra.spec_folder import Fetch
from mock_platform.shared import garbage
from mock_platform.shared.config import Settings
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import, and not every document needs it
    from mock_platform.bootstrap.memory import Memory
    from mock_platform.engine.generation import Pretender

_log = structlog.get_logger()
_MOST_WARNINGS = 20


@dataclass
class AnyDocuments:
    """Some documents while they are put together. See ``Assembly`` for the two services."""

    wanted: Wanted
    settings: Settings
    leaving: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = WaitingRoom()
        self.measures = Measures(mode="serve", settings=self.settings)
        self.access_log = self.measures.access_log()
        self.console = Console(self.settings)
        self.functions = functions_at(self.wanted.handlers)
        self.credentials = credentials(self.settings)
        self.memory: Memory | None = None
        self.caller = Caller(partial(real_sender, self.settings))
        self.live = Live(self.compiled, self.measures.tally.reloaded)

    def build(self) -> Built:
        return Built(
            app=self.live.app,
            banner_facts=self.live.served,
            signing=None,
            leave=self.leave,
            drain=self.leave,
            stop=self.stop,
        )

    def compiled(self) -> Compiled:
        """Read the documents and make an application of what they say now."""
        documents = self.documents()
        listed = {name: operations(document) for name, document in documents.items()}
        written = self.bound([one.id for ones in listed.values() for one in ones])
        kept = self.resources(documents, listed)
        bound = {name: {**kept.get(name, {}), **written} for name in documents}
        making = {name: self.means(document) for name, document in documents.items()}
        app = build_app(
            [
                Contract(
                    document=document,
                    resolve=resolver(making[name], listed[name], bound[name]),
                    making=making[name],
                    blocking=self.memory is not None and self.memory.blocking,
                    validation=Validation(self.wanted.validation),
                    credentials=self.credentials,
                    announce=self.caller.announcing(making[name]),
                    # As Prism does: who tries out a document often leaves out its base path.
                    bare_paths=all(mount is None for _, mount in self.wanted.specs),
                )
                for name, document in documents.items()
            ],
            pages=pages_of(
                self.console,
                documents,
                lambda name, one: who_answers(one, bound[name], frozenset()),
                metrics=self.measures.page,
            ),
            beneath=self.console.beneath(),
            access_log=self.access_log,
            room=self.waiting,
            lifecycle=Lifecycle(
                start=self.start,
                stop=self.stop,
                warm=partial(self.warm, documents),
                warmed=garbage.keep,
            ),
            limits=Limits(body_bytes=self.settings.body_limit_bytes),
            cors=None if self.settings.cors is False else Cors(),
            violated=self.measures.tally.violated,
            tracer=self.measures.tracer,
        )
        return Compiled(
            app=app,
            served=Served(
                operations=[
                    (one.id, one.method, one.path, who_answers(one.id, bound[name], frozenset()))
                    for name, ones in listed.items()
                    for one in ones
                ],
                specs=tuple(documents),
                kept=[] if self.memory is None else [*self.memory.kept],
                invites=inviting(one for ones in listed.values() for one in ones),
            ),
            files=spec_files.read_from(*documents.values()),
        )

    def means(self, document: Document) -> Means:
        means = means_of(document, lambda: self.pretender)
        return replace(means, afresh=self.wanted.dynamic)

    @cached_property
    def pretender(self) -> Pretender:
        """What has lifelike values, for all documents: it is slow to make."""
        from mock_platform.engine.generation import Pretender

        return Pretender()

    def warm(self, documents: Mapping[str, Document]) -> None:
        """Import what makes values up, and Faker where more is asked of it than was made earlier."""
        _ = self.pretender
        if any(asks_faker(document.root) for document in documents.values()):
            self.pretender.warm()

    def documents(self) -> Mapping[str, Document]:
        """Load them all; two of one name are told apart by a number."""
        loaded: dict[str, Document] = {}
        overlays = by_document(self.wanted)
        for path, mount in self.wanted.specs:
            found = spec_files.load_with_warnings(
                path,
                strict=self.wanted.strict,
                allow_outside=self.wanted.allow_outside,
                cache=self.settings.cache,
                overlays=overlays[path],
                fetch=self.fetch(),
            )
            tell(path, found.warnings)
            document = found.document
            if mount is not None:
                document = mounted(document, mount)
            name, number = document.name, 1
            while name in loaded:
                number += 1
                name = f"{document.name}-{number}"
            loaded[name] = replace(document, name=name)
        return loaded

    def fetch(self) -> Fetch | None:
        """Return what gets files from elsewhere, if that is allowed."""
        if not self.wanted.allow_remote:
            return None
        from mock_platform.bootstrap.given import fetching_guard
        from mock_platform.infra.remote_files import make_fetch  # has the whole of HTTP behind it

        return make_fetch(fetching_guard(self.settings))

    def bound(self, ids: Sequence[str]) -> Mapping[str, Handler]:
        functions = {name: plainly(function) for name, (function, _) in self.functions.items()}
        return bind(ids, functions, module=str(self.wanted.handlers), spec="the documents served")

    def resources(
        self, documents: Mapping[str, Document], listed: Mapping[str, Sequence[Operation]]
    ) -> Mapping[str, Mapping[str, Handler]]:
        """Return handlers for what each document keeps; none unless anybody asked for that."""
        wanted = self.wanted
        marked = any(map(speaks_of_resources, documents.values()))
        if self.memory is None and (wanted.stateful or wanted.seed_data is not None or marked):
            from mock_platform.bootstrap.memory import Memory

            self.memory = Memory.opened(self.settings.store, wanted)
        return {} if self.memory is None else self.memory.handlers(documents, listed)

    def start(self) -> None:
        if self.settings.reload:
            self.live.watch()

    def leave(self) -> None:
        self.live.close()
        self.waiting.close()
        self.caller.close()
        self.console.close()

    def stop(self) -> None:
        self.leave()
        self.measures.close()
        if self.memory is not None:
            self.memory.close()


def functions_at(place: str | None) -> Mapping[str, tuple[Handler, str]]:
    """Return the functions that users wrote, if they did. Raises HandlersUnusable."""
    if place is None:
        return {}
    from mock_platform.infra.handler_files import load_handlers

    return load_handlers(place)


def resolver(
    making: Means, listed: Sequence[Operation], bound: Mapping[str, Handler]
) -> Callable[[str], Handler]:
    """Return operationId → its handler, or the stand-in that answers what the contract suggests."""
    stand_in = stand_ins(making)
    by_id = {one.id: one for one in listed}
    made: dict[str, Responder] = {}

    def resolve(operation_id: str) -> Handler:
        if operation_id in bound:
            return bound[operation_id]
        if operation_id not in made:  # asked for more than once, made once
            made[operation_id] = stand_in(by_id[operation_id])
        return made[operation_id]

    return resolve


def asks_faker(root: Json) -> bool:
    """Tell whether a document has ``x-faker`` anywhere."""
    try:
        return b'"x-faker"' in orjson.dumps(root)
    except TypeError:  # it has an integer that orjson does not write
        return True


def by_document(wanted: Wanted) -> Mapping[Path, Sequence[Path]]:
    """Return each document's overlays.

    One that ``extends`` a document which is served is for that one; every other is for all.
    """
    if not wanted.overlays:
        return {path: () for path, _ in wanted.specs}
    from mock_platform.infra.spec_overlays import meant_for

    served = {path.name for path, _ in wanted.specs}
    meant = {overlay: meant_for(overlay) for overlay in wanted.overlays}
    return {
        path: [
            one for one in wanted.overlays if meant[one] == path.name or meant[one] not in served
        ]
        for path, _ in wanted.specs
    }


def tell(path: Path, warnings: Sequence[Finding]) -> None:
    """Say what was mended; of a long list the beginning, as `check` tells all."""
    if not warnings:
        return
    from mock_platform.infra.yaml_places import small_ones_placed

    for warning in small_ones_placed(warnings[:_MOST_WARNINGS]):
        _log.warning("contract.mended", told=str(warning))
    if len(warnings) > _MOST_WARNINGS:
        more = len(warnings) - _MOST_WARNINGS
        _log.warning(
            "contract.mended", told=f"{path}: {more} more; see: mock-platform check {path}"
        )


def mounted(document: Document, path: str) -> Document:
    """Return the document as if its only server were at ``path``.

    Raises:
        SpecBroken: that is no path.
    """
    if not path.startswith("/"):
        raise SpecBroken([Finding(message=f"{path!r} is no path", remedy="begin it with a /")])
    return replace(document, root={**document.root, "servers": [{"url": path.rstrip("/") or "/"}]})
