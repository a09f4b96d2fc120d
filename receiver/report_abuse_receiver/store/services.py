"""The service directory: every site, game or app that reports may name, adopter of the button or not (P56)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from report_abuse_receiver.store.tables import service


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """A service: `aliases` are the other names and host names that children write for it."""

    id: str
    name: str
    aliases: tuple[str, ...]
    provider_id: str | None
    created_at: datetime


def add(conn: Connection, row: ServiceRow) -> None:
    """Enter a service."""
    conn.execute(
        insert(service).values(
            id=row.id, name=row.name, aliases=list(row.aliases), provider_id=row.provider_id, created_at=row.created_at
        )
    )


def every(conn: Connection) -> list[ServiceRow]:
    """The whole directory by id."""
    rows = conn.execute(select(service).order_by(service.c.id))
    return [ServiceRow(**{**row._mapping, "aliases": tuple(row.aliases)}) for row in rows]
