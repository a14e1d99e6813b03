"""Inboxes in a file: what each received, and which policy it plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import combinations

from sqlalchemy import Select, and_, bindparam, delete, func, insert, select
from sqlalchemy.dialects.sqlite import Insert

from mock_platform.infra.file_tables import POLICIES, RECORDS
from mock_platform.infra.paging import LARGEST, cut, number_after
from mock_platform.infra.sqlite_file import SqliteFile
from mock_platform.infra.store_terms import Limits
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Arrival, Page, Policy, Record, RecordFilter

DROPPED_PER_RECEIPT = 50

Params = dict[str, object]

_R, _P = RECORDS.c, POLICIES.c

_FIELDS = tuple(field.name for field in fields(Record))
_FILTERS = ("order_id", "event_type", "outcome")

_RECORDS = select(*(_R[name] for name in _FIELDS))
_INBOX = and_(_R.world == bindparam("world"), _R.inbox == bindparam("inbox"))
_SAME_WEBHOOK = and_(_INBOX, _R.webhook_id == bindparam("webhook_id"))

_ARRIVAL = select(
    select(func.max(_R.seq)).where(_INBOX).scalar_subquery().label("last"),
    select(func.count())
    .select_from(RECORDS)
    .where(_SAME_WEBHOOK, _R.seq > bindparam("since"))
    .scalar_subquery()
    .label("same"),
    select(_R.id)
    .where(_SAME_WEBHOOK, _R.outcome == "accepted")
    .order_by(_R.seq)
    .limit(1)
    .scalar_subquery()
    .label("original"),
)
_APPEND = insert(RECORDS)
_DROP = delete(RECORDS).where(
    _R.n.in_(
        select(_R.n)
        .where(_INBOX, _R.seq <= bindparam("upto"))
        .order_by(_R.seq)
        .limit(DROPPED_PER_RECEIPT)
    )
)
_LAST = select(func.max(_R.seq)).where(_INBOX)
_GET = _RECORDS.where(_INBOX, _R.id == bindparam("id"))

_FILTERED = {
    frozenset(names): [_R[name] == bindparam(name) for name in names]
    for size in range(len(_FILTERS) + 1)
    for names in combinations(_FILTERS, size)
}
"""By the names of the filters that are given."""


def _page(names: frozenset[str]) -> Select[tuple[object, ...]]:
    return (
        _RECORDS.where(_INBOX, *_FILTERED[names], _R.seq > bindparam("after"))
        .order_by(_R.seq)
        .limit(bindparam("limit"))
    )


def _latest(names: frozenset[str]) -> Select[tuple[object, ...]]:
    return (
        _RECORDS.where(_INBOX, *_FILTERED[names], _R.seq < bindparam("before"))
        .order_by(_R.seq.desc())
        .limit(bindparam("limit"))
    )


_PAGE = {names: _page(names) for names in _FILTERED}
_LATEST = {names: _latest(names) for names in _FILTERED}
_INBOXES = (
    select(_R.inbox)
    .where(_R.world == bindparam("world"), _R.inbox > bindparam("after"))
    .distinct()
    .order_by(_R.inbox)
    .limit(bindparam("limit"))
)
_COUNT = {
    names: select(func.count())
    .select_from(RECORDS)
    .where(_INBOX, *conditions, _R.seq > bindparam("after"))
    for names, conditions in _FILTERED.items()
}

_THIS_POLICY = and_(_P.world == bindparam("this_world"), _P.inbox == bindparam("this_inbox"))
_GET_POLICY = select(_P.kind, _P.settings, _P.since).where(_THIS_POLICY)
_CLEAR_POLICY = delete(POLICIES).where(_THIS_POLICY)


def _put_policy() -> Insert:
    new = Insert(POLICIES)
    return new.on_conflict_do_update(
        index_elements=[_P.world, _P.inbox],
        set_={name: new.excluded[name] for name in ("kind", "settings", "since")},
    )


_PUT_POLICY = _put_policy()


def _given(which: RecordFilter) -> Params:
    return present({name: getattr(which, name) for name in _FILTERS})


class FileRecords:
    """A ``RecordStore`` in a file."""

    def __init__(self, file: SqliteFile, limits: Limits) -> None:
        self._file = file
        self._limits = limits

    def receive(
        self,
        world: str,
        inbox: str,
        webhook_id: str | None,
        since: int,
        judge: Callable[[Arrival], Record],
        /,
    ) -> Record:
        place: Params = {"world": world, "inbox": inbox}
        with self._file.writing() as connection:
            known = connection.execute(
                _ARRIVAL, place | {"webhook_id": webhook_id, "since": since}
            ).one()
            last = known.last or 0
            arrival = Arrival(
                seq=last + 1,
                since_policy=max(0, last - since),
                same_since_policy=known.same,
                original=known.original,
            )
            record = judge(arrival)
            row = {name: getattr(record, name) for name in _FIELDS}
            connection.execute(_APPEND, row | place | {"seq": arrival.seq})
            if (upto := arrival.seq - self._limits.records_per_inbox) > 0:
                connection.execute(_DROP, place | {"upto": upto})
        return record

    def last_seq(self, world: str, inbox: str, /) -> int:
        with self._file.reading() as connection:
            return connection.scalar(_LAST, {"world": world, "inbox": inbox}) or 0

    def get(self, world: str, inbox: str, record_id: str, /) -> Record | None:
        asked = {"world": world, "inbox": inbox, "id": record_id}
        with self._file.reading() as connection:
            row = connection.execute(_GET, asked).mappings().first()
        return None if row is None else Record(**row)

    def page(
        self, world: str, inbox: str, which: RecordFilter, /, *, after: str | None, limit: int
    ) -> Page[Record]:
        given = _given(which)
        asked = {"world": world, "inbox": inbox, "after": number_after(after), "limit": limit + 1}
        with self._file.reading() as connection:
            rows = connection.execute(_PAGE[frozenset(given)], given | asked).mappings()
            found = [Record(**row) for row in rows]
        return cut(found, limit, lambda record: str(record.seq))

    def latest(
        self, world: str, inbox: str, which: RecordFilter, /, *, before: str | None, limit: int
    ) -> Page[Record]:
        given, mark = _given(which), LARGEST if before is None else number_after(before)
        asked = {"world": world, "inbox": inbox, "before": mark, "limit": limit + 1}
        with self._file.reading() as connection:
            rows = connection.execute(_LATEST[frozenset(given)], given | asked).mappings()
            found = [Record(**row) for row in rows]
        return cut(found, limit, lambda record: str(record.seq))

    def inboxes(self, world: str, /, *, after: str | None, limit: int) -> Page[str]:
        asked = {"world": world, "after": after or "", "limit": limit + 1}
        with self._file.reading() as connection:
            return cut([*connection.scalars(_INBOXES, asked)], limit, str)

    def count(self, world: str, inbox: str, which: RecordFilter, /, *, after: int = 0) -> int:
        given = _given(which)
        asked = given | {"world": world, "inbox": inbox, "after": min(after, LARGEST)}
        with self._file.reading() as connection:
            return connection.scalar(_COUNT[frozenset(given)], asked) or 0


class FilePolicies:
    """A ``PolicyStore`` in a file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def get(self, world: str, inbox: str, /) -> Policy | None:
        with self._file.reading() as connection:
            row = connection.execute(_GET_POLICY, _this(world, inbox)).mappings().first()
        return None if row is None else Policy(**row)

    def put(self, world: str, inbox: str, policy: Policy, /) -> None:
        row = {
            "world": world,
            "inbox": inbox,
            "kind": policy.kind,
            "settings": dict(policy.settings),
            "since": policy.since,
        }
        with self._file.writing() as connection:
            connection.execute(_PUT_POLICY, row)

    def clear(self, world: str, inbox: str, /) -> None:
        with self._file.writing() as connection:
            connection.execute(_CLEAR_POLICY, _this(world, inbox))


def _this(world: str, inbox: str) -> Params:
    return {"this_world": world, "this_inbox": inbox}
