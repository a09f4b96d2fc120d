"""Raising: a report is worked sooner once somebody adds to it that they are not safe. It is never worked later."""

from collections.abc import Mapping
from typing import Any

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.casework.kinds import Entry
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.intake.additions import OpenedAddition, open_additions
from report_abuse_receiver.rules.intake.urgency import rank_of, urgency, why
from report_abuse_receiver.store.casework import reports, timeline


def raise_urgency(centre: Centre, owed: Mapping[str, Any]) -> None:
    """Make a report as urgent as the gravest of what was added to it. Raises NoVaultKey."""
    with centre.database.writing() as conn:
        row = reports.find(conn, str(owed["reference"]), for_update=True)
        if row is None:
            return
        urgent = row.urgency
        for one in open_additions(centre, conn, row):
            said: Answers = {"safe": one.safe} if isinstance(one, OpenedAddition) else {}
            if rank_of(urgency(said)) < rank_of(urgent):
                urgent = urgency(said)
                reports.set_urgency(conn, row.id, urgent, why=why(said), rank=rank_of(urgent))
                timeline.note(conn, row.id, Entry.URGENCY_RAISED, now=now(), details={"to": urgent, "why": why(said)})
