"""The look: the centre's own colours, more contrast where it is asked for, and pages that run from right to left."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from report_abuse_receiver.app import create_app
from report_abuse_receiver.ground.colours import contrast
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.real import free_port
from tests.parts.running import Starter
from tests.parts.source import ROOT
from tests.test_languages import right_to_left

pytestmark = on_sqlite

STYLES = "/assets/journey.css"
SECOND = ROOT / "examples" / "second_scheme" / "scheme.toml"
#: What sets a colour.
COLOURING = re.compile(
    r"(?:^|[;{])(?:color|background|background-color|border(?:-[a-z-]+)?|outline|accent-color):([^;}]+)"
)
NOT_A_COLOUR = re.compile(r"none|0|inherit|[\d.]+(?:px|rem)?|solid|CanvasText|var\(--[a-z-]+\)")
WIDER_THAN_THE_SCREEN = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOURS = "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
#: Boxes that stand on each other although neither is in the other.
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("header p, header a, aside p, summary, main h1, main button, footer a")]
    .map(one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 1);
  return boxes.flatMap(([one, a], n) => boxes.slice(n + 1)
    .filter(([other, b]) => !one.contains(other) && a.left < b.right - 1 && b.left < a.right - 1
      && a.top < b.bottom - 1 && b.top < a.bottom - 1)
    .map(([other]) => `${one.textContent} / ${other.textContent}`));
}"""


def styles(client: FlaskClient) -> str:
    """The stylesheet as it is served."""
    answer = client.get(STYLES)
    assert answer.mimetype == "text/css"
    return answer.text


def test_the_stylesheet_is_small_and_kept_for_an_hour(client: FlaskClient) -> None:
    assert len(styles(client).encode()) < 6144
    answer = client.get(STYLES)
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert client.get(STYLES, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_centre_has_its_own_colours(place: Place) -> None:
    centre = open_at(place, SCHEME=str(SECOND))
    served = styles(create_app(centre).test_client())
    centre.database.close()
    assert "--main:#6b2d8f;" in served.partition("@media")[0]
    assert "--main:#d9b8f0;" in served.partition("@media (prefers-color-scheme:dark)")[2]


def test_every_colour_is_a_property_so_that_a_browser_too_old_for_them_shows_black_on_white(
    client: FlaskClient,
) -> None:
    rules = styles(client).partition("color-scheme:light dark")[2]
    assert "#" not in re.sub(r"url\([^)]*\)", "", rules)
    values = [part for value in COLOURING.findall(rules) for part in value.split() if part != "!important"]
    assert values
    assert [part for part in values if not NOT_A_COLOUR.fullmatch(part)] == []


def test_nothing_is_laid_out_by_left_and_right(client: FlaskClient) -> None:
    physical = r"[;{](?:left|right|(?:margin|padding|border)-(?:left|right)|float):|text-align:(?:left|right)"
    assert re.findall(physical, styles(client)) == []


@pytest.fixture
def address(place: Place, start: Starter, tmp_path: Path) -> str:
    """A receiver whose pages can be had from right to left."""
    url = f"http://localhost:{free_port()}"
    settings = {"REPORT_ABUSE_BASE_URL": url, "REPORT_ABUSE_SCHEME": str(right_to_left(tmp_path))}
    start.receiver(place.environ | settings, port=urlsplit(url).port)
    return url


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A small telephone."""
    with closing(browser.new_context(viewport={"width": 320, "height": 640})) as context:
        yield context.new_page()


@pytest.mark.parametrize(
    "path", ["/?language=ar", "/help?language=ar", "/danger", "/report/safe", "/report/what", "/report/contact"]
)
def test_from_right_to_left_nothing_overlaps_or_sticks_out_of_a_small_screen(
    narrow: Page, address: str, path: str
) -> None:
    narrow.goto(f"{address}/?language=ar")
    narrow.locator("main form button").first.click()
    narrow.goto(address + path)
    assert narrow.locator("html").get_attribute("dir") == "rtl"
    assert narrow.evaluate(WIDER_THAN_THE_SCREEN) <= 0
    assert narrow.evaluate(OVERLAPS) == []


@pytest.mark.parametrize(
    "asked", [{"contrast": "more"}, {"contrast": "more", "color_scheme": "dark"}, {"forced_colors": "active"}]
)
def test_who_asks_for_more_contrast_gets_the_most_there_is(narrow: Page, address: str, asked: dict[str, Any]) -> None:
    narrow.emulate_media(**asked)
    narrow.goto(address)
    words, ground = (_as_hex(one) for one in narrow.evaluate(COLOURS))
    assert contrast(words, ground) > 15


def _as_hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])
