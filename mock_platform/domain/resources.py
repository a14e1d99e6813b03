"""Resources of any contract: created, read, changed and deleted in collections that may be nested.

A resource is stored under its *key*: the ids of those above it and its own, so that all that is
below one resource lies together and is found without looking at anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

import orjson

from mock_platform.domain.resource_counts import MOST_TRIES, ResourceCounts
from mock_platform.shared.contracts import DEFAULT_WORLD, Json, Kind, Repository
from mock_platform.shared.errors import (
    PreconditionFailed,
    ResourceExists,
    ResourceNotFound,
    StaleVersion,
)

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource at one version."""

    id: str
    """Its key: the ids of those above it and its own."""
    version: int = 1
    body: Json
    parents: tuple[str, ...] = ()
    """The ids of those above it, outermost first."""
    born: str = ""
    """Sorts by age."""

    @property
    def name(self) -> str:
        """Its own id, as text."""
        return unquote(self.id.rpartition("/")[2])


def resources_kind(collection: str) -> Kind[Resource]:
    """Return how the resources of a collection are stored."""
    return Kind(
        name=f"resource {collection}",
        encode=orjson.dumps,
        decode=_resource,
        facets=lambda _resource: {},
    )


def _resource(stored: bytes) -> Resource:
    members = orjson.loads(stored)
    return Resource(**members | {"parents": tuple(members["parents"])})


def key_of(parents: tuple[str, ...], name: str) -> str:
    """Return what a resource is stored under; a slash never is part of an id in it."""
    return "/".join(quote(one, safe="") for one in (*parents, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where one collection's resources are, and what it is nested in."""

    name: str
    resources: Repository[Resource]
    above: str | None = None
    """The collection that its outer ids belong to, if that is one of ours."""
    depth: int = 0
    """How many of its outer ids name a resource of the collection above."""
    below: tuple[str, ...] = ()
    """The collections whose outer ids begin with one of its own, however deep."""
    lowest: int = 1
    """The first number that may be an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceService:
    """What can be done with resources. Holds ports, never state."""

    shelves: Mapping[str, Shelf]
    counts: ResourceCounts
    new_mark: Callable[[], str]
    """Makes marks that sort by age."""
    world: str = DEFAULT_WORLD

    # Changing ------------------------------------------------------------------------------------

    def create(
        self,
        collection: str,
        parents: tuple[str, ...],
        *,
        wanted: str | None,
        invent: Callable[[int], str],
        make: Callable[[str], Json],
    ) -> Resource:
        """Put a new resource into a collection.

        Args:
            collection: which one.
            parents: the ids above it.
            wanted: the id that the client has chosen, if it has.
            invent: makes an id from a number that no other resource of the collection got.
            make: makes the body, once the id is known.

        Raises:
            ResourceNotFound: there is no such parent.
            ResourceExists: the chosen id is taken.
            CollectionFull: there is no place left.
        """
        shelf = self.shelves[collection]
        self._parent_of(shelf, parents)
        if wanted is not None and shelf.resources.get(self.world, key_of(parents, wanted)):
            raise _taken(collection, wanted)
        for tries_left in reversed(range(MOST_TRIES)):
            number = self.counts.enter(collection, wanted, shelf.lowest, self._count(shelf))
            name = invent(number) if wanted is None else wanted
            new = Resource(
                id=key_of(parents, name), body=make(name), parents=parents, born=self.new_mark()
            )
            try:
                shelf.resources.save(self.world, new)
            except StaleVersion:
                self.counts.leave(collection)
                if wanted is not None or not tries_left:
                    raise _taken(collection, name) from None
            else:
                self._sweep(shelf, new)
                return new
        raise AssertionError("unreachable: the last try returns or raises")

    def change(
        self,
        collection: str,
        parents: tuple[str, ...],
        name: str,
        *,
        become: Callable[[Resource], Json],
        expected: Collection[int] | None = None,
    ) -> Resource:
        """Give a resource another body, made from what it is now.

        Raises:
            ResourceNotFound: there is none with this id.
            PreconditionFailed: its version is not an expected one.
            StaleVersion: others were faster again and again.
        """
        shelf = self.shelves[collection]

        def changed(old: Resource) -> Resource:
            new = replace(old, version=old.version + 1, body=become(old))
            shelf.resources.save(self.world, new)
            return new

        return self._insisting(shelf, parents, name, changed, expected)

    def delete(
        self,
        collection: str,
        parents: tuple[str, ...],
        name: str,
        *,
        expected: Collection[int] | None = None,
    ) -> Resource:
        """Take a resource out, with everything below it; return what it was.

        Raises:
            ResourceNotFound: there is none with this id.
            PreconditionFailed: its version is not an expected one.
            StaleVersion: others were faster again and again.
        """
        shelf = self.shelves[collection]

        def removed(old: Resource) -> Resource:
            shelf.resources.remove(self.world, old)
            return old

        gone = self._insisting(shelf, parents, name, removed, expected)
        self.counts.leave(collection)
        self._sweep(shelf, gone)
        return gone

    # Reading -------------------------------------------------------------------------------------

    def get(self, collection: str, parents: tuple[str, ...], name: str) -> Resource:
        """Return a resource, or raise ResourceNotFound."""
        shelf = self.shelves[collection]
        found = shelf.resources.get(self.world, key_of(parents, name))
        if found is None:
            self._parent_of(shelf, parents)
            raise _missing(collection, name)
        return found

    def all(self, collection: str, parents: tuple[str, ...]) -> list[Resource]:
        """Return everything in a collection, oldest first; ResourceNotFound without a parent."""
        shelf = self.shelves[collection]
        self._parent_of(shelf, parents)
        found = list(self._under(shelf, parents))
        found.sort(key=lambda resource: resource.born)
        return found

    # How -----------------------------------------------------------------------------------------

    def _insisting(
        self,
        shelf: Shelf,
        parents: tuple[str, ...],
        name: str,
        do: Callable[[Resource], Resource],
        expected: Collection[int] | None,
    ) -> Resource:
        """Do it to the resource as it is; again, if it has changed meanwhile."""
        for tries_left in reversed(range(MOST_TRIES)):
            old = self.get(shelf.name, parents, name)
            if expected is not None and old.version not in expected:
                raise PreconditionFailed(
                    f"{name!r} is at version {old.version} now; read it again", version=old.version
                )
            try:
                return do(old)
            except StaleVersion:
                if not tries_left:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    def _parent_of(self, shelf: Shelf, parents: tuple[str, ...]) -> None:
        if shelf.above is None:
            return
        *outer, name = parents[: shelf.depth]
        above = self.shelves[shelf.above]
        if above.resources.get(self.world, key_of(tuple(outer), name)) is None:
            raise _missing(above.name, name)

    def _under(self, shelf: Shelf, parents: tuple[str, ...]) -> Iterator[Resource]:
        """Yield what is in a collection below these parents, by key."""
        prefix = key_of(parents, "") if parents else ""
        after: str | None = prefix
        while after is not None:
            page = shelf.resources.page(self.world, facets={}, after=after, limit=_AT_ONCE)
            for one in page.items:
                if not one.id.startswith(prefix):
                    return
                yield one
            after = page.next_after

    def _sweep(self, shelf: Shelf, owner: Resource) -> None:
        """Take out what is below a resource: nothing may outlive it, or be there before it."""
        for name in shelf.below:
            below = self.shelves[name]
            for orphan in list(self._under(below, (*owner.parents, owner.name))):
                try:
                    below.resources.remove(self.world, orphan)
                except StaleVersion:
                    continue  # it is being changed or removed by somebody who has just seen it
                self.counts.leave(name)

    def _count(self, shelf: Shelf) -> Callable[[], int]:
        return lambda: sum(1 for _ in self._under(shelf, ()))


def _taken(collection: str, name: str) -> ResourceExists:
    return ResourceExists(f"{collection} already has {name!r}", id=name)


def _missing(collection: str, name: str) -> ResourceNotFound:
    return ResourceNotFound(f"{collection} has no {name!r}", id=name)
