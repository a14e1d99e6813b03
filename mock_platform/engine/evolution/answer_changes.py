"""Compares the answers of an operation: statuses, media types, headers, links."""

from __future__ import annotations

from mock_platform.engine.evolution.media_type_changes import kept_media_types
from mock_platform.engine.evolution.terms import ANSWER
from mock_platform.engine.evolution.weighing import Part, Weighing, paired
from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json


def answer_changes(weighing: Weighing, node: int, old: Part, new: Part) -> None:
    """Compare what an operation may answer."""
    was = _spelled(weighing.old.parts(old, "responses"))
    now = _spelled(weighing.new.parts(new, "responses"))
    for status, first, second in paired(was, now):
        covered = status[:1] + "XX"
        one, two = first or was.get(covered), second or now.get(covered)
        if one is not None and two is not None:
            _answer(weighing, node, one, two)
        else:
            rule, told = _verdict(status, gone=one is not None)
            places = [part[1] + join("responses", status) for part in (old, new)]
            told = f"{weighing.named(new[1])}: the answer {status} is {told}"
            weighing.note(node, rule, told, old=places[0], new=places[1])


def _spelled(responses: dict[str, Part]) -> dict[str, Part]:
    """Write the classes of statuses in capitals: ``5XX``."""
    return {
        status.upper() if status[:1].isdigit() else status: part
        for status, part in responses.items()
    }


def _verdict(status: str, *, gone: bool) -> tuple[str, str]:
    family = "success" if status[:1] in "123" else "failure"
    return (f"{family}-removed", "gone") if gone else (f"{family}-added", "new")


def _answer(weighing: Weighing, node: int, old: Part, new: Part) -> None:
    reached, fresh = weighing.book.reached(node, ("answer object", old[1], new[1]))
    if not fresh:
        return
    subject = weighing.named(new[1])
    for _, was, now in kept_media_types(
        weighing,
        reached,
        *(old, new),
        gone=lambda name: (
            "answer-media-type-removed",
            f"{subject}: it does not come as {name} any more",
        ),
        fresh=lambda name: ("answer-media-type-added", f"{subject}: it may come as {name}"),
    ):
        weighing.holders(reached, ANSWER, was, now)
    _headers(weighing, reached, old, new)
    _links(weighing, reached, old, new)


def _headers(weighing: Weighing, node: int, old: Part, new: Part) -> None:
    subject = weighing.named(new[1])
    was = {name.lower(): (name, part) for name, part in weighing.old.parts(old, "headers").items()}
    now = {name.lower(): (name, part) for name, part in weighing.new.parts(new, "headers").items()}
    for _, one, two in paired(was, now):
        if one is not None and two is not None:
            _header(weighing, node, f"{subject}: the header {two[0]}", one[1], two[1])
        elif one is not None:
            rule = "header-removed-required" if _required(one[1]) else "header-removed"
            told = f"{subject}: the header {one[0]} is gone"
            weighing.note(node, rule, told, old=one[1][1], new=new[1])
        elif two is not None:
            told = f"{subject}: the header {two[0]} is new"
            weighing.note(node, "header-added", told, old=old[1], new=two[1][1])


def _required(header: Part) -> bool:
    return header[0].get("required") is True


def _header(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    if _required(old) != _required(new):
        rule = "header-required" if _required(new) else "header-optional"
        told = f"{label} is {'required' if _required(new) else 'optional'} now"
        weighing.note(node, rule, told, old=old[1], new=new[1])
    weighing.holders(node, ANSWER, old, new)


def _links(weighing: Weighing, node: int, old: Part, new: Part) -> None:
    subject = weighing.named(new[1])
    was, now = weighing.old.parts(old, "links"), weighing.new.parts(new, "links")
    for name, one, two in paired(was, now):
        if one is not None and two is not None:
            if _way(one[0]) != _way(two[0]):
                told = f"{subject}: the link {name} leads elsewhere, or takes other values"
                weighing.note(node, "link-changed", told, old=one[1], new=two[1])
        elif one is not None:
            told = f"{subject}: the link {name} is gone"
            weighing.note(node, "link-removed", told, old=one[1], new=new[1])
        elif two is not None:
            told = f"{subject}: the link {name} is new"
            weighing.note(node, "link-added", told, old=old[1], new=two[1])


def _way(link: Json) -> dict[str, Json]:
    return {key: value for key, value in link.items() if key != "description"}
