"""Makes up a callback as it could have happened: from the contract's example, its schema, its machine.

An event is named by its type (``order.paid``: the state that a machine moves to) or by the
callback's own name, and then told as the example has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from mock_platform.engine.anatomy import METHODS
from mock_platform.engine.answering.generating import generators_of
from mock_platform.engine.callbacks import declared
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.machines import machines
from mock_platform.engine.pointers import follow, join, split
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Json

MOST_STEPS = 64
"""From the root of a body to where a value is put, and on into the value."""
_SEED = 0
_LONGEST = 60


_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_HALF_ESCAPED = re.compile(r"~(?![01])")
_WHOLE = re.compile(r"\s*-?[0-9]+\s*", re.ASCII)


class NoSuchEvent(LookupError):
    """The contract knows no event of this name. The message lists those that it knows."""


class Unsettable(ValueError):
    """Nothing can be put at this place of a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a callback tells of: what happened, and how it is told."""

    event: str
    callback: str
    state: str | None = None
    previous: str | None = None
    via: str | None = None
    """The operation that moves to the state; None where no machine speaks of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is different every time."""

    event_id: str
    entity_id: str
    instant: str


def occasions(document: Document) -> Mapping[str, Occasion]:
    """Return every event that a callback of the contract can tell of, by its name.

    Raises:
        SpecBroken: a state machine is none.
    """
    callbacks = {each.name for each in declared(document)}
    found: dict[str, Occasion] = {}
    for _, machine in machines(document):
        for (start, via), move in machine.moves.items():
            event = f"{machine.resource.lower()}.{move.to}"
            if move.emit in callbacks and event not in found:
                found[event] = Occasion(
                    event=event, callback=str(move.emit), state=move.to, previous=start, via=via
                )
    return {**{name: Occasion(event=name, callback=name) for name in sorted(callbacks)}, **found}


def occasion(document: Document, event: str) -> Occasion:
    """Return one event.

    Raises:
        NoSuchEvent: it is none of the contract's.
    """
    known = occasions(document)
    if event not in known:
        listed = ", ".join(known) or "none, as no operation declares a callback"
        raise NoSuchEvent(f"{document.name} has no event {event!r}; it has: {listed}")
    return known[event]


def states(document: Document) -> tuple[str, ...]:
    """Return the states that the machines of a contract move to, each once."""
    try:
        known = machines(document)
    except SpecBroken:
        return ()
    moved = (move.to for _, machine in known for move in machine.moves.values())
    return tuple(dict.fromkeys(moved))


def made_up(
    document: Document, told: Occasion, moment: Moment, accepts: Callable[[Json], bool]
) -> Json:
    """Return a callback's body: what its schema makes possible, its example on top, made to fit.

    Only members that are there are made to fit: what happened, when, and to whom.

    Raises:
        LookupError, ValueError: the callback has no JSON body, or none can be made up.
    """
    media, pointer = _media(document, told.callback)
    body: Json = None
    if "schema" in media:
        body = generators_of(document)(pointer + "/schema", accepts)(_SEED)
    example = _example(media, document.root)
    if example is not None:
        body = _laid_over(body, example)
    if told.via is None or not isinstance(body, dict):
        return body
    return _fitting(body, told, moment)


def put(root: Json, pointer: str, value: Json) -> Json:
    """Return a copy with a value at a JSON pointer; objects on the way are made, ``-`` appends.

    Raises:
        Unsettable: the way leads through what is no object or list, or beyond a list's end.
    """
    try:
        tokens = split(pointer)
    except LookupError as error:
        raise Unsettable(str(error)) from None
    if _HALF_ESCAPED.search(pointer):
        raise Unsettable(f"{pointer[:_LONGEST]}: ~ is written ~0 in a pointer, and / is ~1")
    if len(tokens) > MOST_STEPS:
        raise Unsettable(
            f"{pointer[:40]}… leads {len(tokens)} steps down; {MOST_STEPS} are the most"
        )
    return _put(root, tokens, value, pointer)


def parsed(setting: str) -> tuple[str, Json]:
    """Read ``/pointer=value``: the value as JSON, or else as the text it is.

    Raises:
        Unsettable: there is no ``=``.
    """
    pointer, equals, text = setting.partition("=")
    if not equals:
        raise Unsettable(f"{setting!r} has no =; write /data/total/amount=9")
    if not setting.isascii() and not _is_sayable(setting):
        raise Unsettable(f"{setting!r} is not in UTF-8")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return pointer, text
    if isinstance(value, float) and _WHOLE.fullmatch(text):
        raise Unsettable(f'{text[:40]} is more than 64 bits hold; a text is written "…"')
    if _depth(value) > MOST_STEPS:
        raise Unsettable(
            f"the value for {pointer} is nested too deep; {MOST_STEPS} levels are the most"
        )
    return pointer, value


def _media(document: Document, callback: str) -> tuple[Json, str]:
    for each in declared(document):
        if each.name != callback:
            continue
        for operation, place in _operations(document, each.callback, each.pointer):
            if "requestBody" in operation:
                body, where = follow(document.root, place + "/requestBody")
                for name, media in body.get("content", {}).items():
                    if "json" in name:
                        return media, where + join("content", name)
    raise LookupError(f"the callback {callback} has no JSON body")


def _operations(document: Document, callback: Json, pointer: str) -> Iterator[tuple[Json, str]]:
    for expression in callback:
        if not expression.startswith("x-"):
            item, place = follow(document.root, pointer + join(expression))
            yield from ((item[method], f"{place}/{method}") for method in METHODS if method in item)


def _example(media: Json, root: Json) -> Json:
    if "example" in media:
        return media["example"]
    for one in (media.get("examples") or {}).values():
        ref = one.get("$ref")
        found = follow(root, ref.removeprefix("#"))[0] if ref else one
        if "value" in found:
            return found["value"]
    return None


def _laid_over(below: Json, above: Json) -> Json:
    if isinstance(below, dict) and isinstance(above, dict):
        merged = {name: _laid_over(below.get(name), value) for name, value in above.items()}
        return {**below, **merged}
    return above


def _fitting(body: dict[str, Json], told: Occasion, moment: Moment) -> Json:
    fitting: dict[str, Json] = {
        "id": moment.event_id,
        "type": told.event,
        "occurredAt": moment.instant,
        "orderId": moment.entity_id,
    }
    made = {name: fitting.get(name, value) for name, value in body.items()}
    if "orderVersion" in made and told.previous is None:
        made["orderVersion"] = 1
    if isinstance(data := made.get("data"), dict):
        happened = {"status": told.state, "previousStatus": told.previous, "trigger": told.via}
        fit = {name: happened.get(name, value) for name, value in data.items()}
        made["data"] = present(fit)
    return made


def _put(node: Json, tokens: Sequence[str], value: Json, pointer: str) -> Json:
    if not tokens:
        return value
    name, rest = tokens[0], tokens[1:]
    if node is None or isinstance(node, dict):
        below = node or {}
        return {**below, name: _put(below.get(name), rest, value, pointer)}
    if isinstance(node, list):
        at = len(node) if name == "-" else int(name) if _INDEX.fullmatch(name) else -1
        if 0 <= at <= len(node):
            items = [*node, None] if at == len(node) else [*node]
            items[at] = _put(items[at], rest, value, pointer)
            return items
    raise Unsettable(f"{pointer}: {name!r} leads nowhere in {_kind(node)}")


def _kind(node: Json) -> str:
    return f"a list of {len(node)}" if isinstance(node, list) else f"{node!r}"[:_LONGEST]


def _is_sayable(text: str) -> bool:
    """Tell whether a text has a form in UTF-8; what a shell hands over need not have one."""
    return not any("\ud800" <= one <= "\udfff" for one in text)


def _depth(value: Json) -> int:
    """Return how deep a value is nested; nothing is called as deep as that."""
    level, depth = [value], 0
    while level := [
        inner
        for one in level
        if isinstance(one, dict | list)
        for inner in (one.values() if isinstance(one, dict) else one)
    ]:
        depth += 1
    return depth
