"""axe finds nothing to mend on any page in any state, on a small screen and a large one, in light and in dark."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page as Tab

from tests.parts.shown import HEIGHT, LARGE, SMALL, Shown, unfold

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = """options => axe.run(document, options).then(found => found.violations.flatMap(
  broken => broken.nodes.map(one => `${broken.id}: ${one.html}`)))"""
LIGHT_AND_DARK: Sequence[Any] = ("light", "dark")


def broken_on(tab: Tab, schemes: Sequence[Any] = LIGHT_AND_DARK) -> list[str]:
    """What axe finds on this page and in what it keeps folded, whatever the screen and its colours."""
    tab.evaluate(AXE_SCRIPT)
    unfold(tab)
    found = []
    for width, scheme in product((SMALL, LARGE), schemes):
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        tab.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme}: {one}" for one in tab.evaluate(RUN, OPTIONS)]
    return found


def test_axe_finds_nothing_on_any_page_in_any_state(shown: Shown) -> None:
    assert [(name, found) for name, tab in shown.each() if (found := broken_on(tab))] == []
    assert shown.strays == []


def test_axe_finds_nothing_where_the_page_runs_from_right_to_left(shown_leftwards: Shown) -> None:
    """In light alone: colours have no direction."""
    assert [(name, found) for name, tab in shown_leftwards.each() if (found := broken_on(tab, ["light"]))] == []


def test_axe_would_notice(shown: Shown) -> None:
    tab = shown.open("you")
    tab.locator("label[for=name]").evaluate("label => label.remove()")
    tab.locator("h1").evaluate("h1 => { h1.style.color = '#999'; }")
    found = broken_on(tab)
    for where, rule in (("320 light", "label"), ("1280 light", "color-contrast"), ("320 light", "color-contrast")):
        assert any(one.startswith(f"{where}: {rule}: ") for one in found)
