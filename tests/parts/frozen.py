"""What was frozen, read back from the store."""

import json
from typing import Any

from sqlalchemy import select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.schema import TABLES

#: A quarter that ends a year of figures, and a moment after it.
QUARTER, AFTER = "2026-Q1", "2026-04-02T09:00:00Z"


def frozen(centre: Centre, period: str = QUARTER) -> dict[str, dict[str, Any]]:
    """The frozen bodies by provider, read."""
    return {provider: json.loads(body) for provider, body in texts(centre, period).items()}


def texts(centre: Centre, period: str = QUARTER) -> dict[str, str]:
    """The frozen bodies by provider, as they are kept."""
    of = TABLES["release"].c
    with centre.database.reading() as conn:
        found = conn.execute(select(of.provider, of.body).where(of.period == period))
        return {row.provider: row.body for row in found}


def rows(body: dict[str, Any], **wanted: str) -> list[dict[str, Any]]:
    """The rows of a body whose columns are as `wanted`."""
    return [row for row in body["observations"] if all(row[name] == value for name, value in wanted.items())]


def statuses(body: dict[str, Any], **wanted: str) -> set[str]:
    """How those rows are told: shown, low, not_shown."""
    return {row["observation_status"] for row in rows(body, **wanted)}
