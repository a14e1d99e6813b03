"""Brings a file that an older mock-platform wrote to the tables of this one, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from mock_platform.shared.contracts import receiver_of


def upgrade(connection: Connection, version: int) -> None:
    """Take the steps that a file of this schema needs; what it holds stays."""
    for older, step in _STEPS.items():
        if version <= older:
            step(connection)


def _tell_receivers_apart(connection: Connection) -> None:
    connection.exec_driver_sql(
        "ALTER TABLE deliveries ADD COLUMN receiver VARCHAR NOT NULL DEFAULT ''"
    )
    urls = connection.exec_driver_sql("SELECT DISTINCT url FROM deliveries").scalars().all()
    connection.exec_driver_sql("CREATE INDEX upgrading ON deliveries (url)")
    for url in urls:
        connection.exec_driver_sql(
            "UPDATE deliveries SET receiver = ? WHERE url = ?", (receiver_of(url), url)
        )
    connection.exec_driver_sql("DROP INDEX upgrading")
    connection.exec_driver_sql(
        "CREATE INDEX deliveries_due_by_receiver ON deliveries (receiver, due_at, seq)"
        " WHERE due_at IS NOT NULL"
    )


_STEPS: Mapping[int, Callable[[Connection], None]] = {1: _tell_receivers_apart}
"""Schema → what leads to the next one, oldest first."""
