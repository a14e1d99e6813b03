"""Makes objects: which members one has, and what each of them must be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from mock_platform.engine.generation.conjunctions import Plan, forbidden
from mock_platform.engine.generation.format_values import WORDS, word
from mock_platform.engine.generation.harmonising import Harmony
from mock_platform.engine.generation.judging import Judge
from mock_platform.engine.generation.meanings import Unsatisfiable
from mock_platform.engine.generation.regex_syntax import PatternUnread, parse
from mock_platform.engine.generation.regex_words import Words
from mock_platform.engine.generation.turns import Conjunction, Turn
from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json

_USUAL_ENTRIES = 2
"""How many members a mapping gets whose names are free."""
_MOST_MEMBERS = 5_000
_NAME_TRIES = 20
_LONGEST_NAME = 40


class Members:
    """The objects of one plan."""

    def __init__(self, plan: Plan, judge: Judge) -> None:
        if plan.fewest_members > _MOST_MEMBERS:
            raise Unsatisfiable("", f"{plan.fewest_members} members are more than we make")
        self._plan = plan
        self._judge = judge
        self._known: dict[str, Conjunction] = {}

    def sources(self, name: str) -> Conjunction:
        """Return all that a member with this name must be."""
        found = self._known.get(name)
        if found is None:
            parts = (s for node in self._plan.objects for s in self._judge.of_member(node, name))
            found = self._known[name] = tuple(dict.fromkeys(map(self._judge.meant, parts)))
        return found

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The members that every one of the objects has."""
        return tuple(self._closure(self._plan.required))

    def make(self, turn: Turn) -> Json:
        """Return one of the objects.

        Raises:
            Unsatisfiable: a member that is required cannot be made.
        """
        members: dict[str, Json] = {}
        required = self.required
        sparing = turn.sparing()
        for name in required if sparing else self._usual:
            sources = self.sources(name)
            if name in required:
                members[name] = self._made(name, sources, turn)
            elif sources not in turn.around:
                self._try(members, name, turn)
        if self._plan.follow_ups:
            self._drop_the_unaccompanied(members)
        wanted = self._plan.fewest_members
        if not sparing and not members and self._is_mapping:
            wanted = max(wanted, _USUAL_ENTRIES)
        if turn.nudge:  # what is free makes objects differ
            wanted = max(wanted, len(members) + 1)
        if len(members) < wanted:
            self._fill(members, wanted, turn)
        if not turn.plain:
            self._harmony.settle(members, self._may_become)
        return members

    @cached_property
    def _harmony(self) -> Harmony:
        return Harmony(self._declared)

    def _may_become(self, name: str, value: Json) -> bool:
        """Tell whether a member that the schema gives no value for may have this one."""
        sources = self.sources(name)
        return not self._judge.states(sources) and self._judge.fits_all(sources, value)

    def _try(self, members: dict[str, Json], name: str, turn: Turn) -> None:
        """Add a member if it can be made; what need not be there need not be nearly right."""
        forgiving, turn.forgiving = turn.forgiving, False
        try:
            members[name] = turn.grow(self.sources(name), name, turn)
        except Unsatisfiable:
            pass
        finally:
            turn.forgiving = forgiving

    def _made(self, name: str, sources: Conjunction, turn: Turn) -> Json:
        if not self._may_be_called(name):
            raise Unsatisfiable("", f"the member {name!r} is required, and no name may be like it")
        try:
            return turn.grow(sources, name, turn)
        except Unsatisfiable as reason:
            raise reason.under(join("properties", name)) from None

    # Which members -------------------------------------------------------------------------------

    @cached_property
    def _declared(self) -> tuple[str, ...]:
        names = (name for node in self._plan.objects for name in node.properties)
        return tuple(dict.fromkeys((*names, *self._plan.required)))

    @cached_property
    def _usual(self) -> tuple[str, ...]:
        """Return what is required, and all else that is declared and has room."""
        chosen = set(self.required)
        most = self._plan.most_members
        for name in self._declared:
            group = set(self._closure((name,))) | chosen
            if (most is None or len(group) <= most) and all(
                self._allowed(each) for each in group - chosen
            ):
                chosen = group
        return tuple(
            n
            for n in dict.fromkeys((*self._declared, *self.required, *sorted(chosen)))
            if n in chosen
        )

    def _closure(self, names: tuple[str, ...]) -> list[str]:
        found = list(names)
        for name in found:
            for trigger, followers in self._plan.follow_ups:
                if trigger == name:
                    found += [f for f in followers if f not in found]
        return list(dict.fromkeys(found))

    def _allowed(self, name: str) -> bool:
        return self._may_be_called(name) and not any(map(forbidden, self.sources(name)))

    def _may_be_called(self, name: str) -> bool:
        return not self._plan.names or self._judge.fits_all(self._plan.names, name)

    @cached_property
    def _is_mapping(self) -> bool:
        """Return whether a schema says what the members of free names are."""
        free = [
            s for n in self._plan.objects for s in (n.additional, *(p for _, p in n.by_pattern))
        ]
        said = any(isinstance(s.raw, dict) for s in free if s is not None)
        room = self._plan.most_members is None or self._plan.most_members >= _USUAL_ENTRIES
        return said and room and not self._declared

    def _drop_the_unaccompanied(self, members: dict[str, Json]) -> None:
        for _ in range(len(members)):
            lonely = [
                trigger
                for trigger, followers in self._plan.follow_ups
                if trigger in members and any(f not in members for f in followers)
            ]
            for name in lonely:
                members.pop(name, None)

    # Members of free names -----------------------------------------------------------------------

    def _fill(self, members: dict[str, Json], wanted: int, turn: Turn) -> None:
        """Add members until there are enough, or nothing more can be thought of."""
        for name in self._spare_names(turn, wanted):
            if len(members) >= wanted:
                return
            if name not in members and self._allowed(name):
                followers = [f for f in self._closure((name,)) if f not in members]
                if self._fits_in(len(members) + len(followers)):
                    self._add(members, followers, turn)
        if len(members) < self._plan.fewest_members:
            raise Unsatisfiable("", f"no {self._plan.fewest_members} members were found")

    def _fits_in(self, count: int) -> bool:
        return self._plan.most_members is None or count <= self._plan.most_members

    def _add(self, members: dict[str, Json], names: list[str], turn: Turn) -> None:
        added: dict[str, Json] = {}
        for name in names:
            try:
                added[name] = turn.grow(self.sources(name), name, turn)
            except Unsatisfiable:
                return
        members.update(added)

    def _spare_names(self, turn: Turn, wanted: int) -> Iterator[str]:
        """Yield names that may do; first those that do not lead back to where we are."""
        names = self._thinkable_names(turn, wanted)
        if not turn.sparing():
            yield from names
            return
        if turn.plain:  # nothing else is left to try: names of which nothing is said
            yield from (name for name in WORDS if not self.sources(name))
        later: list[str] = []
        for name in names:
            if self.sources(name) in turn.around:
                later.append(name)
            else:
                yield name
        yield from later

    def _thinkable_names(self, turn: Turn, wanted: int) -> Iterator[str]:
        yield from self._declared
        patterns = [p for node in self._plan.objects for p, _ in node.by_pattern]
        tries = _NAME_TRIES + 2 * wanted
        for pattern in patterns:
            yield from _names_like(pattern, tries, turn)
        if self._plan.names:
            for _ in range(tries):
                try:
                    yield str(turn.grow((*self._plan.names, self._judge.text), "", turn))
                except Unsatisfiable:
                    break
        start = turn.below(len(WORDS))
        yield from (WORDS[start:] + WORDS[:start])
        yield from (f"key{number}" for number in range(tries))


def _names_like(pattern: str, tries: int, turn: Turn) -> Iterator[str]:
    try:
        words = Words(parse(pattern), _LONGEST_NAME)
    except PatternUnread:
        return
    lengths = [n for n in range(_LONGEST_NAME + 1) if words.lengths() >> n & 1]
    for attempt in range(tries if lengths else 0):
        size = lengths[turn.below(min(len(lengths), 4 + attempt // 4))]
        name = words.make(turn.random, size)
        yield from (name, name + word(turn.random))  # longer, where no $ forbids it
