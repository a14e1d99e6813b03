"""Makes the body of a list: the page that was asked for, and what the contract has around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from mock_platform.domain.resources import Resource
from mock_platform.engine.resources.families import Family, Part, seed_of
from mock_platform.engine.resources.fitting import Fitting
from mock_platform.engine.resources.identities import put
from mock_platform.engine.resources.queries import queries
from mock_platform.engine.resources.selecting import select
from mock_platform.engine.resources.surroundings import Surroundings, hands_out_cursors, surrounded
from mock_platform.shared.contracts import Call, Json


@dataclass(frozen=True, slots=True)
class Listed:
    """A page, as it is answered."""

    body: Json
    around: Surroundings


def listed(
    family: Family,
    part: Part,
    fitting: Fitting,
    everything: Sequence[Resource],
    *,
    call: Call,
    parameters: Mapping[str, Json],
) -> Listed:
    """Make the page that a request asks for.

    Raises:
        CursorInvalid: the cursor is none of this list.
    """
    answer = part.answer
    if answer is None:
        raise AssertionError("unreachable: an answer without a body is not taken for a list")
    shapes = fitting.shapes
    whole = shapes.at(answer.whole)
    known = queries(shapes, part.operation, shapes.at(family.item))
    pairs = parse_qsl(call.query, keep_blank_values=True)
    cut = select(
        known,
        known.asked(parameters, {name for name, _ in pairs}),
        everything,
        opaque=hands_out_cursors(shapes, whole),
        most=answer.most,
    )
    page = Surroundings(cut=cut, queries=known, url=_url(call), query=tuple(pairs))
    around = surrounded(shapes, whole, page, answer.path) if answer.path else {}
    body = put(around, answer.path, [fitting.shown(one.body, answer.item) for one in cut.items])
    if fitting.wrong(body, answer.whole):
        path = family.identity.path
        first = path[0] if path else None
        items = [
            fitting.fitted(one.body, answer.item, seed_of(family, one.name), first=first)
            for one in cut.items
        ]
        body = fitting.fitted(
            put(around, answer.path, items),
            answer.whole,
            part.operation.id,
            example=part.example,
            first=answer.path[0] if answer.path else None,
        )
    return Listed(body, page)


def _url(call: Call) -> str:
    """Return the URL that was asked for, as far as the request tells it."""
    headers = dict(call.headers)
    host = headers.get("x-forwarded-host") or headers.get("host")
    scheme = headers.get("x-forwarded-proto", "http").partition(",")[0].strip()
    return f"{scheme}://{host}{call.path}" if host else call.path
