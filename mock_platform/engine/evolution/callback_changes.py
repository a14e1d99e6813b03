"""Compares callbacks and webhooks. Here the roles are turned round: we send, and clients answer.

What a callback carries is compared as an answer, what its receivers may answer as a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mock_platform.engine.anatomy import METHODS
from mock_platform.engine.evolution.media_type_changes import kept_media_types
from mock_platform.engine.evolution.sending_manners import manner_changes
from mock_platform.engine.evolution.terms import ANSWER, REQUEST
from mock_platform.engine.evolution.weighing import Part, Version, Weighing, paired
from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json

_DECIDED_ELSEWHERE: Final = frozenset({"accept", "content-type", "authorization"})


def callback_changes(weighing: Weighing, node: int, old: Part, new: Part) -> None:
    """Compare the callbacks that an operation declares."""
    was, now = weighing.old.parts(old, "callbacks"), weighing.new.parts(new, "callbacks")
    for name, one, two in paired(was, now):
        if one is None or two is None:
            _came_or_went(
                weighing, node, f"the callback {name}", one or old, two or new, fresh=one is None
            )
            continue
        reached, fresh = weighing.book.reached(node, ("callback", one[1], two[1]))
        if fresh:
            _callback(weighing, reached, f"the callback {name}", one, two)


def webhook_changes(weighing: Weighing) -> None:
    """Compare the webhooks of the documents."""
    node = weighing.book.contract()
    old, new = (each.document.root for each in (weighing.old, weighing.new))
    was = weighing.old.parts((old, ""), "webhooks")
    now = weighing.new.parts((new, ""), "webhooks")
    for name, one, two in paired(was, now):
        label = f"the webhook {name}"
        if one is None or two is None:
            _came_or_went(
                weighing, node, label, one or (old, ""), two or (new, ""), fresh=one is None
            )
        else:
            touched = weighing.book.operation(f"webhook {name}")
            _requests(weighing, touched, label, one, two)


def _came_or_went(
    weighing: Weighing, node: int, label: str, old: Part, new: Part, *, fresh: bool
) -> None:
    rule, told = ("callback-added", "is new") if fresh else ("callback-removed", "is gone")
    once = new[1] if fresh else old[1]
    weighing.note(node, rule, f"{label} {told}", old=old[1], new=new[1], once=once)


def _callback(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    was, now = _items(weighing.old, old), _items(weighing.new, new)
    gone = [url for url in was if url not in now]
    fresh = [url for url in now if url not in was]
    for url in was.keys() & now.keys():
        _requests(weighing, node, label, was[url], now[url])
    for before, after in zip(gone, fresh, strict=False):
        told = f"{label}: its URL is `{after}`, it was `{before}`"
        places = was[before][1], now[after][1]
        weighing.note(node, "callback-url-changed", told, old=places[0], new=places[1])
        _requests(weighing, node, label, was[before], now[after])
    for before in gone[len(fresh) :]:
        told = f"{label} is not sent to `{before}` any more"
        weighing.note(node, "callback-removed", told, old=was[before][1], new=new[1])
    for after in fresh[len(gone) :]:
        told = f"{label} is sent to `{after}` too"
        weighing.note(node, "callback-added", told, old=old[1], new=now[after][1])


def _items(version: Version, callback: Part) -> dict[str, Part]:
    return {
        url: version.followed(item, callback[1] + join(url))
        for url, item in callback[0].items()
        if not url.startswith("x-")
    }


def _requests(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    """Compare the path items of one URL."""
    was, now = ([method for method in METHODS if method in part[0]] for part in (old, new))
    pairs = [(method, method) for method in was if method in now]
    gone = [method for method in was if method not in now]
    fresh = [method for method in now if method not in was]
    for before, after in zip(gone, fresh, strict=False):
        told = f"{label} is sent with {after.upper()}, it was {before.upper()}"
        places = f"{old[1]}/{before}", f"{new[1]}/{after}"
        weighing.note(node, "callback-method-changed", told, old=places[0], new=places[1])
        pairs.append((before, after))
    for before in gone[len(fresh) :]:
        told = f"{label} is not sent with {before.upper()} any more"
        weighing.note(node, "callback-removed", told, old=f"{old[1]}/{before}", new=new[1])
    for after in fresh[len(gone) :]:
        told = f"{label} is sent with {after.upper()} too"
        weighing.note(node, "callback-added", told, old=old[1], new=f"{new[1]}/{after}")
    for before, after in pairs:
        _request(weighing, node, label, (old, before), (new, after))


def _request(
    weighing: Weighing, node: int, label: str, old: tuple[Part, str], new: tuple[Part, str]
) -> None:
    was, now = ((item[0][method], f"{item[1]}/{method}") for item, method in (old, new))
    if not (isinstance(was[0], dict) and isinstance(now[0], dict)):
        return
    _parameters(
        weighing,
        node,
        label,
        (was, dict(_sent(weighing.old, old[0], was))),
        (now, dict(_sent(weighing.new, new[0], now))),
    )
    _body(weighing, node, label, was, now)
    _answers(weighing, node, label, was, now)
    manner_changes(weighing, node, label, was, now)


def _sent(version: Version, item: Part, operation: Part) -> Iterator[tuple[str, Part]]:
    for holder in (item, operation):
        for index, written in enumerate(holder[0].get("parameters") or ()):
            parameter, place = version.followed(written, f"{holder[1]}/parameters/{index}")
            name = str(parameter.get("name")).lower()
            if name not in _DECIDED_ELSEWHERE:
                yield f"{parameter.get('in')} {name}", (parameter, place)


def _parameters(
    weighing: Weighing,
    node: int,
    label: str,
    old: tuple[Part, Mapping[str, Part]],
    new: tuple[Part, Mapping[str, Part]],
) -> None:
    for name, was, now in paired(old[1], new[1]):
        told = f"{label}: the {name}"
        if was is not None and now is not None:
            required = [part[0].get("required") is True for part in (was, now)]
            if required[0] != required[1]:
                rule = "sent-parameter-required" if required[1] else "sent-parameter-optional"
                told += f" is {'required' if required[1] else 'optional'} now"
                weighing.note(node, rule, told, old=was[1], new=now[1])
            weighing.holders(node, ANSWER, was, now)
        elif was is not None:
            rule = "sent-parameter-removed"
            rule += "-required" if was[0].get("required") is True else ""
            weighing.note(node, rule, f"{told} is gone", old=was[1], new=new[0][1])
        elif now is not None:
            weighing.note(node, "sent-parameter-added", f"{told} is new", old=old[0][1], new=now[1])


def _body(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    one = weighing.old.followed(old[0].get("requestBody"), f"{old[1]}/requestBody")
    two = weighing.new.followed(new[0].get("requestBody"), f"{new[1]}/requestBody")
    was, now = "requestBody" in old[0], "requestBody" in new[0]
    sure = [part[0].get("required") is True for part in (one, two)]
    if was != now:
        rule = "sent-body-added" if now else "sent-body-removed"
        told = "has a body now" if now else "has no body any more"
        places = one[1] if was else old[1], two[1] if now else new[1]
        weighing.note(node, rule, f"{label} {told}", old=places[0], new=places[1])
        return
    if sure[0] != sure[1]:
        rule = "sent-body-required" if sure[1] else "sent-body-removed"
        told = "always has a body" if sure[1] else "may have no body"
        weighing.note(node, rule, f"{label} {told}", old=one[1], new=two[1])
    for _, a, b in kept_media_types(
        weighing,
        node,
        *(one, two),
        gone=lambda name: ("sent-media-type-removed", f"{label} does not come as {name} any more"),
        fresh=lambda name: ("sent-media-type-added", f"{label} may come as {name}"),
    ):
        weighing.holders(node, ANSWER, a, b)


def _answers(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    was, now = weighing.old.parts(old, "responses"), weighing.new.parts(new, "responses")
    for status, one, two in paired(was, now):
        told = f"{label}: the answer {status}"
        if one is not None and two is not None:
            _answer(weighing, node, told, one, two)
        else:
            places = (
                one[1] if one else f"{old[1]}/responses",
                two[1] if two else f"{new[1]}/responses",
            )
            rule = "taken-answer-removed" if two is None else "taken-answer-added"
            told += " is not named any more" if two is None else " is named"
            weighing.note(node, rule, told, old=places[0], new=places[1])


def _answer(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    for key in ("content", "headers"):
        was, now = weighing.old.parts(old, key), weighing.new.parts(new, key)
        for name, one, two in paired(was, now):
            told = f"{label}: {name}"
            needed = two is not None and _needed(two[0])
            if one is not None and two is not None:
                if needed and not _needed(one[0]):
                    told += " is required now"
                    weighing.note(node, "taken-header-required", told, old=one[1], new=two[1])
                weighing.holders(node, REQUEST, one, two)
            elif one is not None:
                told += " is not named any more"
                weighing.note(node, "taken-answer-removed", told, old=one[1], new=new[1])
            elif two is not None:
                rule = "taken-header-required" if needed else "taken-answer-added"
                weighing.note(node, rule, f"{told} is new", old=old[1], new=two[1])


def _needed(holder: Json) -> bool:
    return holder.get("required") is True
