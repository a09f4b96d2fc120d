"""Placements: where on its site a provider's button stands, as far as the centre knows of it and counts it apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, PrimaryKeyConstraint, Table, Text, select, update

from report_abuse_receiver.store.types import Moment, metadata, public
from report_abuse_receiver.store.upsert import upsert

placement = Table(
    "placement",
    metadata,
    Column("provider_id", ForeignKey("provider.id"), nullable=False),
    Column("placement", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("retired_at", Moment),
    PrimaryKeyConstraint("provider_id", "placement"),
    # Whether a press counts apart.
    info=public(select="provider_id placement retired_at"),
)


@dataclass(frozen=True, kw_only=True)
class PlacementRow:
    """A placement of a provider; one that is retired counts as `other` from then on."""

    provider_id: str
    placement: str
    created_at: datetime
    retired_at: datetime | None = None


def add(conn: Connection, provider_id: str, names: Iterable[str], *, now: datetime) -> None:
    """Register placements; one that was retired is registered again, and one that is there stays as it is."""
    for name in names:
        row = upsert(conn, placement).values(provider_id=provider_id, placement=name, created_at=now)
        keys = list(placement.primary_key.columns)
        conn.execute(row.on_conflict_do_update(index_elements=keys, set_={"retired_at": None}))


def retire(conn: Connection, provider_id: str, name: str, *, now: datetime) -> bool:
    """Count a placement as `other` from now on; False where it is not registered."""
    of_it = (placement.c.provider_id == provider_id, placement.c.placement == name, placement.c.retired_at.is_(None))
    return conn.execute(update(placement).where(*of_it).values(retired_at=now)).rowcount == 1


def of_provider(conn: Connection, provider_id: str | None) -> list[PlacementRow]:
    """All that a provider, or any, ever had."""
    query = select(placement).order_by(*placement.primary_key.columns)
    of_it = query if provider_id is None else query.where(placement.c.provider_id == provider_id)
    return [PlacementRow(**row._mapping) for row in conn.execute(of_it)]


def is_registered(conn: Connection, provider_id: str, name: str) -> bool:
    """Whether presses of it are counted apart."""
    of_it = (placement.c.provider_id == provider_id, placement.c.placement == name, placement.c.retired_at.is_(None))
    return conn.scalar(select(placement.c.placement).where(*of_it)) is not None
