"""The service directory: every site, game or app that reports may name, adopter of the button or not (P56)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Column, Connection, ForeignKey, Table, Text, insert, select, update

from report_abuse_receiver.store.types import Moment, metadata, public

service = Table(
    "service",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("provider_id", ForeignKey("provider.id")),
    Column("created_at", Moment, nullable=False),
    # What it is to its users, a code of the scheme's service_type: figures are pooled by it.
    Column("kind", Text, nullable=False, server_default="other"),
    info=public(select="id name aliases provider_id created_at kind"),
)


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """A service: `aliases` are the other names and host names that children write for it.

    `kind` is a code of the scheme's service_type; without a `provider_id` it does not carry the button.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    provider_id: str | None
    created_at: datetime
    kind: str = "other"

    @property
    def is_adopter(self) -> bool:
        """Whether it carries the button."""
        return self.provider_id is not None


def add(conn: Connection, row: ServiceRow) -> None:
    """Enter a service."""
    conn.execute(insert(service).values(**{**vars(row), "aliases": list(row.aliases)}))


def change(conn: Connection, row: ServiceRow) -> None:
    """Put a service's name and aliases in place of those before."""
    conn.execute(update(service).where(service.c.id == row.id).values(name=row.name, aliases=list(row.aliases)))


def find(conn: Connection, service_id: str) -> ServiceRow | None:
    """One service, or None."""
    row = conn.execute(select(service).where(service.c.id == service_id)).one_or_none()
    return None if row is None else ServiceRow(**{**row._mapping, "aliases": tuple(row.aliases)})


def every(conn: Connection) -> list[ServiceRow]:
    """The whole directory by id."""
    rows = conn.execute(select(service).order_by(service.c.id))
    return [ServiceRow(**{**row._mapping, "aliases": tuple(row.aliases)}) for row in rows]
