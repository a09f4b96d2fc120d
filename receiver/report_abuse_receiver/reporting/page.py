"""The page: one HTML file that holds all it needs, runs no script, asks nobody for anything and prints on A4."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from report_abuse_receiver.reporting import pieces, sections
from report_abuse_receiver.reporting.at_a_glance import glance
from report_abuse_receiver.reporting.button import longest, placements
from report_abuse_receiver.reporting.labels import day_words, quarter_words, word, year_words
from report_abuse_receiver.reporting.pooled import own_type, pool_to_show
from report_abuse_receiver.reporting.prompts import prompts
from report_abuse_receiver.reporting.release import History
from report_abuse_receiver.reporting.splits import grid, split
from report_abuse_receiver.reporting.terms import Terms
from report_abuse_receiver.reporting.trend import trend
from report_abuse_receiver.rules.feedback import baseline, disclosure, rates

_TEMPLATES = Path(__file__).with_name("templates")


def draw(history: History, terms: Terms) -> str:
    """The report of a release: the same bytes for the same releases and terms."""
    style = _style(history)
    return (
        _environment()
        .get_template("report.html")
        .render(
            history=history,
            release=history.current,
            terms=terms,
            style=Markup(style),  # noqa: S704 -- our own stylesheet, and ids of a closed alphabet  # nosec B704
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            glance=glance(history, terms),
            prompts=prompts(history),
            trend=trend(history),
            placements=placements(history.current),
            pool=pool_to_show(history.current),
            grid=grid(history),
        )
    )


def _style(history: History) -> str:
    """The stylesheet, with what each printed page carries at its foot."""
    foot = f"{history.current.provider} · {history.current.quarter} · not to be passed on"
    return f'{_css()}\n@page {{ @bottom-left {{ content: "{foot}"; }} }}\n'


@cache
def _css() -> str:
    return (_TEMPLATES / "report.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("report_abuse_receiver.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"mark": pieces.mark, "say": pieces.say, "capital": pieces.capital}
    environment.globals |= {
        "Name": pieces.Name,
        "Rule": pieces.Rule,
        "When": pieces.When,
        "split": split,
        "longest": longest,
        "sections": sections,
        "word": word,
        "own_type": own_type,
        "day_words": day_words,
        "quarter_words": quarter_words,
        "year_words": year_words,
        "method": {
            "floor": disclosure.FLOOR,
            "change": disclosure.MAX_CHANGE,
            "variance": disclosure.VARIANCE,
            "least_rate": rates.LEAST,
            "least_baseline": baseline.LEAST,
        },
    }
    return environment
