"""Compares the bodies that requests carry, in each of their media types."""

from __future__ import annotations

from mock_platform.engine.evolution.media_type_changes import kept_media_types
from mock_platform.engine.evolution.terms import REQUEST
from mock_platform.engine.evolution.weighing import Part, Weighing


def body_changes(weighing: Weighing, node: int, old: Part, new: Part) -> None:
    """Compare the request bodies of an operation."""
    was, now = (part[0].get("requestBody") for part in (old, new))
    one = weighing.old.followed(was, f"{old[1]}/requestBody")
    two = weighing.new.followed(now, f"{new[1]}/requestBody")
    subject = weighing.named(two[1] if now else new[1])
    if not was and not now:
        return
    required = two[0].get("required") is True
    if not was:
        rule = "body-added-required" if required else "body-added"
        told = f"{subject} is new" + (", and required" if required else "")
        weighing.note(node, rule, told, old=old[1], new=two[1], once=two[1])
    elif not now:
        told = f"{weighing.old.subject(one[1])} is gone"
        weighing.note(node, "body-removed", told, old=one[1], new=new[1], once=one[1])
    else:
        if (one[0].get("required") is True) != required:
            rule = "body-required" if required else "body-optional"
            told = f"{subject} is {'required' if required else 'optional'} now"
            weighing.note(node, rule, told, old=one[1], new=two[1])
        _media_types(weighing, node, one, two, subject)


def _media_types(weighing: Weighing, node: int, old: Part, new: Part, subject: str) -> None:
    for name, was, now in kept_media_types(
        weighing,
        node,
        *(old, new),
        gone=lambda name: (
            "request-media-type-removed",
            f"{subject}: {name} is not taken any more",
        ),
        fresh=lambda name: ("request-media-type-added", f"{subject}: {name} is taken too"),
    ):
        weighing.holders(node, REQUEST, was, now)
        _encoding(weighing, node, was, now, f"{subject}: the parts of {name}")


def _encoding(weighing: Weighing, node: int, old: Part, new: Part, label: str) -> None:
    if (old[0].get("encoding") or {}) == (new[0].get("encoding") or {}):
        return
    places = [part[1] + ("/encoding" if "encoding" in part[0] else "") for part in (old, new)]
    told = f"{label} are encoded another way"
    weighing.note(node, "request-encoding-changed", told, old=places[0], new=places[1])
