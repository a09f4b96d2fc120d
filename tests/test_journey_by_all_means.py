"""The journey for everybody: without cookies, by keyboard alone, on a small telephone, by ear."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page
from sqlalchemy import func, select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.schema import TABLES
from tests.parts.chromium import refusing_cookies
from tests.parts.command import Command
from tests.parts.places import on_sqlite
from tests.parts.town import Town
from tests.parts.walking import EVERYTHING, LEAST, answer, go_on, number, push, steps, walk, where

pytestmark = on_sqlite

CANARY = "canary: he knows my school"
#: What has the focus: its tag, name and value, or its words.
FOCUSED = """() => {
  const one = document.activeElement;
  return [one.tagName.toLowerCase(), one.name || "", one.value || one.textContent.trim()];
}"""
#: Where what has the focus stands: not under the head of the page, and with a frame around it.
IN_SIGHT = """() => {
  const one = document.activeElement, head = document.querySelector("header");
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const below = head.contains(one) || one.closest(".skip") || box.bottom > head.getBoundingClientRect().bottom;
  const framed = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  return Boolean(below) && box.top < innerHeight && framed;
}"""
Focus = tuple[str, str, str]


# Without cookies


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_who_refuses_cookies_sends_a_report_and_leaves_without_a_trace(
    browser: Browser, town: Town, command: Command, tmp_path: Path, *, script: bool
) -> None:
    with refusing_cookies(browser, tmp_path / "profile", script=script) as context:
        page = context.new_page()
        page.goto(town.partner)
        push(page, page.get_by_role("link", name="Report Abuse"))
        assert walk(page, EVERYTHING)[-1] == "/report/check"
        assert context.cookies() == []
        push(page, page.get_by_role("button", name="Change What happened?"))
        page.fill("[name=story]", CANARY)
        push(page, page.get_by_role("button", name="Go back"))
        assert CANARY in page.inner_text("main")
        go_on(page)
        [listed] = command.well("reports", "list", "--json").json
        assert (listed["reference"], listed["provider"]) == (number(page), "acme")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_leave_fast_without_cookies_wipes_the_draft_and_back_shows_nothing(
    browser: Browser, town: Town, centre: Centre, tmp_path: Path, *, script: bool
) -> None:
    with refusing_cookies(browser, tmp_path / "profile", script=script) as context:
        page = context.new_page()
        page.goto(town.receiver)
        go_on(page)
        for said in (LEAST, LEAST, {"kinds": ["pretend"], "story": CANARY}):
            answer(page, said)
            go_on(page)
        page.get_by_role("button", name="Leave fast").click()
        page.wait_for_url(f"{town.partner}/help")
        with centre.database.reading() as conn:
            assert conn.scalar(select(func.count()).where(TABLES["draft"].c.sealed != b"")) == 0
        assert [shown for shown in backwards(page) if CANARY in shown] == []


def backwards(page: Page) -> Iterator[str]:
    """What the browser shows, one step back after the other; it asks before it sends a form again."""
    for _ in range(6):
        try:
            page.go_back(timeout=5000)
            yield page.content()
        except Error:  # a page of the browser's own
            yield ""


# By keyboard


def test_the_journey_by_keyboard_alone(page: Page, town: Town, command: Command) -> None:
    page.goto(town.receiver)
    assert tab(page)[2] == "Skip to the page"
    assert tab(page)[2] == "Leave fast"
    press_on(page, "Start")
    while where(page) != "/report/check":
        assert [tab(page)[2], tab(page)[2]] == ["Skip to the page", "Leave fast"]
        answer_by_keyboard(page)
        press_on(page, "Continue")
    press_on(page, "Send my report")
    reference = number(page)
    kept = command.well("reports", "show", reference, "--reason", "on duty", "--json").json["answers"]
    assert kept == {**LEAST, "age": 13, "kinds": ["pretend"]}


def tab(page: Page) -> Focus:
    """Go to the next stop, which must be in sight."""
    page.keyboard.press("Tab")
    assert page.evaluate(IN_SIGHT), page.evaluate(FOCUSED)
    tag, name, said = page.evaluate(FOCUSED)
    return tag, name, said


def press_on(page: Page, words: str) -> None:
    """Go on to the button of these words and press it."""
    while tab(page)[2] != words:
        pass
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer_by_keyboard(page: Page) -> None:
    """Answer what LEAST answers on this page, stop by stop."""
    asked = [name for name in LEAST if page.locator(f"main form [name={name}]").count()]
    while asked:
        tag, name, _ = tab(page)
        if name in asked:
            asked.remove(name)
            type_in(page, tag, name)


def type_in(page: Page, tag: str, name: str) -> None:
    """Answer the question that has the focus: with letters, arrows or the space bar."""
    wanted = LEAST[name] if isinstance(LEAST[name], str) else LEAST[name][0]
    if page.locator(":focus").get_attribute("type") == "checkbox":
        while page.evaluate(FOCUSED)[2] != wanted:
            tab(page)
        page.keyboard.press("Space")
    elif page.locator(":focus").get_attribute("type") == "radio":
        page.keyboard.press("Space")
        while page.evaluate(FOCUSED)[2] != wanted:
            page.keyboard.press("ArrowDown")
    else:
        page.keyboard.type(str(wanted))


# On a small telephone


def test_the_journey_on_a_telephone_of_320_pixels_by_touch(browser: Browser, town: Town) -> None:
    small = {"width": 320, "height": 568}
    with closing(browser.new_context(viewport=small, has_touch=True, is_mobile=True)) as context:  # type: ignore[arg-type] # a size is a dict
        page = context.new_page()
        page.goto(town.receiver)
        tap_on(page, "Start")
        while where(page) != "/report/check":
            leave = page.locator("header .leave").bounding_box()
            assert leave is not None
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            assert page.locator("header .leave").bounding_box() == leave, "it stays where it is"
            touch(page)
            tap_on(page, "Continue")
        tap_on(page, "Send my report")
        assert number(page)


def tap_on(page: Page, words: str) -> None:
    """Go on by the button of these words."""
    with page.expect_navigation():
        page.get_by_role("button", name=words).tap()


def touch(page: Page) -> None:
    """Answer what LEAST answers on this page with a finger."""
    for name, said in LEAST.items():
        asked = page.locator(f"main form [name={name}]")
        if asked.count() and asked.first.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"label:has([name={name}][value={said if isinstance(said, str) else said[0]}])").tap()
        elif asked.count():
            asked.tap()
            page.keyboard.type(str(said))


# By ear: what a screen reader is told


def test_the_journey_is_whole_in_the_accessibility_tree(page: Page, town: Town) -> None:
    page.goto(town.receiver)
    assert heard(page)["headings"][0] == ("Tell us what happened", 1)
    for path in steps(page, EVERYTHING):
        told = heard(page)
        assert [level for _, level in told["headings"]].count(1) == 1, path
        assert "" not in told["names"], path
        assert len(told["groups"]) == page.locator("fieldset").count(), path
        assert told["names"][:2] == ["Skip to the page", "Leave fast"], path
        assert {"banner", "main", "complementary"} <= told["roles"], path
    go_on(page)
    assert heard(page)["headings"][0] == ("We have got your report", 1)


def test_questions_hints_and_mistakes_are_told_with_their_answers(page: Page, town: Town) -> None:
    page.goto(town.receiver)
    go_on(page)
    safe = 'group "Are you safe right now?"'
    assert safe in page.locator("main").aria_snapshot()
    page.goto(f"{town.receiver}/report/contact")
    page.fill("[name=email]", "sam@")
    go_on(page)
    told = page.locator("main").aria_snapshot()
    assert "- alert:" in told
    assert 'textbox "Email"' in told
    assert page.get_by_role("textbox", name="Email").get_attribute("aria-invalid") == "true"
    described = described_by(page, "[name=email]")
    assert described == "Write the whole email address, like sam@example.com."
    assert page.evaluate("document.activeElement.id") == "problems", "the mistakes are read out first"
    group = page.locator("fieldset:has([name=private])")
    assert "Think of shared phones" in described_by(page, "fieldset:has([name=private])")
    assert group.locator("legend").inner_text() == "Could someone else see or hear our messages?"


def described_by(page: Page, selector: str) -> str:
    """What is read out after the name of this element."""
    ids = (page.locator(selector).get_attribute("aria-describedby") or "").split()
    return " ".join(page.locator(f"#{one}").inner_text() for one in ids)


def heard(page: Page) -> dict[str, Any]:
    """Chromium's own accessibility tree: headings with levels, the names of what can be used, and the roles."""
    page.wait_for_load_state()
    session = page.context.new_cdp_session(page)
    nodes = [one for one in session.send("Accessibility.getFullAXTree")["nodes"] if not one["ignored"]]
    named = [(one["role"]["value"], one.get("name", {}).get("value", ""), one) for one in nodes]
    used = ("button", "link", "textbox", "radio", "checkbox", "DisclosureTriangle")
    return {
        "headings": [(name, level(one)) for role, name, one in named if role == "heading"],
        "groups": [name for role, name, _ in named if role == "group" and name],
        "names": [name for role, name, _ in named if role in used],
        "roles": {role for role, _, _ in named},
    }


def level(node: dict[str, Any]) -> int:
    """Of a heading."""
    return int(next(one["value"]["value"] for one in node["properties"] if one["name"] == "level"))
