"""Passkeys: the public halves of staff's WebAuthn credentials."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from report_abuse_receiver.store.types import Moment, metadata

staff_passkey = Table(
    "staff_passkey",
    metadata,
    # The credential id in base64url, as the browser names it.
    Column("id", Text, primary_key=True),
    Column("staff", ForeignKey("staff.name"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class PasskeyRow:
    """One credential."""

    id: str
    staff: str
    public_key: bytes
    sign_count: int
    label: str
    created_at: datetime


def add(conn: Connection, row: PasskeyRow) -> None:
    """Keep a new one."""
    conn.execute(insert(staff_passkey).values(**vars(row)))


def of(conn: Connection, staff: str) -> list[PasskeyRow]:
    """All of one person, the oldest first."""
    query = select(staff_passkey).where(staff_passkey.c.staff == staff)
    return [PasskeyRow(**row._mapping) for row in conn.execute(query.order_by(staff_passkey.c.created_at))]


def record_use(conn: Connection, passkey_id: str, *, sign_count: int) -> None:
    """Remember its counter, which a copy of it would not know."""
    conn.execute(update(staff_passkey).where(staff_passkey.c.id == passkey_id).values(sign_count=sign_count))


def remove(conn: Connection, passkey_id: str, *, staff: str) -> bool:
    """Forget one of this person's; False where they have none such."""
    theirs = delete(staff_passkey).where(staff_passkey.c.id == passkey_id, staff_passkey.c.staff == staff)
    return conn.execute(theirs).rowcount == 1


def remove_all(conn: Connection, staff: str) -> None:
    """Forget all of a person's."""
    conn.execute(delete(staff_passkey).where(staff_passkey.c.staff == staff))
