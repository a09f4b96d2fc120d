"""The fingerprints of the keys that this data was made with."""

from collections.abc import Collection, Mapping

from sqlalchemy import Column, Connection, Table, Text, delete, insert, select

from report_abuse_receiver.store.types import metadata, public

keyring = Table(
    "keyring",
    metadata,
    Column("name", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    info=public(select="name fingerprint"),
)


def fingerprints(conn: Connection) -> dict[str, str]:
    """Key name → fingerprint; empty before the first start."""
    return {row.name: row.fingerprint for row in conn.execute(select(keyring))}


def remember(conn: Connection, prints: Mapping[str, str]) -> None:
    """Keep the fingerprints of keys that are new here."""
    if prints:
        conn.execute(insert(keyring), [{"name": name, "fingerprint": value} for name, value in prints.items()])


def forget(conn: Connection, names: Collection[str]) -> None:
    """Ask for these keys no more."""
    conn.execute(delete(keyring).where(keyring.c.name.in_(names)))
