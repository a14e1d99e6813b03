"""Refuses as the contract says that it refuses, where it says so; else with a problem document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_platform.api.exchange import Exchange, Headers, Rendered
from mock_platform.api.leniency import violations_header
from mock_platform.api.problems import STATUSES, extra_headers, problem, said
from mock_platform.engine.refusals import OwnRefusals
from mock_platform.shared.errors import (
    BodyTooLarge,
    Kind,
    NotAcceptable,
    PlatformError,
    PreferenceUnknown,
)
from mock_platform.shared.large_json import json_bytes

_ALTERNATIVES: Mapping[Kind, Sequence[int]] = {
    Kind.MALFORMED: (400, 422),
    Kind.INVALID: (422, 400),
}
"""What a contract may have in place of the usual status."""

_NEVER = (BodyTooLarge, NotAcceptable, PreferenceUnknown)
"""The contract's own shape is not used for these: the first is told while the body is still arriving,
the others are about what the mock can answer, not about the service."""

_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refusals of one operation."""

    own: OwnRefusals

    def rendered(self, error: PlatformError, exchange: Exchange) -> Rendered | None:
        """Make an answer of a refusal; None where the contract says nothing about it."""
        usual = STATUSES[error.kind]
        if usual >= _FIRST_SERVER_ERROR or isinstance(error, _NEVER):
            return None
        statuses = _ALTERNATIVES.get(error.kind, (usual,))
        found = self.own.find(statuses, said(error, exchange))
        if found is None:
            return None
        ours = extra_headers(error)
        if error.violations and found.media_type:  # a problem document tells them itself
            ours.append(violations_header(error.violations))
        documented = _documented(found.headers, ours)
        if found.media_type is None:
            made = problem(error, exchange, found.status)
            names = {name for name, _ in made.headers}
            added = [one for one in documented + ours if one[0] not in names]
            return made._replace(headers=made.headers + added)
        body = json_bytes(found.body, default=str)
        headers: Headers = [
            (b"content-type", found.media_type.encode()),
            (b"content-length", b"%d" % len(body)),
        ]
        return Rendered(found.status, headers + documented + ours, body)


def _documented(headers: Mapping[str, str], ours: Headers) -> Headers:
    """Return the headers that the contract has for a refusal, as far as we have no better ones."""
    known = {name for name, _ in ours}
    written = [
        (name.lower().encode("latin-1", "replace"), text.encode("latin-1", "replace"))
        for name, text in headers.items()
    ]
    return [one for one in written if one[0] not in known and one[0] != b"vary"]
