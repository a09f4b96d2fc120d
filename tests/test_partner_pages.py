"""The button on partners' pages of every kind, measured in Chromium on a small screen and a large one."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Frame
from playwright.sync_api import Page as Tab

from tests.parts import partner_pages
from tests.parts.axe import OPTIONS, RUN
from tests.parts.partner_pages import PAGES, PartnerPage, shown_page
from tests.parts.real import missing
from tests.parts.shown import LARGE, SMALL
from tests.parts.source import ROOT

DOCS = ROOT / "docs" / "partners.md"
#: Every button of a document: how large it and its letters are, what stands out of it, and its colours on its page.
MEASURED = """() => {
  const colour = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  const contrast = (a, b) => [light(a), light(b)].sort((m, n) => n - m).reduce((x, y) => (x + .05) / (y + .05));
  const ground = one => {
    for (; one; one = one.parentElement) {
      const [r, g, b, a = 1] = colour(getComputedStyle(one).backgroundColor);
      if (a) return [r, g, b];
    }
    return getComputedStyle(document.documentElement).colorScheme.includes("dark")
      && matchMedia("(prefers-color-scheme:dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  return [...document.querySelectorAll(".report-abuse")].map(one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one), words = document.createRange();
    words.selectNodeContents(one);
    const inside = [words, ...one.querySelectorAll("svg")].flatMap(part => [...part.getClientRects()]);
    const mark = one.querySelector("svg")?.getBoundingClientRect();
    const around = ground(one.parentElement);
    return {
      width: box.width, height: box.height, letters: parseFloat(style.fontSize),
      mark: mark ? Math.min(mark.width, mark.height) : null,
      outside: inside.filter(part => part.left < box.left - .5 || part.right > box.right + .5
        || part.top < box.top - .5 || part.bottom > box.bottom + .5).length,
      text: contrast(colour(style.color), ground(one)),
      shape: Math.max(contrast(colour(style.borderTopColor), around), contrast(ground(one), around)),
      background: style.backgroundColor, colour: style.color,
    };
  });
}"""
RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.className, style.outlineStyle, parseFloat(style.outlineWidth)];
}"""

STYLED = [page for page in PAGES if page.styled]


def each(pages: list[PartnerPage]) -> pytest.MarkDecorator:
    """The same test for each of these pages."""
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.name)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One button as it is drawn."""

    width: float
    height: float
    letters: float
    mark: float | None
    outside: int
    text: float
    shape: float
    background: str
    colour: str


def buttons(tab: Tab) -> list[Measured]:
    """Every button of a page, and of what is framed in it."""
    found = [Measured(**one) for frame in tab.frames for one in frame.evaluate(MEASURED)]
    assert found
    return found


def broken(tab: Tab) -> list[str]:
    """The rules of accessibility that this page breaks."""
    tab.evaluate(AXE_SCRIPT)
    return list(tab.evaluate(RUN, OPTIONS))


@pytest.fixture(autouse=True)
def pages_of_others() -> None:
    """htmx and Bootstrap themselves, where npm has brought them."""
    for file in (partner_pages.HTMX, partner_pages.BOOTSTRAP):
        if not file.exists():
            missing(file.name, package="npm && bash .ci/parts")


@each(STYLED)
@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_it_can_be_hit_and_read_and_breaks_no_accessibility_rule(
    browser: Browser, page: PartnerPage, width: int
) -> None:
    with shown_page(browser, page, width=width) as tab:
        for one in buttons(tab):
            assert min(one.width, one.height, one.mark or 44) >= 44
            assert one.letters >= 16
            assert one.outside == 0
            assert one.text >= 7
            assert one.shape >= 3
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert broken(tab) == []


@each(STYLED)
def test_whoever_goes_by_keyboard_sees_where_they_are(browser: Browser, page: PartnerPage) -> None:
    with shown_page(browser, page, width=SMALL) as tab:
        met = list(_rings(tab))
        assert len(met) == len(buttons(tab))
        assert [one for one in met if one[0] == "none" or one[1] < 2] == []


def _rings(tab: Tab) -> Iterator[tuple[str, float]]:
    """The ring around each button that Tab comes to, until it leaves the page."""
    tab.locator("body").press("Tab")
    for _ in range(20):
        frame = _frame_with_focus(tab)
        name, style, thickness = frame.evaluate(RING)
        if "report-abuse" in str(name).split():
            yield style, thickness
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement === document.body"):
            return


def _frame_with_focus(tab: Tab) -> Frame:
    framed = tab.evaluate("document.activeElement.tagName === 'IFRAME'")
    return tab.frames[-1] if framed else tab.main_frame


def test_without_a_stylesheet_the_mark_is_large_enough_by_itself(browser: Browser) -> None:
    page = next(one for one in PAGES if not one.styled)
    with shown_page(browser, page, width=SMALL) as tab:
        assert [one.mark for one in buttons(tab)] == [44] * 4
        assert broken(tab) == []


@each([page for page in PAGES if page.media == "print"])
def test_on_paper_it_is_black_and_needs_no_background(browser: Browser, page: PartnerPage) -> None:
    with shown_page(browser, page, width=LARGE) as tab:
        assert {(one.background, one.colour) for one in buttons(tab)} == {("rgba(0, 0, 0, 0)", "rgb(0, 0, 0)")}


@each([page for page in PAGES if page.name in ("A white site, a dark device", "A white page")])
def test_a_page_that_stays_white_has_the_button_of_a_white_page(browser: Browser, page: PartnerPage) -> None:
    with shown_page(browser, page, width=SMALL) as tab:
        assert buttons(tab)[0].background == "rgb(30, 64, 175)"


@pytest.mark.parametrize("name", ["A frame", "htmx, boosted", "A white page"])
@pytest.mark.parametrize("pressed", ["a.report-abuse", ".report-abuse-form button", ".report-abuse-form a"])
def test_a_press_arrives_in_the_whole_tab(browser: Browser, name: str, pressed: str) -> None:
    page = next(one for one in PAGES if one.name == name)
    with shown_page(browser, page, width=SMALL) as tab:
        where = tab.frames[-1]
        where.locator(pressed).first.click()
        tab.wait_for_url("https://report.example/**")
        assert tab.title() == "Arrived"
        assert tab.url.startswith("https://report.example/" + ("start" if "button" in pressed else "r/"))


def test_every_kind_of_page_has_its_row_and_its_picture_in_the_docs() -> None:
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| ") and "pictures/on-" in line]
    assert [row.split("|")[1].strip() for row in rows] == [page.name for page in PAGES]
    assert [f"({page.picture})" in row for page, row in zip(PAGES, rows, strict=True)] == [True] * len(PAGES)
