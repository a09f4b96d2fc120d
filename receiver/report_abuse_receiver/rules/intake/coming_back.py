"""Coming back: how three words are read, how often they may be tried, and how little is told to who has them."""

from collections.abc import Collection

from report_abuse_receiver.ground.casework import kinds as casework
from report_abuse_receiver.ground.forms.typed import words_in
from report_abuse_receiver.ground.intake.kinds import Entry

#: Tries in so many seconds, right ones too: at one report, whoever tries, and from one neighbourhood, at any report.
WINDOW_SECONDS = 3600
MOST_AT_A_REPORT, MOST_FROM_A_PLACE = 10, 60

HAVE, READING, WORKING, WRITTEN = "have", "reading", "working", "written"


def read_words(text: str) -> str:
    """The words that were meant, whatever case, blanks, commas and hyphens they came in."""
    return " ".join(words_in(text))


def standing(timeline: Collection[str]) -> str:
    """One of four things, and no more: we have it, it is being read, we are working on it, we have written to you."""
    if casework.Entry.DECIDED in timeline:
        return WORKING
    if casework.Entry.CLAIMED in timeline:
        return READING
    return WRITTEN if Entry.MAILED in timeline else HAVE
