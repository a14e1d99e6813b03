"""Lists the ways in which schemas can hold together: each a set of nodes without a choice left.

``anyOf``, ``oneOf``, ``if``, ``not`` and discriminators are choices. What was chosen must hold; what
was not chosen is written down, to be judged when the value is there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mock_platform.engine.generation.meanings import TYPES, Discriminator, Node, Source
from mock_platform.engine.generation.negating import opposites
from mock_platform.engine.generation.reading import BARE_NULL, Reads
from mock_platform.shared.contracts import Json

_LATER, _LAST = 2, 3
"""Tiers for what is only tried when everything better has failed."""

_Owners = tuple[Source, ...]
_Others = Callable[[Source], tuple[Source, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """One node that holds, and the schemas around it that ask what was evaluated."""

    node: Node
    source: Source
    owners: _Owners
    own: bool
    """Whether it was reached without ``allOf``: what it states is meant for the whole value."""


@dataclass(frozen=True, slots=True)
class _Option:
    sources: tuple[Source, ...] = ()
    nots: tuple[Source, ...] = ()
    tier: int = 0


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Option, ...]
    owners: _Owners = ()


class Draft(NamedTuple):
    """What holds so far, and the choices that are left. A tuple, as each step makes another one."""

    said: tuple[Said, ...] = ()
    nots: tuple[Source, ...] = ()
    choices: tuple[_Choice, ...] = ()
    types: tuple[str, ...] = TYPES
    tier: int = 0
    known: frozenset[tuple[Source, _Owners]] = frozenset()


class Branches:
    """Takes schemas apart into drafts."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader
        self._contradictions: dict[Source, _Choice] = {}
        self._tags: dict[tuple[str, str | None], Source] = {}

    def unbranched(self, sources: Iterable[Source]) -> Draft:
        """Return what holds in any case."""
        draft = Draft()
        for source in sources:
            draft = self._absorbed(draft, source, (), None, own=True)
        return draft

    def decided(self, draft: Draft, most: int) -> Generator[Draft, None, bool]:
        """Yield what is left when every choice is made, the better choices of each first.

        At most so many steps are taken on the way. Return whether that was enough.
        """
        pending = [draft]
        while pending and most:
            most -= 1
            current = pending.pop()
            if not current.types:
                continue
            if not current.choices:
                yield current
                continue
            choice, rest = current.choices[0], current.choices[1:]
            base = current._replace(choices=rest)
            pending += [self._chosen(base, o, choice.owners) for o in reversed(choice.options)]
        return not pending

    def without(self, draft: Draft, offender: Source) -> Draft:
        """Return the draft with a further choice: how the offender is to be contradicted."""
        return draft._replace(choices=(*draft.choices, self._contradiction(offender)))

    def _chosen(self, draft: Draft, option: _Option, owners: _Owners) -> Draft:
        draft = draft._replace(
            nots=(*draft.nots, *map(self._reader.meant, option.nots)),
            tier=draft.tier + option.tier,
        )
        for source in option.sources:
            draft = self._absorbed(draft, source, owners, None, own=True)
        return draft

    def _absorbed(
        self, draft: Draft, source: Source, owners: _Owners, child: Json, *, own: bool
    ) -> Draft:
        """Add a schema and whatever holds because it does; ``child`` is the named heir, if any."""
        if (source, owners) in draft.known:
            return draft
        node = self._reader.read(source)
        draft = draft._replace(known=draft.known | {(source, owners)})
        if node.other_members is not None or node.other_items is not None:
            owners = (*owners, source)
        if not node.bare:
            draft = self._spoken(draft, Said(node, source, owners, own))
        if child is None and self._reader.addresses.name_of(source.raw) and node.all_of:
            child = source.raw
        own = own and (bool(node.referred) or len(node.all_of) == 1)
        for inner in node.all_of:
            draft = self._absorbed(draft, inner, owners, child, own=own)
        choices = tuple(self._choices(node, source, owners, child))
        if not choices and not node.nots:
            return draft
        return draft._replace(
            choices=(*draft.choices, *choices),
            nots=(*draft.nots, *map(self._reader.meant, node.nots)),
        )

    @staticmethod
    def _spoken(draft: Draft, said: Said) -> Draft:
        allowed = TYPES if said.node.types is None else said.node.types
        types = tuple(t for t in draft.types if t in allowed) if said.node.possible else ()
        return draft._replace(said=(*draft.said, said), types=types)

    def _choices(
        self, node: Node, source: Source, owners: _Owners, child: Json
    ) -> Iterator[_Choice]:
        for offender in node.nots:
            yield self._contradiction(offender)
        tag = node.discriminator
        if tag is not None and not node.any_of and not node.one_of:
            yield from self._heirs(tag, source, owners, child)
        for branches in node.any_of:
            yield _Choice(tuple(self._tagged(tag, branches, _nothing)), owners)
        if node.one_of:
            branches = node.one_of
            others = {branch: tuple(b for b in branches if b is not branch) for branch in branches}
            yield _Choice(tuple(self._tagged(tag, branches, others.__getitem__)), owners)
        for condition in node.conditions:
            then = (condition.test, condition.then)
            otherwise = (condition.otherwise,)
            met = _Option(tuple(filter(None, then)))
            yield _Choice((met, _Option(tuple(filter(None, otherwise)), (condition.test,))), owners)

    def _contradiction(self, offender: Source) -> _Choice:
        """Choose what is to be true in its stead."""
        known = self._contradictions.get(offender)
        if known is None:
            make = self._reader.source
            nodes = opposites(self._reader.read(offender), make)
            known = _Choice(tuple(_Option((make(node),)) for node in nodes))
            self._contradictions[offender] = known
        return known

    # Discriminators ------------------------------------------------------------------------------

    def _tagged(
        self, tag: Discriminator | None, branches: tuple[Source, ...], nots: _Others
    ) -> Iterator[_Option]:
        if tag is not None:
            named = [(b, self._tag(tag, self._reader.meant(b).raw)) for b in branches]
            for branch, constant in named:
                if constant is not None:
                    yield _Option((branch, constant), nots(branch))
            for branch in branches:
                yield _Option((branch, self._told(tag)), nots(branch), _LATER)
        tier = 0 if tag is None else _LAST
        for branch in branches:
            later = max(tier, _LATER) if branch.raw is BARE_NULL else tier
            yield _Option((branch,), nots(branch), later)

    def _heirs(
        self, tag: Discriminator, source: Source, owners: _Owners, child: Json
    ) -> Iterator[_Choice]:
        """Choose what stands behind a schema that others are built upon."""
        if child is not None and child is not source.raw:
            own = self._tag(tag, child)
            options = [_Option((own,))] if own else []
        else:
            heirs = [self._named(ref) for _, ref in tag.mapping]
            heirs += [node for _, node in self._reader.addresses.children_of(source.raw)]
            heirs = list({id(h): h for h in heirs if isinstance(h, dict)}.values())
            make = self._reader.source
            options = [
                _Option((make(heir, source.scope, source.hidden), constant))
                for heir in heirs or [source.raw]
                if (constant := self._tag(tag, heir))
            ]
        if options:
            told = _Option((self._told(tag),), tier=_LATER)
            yield _Choice((*options, told, _Option(tier=_LAST)), owners)

    def _tag(self, tag: Discriminator, node: Json) -> Source | None:
        """Return what a member must be for the node to be meant."""
        mapped = (value for value, ref in tag.mapping if self._named(ref) is node)
        value = next(mapped, None) or _own_word(node) or self._reader.addresses.name_of(node)
        return None if value is None else self._told(tag, value)

    def _told(self, tag: Discriminator, value: str | None = None) -> Source:
        """Return what asks for the member; None: with whatever its schema has for it."""
        found = self._tags.get((tag.member, value))
        if found is None:
            make = self._reader.source
            constant = {} if value is None else {tag.member: make(Node(values=(value,)))}
            found = make(Node(types=("object",), required=(tag.member,), properties=constant))
            self._tags[tag.member, value] = found
        return found

    def _named(self, ref: str) -> Json:
        addresses = self._reader.addresses
        if (node := addresses.named(ref)) is not None:
            return node
        try:
            return addresses.resolve(ref, ("",))[0]
        except LookupError:
            return None


def _own_word(node: Json) -> str | None:
    """Return how a schema is told by its discriminator, where it says so itself, as Azure's do."""
    word = node.get("x-ms-discriminator-value") if isinstance(node, dict) else None
    return word if isinstance(word, str) else None


def _nothing(_branch: Source) -> tuple[Source, ...]:
    return ()
