"""Open the store of a fielding: SQLite in a file, or PostgreSQL by its address."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError
from sqlalchemy.pool import QueuePool

from mlbc_stats.errors import FieldError, NotServedError
from mlbc_stats.field.store.keys import hashed, read_key
from mlbc_stats.field.store.schema import FIELDINGS, METADATA

PATIENCE = 30
"""Seconds to wait for another process that writes."""
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Store:
    """An open store with its key.

    Attributes
    ----------
    engine : of SQLAlchemy.
    key : the secret that tokens and units are hashed with.
    name : of the store, for messages; no password is in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = open_store(Path(folder) / "field.db", Path(folder) / "field.key")
    ...     isinstance(store, Store), store.name
    ...     store.engine.dispose()
    (True, 'field.db')
    """

    engine: Engine
    key: bytes = field(repr=False)
    name: str
    _turn: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when it ends; on SQLite one at a time, in turn."""
        if self.engine.dialect.name != "sqlite":
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self.engine.begin() as connection:
            yield connection


def open_store(where: str | Path, key_file: str | Path, create: bool = True) -> Store:
    """Open a store, making it and its key where they are missing.

    Parameters
    ----------
    where : file of an SQLite database, or an address such as ``postgresql://user@host/name``; its password may stand
        in PGPASSWORD or a password file, as PostgreSQL documents it.
    key_file : file of the secret key, readable by its owner only. Whoever has it and the store still knows no token,
        but can try whether a text is one; without it every invitation is lost, so keep a copy.
    create : False to refuse a file or key that is missing instead.

    Raises
    ------
    FieldError
        for a folder that is missing, a server that does not answer, a file that is no database, and a key that is not
        the one of this store.
    NotServedError
        for another kind of database.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = open_store(Path(folder) / "field.db", Path(folder) / "field.key")
    ...     store.engine.dialect.name
    ...     store.engine.dispose()
    'sqlite'
    """
    place = Path(key_file)
    lacking = [str(path) for path in (where, place) if "://" not in str(path) and not Path(path).exists()]
    if lacking and not create:
        raise FieldError(
            f"{' and '.join(lacking)}: no such file; name the store and the key of mlbc field invite"
        )
    address, name = _address(str(where))
    if not place.parent.is_dir():
        raise FieldError(f"{place.parent}: no such folder for the key; make it first")
    engine = _engine(address)
    try:
        METADATA.create_all(engine)
        _refuse_new_key(engine, place, name)
        store = Store(engine, read_key(place), name)
        _check_key(store, place)
    except Exception as error:
        engine.dispose()
        if isinstance(error, OperationalError) or type(error).__name__ == "DatabaseError":
            cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise FieldError(f"store {name}: cannot be opened ({cause})") from None
        raise
    return store


def _address(where: str) -> tuple[str, str]:
    """The address for SQLAlchemy and a name without password."""
    if "://" not in where:
        place = Path(where)
        if not place.parent.is_dir():
            raise FieldError(f"{place.parent}: no such folder for the store; make it first")
        if not place.exists():  # answers are for their owner only
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return f"sqlite:///{place}", place.name
    try:
        url = make_url(where)
    except ArgumentError:
        raise FieldError(
            "the address of the store cannot be read; expected postgresql://user@host/name"
        ) from None
    kind = url.drivername.partition("+")[0]
    if kind not in DRIVERS:
        raise NotServedError(
            f"store {kind}: is not served; take a file (SQLite) or postgresql://user@host/name"
        )
    url = url.set(drivername=DRIVERS[kind])
    return url.render_as_string(hide_password=False), url.render_as_string(hide_password=True)


def _engine(address: str) -> Engine:
    if not address.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True, pool_size=10, max_overflow=20)
    engine = create_engine(
        address, poolclass=QueuePool, connect_args={"timeout": PATIENCE, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin below, by name
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _refuse_new_key(engine: Engine, place: Path, name: str) -> None:
    """Raise when a key would be made for a store that has one already."""
    if place.exists():
        return
    with engine.connect() as connection:
        old = connection.scalar(select(FIELDINGS.c.key_check))
    if old is not None:
        raise FieldError(f"{place}: no such file; store {name} needs the key that was made together with it")


def _check_key(store: Store, place: Path) -> None:
    check = hashed(store.key, "check", "")
    with store.changing() as connection:
        found = connection.scalar(select(FIELDINGS.c.key_check))
        if found is None:
            try:
                connection.execute(insert(FIELDINGS).values(id=1, key_check=check))
            except IntegrityError:  # another process made the row just now
                raise FieldError(f"store {store.name}: is being made by another process; try again") from None
    if found not in (None, check):
        raise FieldError(
            f"{place}: is not the key of store {store.name}; take the file made together with it"
        )
