"""The traps of a form that a frightened child fills in, each beside what happens where its defence is taken away."""

import re
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Error, Page

from report_abuse_receiver.intake import drafts
from report_abuse_receiver.intake.drafts import Draft
from tests.parts.places import on_sqlite
from tests.parts.running import until_true
from tests.parts.walking import LEAST, answer, at_one_moment, go_on, push, where
from tests.parts.weakened import Replaced, Rewritten, Site, with_and_without

pytestmark = on_sqlite

CANARY = "canary: he knows my school"
PUBLIC = "report_abuse_receiver.web.public"
#: What stands in the boxes of a page now, which its source does not tell.
VALUES = "boxes => boxes.map(box => box.value)"


def come_to(page: Page, site: Site, wanted: str) -> None:
    """Press Start, and open one of the pages."""
    page.goto(site.url)
    go_on(page)
    page.goto(f"{site.url}{wanted}")


def holds(page: Page, words: str) -> bool:
    """Whether these words stand on the page, written or typed."""
    return words in page.content() + "\n".join(page.locator("input, textarea").evaluate_all(VALUES))


def kept(page: Page, site: Site) -> str:
    """The story that the receiver holds for this browser."""
    secret = next(one["value"] for one in page.context.cookies() if one["name"] == "ra")
    draft = drafts.find(site.centre, secret[:43])
    return draft.answers.get("what", {}).get("story", "") if draft else ""


# Going back and on


@with_and_without(Replaced(f"{PUBLIC}.navigation.refuses_cookies", by=lambda: True))
def test_the_browsers_back_button_keeps_the_story(page: Page, site: Site) -> None:
    page.goto(site.url)
    go_on(page)
    for said in (LEAST, LEAST, {"kinds": ["threat"], "story": CANARY}):
        answer(page, said)
        go_on(page)
    try:
        page.go_back()
        kept = page.input_value("[name=story]") == CANARY
    except Error:  # the browser's own page, which asks whether to send the form again
        kept = False
    site.verdict(safe=kept)


@with_and_without(
    Rewritten(r'(<button>Continue</button>\n)(<p><button class="way" name="go".*</button></p>\n)', by=r"\2\1")
)
def test_enter_in_a_line_means_continue(page: Page, site: Site) -> None:
    come_to(page, site, "/report/them")
    page.fill("[name=their_age]", "15")
    page.press("[name=their_age]", "Enter")
    page.wait_for_url(re.compile("/report/(you|what)"))
    site.verdict(safe=where(page) == "/report/you")


@with_and_without(Rewritten("connect-src 'self'; ", by=""))
def test_what_stands_in_a_page_is_kept_when_the_browsers_back_button_leaves_it(page: Page, site: Site) -> None:
    come_to(page, site, "/report/what")
    page.fill("[name=story]", CANARY)
    if site.changes:
        page.evaluate("document.addEventListener('securitypolicyviolation', () => window.refused = true)")
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
        page.wait_for_function("window.refused")
    page.go_back()
    until_true(lambda: bool(site.changes) or kept(page, site) == CANARY)
    page.goto(f"{site.url}/report/what")
    site.verdict(safe=holds(page, CANARY))


@with_and_without(Rewritten(r"keepMuch\(\);", by=""))
def test_a_page_is_kept_that_holds_more_than_a_browser_sends_as_it_goes(page: Page, site: Site) -> None:
    come_to(page, site, "/report/what")
    text = f"{CANARY} " + "ж" * 80_000
    page.fill("[name=story]", text)
    if site.changes:
        page.go_back()
    else:
        until_true(lambda: kept(page, site) == text)
        page.fill("[name=story]", f"{text} and more")
        page.go_back()
        until_true(lambda: kept(page, site) == f"{text} and more")
    site.verdict(safe=kept(page, site).startswith(CANARY))


@with_and_without(Rewritten(r'<button class="quiet" form="answers" name="language" value="ar".*?</button>',
                            by='<a href="?language=ar">ar</a>'))  # fmt: skip
def test_another_language_keeps_what_was_typed(browser: Browser, site: Site) -> None:
    with closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        come_to(page, site, "/report/what")
        page.fill("[name=story]", CANARY)
        push(page, page.locator("footer button, footer a").last)
        assert page.locator("html").get_attribute("dir") == "rtl"
        site.verdict(safe=holds(page, CANARY))


# Leaving


def shown_after_leaving(page: Page, site: Site) -> bool:
    """Whether anything is still shown by going back, once a child has pressed Leave fast in the middle of a page."""
    page.goto(site.url)
    go_on(page)
    for said in (LEAST, LEAST, {"kinds": ["threat"], "story": CANARY}):
        answer(page, said)
        go_on(page)
    page.fill("[name=their_names]", CANARY)
    page.get_by_text("Leave fast").click()
    page.wait_for_url(site.out)
    shown = False
    for _ in range(7):
        page.go_back()
        shown = shown or holds(page, CANARY)
    return shown


def stay(draft: Draft | None) -> str:
    """The page a child was on, and not the start."""
    return '<form><textarea name="their_names"></textarea></form>'


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
@with_and_without(Replaced("report_abuse_receiver.intake.drafts.wipe", by=lambda *_: ()),
                  Replaced(f"{PUBLIC}.help_and_leave.take_cookie", by=lambda _: None))  # fmt: skip
def test_back_after_leave_fast_shows_no_answer(browser: Browser, site: Site, *, script: bool) -> None:
    with closing(browser.new_context(java_script_enabled=script)) as context:
        site.verdict(safe=not shown_after_leaving(context.new_page(), site))


@with_and_without(Rewritten(' autocomplete="off"', by=""))
def test_no_browser_fills_a_page_again_by_itself(browser: Browser, site: Site) -> None:
    with closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        come_to(page, site, "/report/what")
        page.fill("[name=story]", CANARY)
        page.goto(site.out)
        page.go_back()
        site.verdict(safe=not holds(page, CANARY))


@with_and_without(Replaced(f"{PUBLIC}.journey.turn_away", by=stay))
def test_a_page_of_the_way_without_a_draft_leads_to_the_start(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/report/them")
    site.verdict(safe=page.url == f"{site.url}/")


@with_and_without(Rewritten(r"location\.replace\(", by="location.assign("))
def test_leave_fast_leaves_no_step_behind_for_the_page_that_was_left(page: Page, site: Site) -> None:
    come_to(page, site, "/report/who")
    page.get_by_text("Leave fast").click()
    page.wait_for_url(site.out)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.go_back()
    site.verdict(safe=f"{site.url}/report/who" not in asked)


@with_and_without(Rewritten(r'if \(event\.key !== "Shift"\) return forget\(\);', by=""))
def test_capital_letters_are_not_shift_three_times(page: Page, site: Site) -> None:
    come_to(page, site, "/report/what")
    at_one_moment(page)
    page.focus("[name=story]")
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.press("Enter")
    site.verdict(safe=not left(page, site))


def left(page: Page, site: Site) -> bool:
    """Whether the page has gone, or is about to: asked of the page in one breath, because it may go at any moment."""
    try:
        url, hidden = page.evaluate("[location.href, document.documentElement.hidden]")
    except Error:  # it goes at this moment
        return True
    return url == site.out or bool(hidden)


@with_and_without(Rewritten('"Shift"', by='"Escape"'))
def test_escape_never_leaves(page: Page, site: Site) -> None:
    come_to(page, site, "/report/what")
    at_one_moment(page)
    for _ in range(3):
        page.keyboard.press("Escape")
    site.verdict(safe=not left(page, site))


# Looking


@with_and_without(Rewritten("padding-inline-start:1.25rem", by="padding:0 0 0 1.25rem"))
def test_from_right_to_left_the_bullets_have_room_on_the_right(browser: Browser, site: Site) -> None:
    with closing(browser.new_context(viewport={"width": 320, "height": 640})) as context:
        page = context.new_page()
        page.goto(f"{site.url}/?language=ar")
        edges = "list => [list.getBoundingClientRect().right, list.children[0].getBoundingClientRect().right]"
        outer, inner = page.locator("ul.promises").evaluate(edges)
        site.verdict(safe=outer - inner >= 16)
