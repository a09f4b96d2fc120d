"""The story: "at a glance" in four sentences, made from published numbers and from nothing else."""

from collections.abc import Sequence

from report_abuse_receiver.reporting.button import placements
from report_abuse_receiver.reporting.labels import quarter_words, year_words
from report_abuse_receiver.reporting.pieces import Name, Rule, Sentence, When, listed
from report_abuse_receiver.reporting.pooled import pool_to_show
from report_abuse_receiver.reporting.release import History
from report_abuse_receiver.reporting.splits import Line, Split, split
from report_abuse_receiver.reporting.terms import Terms
from report_abuse_receiver.rules.feedback.baseline import Baseline, Verdict, compare
from report_abuse_receiver.rules.feedback.disclosure import FLOOR

Glance = tuple[tuple[str, Sentence], ...]

_MOST = 3  # changes named in one sentence


def glance(history: History, terms: Terms) -> Glance:
    """Four sentences, each with the question it answers."""
    if history.current.tier in ("A", "B"):
        return (
            ("How much", _how_much(history, terms)),
            ("What", _what(history)),
            ("How and to whom", _how(history)),
            ("The button", _button(history, terms)),
        )
    last = ("The button", _button(history, terms) if history.current.tier == "C" else _no_button(terms))
    return (
        ("How much", _how_much(history, terms)),
        ("What", _too_few(history, terms)),
        ("Elsewhere", _elsewhere(history)),
        last,
    )


def _how_much(history: History, terms: Terms) -> Sentence:
    figure, usual = history.current.figure("totals"), history.baseline("totals")
    when, site = When(quarter_words(history.current.quarter)), Name(terms.site)
    if figure.shown:
        verdict = _beside(compare(figure.observation, usual), usual)
        return (figure, " reports about ", site, " were decided in ", when, *verdict, ".")
    limit = Rule(FLOOR if figure.low else terms.tiers.main_figures)
    return ("Fewer than ", limit, " reports about ", site, " were decided in ", when, "; that may also be none.")


def _beside(verdict: Verdict | None, usual: Baseline | None) -> Sentence:
    if usual is None:
        return ("; your own baseline needs four earlier quarters with a number, so nothing is compared yet",)
    said: dict[Verdict | None, Sentence] = {
        "higher": (", higher than your own baseline of ", usual, " a quarter"),
        "lower": (", lower than your own baseline of ", usual, " a quarter"),
        "as usual": (", in line with your own baseline of ", usual, " a quarter"),
    }
    return said.get(verdict, ("; with numbers this small, higher and lower could be chance",))


def _what(history: History) -> Sentence:
    found = split(history, "categories", "category", compared=True)
    if not found.shown or found.of_year:
        return ("No category reached ", Rule(FLOOR), " reports, so none can be named.")
    largest = _largest(found.shown, "The largest category was", "The largest categories were")
    return (*largest, *_changes(found, said=largest), ".")


def _changes(found: Split, *, said: Sentence) -> Sentence:
    """What differs from its baseline; a figure that stands in the sentence already is not told again."""
    up = [one for one in found.lines if one.verdict == "higher"][:_MOST]
    down = [one for one in found.lines if one.verdict == "lower"][:_MOST]
    parts = [_against(lines, how, said=said) for lines, how in ((up, "higher"), (down, "lower")) if lines]
    if not parts:
        is_steady = any(one.verdict == "as usual" for one in found.lines)
        return ("; no category differs from its own baseline",) if is_steady else ()
    return tuple(piece for part in parts for piece in ("; ", *part))


def _against(lines: Sequence[Line], how: str, *, said: Sentence) -> Sentence:
    """Such as: higher than usual: grooming (34, usually 21), …"""
    named = [
        (one.name, " (", *(() if one.name in said else (one.figure, ", ")), "usually ", one.usual or "", ")")
        for one in lines
    ]
    commas = [piece for pieces in named for piece in (*pieces, ", ")][:-1]
    return (f"{how} than usual: ", *commas)


def _largest(shown: Sequence[Line], one: str, several: str) -> Sentence:
    """The largest row, or those that are equally large; what is not known is named only where nothing else is."""
    known = [line for line in shown if line.code != "unknown"] or shown
    most = [line for line in known if line.figure == known[0].figure]
    words, each = (one, "") if len(most) == 1 else (several, " each")
    return (f"{words} ", *listed([line.name for line in most]), " (", most[0].figure, f"{each})")


def _how(history: History) -> Sentence:
    contact, ages = split(history, "contact", "contact"), split(history, "age_bands", "age_band")
    if not contact.shown and not ages.shown:
        return ("How contact was made, and how old the children were, is told once a year for a service of your size.",)
    parts = []
    if contact.shown:
        parts.append(_largest(contact.shown, "contact was most often made by", "contact was most often made by"))
    if ages.shown:
        parts.append(_largest(ages.shown, "the largest age group was", "the largest age groups were"))
    joined = (*parts[0], *((", and ", *parts[1]) if len(parts) > 1 else ()))
    year = next((one.year for one in (contact, ages) if one.shown and one.of_year and one.year), None)
    opening: Sentence = ("In the year ", When(year_words(year)), ", ") if year else ("In this quarter ",)
    return (*opening, *joined, ".")


def _button(history: History, terms: Terms) -> Sentence:
    every = placements(history.current)
    numbers = [one for one in every if one.opened.shown]
    if not numbers and history.current.tier == "C":
        return (
            "Button figures are told from ",
            Rule(terms.tiers.button_figures),
            " openings of all placements together.",
        )
    if not every:
        return ("No press of your button with a valid signature was counted in this quarter or the year before it.",)
    if not numbers:
        return ("No placement of your button was opened often enough to be told.",)
    first = numbers[0]
    said: Sentence = ("The button was opened most at ", first.name, " (", first.opened, " times)")
    if first.start_rate:
        said = (*said, "; ", first.start_rate, " of those went on to start a report")
    if first.submitted.shown:
        said = (*said, ", and ", first.submitted, " were sent")
    return (*said, ".")


def _too_few(history: History, terms: Terms) -> Sentence:
    if history.current.tier == "D":
        return ("What was reported is told by category to services that carry the button, which yours does not yet.",)
    limit = Rule(terms.tiers.main_figures)
    return (
        "With fewer than ",
        limit,
        " reports nothing is told by category, because it could describe single children.",
    )


def _elsewhere(history: History) -> Sentence:
    pool = pool_to_show(history.current)
    if pool is None:
        return ("Figures of services of your type are not shown: too few services.",)
    said: Sentence = ("Across ", Name(pool.kind.text), " taken together, ", pool.total, " reports were decided")
    if pool.largest:
        told = " that may be told" if pool.has_gaps else ""
        said = (*said, f"; the largest category{told} was ", pool.largest.name, " (", pool.largest.pooled, ")")
    return (*said, ".")


def _no_button(terms: Terms) -> Sentence:
    return (
        "Children report about you without a button of your own; with one, ",
        Name(terms.centre),
        " could tell you where on your service they needed it.",
    )
