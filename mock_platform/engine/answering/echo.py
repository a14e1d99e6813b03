"""Makes an answer speak of its request: the fields that were sent, the id that the path names.

Only what the answer's schema has is put in, and only where the answer stays valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.answering.schema_fields import Fields
from mock_platform.engine.bindings import python_name
from mock_platform.engine.casting import integer_of
from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Json

_DEEPEST_SAID = 200
"""So deep a part of a request is said again; JSON is written some levels deeper, but not without end."""
_MOST_ITEMS = 100
MOST_KNOWN = 256
"""Of so many answers it is known where their blanks are."""

Step = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One parameter of a path: ``orderId`` is an ``order_id``, and of an ``Order`` it is the id."""

    argument: str
    """How the handler gets it."""
    thing: str
    """What it identifies, as far as its name says so: ``order``."""
    is_last: bool
    """The path ends with it."""


Change = tuple[Step, str, Json]
"""Path to an object of the answer, name of the property, value."""

Blank = tuple[Step, str, str]
"""Path to an object of the answer, name of the property, parameter that fills it in."""

Fit = Callable[[Json], bool]
"""Tells whether a schema allows a value."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one answer."""

    value: Json
    """The answer; kept, so that no other gets its number."""
    blanks: Sequence[Blank]
    is_fit: bool


def keys_of(operation: Operation) -> Sequence[Key]:
    """Read what the parameters of a path identify."""
    found: list[Key] = []
    segments = operation.path.rstrip("/").split("/")
    for before, segment in pairwise(segments):
        if not (segment.startswith("{") and segment.endswith("}")):
            continue
        argument = python_name(segment[1:-1])
        stem = argument.removesuffix("_id").removesuffix("_key")
        thing = stem if stem != argument else _singular(python_name(before))
        is_last = segment is segments[-1]
        found.append(Key(argument=argument, thing=thing, is_last=is_last))
    return found


class Echo:
    """Makes the answers of one schema speak of their requests."""

    def __init__(
        self,
        fields: Fields,
        keys: Sequence[Key],
        is_fit: Fit,
        alone: Callable[[Step, str], Fit | None] = lambda _step, _name: None,
    ) -> None:
        self._fields = fields
        self._keys = keys
        self._is_fit = is_fit
        self._alone = alone
        """Returns what judges a property by itself, if that can be done."""
        self._judges: dict[tuple[Step, str], Fit | None] = {}
        self._known = Remembered[Known](MOST_KNOWN)

    def of(self, value: Json, arguments: Mapping[str, Json], request: Json) -> Json:
        """Return the answer with the request's fields and the path's ids in it; the given one stays."""
        if not isinstance(value, dict | list):
            return value
        known = self.known(value)
        wanted = [
            (step, name, arguments[key]) for step, name, key in known.blanks if key in arguments
        ]
        if isinstance(request, dict):
            wanted = [*said_again(value, self._fields, request), *wanted]
        changes, others = self._settled(wanted) if known.is_fit else ((), wanted)
        changed = _all_changed(value, changes)
        return echoed(changed, others, self._is_fit) if others else changed

    def known(self, value: Json) -> Known:
        """Return where an answer has properties for the ids of the path, and whether it is sound."""
        known = self._known.get(id(value))
        if known is None:
            found = blanks(value, self._fields, self._keys)
            known = self._known.keep(id(value), Known(value, found, self._is_fit(value)))
        return known

    def _settled(self, wanted: Sequence[Change]) -> tuple[Sequence[Change], Sequence[Change]]:
        """Return the changes that are right whatever else changes, and those to be tried."""
        changes: list[Change] = []
        others: list[Change] = []
        for change in wanted:
            step, name, value = change
            judge = self._judge(step, name)
            if judge is None:
                others.append(change)
            elif judge(value):
                changes.append(change)
            else:
                found = (form for form in _forms(value) if judge(form))
                changes += ((step, name, form) for form in islice(found, 1))
        return changes, others

    def _judge(self, step: Step, name: str) -> Fit | None:
        """Return what judges a property, as many as a schema has; all items of a list are alike."""
        key = tuple([0 if isinstance(part, int) else part for part in step]) if step else (), name
        if key not in self._judges:
            self._judges[key] = self._alone(*key)
        return self._judges[key]


def echoed(body: Json, changes: Sequence[Change], is_fit: Fit) -> Json:
    """Return the answer with as many of the changes as leave it valid; the given one stays whole."""
    together = _all_changed(body, changes)
    if together is body or is_fit(together):
        return together
    for step, name, value in changes:
        for form in _forms(value):
            candidate = _all_changed(body, [(step, name, form)])
            if candidate is not body and is_fit(candidate):
                body = candidate
                break
    return body


def said_again(body: Json, fields: Fields, request: Json) -> Iterator[Change]:
    """Yield the request's fields that the answer's schema has, at the top or in one wrapper."""
    if not isinstance(body, dict) or not isinstance(request, dict):
        return
    request = {name: value for name, value in request.items() if _is_json(value)}
    own = [name for name in request if name in fields.names]
    if own:
        yield from (((), name, request[name]) for name in own)
        return
    for wrapper in [name for name in fields.names if isinstance(body.get(name), dict)]:
        inner = fields.of(wrapper).names
        if shared := [name for name in request if name in inner]:
            yield from (((wrapper,), name, request[name]) for name in shared)
            return


def blanks(body: Json, fields: Fields, keys: Sequence[Key]) -> Sequence[Blank]:
    """Find where an answer has a property for an id of the path."""
    return [
        (step, name, key.argument)
        for step, inner in _objects(body, fields)
        for key in keys
        if (name := _property(inner, key, step)) is not None
    ]


def _property(fields: Fields, key: Key, step: Step) -> str | None:
    if key.argument in fields.by_argument:
        return fields.by_argument[key.argument]
    is_meant = key.is_last or (bool(key.thing) and fields.name == key.thing)
    if is_meant and "id" in fields.names and not any(isinstance(part, int) for part in step):
        return "id"
    return None


def _objects(body: Json, fields: Fields, step: Step = ()) -> Iterator[tuple[Step, Fields]]:
    """Yield the objects of an answer: itself, its items, and those in its wrappers."""
    if isinstance(body, dict):
        yield step, fields
        for name in fields.names if not step else ():
            if isinstance(body.get(name), list):
                yield from _objects(body[name], fields.of(name), (name,))
    elif isinstance(body, list) and (items := fields.items) is not None:
        for index, item in enumerate(body[:_MOST_ITEMS]):
            if isinstance(item, dict):
                yield (*step, index), items


def _all_changed(body: Json, changes: Sequence[Change]) -> Json:
    ours: set[int] = set()
    for change in changes:
        body = _changed(body, change, ours)
    return body


def _changed(node: Json, change: Change, ours: set[int]) -> Json:
    """Return the answer with one property set; the same object where that changes nothing.

    ``ours`` has the numbers of the objects and lists that were copied for changes before: they are
    not copied again. Another change may have put something else where the property was to be set.
    """
    step, name, value = change
    if not step:
        if not isinstance(node, dict):
            return node
        same = name in node and node[name] == value and type(node[name]) is type(value)
        return node if same else _put(node, name, value, ours)
    head = step[0]
    if not _has(node, head):
        return node
    inner = _changed(node[head], (step[1:], name, value), ours)
    return node if inner is node[head] else _put(node, head, inner, ours)


def _put(node: Json, key: str | int, value: Json, ours: set[int]) -> Json:
    if id(node) not in ours:
        node = node.copy()
        ours.add(id(node))
    node[key] = value
    return node


def _has(node: Json, head: str | int) -> bool:
    if isinstance(head, int):
        return isinstance(node, list) and head < len(node)
    return isinstance(node, dict) and head in node


def _is_json(value: Json) -> bool:
    """A file in a form is no JSON, nor is what holds one, nor what is too deep to be written."""
    level = [value]
    for _ in range(_DEEPEST_SAID):
        if any(isinstance(one, bytes) for one in level):
            return False
        inner = [one for one in level if isinstance(one, dict | list)]
        if not inner:
            return True
        level = [*chain.from_iterable(map(_parts_of, inner))]
    return False


def _parts_of(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value


def _forms(value: Json) -> Iterator[Json]:
    """A path is text, whatever the answer makes of it."""
    yield value
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and value.isascii() and value.isdecimal():
        yield integer_of(value)


def _singular(word: str) -> str:
    return word.removesuffix("s")
