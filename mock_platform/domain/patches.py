"""Applies patches to JSON: merge patches (RFC 7396) and JSON patches (RFC 6902)."""

from __future__ import annotations

from jsonpatch import InvalidJsonPatch, JsonPatchException, apply_patch
from jsonpointer import JsonPointerException

from mock_platform.shared.contracts import Json, Violation
from mock_platform.shared.errors import BodyInvalid, PatchUnfit


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
        PatchUnfit: a place it names is not there, or a test in it fails.
    """
    try:
        return apply_patch(target, patch)
    except InvalidJsonPatch as reason:
        raise BodyInvalid(
            f"this is no JSON patch: {reason}", violations=[Violation("", "patch", str(reason))]
        ) from None
    except (JsonPatchException, JsonPointerException) as reason:
        raise PatchUnfit(str(reason)) from None
    except (TypeError, ValueError, AttributeError) as reason:
        # A patch that is no list of objects is found out in the middle of it.
        raise BodyInvalid(
            f"this is no JSON patch: {reason}", violations=[Violation("", "patch", str(reason))]
        ) from None
