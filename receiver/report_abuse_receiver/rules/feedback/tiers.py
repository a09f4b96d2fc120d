"""Tiers: how much of its figures a provider is told, decided on published numbers alone (P56, P62).

A, from 50 in the quarter: everything. B, an adopter with 10 to 49: totals, categories and placements, the rest once a
year. C, an adopter with fewer: "fewer than 10", and placements where they were opened often. D, a service without a
button but with 25 in four quarters: totals and an invitation. Pooled figures go to all of them. The thresholds are the
scheme's. A true number decides nothing here: a tier can be read off, and would tell it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from report_abuse_receiver.ground.scheme.scheme import Tiers
from report_abuse_receiver.rules.feedback.disclosure import Published
from report_abuse_receiver.rules.feedback.lattice import TABLES, By, Observation, Table, by_of, suppressed

Tier = Literal["A", "B", "C", "D"]

_TABLES = {table.name: table for table in TABLES}
_MAIN = ("totals", "categories", "placements")


def tier_of(quarters: Sequence[Published], *, adopter: bool, limits: Tiers) -> Tier | None:
    """The tier for the published totals of the last four quarters, newest first; None: there is nothing to release."""
    newest, *_ = numbers = [total.observation or 0 for total in quarters]
    if not adopter:
        return "D" if sum(numbers) >= limits.invitation else None
    if newest >= limits.every_section:
        return "A"
    return "B" if newest >= limits.main_figures else "C"


def as_told(rows: Sequence[Observation], *, tier: Tier, limits: Tiers) -> Iterator[Observation]:
    """The rows of a release, those that its tier does not show withheld; none is left out."""
    button_is_told = tier in "AB" or _openings(rows) >= limits.button_figures
    for row in rows:
        table = _TABLES[str(row["table"])]
        told = button_is_told if table.source == "counters" else shows(tier, table, by_of(row))
        yield row if told else suppressed(row)


def shows(tier: Tier, table: Table, by: By) -> bool:
    """Whether a tier is told a table's rows for this stretch of time; the button's figures depend on openings too."""
    if table.source == "pools" or tier == "A":
        return True
    if tier == "B":
        return table.name in _MAIN or by == "year"
    return tier == "D" and table.name == "totals"


def _openings(rows: Iterable[Observation]) -> int:
    """The sum of the published openings, so that a reader could have made it."""
    return sum(int(row["observation"] or 0) for row in rows if row["event"] == "opened")
