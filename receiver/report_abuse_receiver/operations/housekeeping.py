"""Housekeeping: once an hour, wipe what has had its time, cut closed months loose, rewrap what is left over."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.accounts.sessions import IDLE, LONGEST
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake.drafts import LIFE
from report_abuse_receiver.intake.leaving import TOMBSTONE_LIFE
from report_abuse_receiver.keys import rewrapping
from report_abuse_receiver.rules.feedback.periods import month_of
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.accounts import sessions
from report_abuse_receiver.store.feedback import facts
from report_abuse_receiver.store.intake import drafts

#: How long finished work stays listed.
KEEP_DONE = timedelta(days=7)


def period(_centre: Centre, _conn: Connection) -> str:
    """Once an hour."""
    return f"{now():%Y-%m-%dT%H}"


def clean_up(centre: Centre, _owed: Mapping[str, Any]) -> None:
    """Wipe expired drafts, old sessions and finished work; a fact of a closed month forgets its report.

    A report that was on its way while the vault key was rotated is still wrapped for the old one: it is rewrapped.
    """
    moment = now()
    with centre.database.writing() as conn:
        drafts.drop_expired(conn, now=moment)
        sessions.remove_old(conn, seen_before=moment - IDLE, made_before=moment - LONGEST)
        drafts.bring_back(conn, latest=moment + LIFE, tombstones=moment + TOMBSTONE_LIFE)
        outbox.forget_done(conn, before=moment - KEEP_DONE)
        facts.close_months(conn, before=month_of(moment))
        rewrapping.enqueue_where_needed(centre, conn)
