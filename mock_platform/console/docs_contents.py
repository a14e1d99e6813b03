"""What the documentation is made of: each contract, and what is worked out of it when first asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mock_platform.engine.describing.callback_pages import (
    CallbackPage,
    callback_pages,
    has_callbacks,
)
from mock_platform.engine.describing.changelogs import Release
from mock_platform.engine.describing.error_table import ErrorRow
from mock_platform.engine.describing.machine_pages import MachinePage, machine_page
from mock_platform.engine.describing.overviews import Group, Overview, overview, tags_of
from mock_platform.engine.describing.security_words import Scheme, schemes
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import Operation, operations

_ORIGIN = re.compile(r"https?://[^/?#\s{}]+")


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One contract. What it says is read when it is first needed, and kept."""

    document: Document
    releases: Sequence[Release] = ()
    """What changed, the latest first."""

    @property
    def name(self) -> str:
        return self.document.name

    @cached_property
    def listed(self) -> Sequence[Operation]:
        return operations(self.document)

    @cached_property
    def by_id(self) -> Mapping[str, Operation]:
        return {one.id: one for one in self.listed}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """``POST /v1/orders`` → operationId."""
        return {f"{one.method} {one.path}": one.id for one in self.listed}

    @cached_property
    def overview(self) -> Overview:
        return overview(self.document, self.listed)

    @cached_property
    def machines(self) -> tuple[MachinePage, ...]:
        try:
            return tuple(machine_page(machine) for _, machine in machines(self.document))
        except SpecBroken:  # a document that is served leniently may have one that cannot be run
            return ()

    @cached_property
    def has_callbacks(self) -> bool:
        return has_callbacks(self.document, self.listed)

    @cached_property
    def callbacks(self) -> tuple[CallbackPage, ...]:
        return callback_pages(self.document, self.listed)

    @cached_property
    def schemes(self) -> tuple[Scheme, ...]:
        return schemes(self.document.root)

    @cached_property
    def origin(self) -> str:
        """Where the contract says that it is served, without the path; else this machine."""
        server = self.overview.servers[0].url if self.overview.servers else ""
        found = _ORIGIN.match(server)
        return found[0] if found else "http://localhost:8080"

    def group_of(self, operation: Operation) -> Group:
        """Return the group that an operation's page lists beside it."""
        tag = tags_of(operation)[0]
        return next(one for one in self.overview.groups if one.tag == tag)


@dataclass(frozen=True, kw_only=True)
class Book:
    """All that is documented together."""

    title: str
    chapters: Sequence[Chapter]
    told_errors: Callable[[], Sequence[ErrorRow]] = tuple
    """Finds out what requests are refused with, by code."""

    @cached_property
    def errors(self) -> Sequence[ErrorRow]:
        return self.told_errors()

    @cached_property
    def by_name(self) -> Mapping[str, Chapter]:
        return {one.name: one for one in self.chapters}
