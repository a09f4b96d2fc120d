"""Every page of the desk in every state: valid, open to everybody, on any screen, and the same without a script."""

from collections import Counter
from pathlib import Path

import html5lib
import pytest

from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.rules.intake.urgency import URGENCIES, Why
from report_abuse_receiver.web.desk.labels import HEADINGS, WORDS
from tests.parts.axe import EVERY_LOOK, TWO_LOOKS, Looks, broken_on
from tests.parts.fits import STICKS_OUT, looked_at
from tests.parts.html_validate import OF_REPORTS, RULES, mistakes
from tests.parts.shown import LARGE, SMALL, Shown
from tests.parts.thorough import tried

#: Pages that may run the script of passkeys, and it alone.
OF_PASSKEYS = {"add a passkey", "confirm by passkey", "confirm, wrong", "passkey", "passkey, wrong"}


#: What can be pressed and is lower or narrower than 24, the least that WCAG 2.2 asks for; a link in a sentence may be.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter(one => one.checkVisibility() && !one.matches("[type=hidden], p > a:not(:only-child), .skip"))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 23.99)
  .map(([one, box]) => `${box.width} x ${box.height}: ${one.outerHTML.slice(0, 90)}`)"""


@tried(some=TWO_LOOKS, all=EVERY_LOOK)
def test_axe_finds_nothing_on_any_page_of_the_desk(desk_shown: Shown, much: Looks) -> None:
    assert [(name, found) for name, tab in desk_shown.each() if (found := broken_on(tab, much))] == []


def test_every_page_of_the_desk_fits_in_its_own_style_and_asks_for_nothing_else(desk_shown: Shown) -> None:
    said: list[str] = []
    desk_shown.tab.on("console", lambda message: said.append(message.text))
    for name, tab in desk_shown.each():
        assert [found for width in (SMALL, 768, LARGE) for found in looked_at(tab, STICKS_OUT, width)] == [], name
        assert tab.locator("main").evaluate("main => getComputedStyle(main).paddingTop") == "20px"
    assert [one for one in said if "Content Security Policy" in one] == []
    assert desk_shown.strays == []


def test_whatever_is_pressed_at_the_desk_is_large_enough(desk_shown: Shown) -> None:
    small = {name: looked_at(tab, TOO_SMALL, width) for name, tab in desk_shown.each() for width in (SMALL, LARGE)}
    assert {name: found for name, found in small.items() if found} == {}


def test_every_page_of_the_desk_is_html_without_a_mistake(desk_shown: Shown, tmp_path: Path) -> None:
    pages = {name: page.html for name, page in desk_shown.states.items()}
    for name, html in pages.items():
        assert html5lib.HTMLParser(strict=True).parse(html) is not None, name
    assert mistakes(tmp_path, pages, RULES | OF_REPORTS) == []


def test_only_the_pages_of_passkeys_have_a_script(desk_shown: Shown) -> None:
    assert {name for name, page in desk_shown.states.items() if "<script" in page.html} == OF_PASSKEYS


def test_what_is_urgent_is_told_by_words_and_not_by_colours_alone(desk_shown: Shown) -> None:
    tab = desk_shown.open("queue")
    told = Counter(tab.locator("td .urgency").all_inner_texts())
    assert set(told) == set(URGENCIES)
    shapes = tab.locator("td .urgency").evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content)")
    assert len(set(shapes)) == len(URGENCIES)


def test_every_code_of_the_queue_has_words() -> None:
    assert set(WORDS["why"]) == set(Why)
    assert set(WORDS["kind"]) == set(questions("what")["kinds"].codes)
    assert set(HEADINGS) == set(PAGES)


@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_a_page_that_is_too_wide_would_be_noticed(desk_shown: Shown, width: int) -> None:
    tab = desk_shown.open("queue")
    tab.locator("h1").evaluate("h1 => { h1.textContent = 'x'.repeat(400); h1.style.overflowWrap = 'normal'; }")
    assert looked_at(tab, STICKS_OUT, width)
