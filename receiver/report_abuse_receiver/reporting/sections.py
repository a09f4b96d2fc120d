"""Sections: why a section has nothing to draw, in one sentence, so that no reader is left before an empty chart."""

from report_abuse_receiver.reporting.pieces import Rule, Sentence
from report_abuse_receiver.reporting.release import History
from report_abuse_receiver.reporting.splits import Split
from report_abuse_receiver.reporting.terms import Terms
from report_abuse_receiver.rules.feedback.disclosure import FLOOR

_YEARLY = "the release that ends in March"


def nothing_to_draw(found: Split, *, history: History, terms: Terms, yearly: bool = False) -> Sentence:
    """Why a split has no number, for the tier that reads it."""
    if history.current.tier == "C":
        return ("Not shown: with fewer than ", Rule(terms.tiers.main_figures), " reports it could describe a child.")
    if found.is_low:
        return ("Every count here is fewer than ", Rule(FLOOR), ".")
    if yearly:
        return (f"This is told once a year, in {_YEARLY}; there is none yet.",)
    return (f"For a service of your size this is told once a year, in {_YEARLY}; there is none yet.",)


def no_month(*, history: History, terms: Terms) -> Sentence:
    """Why there is no trend."""
    if history.current.tier == "C":
        limit = Rule(terms.tiers.main_figures)
        return ("Not shown: no quarter of the last four had ", limit, " reports or more.")
    return ("No month of the last twelve reached ", Rule(FLOOR), " reports.")


def no_placement(*, history: History, terms: Terms) -> Sentence:
    """Why there is nothing about the button."""
    if history.current.codes("placements", "placement"):
        return ("Not shown: placements are told from ", Rule(terms.tiers.button_figures), " openings in a quarter on.")
    return ("No press with a valid signature was counted in this quarter or the year before it.",)
