"""The shop's database, SQLite in one file.

Every transaction takes the write lock when it begins, so that what it has read is still true when it writes: the shop compares versions
and sums before it changes anything. No transaction is open while the shop waits for the gateway.
"""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from . import catalogue
from .tables import Base

Sessions = sessionmaker[Session]


def open_database(path: Path) -> Sessions:
    """Opens the file, and fills it with tables and books if it is new."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions.begin() as session:
        catalogue.fill(session)
    return sessions


def _configure(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin below, and not when the driver thinks fit
    for setting in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
