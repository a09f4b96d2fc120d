"""Providers, who hold buttons, and the key ids given to them; a key's secret is derived and never stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from report_abuse_receiver.ground.partners.kinds import KeyState
from report_abuse_receiver.store.types import Moment, metadata, public, texts

provider = Table(
    "provider",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("contact", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    # Whose button was pressed, and which services a child may mean.
    info=public(select="id name origins"),
)

provider_key = Table(
    "provider_key",
    metadata,
    Column("provider_id", ForeignKey("provider.id"), nullable=False),
    *texts("kid", "scope", "state"),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("provider_id", "kid"),
    CheckConstraint("scope IN ('button', 'api')", name="scope"),
    CheckConstraint("state IN ('active', 'retired', 'revoked')", name="state"),
    info=public(select="provider_id kid scope state created_at ended_at"),
)


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """A key id, what it may do, and whether it still may."""

    kid: str
    scope: str
    state: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ProviderRow:
    """A provider: `origins` are the web origins its buttons stand on, `contact` its single point of contact."""

    id: str
    name: str
    origins: tuple[str, ...]
    contact: str
    created_at: datetime


def add(conn: Connection, row: ProviderRow) -> None:
    """Enter a provider."""
    conn.execute(
        insert(provider).values(
            id=row.id, name=row.name, origins=list(row.origins), contact=row.contact, created_at=row.created_at
        )
    )


def change(conn: Connection, row: ProviderRow) -> None:
    """Put a provider's name, origins and contact in place of those before."""
    changed = {"name": row.name, "origins": list(row.origins), "contact": row.contact}
    conn.execute(update(provider).where(provider.c.id == row.id).values(**changed))


def find(conn: Connection, provider_id: str) -> ProviderRow | None:
    """One provider, or None."""
    row = conn.execute(select(provider).where(provider.c.id == provider_id)).one_or_none()
    return None if row is None else ProviderRow(**{**row._mapping, "origins": tuple(row.origins)})


def name_and_origins(conn: Connection, provider_id: str) -> tuple[str, tuple[str, ...]] | None:
    """What the public pages may know of a provider, if there is one."""
    row = conn.execute(select(provider.c.name, provider.c.origins).where(provider.c.id == provider_id)).one_or_none()
    return None if row is None else (row.name, tuple(row.origins))


def every(conn: Connection) -> list[ProviderRow]:
    """All providers by id."""
    rows = conn.execute(select(provider).order_by(provider.c.id))
    return [ProviderRow(**{**row._mapping, "origins": tuple(row.origins)}) for row in rows]


def keys(conn: Connection, provider_id: str) -> list[KeyRow]:
    """A provider's keys in the order they were given."""
    columns = [provider_key.c[name] for name in ("kid", "scope", "state", "created_at", "ended_at")]
    query = select(*columns).where(provider_key.c.provider_id == provider_id)
    rows = [KeyRow(**row._mapping) for row in conn.execute(query)]
    return sorted(rows, key=lambda row: int(row.kid[1:]))


def add_key(conn: Connection, provider_id: str, *, scope: str, now: datetime) -> str:
    """Enter the provider's next key id (`k1`, `k2`, …, shared by both scopes) and return it."""
    conn.execute(select(provider.c.id).where(provider.c.id == provider_id).with_for_update())  # one at a time
    held = conn.scalar(select(func.count()).where(provider_key.c.provider_id == provider_id)) or 0
    kid = f"k{held + 1}"
    conn.execute(
        insert(provider_key).values(
            provider_id=provider_id, kid=kid, scope=scope, state=KeyState.ACTIVE, created_at=now
        )
    )
    return kid


def end_key(
    conn: Connection, provider_id: str, kid: str, *, state: str, from_states: Sequence[str], now: datetime
) -> bool:
    """Retire or revoke a key that is in one of `from_states`; False where there is none such."""
    done = conn.execute(
        update(provider_key)
        .where(
            provider_key.c.provider_id == provider_id, provider_key.c.kid == kid, provider_key.c.state.in_(from_states)
        )
        .values(state=state, ended_at=now)
    )
    return done.rowcount == 1
