"""The engine: one Database for SQLite and PostgreSQL, with transactions that are durable when they return."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from report_abuse_receiver.ground.errors import CannotStart, StoreTrouble
from report_abuse_receiver.store import grants, version

#: Seconds a SQLite writer waits for another, and PostgreSQL for a connection, before the child is asked to try again.
PATIENCE = 10
#: Reports, or other rows, in one transaction of long work: few enough that a child who sends now hardly waits.
BATCH = 50
#: The first releases of SQLite whose WAL keeps a commit across a reset; older ones use a rollback journal.
WAL_IS_SAFE_FROM = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
#: Any fixed number: it names the lock under which PostgreSQL migrates once.
_MIGRATION_LOCK = 0x5AFE
#: PostgreSQL's code for a right that was not given.
_NOT_ALLOWED = "42501"
#: Room for every thread of one process.
_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_timeout": PATIENCE}


@dataclass(frozen=True)
class Database:
    """Where the receiver keeps what it was told. Open one with `open_database`."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is one file under HOME rather than a server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self, *, patience: float = PATIENCE) -> Iterator[Connection]:
        """One transaction in which the database refuses to write or lock a row.

        Raises StoreTrouble where no answer comes within `patience` seconds.
        """
        with self._transaction(writer=False, patience=patience) as conn:
            yield conn

    @contextmanager
    def writing(self, *, patience: float = PATIENCE) -> Iterator[Connection]:
        """One transaction that writes; when it returns, what it wrote is on the disk. Raises StoreTrouble."""
        with self._transaction(writer=True, patience=patience) as conn:
            yield conn

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """One transaction that may make tables anew. Raises StoreTrouble, and CannotStart where a row refers to none.

        To change a table of SQLite is to drop it and rename another; with its references kept, what refers to it would
        go with it. So they rest, and are looked over before anything stands.
        """
        with self._transaction(writer=True, patience=PATIENCE, rebuilding=True) as conn:
            yield conn
            if self.is_sqlite and (lost := conn.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise CannotStart(
                    f"rows of {lost[0][0]} refer to rows of {lost[0][2]} that are not there: restore a backup"
                )

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """The whole of it as it is now, however long it takes to read, while others go on writing. Raises StoreTrouble.

        A long reader of a SQLite file can hold up its writers; so that file is first copied into memory, in one go.
        """
        if self.is_sqlite:
            with _copied_to_memory(self) as conn:
                yield conn
            return
        with self._transaction(writer=False, patience=PATIENCE, isolation_level="REPEATABLE READ") as conn:
            yield conn

    @contextmanager
    def _transaction(self, *, writer: bool, patience: float, **more: Any) -> Iterator[Connection]:
        options = {"writer": writer, "patience": patience, **more}
        with _trouble_named(), self.engine.connect().execution_options(**options) as conn, conn.begin():
            yield conn

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@contextmanager
def _trouble_named() -> Iterator[None]:
    """Tell a database that is locked, full or down (worth another try), or another's, from a mistake of ours."""
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise StoreTrouble("the database did not answer") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _NOT_ALLOWED:
            raise StoreTrouble(
                "this user of the database may not do that: tables are made and changed by the user that owns them; "
                f"others are to be IN ROLE {grants.DESK_ROLE} or, on a public host, IN ROLE {grants.PUBLIC_ROLE}"
            ) from error
        if not error.connection_invalidated:
            raise
        raise StoreTrouble("the connection to the database broke") from error


def open_database(url: str) -> Database:
    """Connect, without touching the tables; raises CannotStart where the URL or the place is wrong.

    Parameters are hidden, because errors are printed and parameters are people's.
    """
    try:
        target = make_url(url)
    except ArgumentError as error:
        example = "postgresql://user:password@host/name"  # pragma: allowlist secret
        raise CannotStart(f"REPORT_ABUSE_DATABASE_URL is not a URL; write {example}") from error
    if target.get_backend_name() == "sqlite":
        engine = create_engine(target, connect_args={"timeout": PATIENCE}, hide_parameters=True, **_POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = _postgres(target.set(drivername="postgresql+psycopg"))
    database = Database(engine)
    _try_it(database)
    return database


@contextmanager
def _copied_to_memory(database: Database) -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:")) as memory:
        with database.reading() as conn:
            file: Any = conn.connection.driver_connection
            file.backup(memory)
        engine = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool, hide_parameters=True)
        with engine.connect() as copy:
            yield copy


def _postgres(target: Any) -> Engine:
    try:
        connect_args = {"connect_timeout": PATIENCE, "options": "-c timezone=UTC"}
        engine = create_engine(target, pool_pre_ping=True, connect_args=connect_args, hide_parameters=True, **_POOL)
    except ModuleNotFoundError as error:
        raise CannotStart(
            "REPORT_ABUSE_DATABASE_URL names PostgreSQL; pip install 'report-abuse-receiver[postgres]'"
        ) from error
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _try_it(database: Database) -> None:
    try:
        with database.writing() as conn:
            conn.execute(text("SELECT 1"))
    except StoreTrouble as error:
        url = database.engine.url.render_as_string(hide_password=True)
        cause = error.__cause__.orig if isinstance(error.__cause__, DBAPIError) else error
        raise CannotStart(
            f"REPORT_ABUSE_DATABASE_URL: cannot write to {url}: {cause}; is it running, is the folder writable, "
            "and does no other program hold a lock on it?"
        ) from error


def journal_for(version: tuple[int, ...]) -> tuple[str, str]:
    """The journal mode and synchronous level under which this SQLite keeps an acknowledged commit."""
    safe = (
        any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_IS_SAFE_FROM)
        or version >= WAL_IS_SAFE_FROM[-1]
    )
    return ("WAL", "FULL") if safe else ("TRUNCATE", "EXTRA")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver starts no transaction of its own: `_begin_sqlite` does
    journal, synchronous = journal_for(sqlite3.sqlite_version_info)
    for pragma in (
        f"journal_mode={journal}",
        f"synchronous={synchronous}",
        "secure_delete=ON",
        "temp_store=MEMORY",  # no word of a report in a temporary file (S8)
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    """Writers take the lock at once, so that nobody reads, waits and then finds the ground moved."""
    options = conn.get_execution_options()
    writer = options.get("writer", False)
    conn.exec_driver_sql(f"PRAGMA busy_timeout={_milliseconds(options)}")
    conn.exec_driver_sql(f"PRAGMA query_only={'OFF' if writer else 'ON'}")
    conn.exec_driver_sql(f"PRAGMA foreign_keys={'OFF' if options.get('rebuilding') else 'ON'}")  # not within one
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _begin_postgres(conn: Connection) -> None:
    options = conn.get_execution_options()
    read_only = "" if options.get("writer", False) else ", set_config('transaction_read_only', 'on', true)"
    conn.exec_driver_sql(f"SELECT set_config('lock_timeout', '{_milliseconds(options)}', true){read_only}")


def _milliseconds(options: Mapping[str, Any]) -> int:
    return int(options.get("patience", PATIENCE) * 1000)


def migrate(database: Database) -> None:
    """Bring the tables and who may do what with them up to this release; several processes may call it at once."""
    with database.rebuilding() as conn:
        if not database.is_sqlite:
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        if version.of(conn) != version.newest():
            version.upgrade(conn)
        grants.grant(conn)
