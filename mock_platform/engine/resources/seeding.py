"""Reads seed data: which resources are there before anybody has created one.

A seed file maps collections to lists of resources, or to resources by id::

    pets:
      - {id: 1, name: Rex}
    /users/{userId}/posts:
      - {userId: 7, id: 1, title: Hello}
    /users/8/posts:
      - {title: No id, so one is made}
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from mock_platform.domain.resources import ResourceService
from mock_platform.engine.pointers import join
from mock_platform.engine.resources.authoring import Author
from mock_platform.engine.resources.families import Family, plain
from mock_platform.engine.resources.names import same, squashed
from mock_platform.engine.resources.new_ids import invented
from mock_platform.engine.resources.plain_json import text_of
from mock_platform.shared.contracts import IdSource, Json
from mock_platform.shared.errors import PlatformError, ResourceExists, ResourceNotFound


class SeedBroken(ValueError):
    """Seed data that cannot be put in; the message names the place and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One resource to put in."""

    family: Family
    parents: tuple[str, ...]
    name: str | None
    """Its id, if the file says it."""
    body: Mapping[str, Json]
    pointer: str
    """Where in the file it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """Puts seeds into collections."""

    families: Sequence[Family]
    service: ResourceService
    authors: Mapping[str, Author]
    new_id: IdSource

    def seed(self, data: Json) -> int:
        """Put in what is not there yet; return how many that were.

        Raises:
            SeedBroken: something in the data cannot be put in; nothing was.
        """
        planned = seeds(data, self.families)
        coming = {(one.family.name, one.parents, one.name) for one in planned}
        for one in planned:
            self._refuse_wrong(one)
            self._refuse_orphan(one, coming)
        # Parents first, so that children have somewhere to go.
        planned.sort(key=lambda one: len(one.parents))
        return sum(self._put(one) for one in planned)

    def _refuse_wrong(self, one: Seed) -> None:
        """A seed may leave out what the server would say, but what it says must be right."""
        fitting, pointer = self.authors[one.family.name].fitting, one.family.item
        for wrong in fitting.wrong(fitting.shown(one.body, pointer), pointer):
            if wrong.rule != "required":
                raise SeedBroken(
                    f"{one.pointer}{wrong.pointer} breaks {wrong.rule}: {wrong.message}; make it "
                    f"what the contract says at {pointer}"
                )

    def _refuse_orphan(
        self, one: Seed, coming: Collection[tuple[str, tuple[str, ...], str | None]]
    ) -> None:
        above = one.family.above
        if above is None:
            return
        *outer, parent = one.parents[: one.family.depth]
        if (above, tuple(outer), parent) in coming:
            return
        try:
            self.service.get(above, tuple(outer), parent)
        except ResourceNotFound as reason:
            raise SeedBroken(f"{one.pointer}: {reason.detail}; put it in as well") from None

    def _put(self, one: Seed) -> bool:
        family, author = one.family, self.authors[one.family.name]
        try:
            self.service.create(
                family.name,
                one.parents,
                wanted=one.name,
                invent=lambda number: invented(
                    family.identity, author.fitting, self.new_id, number, one.body
                ),
                make=lambda name: author.new(one.body, name, one.parents),
            )
        except ResourceExists:
            return False
        except PlatformError as reason:
            raise SeedBroken(f"{one.pointer}: {reason.detail}") from reason
        return True


def families_named(data: Json, families: Sequence[Family]) -> frozenset[str]:
    """Return the names of the families that seed data speaks of."""
    if not isinstance(data, dict):
        return frozenset()
    found = (_family(str(key), families) for key in data)
    return frozenset(one[0].name for one in found if one is not None)


def seeds(data: Json, families: Sequence[Family]) -> list[Seed]:
    """Read seed data.

    Args:
        data: what the file says, parsed.
        families: the collections that there are.

    Raises:
        SeedBroken: a collection is unknown, or what is in it are no resources.
    """
    if data is None:
        return []
    if not isinstance(data, dict):
        raise SeedBroken("seed data maps collections to resources: {pets: [{name: Rex}]}")
    found: list[Seed] = []
    for key, members in data.items():
        known = _family(str(key), families)
        if known is None:
            raise SeedBroken(_unknown(str(key), families))
        family, given = known
        for pointer, name, body in _members(members, join(str(key)), family):
            parents = given if given is not None else _parents(family, body, pointer)
            said = family.identity.of(body) if name is None else name
            found.append(
                Seed(
                    family=family,
                    parents=parents,
                    name=None if said is None else text_of(said),
                    body=body,
                    pointer=pointer,
                )
            )
    return found


def _members(
    members: Json, pointer: str, family: Family
) -> Iterator[tuple[str, str | None, Mapping[str, Json]]]:
    listed: list[tuple[str, str | None, Json]]
    match members:
        case list():
            listed = [(pointer + join(n), None, body) for n, body in enumerate(members)]
        case dict():
            listed = [(pointer + join(k), str(k), body) for k, body in members.items()]
        case _:
            raise SeedBroken(f"{pointer}: list the resources of {family.name}, or map ids to them")
    for place, name, body in listed:
        if not isinstance(body, dict):
            raise SeedBroken(f"{place}: a resource is an object with members")
        yield place, name, body


def _family(key: str, families: Sequence[Family]) -> tuple[Family, tuple[str, ...] | None] | None:
    """Return the family that a key means, and the ids above it if the key says them."""
    for one in families:
        if key in {one.name, one.path}:
            return one, None if one.parents else ()
    for one in families:
        # The path's end is enough: it may begin with a base path.
        pattern = re.escape(plain(one.path)).replace(r"\{\}", "([^/]+)")
        found = re.fullmatch(pattern, key) or re.search(pattern + "$", f"/{key.lstrip('/')}")
        if "/" in key and found is None and plain(one.path).endswith(plain(f"/{key.lstrip('/')}")):
            return one, None
        if found is not None:
            is_template = any(text.startswith("{") for text in found.groups())
            return one, None if is_template else found.groups()
    word = squashed(key)
    named = [
        one for one in families if squashed(one.path.rpartition("/")[2]) == word or one.word == word
    ]
    return (named[0], None if named[0].parents else ()) if len(named) == 1 else None


def _parents(family: Family, body: Mapping[str, Json], pointer: str) -> tuple[str, ...]:
    parents = []
    for parameter in family.parents:
        name = same(parameter, body)
        if name is None:
            raise SeedBroken(
                f"{pointer}: say {parameter}, so that it is known where it belongs, or write the "
                f"ids into the key: {plain(family.path).replace('{}', '1')}"
            )
        parents.append(text_of(body[name]))
    return tuple(parents)


def _unknown(key: str, families: Sequence[Family]) -> str:
    paths = [one.path for one in families]
    close = get_close_matches(key, [*paths, *(p.rpartition("/")[2] for p in paths)], n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(paths) or 'none'}"
    return f"{join(key)}: no collection is called {key!r}; {hint}"
