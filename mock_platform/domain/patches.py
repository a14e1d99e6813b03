"""Applies patches to JSON: merge patches (RFC 7396) and JSON patches (RFC 6902)."""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from jsonpatch import InvalidJsonPatch, JsonPatch, JsonPatchException
from jsonpointer import JsonPointer, JsonPointerException

from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.errors import BodyInvalid, PatchUnfit

MOST_COPIED: Final = 10_000
"""Values that one patch may copy: each ``copy`` could double what the one before left."""


def merge_patched(target: Json, patch: Json) -> Json:
    """Return the target with a merge patch applied; null takes a member away."""
    if not isinstance(patch, dict):
        return patch
    kept = target if isinstance(target, dict) else {}
    return {name: value for name, value in kept.items() if name not in patch} | {
        name: merge_patched(kept.get(name), value)
        for name, value in patch.items()
        if value is not None
    }


def json_patched(target: Json, patch: Json) -> Json:
    """Return the target with a JSON patch applied, all of it or nothing.

    Raises:
        BodyInvalid: it is no JSON patch.
        PatchUnfit: a place it names is not there, a test in it fails, or it copies too much.
    """
    try:
        return _applied(deepcopy(target), JsonPatch(patch))
    except InvalidJsonPatch as reason:
        raise BodyInvalid(
            f"this is no JSON patch: {reason}", violations=[Violation("", "patch", str(reason))]
        ) from None
    except (JsonPatchException, JsonPointerException) as reason:
        raise PatchUnfit(str(reason)) from None
    except RecursionError:
        raise PatchUnfit("what it makes is nested too deeply") from None
    except (TypeError, ValueError, AttributeError) as reason:
        # A patch that is no list of objects is found out in the middle of it.
        raise BodyInvalid(
            f"this is no JSON patch: {reason}", violations=[Violation("", "patch", str(reason))]
        ) from None


def _applied(value: Json, patch: JsonPatch) -> Json:
    """Apply one operation after the other, and count what they copy."""
    room = MOST_COPIED
    for operation in patch.patch:
        if operation["op"] == "copy":
            room -= _size(JsonPointer(operation["from"]).resolve(value), room)
            if room < 0:
                raise PatchUnfit(f"it copies more than {MOST_COPIED:,} values")
        value = JsonPatch([operation]).apply(value, in_place=True)
    return value


def _size(value: Json, enough: int) -> int:
    """Count the values in a value; no further than is of interest."""
    count, pending = 0, [value]
    while pending and count <= enough:
        one = pending.pop()
        count += 1
        pending += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return count
