"""axe finds nothing to mend on any page in any state, on a small screen and a large one, in light and in dark.

Whoever asks for more contrast gets it.
"""

import re
from typing import Any

import pytest

from report_abuse_receiver.ground.scheme.colours import contrast
from tests.parts.axe import EVERY_LOOK, TWO_LOOKS, Looks, broken_on
from tests.parts.shown import Shown
from tests.parts.thorough import tried

COLOURS = "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"


@tried(some=TWO_LOOKS, all=EVERY_LOOK)
def test_axe_finds_nothing_on_any_page_in_any_state(shown: Shown, much: Looks) -> None:
    assert [(name, found) for name, tab in shown.each() if (found := broken_on(tab, much))] == []
    assert shown.strays == []


@tried(some=EVERY_LOOK[:1], all=EVERY_LOOK)
def test_axe_finds_nothing_where_the_page_runs_from_right_to_left(shown_leftwards: Shown, much: Looks) -> None:
    assert [(name, found) for name, tab in shown_leftwards.each() if (found := broken_on(tab, much))] == []


def test_axe_would_notice(shown: Shown) -> None:
    tab = shown.open("you")
    tab.locator("label[for=name]").evaluate("label => label.remove()")
    tab.locator("h1").evaluate("h1 => { h1.style.color = '#999'; }")
    found = broken_on(tab)
    for where, rule in (("320 light", "label"), ("1280 light", "color-contrast"), ("320 light", "color-contrast")):
        assert any(one.startswith(f"{where}: {rule}: ") for one in found)


@pytest.mark.parametrize(
    "asked", [{"contrast": "more"}, {"contrast": "more", "color_scheme": "dark"}, {"forced_colors": "active"}]
)
def test_who_asks_for_more_contrast_gets_the_most_there_is(shown: Shown, asked: dict[str, Any]) -> None:
    shown.tab.emulate_media(**{"contrast": "no-preference", "color_scheme": "light", **asked})
    words, ground = (_as_hex(one) for one in shown.open("start from nowhere").evaluate(COLOURS))
    assert contrast(words, ground) > 15


def _as_hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])
