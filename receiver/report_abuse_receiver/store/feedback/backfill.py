"""The past: facts and presses of months that are over, by the thousand, where no report stands behind them.

For invented years and for measurements. What children send comes in through intake and is decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from report_abuse_receiver.store.feedback import recount
from report_abuse_receiver.store.feedback.facts import FactRow, fact
from report_abuse_receiver.store.feedback.presses import counter


@dataclass(frozen=True, kw_only=True)
class PressRow:
    """How often one button was pressed in a month, and the sum of the keys of these presses."""

    provider: str
    placement: str
    month: str
    event: str
    count: int
    key_sum: int


def put(conn: Connection, *, facts: Iterable[FactRow], presses: Iterable[PressRow]) -> None:
    """Write them in the caller's transaction and count all facts again; the presses must be the first of their kind."""
    if rows := [vars(row) for row in facts]:
        conn.execute(insert(fact), rows)
    if pressed := [vars(row) for row in presses]:
        conn.execute(insert(counter), pressed)
    recount.rebuild(conn)
