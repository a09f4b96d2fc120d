"""The fingerprints of the keys that this data was made with."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from report_abuse_receiver.store.tables import keyring


def fingerprints(conn: Connection) -> dict[str, str]:
    """Key name → fingerprint; empty before the first start."""
    return {row.name: row.fingerprint for row in conn.execute(select(keyring))}


def remember(conn: Connection, prints: Mapping[str, str]) -> None:
    """Keep the fingerprints of the first start."""
    conn.execute(insert(keyring), [{"name": name, "fingerprint": value} for name, value in prints.items()])
