"""Every table, as it is today; migrations/ tells how it came to be so.

Closed vocabularies, times and the button stand in clear, because the queue and the feedback need them. What a child
wrote is in `report.body`, sealed. `provider_key` holds no secret.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC with its timezone, on SQLite too, which forgets the timezone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment and store the rest in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its timezone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: SQLite counts rows only in an INTEGER column; PostgreSQL wants the room.
RowId = BigInteger().with_variant(Integer, "sqlite")


def is_one_of(column: ColumnElement[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a row is of one of these, of however many: the numbers are written out, as each database limits '?'."""
    return column.in_(bindparam(None, list(ids), expanding=True, literal_execute=True))


def texts(*names: str) -> list[Column[str]]:
    """Columns of text that are always filled."""
    return [Column(name, Text, nullable=False) for name in names]


@dataclass(frozen=True, kw_only=True)
class May:
    """What the public role may do with a table: look at, fill and change columns; draw numbers for new rows; delete."""

    select: str = ""
    insert: str = ""
    update: str = ""
    numbered: bool = False
    delete: bool = False


def public(**may: Any) -> dict[str, May]:
    """A table's `info` where a public host gets at it, with what it may do; other tables are the desk's alone."""
    return {"public": May(**may)}
