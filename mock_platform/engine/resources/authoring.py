"""Adds to what clients send what a server would: ids, defaults, moments, members only it can know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property

from mock_platform.domain.resources import Resource
from mock_platform.engine.casting import integer_of
from mock_platform.engine.pointers import join, split
from mock_platform.engine.resources.families import Family, seed_of
from mock_platform.engine.resources.fitting import Fitting, is_stated, stated
from mock_platform.engine.resources.marks import Role
from mock_platform.engine.resources.names import same, squashed, words
from mock_platform.engine.resources.shapes import Shape
from mock_platform.shared.clocks import rfc3339
from mock_platform.shared.contracts import Clock, Json, Violation
from mock_platform.shared.errors import BodyInvalid

_BORN = frozenset(
    {
        *("created", "createdat", "createdon", "createddate", "createddatetime", "createdtime"),
        *("creationdate", "creationtime", "creationtimestamp", "createtime", "createdate"),
        *("datecreated", "timecreated", "insertedat", "addedat", "dateadded", "registeredat"),
    }
)
_CHANGED = frozenset(
    {
        *("updated", "updatedat", "updatedon", "updateddate", "updatetime", "dateupdated"),
        *("modified", "modifiedat", "modifiedon", "modifieddate", "datemodified", "modifydate"),
        *("lastmodified", "lastmodifiedat", "lastmodifieddate", "lastupdated", "lastupdatedat"),
        *("lastupdate", "lastchanged", "changedat", "timeupdated", "modificationtime"),
    }
)
_VERSION = frozenset({"version", "revision"})
_ENDS = frozenset(
    {
        *("deleted", "removed", "archived", "cancelled", "canceled", "closed", "revoked"),
        *("expired", "failed", "ended", "completed", "finished", "error", "errors", "failure"),
    }
)
"""Words in names of members that something new does not have yet."""

_MILLISECONDS = 10**11
"""Moments written as numbers above this are no seconds."""


@dataclass(frozen=True, kw_only=True)
class Author:
    """Makes the bodies of one family's resources."""

    family: Family
    fitting: Fitting
    clock: Clock

    @cached_property
    def shape(self) -> Shape:
        """One resource's."""
        return self.fitting.shapes.at(self.family.item)

    def new(self, sent: Mapping[str, Json], name: str, parents: tuple[str, ...]) -> Json:
        """Return the body of a resource that has just been created."""
        return self._completed(self._placed(sent, name, parents), name, version=1)

    def replaced(self, old: Resource, sent: Mapping[str, Json]) -> Json:
        """Return the body after a PUT: what clients cannot say stays as it was."""
        kept = {
            name: value
            for name, value in (old.body or {}).items()
            if self._is_ours(name) or squashed(name) in _BORN
        }
        ours = {name for name in kept if self._is_read_only(name)}
        said = {name: value for name, value in sent.items() if name not in ours}
        return self._renewed(old, {**kept, **said}, frozenset(said))

    def patched(
        self, old: Resource, body: Json, place: tuple[str, ...], promised: Collection[str]
    ) -> Json:
        """Return the body after a patch was applied to it.

        Args:
            old: what it was applied to.
            body: what came of it.
            place: where in the request a resource stands.
            promised: the members that the contract describes in a patch. If it lets clients say
                there what it does not let a resource be, the resource is mended.

        Raises:
            BodyInvalid: it would not be what the contract calls such a resource.
        """
        if not isinstance(body, dict):
            raise BodyInvalid("a resource is an object; the patch makes something else of it")
        before, pointer = old.body, self.family.item
        ours = {n: v for n, v in before.items() if self._is_read_only(n)}
        said = frozenset(n for n, v in body.items() if n not in before or before[n] != v)
        changed = self._stamped(self._placed({**body, **ours}, old.name, old.parents), old, said)
        known = set(self.fitting.wrong(self.fitting.shown(before, pointer), pointer))
        wrong = self.fitting.wrong(self.fitting.shown(changed, pointer), pointer)
        wrong = [one for one in wrong if one not in known]
        if not wrong:
            return changed
        # Where nobody knows which member is to blame, all that were said are.
        excused = {*promised, *({""} if said <= {*promised} else ())}
        self._refuse([one for one in wrong if not self._blamed(one, changed) <= excused], place)
        return self._fitted(changed, old.name)

    def _blamed(self, one: Violation, body: Json) -> set[str]:
        """Return the members that a violation is due to; one that has no name if nobody knows."""
        if one.pointer:
            return {split(one.pointer)[0]}
        return (self.shape.required - body.keys() if one.rule == "required" else set()) or {""}

    @staticmethod
    def _refuse(broken: Sequence[Violation], place: tuple[str, ...]) -> None:
        if broken:
            first = broken[0]
            raise BodyInvalid(
                f"{first.pointer or 'the resource'} would break {first.rule}: {first.message}",
                violations=[replace(one, pointer=join(*place) + one.pointer) for one in broken],
            )

    # How -----------------------------------------------------------------------------------------

    def _renewed(self, old: Resource, body: Json, said: frozenset[str]) -> Json:
        placed = self._placed(body, old.name, old.parents)
        stamped = self._stamped(placed, old, said)
        return self._completed(stamped, old.name, version=old.version + 1)

    def _placed(self, body: Mapping[str, Json], name: str, parents: tuple[str, ...]) -> Json:
        """Put the ids in: the resource's own, and of those above it where a property has them."""
        identity, shape = self.family.identity, self.shape
        placed: Json = identity.put(dict(body), identity.value(name))
        for parameter, parent in zip(self.family.parents, parents, strict=True):
            found = same(parameter, shape.properties)
            kind = None if found is None else self.fitting.shapes.property(shape, found)
            if found is None or kind is None or (found,) == identity.path:
                continue
            if kind.is_whole and isinstance(number := integer_of(parent), int):
                placed[found] = number
            elif "string" in kind.types:
                placed[found] = parent
        return placed

    def _stamped(self, body: Json, old: Resource, said: frozenset[str]) -> Json:
        """Note the change in the members that tell of it, unless the client has said them."""
        now = self.clock()
        stamped = dict(body)
        for name in self.shape.properties:
            if name in said:
                continue
            if squashed(name) in _CHANGED and name in old.body:
                stamped |= self._moment(name, now)
            elif squashed(name) in _VERSION and self._is_counted(name):
                stamped[name] = old.version + 1
        return stamped

    def _completed(self, body: Json, name: str, *, version: int) -> Json:
        """Add what the server says, then whatever the contract still misses."""
        family, pointer, shape = self.family, self.family.item, self.shape
        seed = seed_of(family, name)
        added: dict[str, Json] = {}
        now = self.clock()
        absent = [one for one in shape.properties if one not in body]
        made = cache(lambda: self.fitting.made(pointer, seed))
        for one in absent:
            kind = self.fitting.shapes.at(shape.properties[one])
            if squashed(one) in _BORN | _CHANGED and (moment := self._moment(one, now)):
                added |= moment
            elif squashed(one) in _VERSION and self._is_counted(one):
                added[one] = version
            elif "default" in kind.said:
                added[one] = kind.said["default"]
            elif self._is_wanted(one):
                added |= self._own(one, kind, made)
        return self._fitted({**body, **added}, name)

    def _fitted(self, whole: Mapping[str, Json], name: str) -> Json:
        """Return the body as answers want it; what they do not show is kept beside it."""
        family, pointer = self.family, self.family.item
        first = family.identity.path[0] if family.identity.path else None
        shown = self.fitting.shown(whole, pointer)
        fitted = self.fitting.fitted(whole, pointer, seed_of(family, name), first=first)
        hidden = {one: value for one, value in whole.items() if one not in shown}
        return {**hidden, **fitted} if isinstance(fitted, dict) else whole

    def _own(self, name: str, kind: Shape, made: Callable[[], Json]) -> dict[str, Json]:
        """Return the value of a member that clients cannot say."""
        if name not in self.shape.required and _ENDS & set(words(name)):
            return {name: None} if kind.nullable or "null" in kind.types else {}
        if name in self._given:
            return {name: self._given[name]}
        if is_stated(value := stated(kind.said)):
            return {name: value}
        example = made()
        return {name: example[name]} if isinstance(example, dict) and name in example else {}

    @cached_property
    def _given(self) -> Mapping[str, Json]:
        """The example of one resource that the contract gives beside its schema."""
        for role in (Role.CREATE, Role.READ, Role.REPLACE, Role.PATCH):
            for part in self.family.parts:
                if part.role is role and part.answer is not None and part.example is not None:
                    inside = part.answer.inside(part.example)
                    return inside if isinstance(inside, dict) else {}
        return {}

    def _is_wanted(self, name: str) -> bool:
        kind = self.fitting.shapes.at(self.shape.properties[name])
        return not kind.write_only and (name in self.shape.required or self._is_ours(name))

    def _is_ours(self, name: str) -> bool:
        """Tell whether only the server can say a member."""
        sendable = self._sendable
        return self._is_read_only(name) or (sendable is not None and name not in sendable)

    def _is_read_only(self, name: str) -> bool:
        kind = self.fitting.shapes.property(self.shape, name)
        return kind is not None and kind.read_only

    def _is_counted(self, name: str) -> bool:
        kind = self.fitting.shapes.property(self.shape, name)
        return kind is not None and kind.is_whole and self._is_ours(name)

    @cached_property
    def _sendable(self) -> frozenset[str] | None:
        """What clients can say, None if they can say anything."""
        shapes = [
            self.fitting.shapes.at(part.sent.item)
            for role in (Role.CREATE, Role.REPLACE)
            for part in self.family.parts
            if part.role is role and part.sent is not None
        ]
        if any(not shape.properties or shape.is_open for shape in shapes):
            return None
        return frozenset(name for shape in shapes for name in shape.properties) or None

    def _moment(self, name: str, now: datetime) -> dict[str, Json]:
        """Return a member that says when, in the way its schema says it; nothing if it does not."""
        kind = self.fitting.shapes.at(self.shape.properties[name])
        if kind.types & {"integer", "number"}:
            shown = kind.said.get("example", 0)
            large = isinstance(shown, (int, float)) and shown > _MILLISECONDS
            return {name: int(now.timestamp() * (1000 if large else 1))}
        if "string" in kind.types or not kind.types:
            is_day = kind.said.get("format") == "date"
            return {name: now.date().isoformat() if is_day else rfc3339(now)}
        return {}
