"""The whole way in a real browser: from a partner's page to a number, and from the queue to what is told back."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.store.schema import TABLES
from tests.parts.command import Command
from tests.parts.places import on_sqlite
from tests.parts.town import Town
from tests.parts.walking import EVERYTHING, LEAST, Answers, answer, at_one_moment, go_on, number, push, walk

pytestmark = on_sqlite

#: Answered by choosing, and shown in other words than the code.
CHOSEN = {"safe", "who", "kinds", "started", "known", "knows_where", "meeting", "others", "child_knows", "message_ok",
          "private"}  # fmt: skip
CANARY = "canary: he knows my school"
#: What stands in the boxes of a page now, which its source does not tell.
VALUES = "boxes => boxes.map(box => box.value)"


def test_from_the_button_on_a_partners_page_to_what_the_partner_is_told(
    page: Page, town: Town, command: Command
) -> None:
    page.goto(town.partner)
    push(page, page.get_by_role("link", name="Report Abuse"))
    assert page.url.startswith(f"{town.receiver}/r/r1.acme.k1.")
    assert "You came from Acme. They cannot read what you write." in page.inner_text("main")
    assert [go_on(page), *past_both_asides(page)] == ["/report/safe", "/danger", "/report/who", "/report/what"]
    rest = ["/report/them", "/report/you", "/report/child", "/report/contact", "/report/check"]
    assert [go_on(page) for _ in rest if answer(page, EVERYTHING) is None] == rest
    shown = page.inner_text("main")
    assert [line for line in typed_lines(EVERYTHING) if line not in shown] == []
    assert go_on(page) == "/report/done"
    reference = number(page)

    [listed] = command.well("reports", "list", "--json").json
    assert listed["reference"] == reference
    button = {
        "attribution": "verified",
        "origin": "match",
        "provider": "acme",
        "placement": "chat",
        "channel": "button",
    }
    assert listed | button == listed
    assert (listed["services"], listed["urgency"]) == (["acme"], "today")

    opened = command.well("reports", "show", reference, "--reason", "on duty", "--json").json
    assert opened["answers"] == as_kept(EVERYTHING)
    assert opened["partner_reference"] == "rock-pool"

    assert command.well("reports", "claim", reference, "--json").json["state"] == "claimed"
    codes = ("--category", "meeting", "--outcome", "disseminated", "--contact", "game_chat", "--moved-to", "messenger")
    assert command.well("reports", "decide", reference, *codes, "--json").json["facts"] == 1
    told = command.well("feedback", "preview", "acme", this_quarter(), "--json").json
    assert (told["provider"], told["unreleased"]) == ("acme", True)
    # One report is fewer than five, and now and then the noise makes five or six of it.
    assert {row["observation"] for row in told["observations"]} <= {None, 5, 6}
    assert command.well("audit", "verify", "--json").json["rows"] == 1


def past_both_asides(page: Page) -> Iterator[str]:
    """From `safe` to `what`, by way of both pages that ask nothing, leaving with everything told."""
    answer(page, EVERYTHING)
    yield go_on(page)
    yield go_on(page)
    answer(page, EVERYTHING)
    yield go_on(page)
    page.check("[name=kinds][value=bullying]")
    assert go_on(page) == "/report/not-ours"
    push(page, page.get_by_role("link", name="Go back"))
    page.uncheck("[name=kinds][value=bullying]")


def typed_lines(answers: Answers) -> list[str]:
    """Every line of a child's own words."""
    said = [one for name, one in answers.items() if name not in CHOSEN and isinstance(one, str)]
    return [line for one in said for line in one.split("\n")]


def as_kept(answers: Answers) -> dict[str, object]:
    """The answers as a report holds them."""
    ages = {name: int(str(answers[name])) for name in ("age", "child_age")}
    return {**answers, "kinds": ["meet", "pretend"], **ages}


def this_quarter() -> str:
    moment = now()
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def test_the_journey_needs_no_script(browser: Browser, town: Town) -> None:
    with closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(town.receiver)
        assert walk(page, LEAST)[-1] == "/report/check"
        go_on(page)
        assert number(page)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_leave_fast_wipes_everything_and_back_shows_nothing(
    browser: Browser, town: Town, centre: Centre, *, script: bool
) -> None:
    with closing(browser.new_context(java_script_enabled=script)) as context:
        page = context.new_page()
        page.goto(town.receiver)
        go_on(page)
        for said in ({"safe": "yes"}, {"who": "me"}, {"kinds": ["pretend"], "story": CANARY}, {"their_names": CANARY}):
            answer(page, said)
            go_on(page)
        push(page, page.get_by_role("button", name="Go back"))
        assert page.input_value("[name=their_names]") == CANARY
        page.get_by_role("link", name="Leave fast").click()
        page.wait_for_url(f"{town.partner}/help")
        assert [cookie for cookie in context.cookies() if cookie["name"] == "ra"] == []
        with centre.database.reading() as conn:
            assert conn.scalar(select(func.count()).where(TABLES["draft"].c.sealed != b"")) == 0
        for _ in range(8):
            page.go_back()
            assert CANARY not in page.content() + "".join(page.locator("input, textarea").evaluate_all(VALUES))


def test_shift_pressed_three_times_is_leave_fast_and_capitals_are_not(page: Page, town: Town) -> None:
    page.goto(town.receiver)
    go_on(page)
    answer(page, {"safe": "yes"})
    go_on(page)
    at_one_moment(page)
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift", "Shift"):
        page.keyboard.press(key)
    assert page.url == f"{town.receiver}/report/who"
    page.keyboard.press("Shift")
    page.wait_for_url(f"{town.partner}/help")
