"""Acknowledgement: every report sent is acknowledged, on its timeline from the first day (P19)."""

from collections.abc import Mapping
from typing import Any

from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.store import reports


def acknowledge(centre: Centre, owed: Mapping[str, Any]) -> None:
    """Write "acknowledged" on the report's timeline, once, however often this is tried."""
    reference = str(owed["reference"])
    with centre.database.writing() as conn:
        row = reports.find(conn, reference)
        if row is not None:
            reports.note(conn, row.id, "acknowledged", now=now(), once=f"acknowledged/{reference}")
