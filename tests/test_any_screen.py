"""Every page in every state fits: on a watch, with letters twice as large, under a thumb, from either side."""

from collections import defaultdict
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page as Tab

from tests.parts.fits import OVERLAPS, STICKS_OUT, looked_at
from tests.parts.shown import LARGE, SMALL, Shown, unfold

SMALLEST = 256
LETTERS = "size => { document.documentElement.style.fontSize = size; }"
#: Twice as large as ours.
DOUBLE = "225%"
#: Whatever can be pressed and is smaller than 44, which is what a thumb needs; WCAG 2.2 asks for 24 at AA.
#: A box to tick is pressed by its whole line; the skip link counts once it is to be seen.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, summary, label.pick, textarea")]
  .filter(one => !one.matches("label.pick input, [type=hidden]") && one.checkVisibility())
  .map(one => { if (one.matches(".skip")) one.focus(); return [one, one.getBoundingClientRect()]; })
  .filter(([, box]) => Math.min(box.width, box.height) < 43.99)
  .map(([one, box]) => `${box.width} x ${box.height}: ${one.outerHTML.slice(0, 90)}`)"""
#: What can be pressed or written into, and is told from the page by nothing, or its words from what is behind them.
FRAMED = "button:not(.way), a.call, a.leave, input:not([type]), textarea, label.pick"
UNSEEN = f"""() => [...document.querySelectorAll("{FRAMED}")]
  .filter(one => one.checkVisibility()).filter(one => {{
    const style = getComputedStyle(one), page = getComputedStyle(document.body).backgroundColor;
    const filled = !["rgba(0, 0, 0, 0)", page].includes(style.backgroundColor);
    const edge = style.borderTopStyle === "solid" && parseFloat(style.borderTopWidth) >= 1;
    const framed = edge && style.borderTopColor !== page;
    return style.color === (filled ? style.backgroundColor : page) || !framed && !filled;
  }}).map(one => one.outerHTML.slice(0, 90))"""
#: Numbers of which the last digit stands before the first. Where words run leftwards, the blank turns them round.
TURNED_ROUND = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  const left = (node, at) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    return [box.left, box.top];
  };
  while (walker.nextNode())
    for (const number of walker.currentNode.data.matchAll(/[0-9A-Z]+([ -][0-9A-Z]+)+/g)) {
      const [first, above] = left(walker.currentNode, number.index);
      const [last, below] = left(walker.currentNode, number.index + number[0].length - 1);
      if (last < first && above === below) found.push(number[0]);
    }
  return found;
}"""
MOVES = """() => document.getAnimations().map(one => String(one.animationName)).concat(
  [...document.querySelectorAll("*")].filter(one => {
    const style = getComputedStyle(one);
    const moved = style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    return moved || style.scrollBehavior !== "auto";
  }).map(one => one.outerHTML.slice(0, 90)))"""

WITH_STYLE = """css => {
  const more = new CSSStyleSheet();
  more.replaceSync(css);
  document.adoptedStyleSheets = [more];
}"""

#: A number that would be shown in another order if it were left to itself among words that run leftwards.
A_NUMBER = "all => all.forEach(one => { one.textContent = '234-HKM-9TC'; })"

Found = Mapping[str, list[tuple[str, str]]]


@pytest.fixture(scope="module", params=["shown", "shown_leftwards"], ids=["rightwards", "leftwards"])
def found(request: pytest.FixtureRequest) -> Found:
    """What each of the scripts above finds in all states, which are shown once for all of them."""
    states: Shown = request.getfixturevalue(request.param)
    everything: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, tab in states.each():
        unfold(tab)
        tab.locator("p.number strong").evaluate_all(A_NUMBER)
        for script, one in measured(tab):
            everything[script].append((name, one))
    return everything


def measured(tab: Tab) -> list[tuple[str, str]]:
    """Each script with each thing that it finds on this page."""
    told = [(script, f"{width}: {one}") for script, width in LOOKS for one in looked_at(tab, script, width)]
    for scheme in ("light", "dark"):
        tab.emulate_media(forced_colors="active", color_scheme=scheme)
        told += [(UNSEEN, f"{scheme}: {one}") for one in tab.evaluate(UNSEEN)]
    tab.emulate_media(forced_colors="none", color_scheme="light")
    tab.evaluate(LETTERS, DOUBLE)
    told += [(STICKS_OUT, f"double: {one}") for one in looked_at(tab, STICKS_OUT, SMALL)]
    tab.evaluate(LETTERS, "")
    return told


LOOKS = [
    (STICKS_OUT, SMALLEST), (TOO_SMALL, SMALL), (TOO_SMALL, LARGE), (OVERLAPS, SMALL), (OVERLAPS, LARGE),
    (TURNED_ROUND, LARGE), (MOVES, LARGE),
]  # fmt: skip


def test_no_page_has_to_be_pushed_sideways(found: Found) -> None:
    assert found[STICKS_OUT] == []


def test_whatever_can_be_pressed_is_as_large_as_a_thumb(found: Found) -> None:
    assert found[TOO_SMALL] == []


def test_nothing_stands_on_anything_else(found: Found) -> None:
    assert found[OVERLAPS] == []


def test_a_number_can_be_dialled_as_it_stands_whichever_way_the_words_run(found: Found) -> None:
    assert found[TURNED_ROUND] == []


def test_in_the_colours_that_a_person_forces_everything_is_still_to_be_seen(found: Found) -> None:
    assert found[UNSEEN] == []


def test_nothing_moves_so_nobody_has_to_ask_for_it(found: Found) -> None:
    assert found[MOVES] == []


@pytest.mark.parametrize(
    ("style", "script"),
    [
        ("h1 { inline-size: 400px }", STICKS_OUT),
        ("aside p a { min-block-size: 0; padding: 0 }", TOO_SMALL),
        ("h1 { margin-block-end: -3rem }", OVERLAPS),
        ("[dir=ltr] { unicode-bidi: normal; direction: inherit !important }", TURNED_ROUND),
        ("button { border: 0; background: Canvas; forced-color-adjust: none }", UNSEEN),
        ("header a.leave { color: var(--out); forced-color-adjust: none }", UNSEEN),
        ("a { transition: color 1s }", MOVES),
    ],
    ids=["sticks out", "small", "overlaps", "turned round", "no frame", "no words", "moves"],
)
def test_a_style_that_spoils_it_would_be_noticed(shown_leftwards: Shown, style: str, script: str) -> None:
    tab = shown_leftwards.open("start from a site")
    unfold(tab)
    assert script not in dict(measured(tab))
    tab.evaluate(WITH_STYLE, style)
    assert script in dict(measured(tab))
