"""Dump: every row of every table as JSON, for backups; the same on both databases, so that either can be restored."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, delete, exists, func, insert, select, text

from report_abuse_receiver.store.audit.log import audit_head
from report_abuse_receiver.store.casework.additions import addition, addition_key
from report_abuse_receiver.store.casework.reports import report, report_key
from report_abuse_receiver.store.intake.drafts import draft
from report_abuse_receiver.store.keys.fingerprints import keyring
from report_abuse_receiver.store.schema import metadata
from report_abuse_receiver.store.types import Moment

#: The wrapped keys, which are kept apart, with what each is the key of. Without them no report opens.
_KEYS = {report_key: report, addition_key: addition}
#: What a first start writes; a restore puts its own in their place.
_FROM_THE_START = (keyring, audit_head)
#: Rows in one piece.
_BATCH = 100


def data(conn: Connection) -> Iterator[bytes]:
    """Everything but the wrapped keys, in the order in which it can be put back.

    Drafts are left out: they open with children's cookies only, and are gone within the hour.
    """
    for table in metadata.sorted_tables:
        if table not in (*_KEYS, draft):
            yield from pieces(conn, table)


def keys(conn: Connection) -> Iterator[bytes]:
    """The wrapped keys alone."""
    for table in _KEYS:
        yield from pieces(conn, table)


def restore(conn: Connection, piece: bytes) -> None:
    """Write a piece of either; a key whose report or addition is not there is left out."""
    read: Mapping[str, Any] = json.loads(piece)
    table = metadata.tables[read["table"]]
    rows = [{name: _decoded(table.c[name], value) for name, value in row.items()} for row in read["rows"]]
    if table in _FROM_THE_START:
        conn.execute(delete(table))
    known = [row for row in rows if table not in _KEYS or row[_owner(table)] in _owners(conn, table, rows)]
    if known:
        conn.execute(insert(table), known)


@contextmanager
def triggers_disabled(conn: Connection) -> Iterator[None]:
    """Put rows back as they were, a broken audit too; the triggers stand again when the transaction ends."""
    if conn.dialect.name == "sqlite":
        triggers = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        lift = [f'DROP TRIGGER "{one.name}"' for one in triggers]
        stand = [one.sql for one in triggers]
    else:
        lift, stand = (
            [f'ALTER TABLE "{table.name}" {word} TRIGGER USER' for table in metadata.sorted_tables]
            for word in ("DISABLE", "ENABLE")
        )
    for statement in lift:
        conn.exec_driver_sql(statement)
    yield
    for statement in stand:
        conn.exec_driver_sql(statement)


def reset_sequences(conn: Connection) -> None:
    """Tell PostgreSQL which numbers of rows are taken; SQLite looks for itself."""
    if conn.dialect.name == "sqlite":
        return
    counted = [table for table in metadata.sorted_tables if table.autoincrement_column is not None]
    for table in counted:
        last = conn.scalar(select(func.max(table.c.id)))
        if last is not None:
            sequence = {"name": f'"{table.name}"', "last": last}
            conn.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), sequence)


def is_empty(conn: Connection) -> bool:
    """Whether nobody has used this database yet."""
    used = [table for table in metadata.sorted_tables if table not in _FROM_THE_START]
    return not any(conn.scalar(select(exists().select_from(table))) for table in used)


def count_reports(conn: Connection) -> tuple[int, int]:
    """How many reports there are, and how many of them have no key, so that nobody can open them."""
    keyless = ~exists().where(report_key.c.report_id == report.c.id)
    total = select(func.count()).select_from(report)
    return conn.scalar(total) or 0, conn.scalar(total.where(keyless)) or 0


def pieces(conn: Connection, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    for rows in conn.execute(query).partitions():
        named = [{column.name: _encoded(column, row._mapping[column]) for column in table.c} for row in rows]
        yield json.dumps({"table": table.name, "rows": named}).encode()


def _encoded(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(column.type, Moment) else value


def _decoded(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if isinstance(column.type, Moment) else value


def _owner(keys: Table) -> str:
    """The column that says what a key is the key of."""
    return f"{_KEYS[keys].name}_id"


def _owners(conn: Connection, keys: Table, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    there = _KEYS[keys].c.id
    return set(conn.scalars(select(there).where(there.in_([row[_owner(keys)] for row in rows]))))
