"""What is asked of the entities and events in a file, as statements.

A page is found by an index, however long the list before it is.
"""

from __future__ import annotations

from sqlalchemy import and_, bindparam, delete, func, insert, join, select, update

from mock_platform.infra.file_tables import ENTITIES, EVENTS, SELECTIONS

BEYOND_ALL = "\U0010ffff"
"""What every id stands before."""

_E, _S, _V = ENTITIES.c, SELECTIONS.c, EVENTS.c

THIS = and_(
    _E.kind == bindparam("this_kind"),
    _E.world == bindparam("this_world"),
    _E.id == bindparam("this_id"),
)
GET = select(_E.body).where(THIS)
BEFORE = select(_E.version, _E.facets).where(THIS)
INSERT = insert(ENTITIES)
REMOVE = delete(ENTITIES).where(THIS)
REPLACE = update(ENTITIES).where(THIS)

ENTER = insert(SELECTIONS)
LEAVE = delete(SELECTIONS).where(
    *(_S.kind == bindparam("kind"), _S.world == bindparam("world")),
    *(_S.selection == bindparam("selection"), _S.id == bindparam("id")),
)

PAGE_OF_ALL = (
    select(_E.id, _E.body)
    .where(_E.kind == bindparam("kind"), _E.world == bindparam("world"))
    .where(_E.id > bindparam("after"))
    .order_by(_E.id)
    .limit(bindparam("limit"))
)
_SAME = and_(_E.kind == _S.kind, _E.world == _S.world, _E.id == _S.id)
PAGE_OF_SELECTION = (
    select(_S.id, _E.body)
    .select_from(join(SELECTIONS, ENTITIES, _SAME))
    .where(_S.kind == bindparam("kind"), _S.world == bindparam("world"))
    .where(_S.selection == bindparam("selection"), _S.id > bindparam("after"))
    .order_by(_S.id)
    .limit(bindparam("limit"))
)

LATEST_OF_ALL = (
    select(_E.id, _E.body)
    .where(_E.kind == bindparam("kind"), _E.world == bindparam("world"))
    .where(_E.id < bindparam("before"))
    .order_by(_E.id.desc())
    .limit(bindparam("limit"))
)
LATEST_OF_SELECTION = (
    select(_S.id, _E.body)
    .select_from(join(SELECTIONS, ENTITIES, _SAME))
    .where(_S.kind == bindparam("kind"), _S.world == bindparam("world"))
    .where(_S.selection == bindparam("selection"), _S.id < bindparam("before"))
    .order_by(_S.id.desc())
    .limit(bindparam("limit"))
)
COUNT_OF_ALL = (
    select(func.count())
    .select_from(ENTITIES)
    .where(_E.kind == bindparam("kind"), _E.world == bindparam("world"))
)
COUNT_OF_SELECTION = (
    select(func.count())
    .select_from(SELECTIONS)
    .where(_S.kind == bindparam("kind"), _S.world == bindparam("world"))
    .where(_S.selection == bindparam("selection"))
)

TELL = insert(EVENTS)
TOLD = (
    select(EVENTS)
    .where(_V.kind == bindparam("kind"), _V.world == bindparam("world"))
    .where(_V.entity_id == bindparam("entity_id"))
    .where(_V.version > bindparam("after"), _V.version <= bindparam("last"))
    .order_by(_V.version, _V.n)
    .limit(bindparam("limit"))
)
