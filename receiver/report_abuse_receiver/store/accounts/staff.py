"""Staff: the accounts of the centre's people. Passwords are argon2 hashes; the secrets of their codes are sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from report_abuse_receiver.store.types import Moment, metadata

staff = Table(
    "staff",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    # The hash of a code that is good once: with it a person chooses a password that nobody else ever knew.
    Column("invitation", Text, unique=True),
    Column("invited_until", Moment),
    Column("secret", LargeBinary, nullable=False),
    Column("password", Text),
    # The time step of the last code that was taken: no code is taken twice.
    Column("last_step", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("disabled_at", Moment),
    CheckConstraint(
        "role IN ('analyst', 'supervisor', 'feedback_officer', 'administrator', 'auditor')",
        name="role",
    ),
    CheckConstraint("organisation IN ('police', 'child_protection', 'other')", name="organisation"),
)


@dataclass(frozen=True, kw_only=True)
class StaffRow:
    """One account."""

    name: str
    role: str
    organisation: str
    created_at: datetime
    created_by: str
    invitation: str | None = field(repr=False, default=None)
    invited_until: datetime | None = None
    secret: bytes = field(repr=False)
    password: str | None = field(repr=False, default=None)
    last_step: int = 0
    failures: int = 0
    locked_until: datetime | None = None
    disabled_at: datetime | None = None


def add(conn: Connection, row: StaffRow) -> None:
    """Keep a new account."""
    conn.execute(insert(staff).values(**vars(row)))


def find(conn: Connection, name: str, *, for_update: bool = False) -> StaffRow | None:
    """One account; `for_update` holds its row until the transaction ends."""
    query = select(staff).where(staff.c.name == name)
    return _typed(conn, query.with_for_update() if for_update else query)


def invited(conn: Connection, invitation: str) -> StaffRow | None:
    """The account that this invitation is for, its row held."""
    return _typed(conn, select(staff).where(staff.c.invitation == invitation).with_for_update())


def change(conn: Connection, name: str, **values: Any) -> None:
    """Change what is known of an account."""
    conn.execute(update(staff).where(staff.c.name == name).values(**values))


def every(conn: Connection) -> list[StaffRow]:
    """All of them by name."""
    return [StaffRow(**row._mapping) for row in conn.execute(select(staff).order_by(staff.c.name))]


def count(conn: Connection) -> int:
    """How many people can sign in: those who joined and were not disabled."""
    active = (staff.c.password.is_not(None), staff.c.disabled_at.is_(None))
    return conn.scalar(select(func.count()).select_from(staff).where(*active)) or 0


def count_joined(conn: Connection) -> int:
    """How many people ever joined, whatever became of their accounts: each has shown a code."""
    return conn.scalar(select(func.count()).select_from(staff).where(staff.c.last_step > 0)) or 0


def _typed(conn: Connection, query: Any) -> StaffRow | None:
    row = conn.execute(query).one_or_none()
    return None if row is None else StaffRow(**row._mapping)
