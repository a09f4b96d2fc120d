"""The traps of sending: too long, too often, too late, no database, pressed twice, the same words as a friend's."""

import re
import secrets
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Response, redirect
from limits import RateLimitItemPerHour
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.casework import triage
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.keys.vault import Envelope
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.rules.intake.coming_back import MOST_AT_A_REPORT
from report_abuse_receiver.rules.intake.references import new_reference
from report_abuse_receiver.store.casework.reports import insert_new
from tests.parts.faults import Fault
from tests.parts.pace import later
from tests.parts.places import on_sqlite
from tests.parts.running import PATIENCE
from tests.parts.walking import LEAST, answer, go_on, number, walk, where
from tests.parts.weakened import Replaced, Rewritten, Site, with_and_without

pytestmark = on_sqlite

CANARY = "canary: he knows my school"
PUBLIC = "report_abuse_receiver.web.public"
#: A page that says sorry, and has forgotten what was typed.
FORGETFUL = Replaced(f"{PUBLIC}.error_pages.KNOWN", by=())
#: What stands in the boxes of a page now.
VALUES = "boxes => boxes.map(box => box.value)"
#: Fills what it can see and thinks it knows.
MANAGER = """() => document.querySelectorAll("input, textarea").forEach(box => {
  const said = [box.name, box.id, box.autocomplete, ...[...box.labels ?? []].map(label => label.textContent)].join(" ");
  if (/name|user|mail|pass|phone|tel|url|web|street|zip/i.test(said) && box.checkVisibility()) box.value = "filled";
})"""
#: More than there is to reach on the page before Send.
TABS = 30


def begin(page: Page, site: Site) -> None:
    """Press Start, open the page with the story and fill it in."""
    page.goto(site.url)
    go_on(page)
    page.goto(f"{site.url}/report/what")
    answer(page, {"kinds": ["threat"], "story": CANARY})


def still_there(page: Page) -> bool:
    """Whether the story stands in a box of the page."""
    return CANARY in "\n".join(page.locator("textarea").evaluate_all(VALUES))


def insert_anew(conn: Connection, values: Mapping[str, Any], envelope: Envelope) -> int | None:
    """Insert a report under a nonce that is new at each try."""
    return insert_new(conn, {**values, "nonce": secrets.token_hex(16)}, envelope)


def any_digits(text: str) -> int | None:
    """An age as Python itself reads numbers."""
    return int(text) if re.fullmatch("[0-9_]+", text) else None


# Replies that are no page of the way


@with_and_without(FORGETFUL)
def test_413_gives_the_text_back_to_be_shortened(page: Page, site: Site) -> None:
    site.app.config.update(MAX_CONTENT_LENGTH=2000)
    page.goto(site.url)
    go_on(page)
    page.goto(f"{site.url}/report/what")
    answer(page, {"kinds": ["threat"], "story": CANARY + " and so on" * 300})
    with page.expect_response(re.compile("/report/what")) as answered:
        go_on(page)
    assert answered.value.status == 413
    assert "This is too long." in page.inner_text("main")
    site.verdict(safe=still_there(page))
    if not site.changes:
        page.fill("textarea", CANARY)
        assert go_on(page) == "/report/them"


@with_and_without(FORGETFUL)
def test_503_gives_the_text_back_and_try_again_goes_on(page: Page, site: Site) -> None:
    begin(page, site)
    with Fault(OperationalError("", {}, Exception("away")), after=0).on(site.centre):
        go_on(page)
    assert page.get_by_role("heading", name="Sorry, that did not work").is_visible()
    site.verdict(safe=still_there(page))
    if not site.changes:
        assert go_on(page) == "/report/them"


@with_and_without(FORGETFUL)
def test_a_database_that_somebody_locks_gives_the_text_back(page: Page, site: Site) -> None:
    begin(page, site)
    with site.centre.database.writing():
        page.locator("main form button").first.click(timeout=PATIENCE * 1000)
        page.get_by_role("heading", name="Sorry, that did not work").wait_for(timeout=PATIENCE * 1000)
    site.verdict(safe=still_there(page))
    if not site.changes:
        assert go_on(page) == "/report/them"


@with_and_without(Replaced(f"{PUBLIC}.astray.begin_again", by=lambda *_: redirect("/", 303)))
def test_a_draft_whose_time_is_over_gives_the_text_back(page: Page, site: Site) -> None:
    begin(page, site)
    with time_machine.travel(now() + drafts.LIFE + timedelta(seconds=1), tick=True):
        go_on(page)
        site.verdict(safe=still_there(page))


@with_and_without(Replaced(f"{PUBLIC}.back.refuse", by=lambda _: Response("Too Many Requests", 429)))
def test_429_gives_the_text_back(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/back")
    answer(page, {"reference": new_reference(), "words": "one two three", "more": CANARY})
    for _ in range(MOST_AT_A_REPORT):
        go_on(page)
        assert "do not fit" in page.inner_text("main")
    with page.expect_response(re.compile("/back")) as answered:
        go_on(page)
    assert answered.value.status == 429
    site.verdict(safe=still_there(page))


# Sending


@with_and_without(
    Replaced("report_abuse_receiver.intake.drafts.settled", by=lambda draft, _: draft),
    Replaced("report_abuse_receiver.store.casework.reports.insert_new", by=insert_anew),
)
def test_send_pressed_a_second_time_shows_the_same_number(context: BrowserContext, site: Site) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(site.url)
    walk(first, LEAST)
    second.goto(first.url)
    for tab in (first, second):
        go_on(tab)
    sent = len(triage.list_reports(site.centre))
    second.go_back()  # and pressed a third time, nearly
    site.verdict(safe=sent == 1 and number(first) == number(second))


def lanes_of_friends(browser: Browser, site: Site) -> list[str]:
    """Three friends send the same words a minute later; the lanes of all reports that there are then."""
    for _ in range(3):
        with closing(browser.new_context()) as context:
            page = context.new_page()
            page.goto(site.url)
            walk(page, LEAST)
            with later():
                go_on(page)
    return [one.lane for one in triage.list_reports(site.centre)]


@with_and_without(Replaced("report_abuse_receiver.intake.drafts.secrets.token_hex", by=lambda size: "0" * 2 * size))
def test_friends_who_send_the_same_words_each_have_a_report_of_their_own(browser: Browser, site: Site) -> None:
    site.verdict(safe=len(lanes_of_friends(browser, site)) == 3)


@with_and_without(Replaced("report_abuse_receiver.web.public.lanes.ALIKE", by=RateLimitItemPerHour(1)))
def test_friends_who_send_the_same_words_keep_their_place(browser: Browser, site: Site) -> None:
    site.verdict(safe=lanes_of_friends(browser, site) == ["normal"] * 3)


def lane_of_sent(page: Page, site: Site) -> str:
    """Press Send a minute later; the lane that the report is in."""
    with later():
        go_on(page)
    [sent] = triage.list_reports(site.centre)
    assert sent.reference == number(page)
    return str(sent.lane)


@with_and_without(
    Rewritten('<p hidden><label>[^<]*<input name="spare"', by='<p><label>Your website <input name="website"'),
    Replaced(f"{PUBLIC}.sending.SPARE", by="website"),
)
def test_a_password_manager_that_fills_what_it_knows_costs_nobody_a_place(page: Page, site: Site) -> None:
    page.goto(site.url)
    walk(page, LEAST)
    page.evaluate(MANAGER)
    site.verdict(safe=lane_of_sent(page, site) == "normal")


@with_and_without(Rewritten("<p hidden><label>", by="<p><label>"))
def test_the_box_for_programs_is_neither_reached_nor_read_out(page: Page, site: Site) -> None:
    page.goto(site.url)
    walk(page, LEAST)
    reached = set()
    for _ in range(TABS):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name ?? ''"))
    site.verdict(safe="spare" not in reached and "leave this box" not in page.locator("body").aria_snapshot())


@pytest.mark.parametrize("changes", [()], ids=["as built"])
def test_fields_that_a_password_manager_puts_in_and_fills_cost_nobody_a_place(page: Page, site: Site) -> None:
    fill = """form => ["website", "username", "password", "email2", "url", "confirm"].forEach(name => {
      const box = document.createElement("input"); box.name = name; box.value = "filled in"; form.prepend(box);
    })"""
    page.goto(site.url)
    while where(page) != "/report/check":
        page.locator("main form").first.evaluate(fill)
        answer(page, LEAST)
        go_on(page)
    page.locator("main form").first.evaluate(fill)
    assert lane_of_sent(page, site) == "normal"


@with_and_without(Replaced("report_abuse_receiver.ground.forms.ages.years", by=any_digits))
def test_an_age_is_read_from_the_digits_0_to_9_alone(page: Page, site: Site) -> None:
    page.goto(site.url)
    go_on(page)
    page.goto(f"{site.url}/report/you")
    answer(page, {"name": "Sam", "age": "1_2"})
    led_to = go_on(page)
    kept = led_to == "/report/you" and page.input_value("[name=age]") == "1_2"
    site.verdict(safe=kept and "Write your age as a number, like 12." in page.inner_text("main"))
