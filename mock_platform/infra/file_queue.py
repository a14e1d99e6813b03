"""What is asked of the deliveries in a file, as statements.

Every one finds its rows by an index that holds little else than what it looks for: heads that are
due, one line, one delivery. So it costs the same with a thousand deliveries or a million.
"""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    join,
    null,
    select,
    update,
)

from mock_platform.infra.file_tables import ATTEMPTS, DELIVERIES, EVENTS, Instant
from mock_platform.shared.contracts import Attempt, Delivery

FORGOTTEN_PER_SETTLE = 200

_D, _V, _A = DELIVERIES.c, EVENTS.c, ATTEMPTS.c

ATTEMPT_FIELDS = tuple(field.name for field in fields(Attempt))
_KEPT_FIELDS = [field.name for field in fields(Delivery) if field.name in _D]

_AHEAD = DELIVERIES.alias("ahead")
_DONE = DELIVERIES.alias("done")
_NEWEST = DELIVERIES.alias("newest")

_THIS = and_(_D.world == bindparam("this_world"), _D.id == bindparam("this_id"))
_THIS_CLAIM = and_(_THIS, _D.state == "sending", _D.generation == bindparam("this_generation"))


def _nobody_ahead(
    world: ColumnElement[str], order_key: ColumnElement[str], url: ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether a line has no unfinished delivery."""
    ahead = _AHEAD.c
    return ~(
        exists()
        .where(ahead.world == world, ahead.order_key == order_key, ahead.url == url)
        .where(ahead.finished.is_(None))
    )


# Putting in

ENQUEUE = insert(DELIVERIES).values(
    due_at=case(
        (
            _nobody_ahead(
                bindparam("line_world"), bindparam("line_order_key"), bindparam("line_url")
            ),
            bindparam("line_due_at", type_=Instant()),
        ),
        else_=null(),
    )
)

# Finding

_FOUND = select(
    *(_D[name] for name in _KEPT_FIELDS),
    *(_V.type.label("event_type"), _V.version, _V.body, _V.trace_id, _V.trace_parent),
).select_from(join(DELIVERIES, EVENTS, and_(_V.world == _D.world, _V.id == _D.event_id)))

GET = _FOUND.where(_THIS)


def page_of(*conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """Return the statement for one page of those for which all conditions hold."""
    return (
        _FOUND.where(_D.world == bindparam("world"), *conditions)
        .where(_D.id > bindparam("after"))
        .order_by(_D.id)
        .limit(bindparam("limit"))
    )


_OF_ORDER = _D.order_key == bindparam("order_key")
_IN_STATE = _D.state == bindparam("state")

PAGE = {
    frozenset[str](): page_of(),
    frozenset({"order_key"}): page_of(_OF_ORDER),
    frozenset({"state"}): page_of(_IN_STATE),
    frozenset({"order_key", "state"}): page_of(_OF_ORDER, _IN_STATE),
}
"""By the names of the filters that are given."""


def latest_of(*conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """Return the statement for one page of the newest for which all conditions hold."""
    return (
        _FOUND.where(_D.world == bindparam("world"), *conditions)
        .where(_D.id < bindparam("before"))
        .order_by(_D.id.desc())
        .limit(bindparam("limit"))
    )


LATEST = {
    frozenset[str](): latest_of(),
    frozenset({"order_key"}): latest_of(_OF_ORDER),
    frozenset({"state"}): latest_of(_IN_STATE),
    frozenset({"order_key", "state"}): latest_of(_OF_ORDER, _IN_STATE),
}

GET_ATTEMPTS = (
    select(*(_A[name] for name in ATTEMPT_FIELDS))
    .where(_A.world == bindparam("world"), _A.delivery_id == bindparam("delivery_id"))
    .order_by(_A.position)
)

# Claiming

DUE = (
    _FOUND.where(_D.due_at.is_not(None), _D.due_at <= bindparam("now"))
    .order_by(_D.due_at, _D.seq)
    .limit(bindparam("limit"))
)
CLAIM = (
    update(DELIVERIES)
    .where(_D.seq == bindparam("this_seq"))
    .values(state="sending", generation=_D.generation + 1, due_at=None)
)

_FIRST_RECEIVER = (
    select(_D.receiver).where(_D.due_at.is_not(None)).order_by(_D.receiver).limit(1)
).scalar_subquery()
_RECEIVERS = select(_FIRST_RECEIVER.label("receiver")).cte("receivers", recursive=True)
_NEXT_RECEIVER = (
    select(_NEWEST.c.receiver)
    .where(_NEWEST.c.due_at.is_not(None), _NEWEST.c.receiver > _RECEIVERS.c.receiver)
    .order_by(_NEWEST.c.receiver)
    .limit(1)
    .correlate(_RECEIVERS)
    .scalar_subquery()
)
_EACH = _RECEIVERS.union_all(select(_NEXT_RECEIVER).where(_RECEIVERS.c.receiver.is_not(None)))
_FIRST_OF_EACH = (
    select(_AHEAD.c.due_at)
    .where(_AHEAD.c.due_at.is_not(None), _AHEAD.c.receiver == _EACH.c.receiver)
    .order_by(_AHEAD.c.due_at, _AHEAD.c.seq)
    .limit(1)
    .correlate(_EACH)
    .scalar_subquery()
)
FIRST_DUE = select(_EACH.c.receiver, _FIRST_OF_EACH.label("due_at")).where(
    _EACH.c.receiver.is_not(None)
)
"""For each receiver when its first is due: one step in the index for each, however many wait."""
DUE_TO = (
    _FOUND.where(_D.receiver == bindparam("this_receiver"))
    .where(_D.due_at.is_not(None), _D.due_at <= bindparam("now"))
    .order_by(_D.due_at, _D.seq)
    .limit(bindparam("limit"))
)
NEXT_DUE = select(_D.due_at).where(_D.due_at.is_not(None)).order_by(_D.due_at, _D.seq).limit(1)
# The one exception: it walks the narrow index of states, and is asked by who scrapes metrics only.
COUNTS = select(_D.state, func.count().label("number")).group_by(_D.state)

RELEASE = update(DELIVERIES).where(_THIS_CLAIM).values(state="pending", due_at=_D.next_attempt_at)
RECOVER = (
    update(DELIVERIES)
    .where(_D.state == "sending")
    .values(state="pending", generation=_D.generation + 1, due_at=_D.next_attempt_at)
)

# Settling

NOTE_ATTEMPT = insert(ATTEMPTS).from_select(
    ["world", "delivery_id", "position", *ATTEMPT_FIELDS],
    select(
        *(_D.world, _D.id, _D.attempts + 1),
        *(bindparam(f"new_{name}", type_=_A[name].type) for name in ATTEMPT_FIELDS),
    ).where(_THIS_CLAIM),
)
_TRIED = (
    update(DELIVERIES)
    .where(_THIS_CLAIM)
    .values(
        attempts=_D.attempts + 1,
        tries=_D.tries + 1,
        first_attempt_at=func.coalesce(
            _D.first_attempt_at, bindparam("started_at", type_=Instant())
        ),
        reason=bindparam("why"),
    )
)
TRY_AGAIN = _TRIED.values(
    state="pending",
    next_attempt_at=bindparam("again_at"),
    due_at=bindparam("again_at"),
)
_LAST_FINISHED = (
    select(_NEWEST.c.finished)
    .where(_NEWEST.c.finished.is_not(None))
    .order_by(_NEWEST.c.finished.desc())
    .limit(1)
    .scalar_subquery()
)
FINISH = _TRIED.values(
    state=bindparam("final"),
    next_attempt_at=None,
    due_at=None,
    finished=func.coalesce(_LAST_FINISHED, 0) + 1,
)
_NEXT_IN_LINE = (
    select(_AHEAD.c.seq)
    .select_from(
        join(
            *(_DONE, _AHEAD),
            and_(*(_AHEAD.c[name] == _DONE.c[name] for name in ("world", "order_key", "url"))),
        )
    )
    .where(_DONE.c.world == bindparam("this_world"), _DONE.c.id == bindparam("this_id"))
    .where(_AHEAD.c.finished.is_(None))
    .order_by(_AHEAD.c.seq)
    .limit(1)
    .scalar_subquery()
)
ADVANCE = (
    update(DELIVERIES)
    .where(_D.seq == _NEXT_IN_LINE, _D.state == "pending")
    .values(due_at=_D.next_attempt_at)
)

# Forgetting

_ALL_BUT_NEWEST = (
    select(_D.attempts - bindparam("keep", type_=_D.attempts.type)).where(_THIS).scalar_subquery()
)
FORGET_OLD_ATTEMPTS = delete(ATTEMPTS).where(
    *(_A.world == bindparam("this_world"), _A.delivery_id == bindparam("this_id")),
    _A.position <= _ALL_BUT_NEWEST,
)
FORGOTTEN = (
    select(_D.world.label("this_world"), _D.id.label("this_id"))
    .where(_D.finished.is_not(None))
    .where(_D.finished <= _LAST_FINISHED - bindparam("keep", type_=_D.finished.type))
    .order_by(_D.finished)
    .limit(FORGOTTEN_PER_SETTLE)
)
FORGET: tuple[Delete, ...] = (
    delete(ATTEMPTS).where(
        _A.world == bindparam("this_world"), _A.delivery_id == bindparam("this_id")
    ),
    delete(DELIVERIES).where(_THIS),
)

# Replaying

_LAST = select(func.max(_NEWEST.c.seq)).scalar_subquery()
REPLAY = (
    update(DELIVERIES)
    .where(_THIS)
    .values(
        seq=_LAST + 1,
        state="pending",
        tries=0,
        trigger="replay",
        first_attempt_at=None,
        next_attempt_at=bindparam("now"),
        due_at=case(
            (
                _nobody_ahead(_D.world, _D.order_key, _D.url),
                bindparam("now", type_=Instant()),
            ),
            else_=null(),
        ),
        reason=None,
        finished=None,
    )
)
