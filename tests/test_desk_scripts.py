"""Whatever is written into a report is text on the desk's pages: nothing runs, nothing is asked for (S11)."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route
from sqlalchemy import insert, select, update

from report_abuse_receiver.accounts import approvals
from report_abuse_receiver.accounts.approvals import Asked
from report_abuse_receiver.casework import retention
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.feedback.kinds import FREEZING
from report_abuse_receiver.ground.forms.fields import Line
from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.ground.forms.report import PAGE_OF
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.store.casework.reports import report
from report_abuse_receiver.store.casework.timeline import event
from tests.parts.acting import acting
from tests.parts.clerk import Clerk, at_desk
from tests.parts.comers import given
from tests.parts.desk_states import DECIDED
from tests.parts.letters import receive
from tests.parts.payloads import EVIL, MANY, payloads
from tests.parts.people import joined
from tests.parts.places import on_sqlite

HERE = "http://desk.test/"
#: Frames on a page at once, one payload in each; and rows of the queue.
MOST_FRAMES, ROWS = 150, 50
#: The columns of a report that the desk shows and that a thief of the database could write into.
TEXTS = (
    "provider", "placement", "channel", "attribution", "origin", "lane", "language", "why", "age_band", "category",
    "urgency", "claimed_by",
)  # fmt: skip
FREE = [name for page in PAGES for name, one in questions(page).items() if isinstance(one, Line)]
#: Every element with the names of what is set on it: what a payload would change if it were more than text.
ELEMENTS = """() => [...document.querySelectorAll("*")]
  .map(one => `${one.tagName} ${one.getAttributeNames().sort()}`).join("\\n")"""
#: Once the page has drawn and has nothing left to do, three times over: what it put off is done then.
AT_REST = """async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise(done => requestAnimationFrame(done));
    await new Promise(done => requestIdleCallback(done));
  }
}"""


@dataclass
class Shown:
    """What came of showing a page."""

    elements: str
    ran: list[object] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def desk(app: Flask, centre: Centre) -> Clerk:
    """A supervisor, who sees more than an analyst."""
    return at_desk(app, joined(centre, "ann", "supervisor"))


def look(browser: Browser, html: str, policy: str) -> Shown:
    """Show a page in Chromium, wait until nothing more happens, and put the pointer on what there is."""
    shown = Shown("")

    def answer(route: Route) -> None:
        if route.request.url != HERE:
            shown.asked.append(route.request.url)
            route.abort()
            return
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
        route.fulfill(status=200, headers=headers, body=html)

    with closing(browser.new_context()) as context:
        context.route("**/*", answer)
        context.expose_binding("ran", lambda _, number: shown.ran.append(number))
        tab = context.new_page()
        tab.on("dialog", lambda dialog: (shown.ran.append(dialog.message), dialog.dismiss()))
        tab.goto(HERE, wait_until="load")
        tab.keyboard.press("Tab")
        tab.wait_for_load_state("networkidle")
        tab.evaluate(AT_REST)
        shown.elements = tab.evaluate(ELEMENTS)
    return shown


def policy_of(app: Flask) -> str:
    """The policy of every page without a script."""
    with app.test_client().get("/desk/") as answer:
        return answer.headers["Content-Security-Policy"]


def written(centre: Centre, said: str) -> str:
    """A report that has these words in every field there is, and in every column of text that the desk shows."""
    codes = {name: said for name in PAGE_OF if name not in (*FREE, "kinds", "age", "child_age")}
    reference = receive(centre, **{**dict.fromkeys(FREE, said), **codes, "kinds": [said]})
    words = given(centre, reference)
    additions.add(centre, Addition(reference=reference, words=words, more=said, reach=said))
    retention.hold(centre, reference, reason=said, by=acting(centre, "ann"))
    spoil(centre, {reference: said})
    return reference


def spoil(centre: Centre, said: Mapping[str, str]) -> None:
    """Write over what stands in clear in the database, and onto the timeline; reference → the words."""
    with centre.database.writing() as conn:
        for reference, words in said.items():
            values: Mapping[str, Any] = {**dict.fromkeys(TEXTS, words), "services": [words], "kinds": [words]}
            conn.execute(update(report).where(report.c.reference == reference).values(**values))
            of = select(report.c.id).where(report.c.reference == reference).scalar_subquery()
            conn.execute(insert(event).values(report_id=of, kind=words, at=now(), staff=words, details={words: words}))


def pages(desk: Clerk, centre: Centre, said: str) -> dict[str, str]:
    """The pages of the desk on which somebody's words stand, with these."""
    reference = written(centre, said)
    approvals.ask(centre, Asked(what=FREEZING, subject=said, content=[], reason=said), by=acting(centre, "ann"))
    path = f"/desk/reports/{reference}"
    return {
        "codes": codes_of(desk, reference),
        "opened": desk.post(f"{path}/open", reason=said[:4000]).html,
        "queue": desk.open("/desk/queue").html,
        "approvals": desk.open("/desk/approvals").html,
        "audit": at_desk(desk.browser.application, joined(centre, "eve", "auditor")).open("/desk/audit").html,
        "no such report": desk.post("/desk/reports/<img src=x onerror=ran(1)>/open", reason=said[:20_000]).html,
        "not decided": desk.post(f"{path}/decide", **DECIDED, services=said[:20_000]).html,
    }


def codes_of(desk: Clerk, reference: str) -> str:
    """The page of a report that is not opened."""
    return desk.open(f"/desk/reports/{reference}").html


def words_of(desk: Clerk, reference: str) -> str:
    """The page of an opened one."""
    return desk.post(f"/desk/reports/{reference}/open", reason="triage").html


def test_there_are_a_thousand_of_many_kinds() -> None:
    made = payloads()
    assert len(set(made)) == MANY
    for kind in ("<script", "onerror", "onload", "javascript:", "{{", "&#", "url(", "srcdoc", "\u202e", EVIL):
        assert [one for one in made if kind in one], kind


def test_where_nothing_stops_them_they_do_run(browser: Browser) -> None:
    frames = (f'<iframe srcdoc="{escape(one)}"></iframe>' for one in payloads()[:MOST_FRAMES])
    shown = look(browser, "".join(frames), "")
    assert len(set(shown.ran)) > MOST_FRAMES / 3
    assert len({one for one in shown.asked if EVIL in one}) > MOST_FRAMES / 10


@on_sqlite
def test_nothing_of_a_report_runs_or_asks_for_anything(
    desk: Clerk, app: Flask, centre: Centre, browser: Browser
) -> None:
    policy = policy_of(app)
    for name, html in pages(desk, centre, "\n".join(payloads())).items():
        assert html.count("ran(") > (3 if name == "no such report" else 20), name
        shown = look(browser, html, policy)
        assert (shown.ran, shown.asked) == ([], []), name


@on_sqlite
def test_nothing_of_it_becomes_an_element_even_where_no_policy_holds(
    desk: Clerk, centre: Centre, browser: Browser
) -> None:
    plain, spoiled = (written(centre, said) for said in ("words", "\n".join(payloads())))
    for draw in (codes_of, words_of):
        one, other = (look(browser, draw(desk, reference), "") for reference in (plain, spoiled))
        assert (other.ran, other.asked) == ([], [])
        assert other.elements == one.elements


@on_sqlite
def test_in_the_queue_each_of_them_stays_in_its_cell(desk: Clerk, app: Flask, centre: Centre, browser: Browser) -> None:
    references, made = [receive(centre) for _ in range(ROWS)], payloads()
    spoil(centre, dict.fromkeys(references, "words"))
    plain = look(browser, desk.open("/desk/queue").html, policy_of(app))
    each = MANY // ROWS
    spoil(centre, {one: "\n".join(made[n * each : (n + 1) * each]) for n, one in enumerate(references)})
    spoiled = look(browser, desk.open("/desk/queue").html, policy_of(app))
    assert (spoiled.ran, spoiled.asked) == ([], [])
    assert spoiled.elements == plain.elements


@on_sqlite
@pytest.mark.parametrize("holds", [True, False], ids=["with our policy", "without it"])
def test_without_escaping_the_policy_alone_would_hold(
    desk: Clerk, app: Flask, centre: Centre, browser: Browser, holds: bool
) -> None:
    app.jinja_env.autoescape = False
    reference, ours = written(centre, "\n".join(payloads()[:400])), policy_of(app)
    shown = look(browser, codes_of(desk, reference), ours if holds else "")
    assert (shown.ran == []) is holds
    assert ([one for one in shown.asked if EVIL in one] == []) is holds
