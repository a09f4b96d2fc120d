"""The look: a small stylesheet in the centre's own colours, with more contrast where it is asked for."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.app import create_app
from report_abuse_receiver.ground.colours import contrast
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.shown import Shown
from tests.parts.source import ROOT

STYLES = "/assets/journey.css"
SECOND = ROOT / "examples" / "second_scheme" / "scheme.toml"
#: What sets a colour.
COLOURING = re.compile(
    r"(?:^|[;{])(?:color|background|background-color|border(?:-[a-z-]+)?|outline|accent-color):([^;}]+)"
)
NOT_A_COLOUR = re.compile(r"none|0|inherit|[\d.]+(?:px|rem)?|solid|CanvasText|var\(--[a-z-]+\)")
COLOURS = "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"


def styles(client: FlaskClient) -> str:
    """The stylesheet as it is served."""
    answer = client.get(STYLES)
    assert answer.mimetype == "text/css"
    return answer.text


@on_sqlite
def test_the_stylesheet_is_small_and_kept_for_an_hour(client: FlaskClient) -> None:
    assert len(styles(client).encode()) < 6000
    answer = client.get(STYLES)
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert client.get(STYLES, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@on_sqlite
def test_a_centre_has_its_own_colours(place: Place) -> None:
    centre = open_at(place, SCHEME=str(SECOND))
    served = styles(create_app(centre).test_client())
    centre.database.close()
    assert "--main:#6b2d8f;" in served.partition("@media")[0]
    assert "--main:#d9b8f0;" in served.partition("@media (prefers-color-scheme:dark)")[2]


@on_sqlite
def test_every_colour_is_a_property_so_that_a_browser_too_old_for_them_shows_black_on_white(
    client: FlaskClient,
) -> None:
    rules = styles(client).partition("color-scheme:light dark")[2]
    assert "#" not in re.sub(r"url\([^)]*\)", "", rules)
    values = [part for value in COLOURING.findall(rules) for part in value.split() if part != "!important"]
    assert values
    assert [part for part in values if not NOT_A_COLOUR.fullmatch(part)] == []


@on_sqlite
def test_nothing_is_laid_out_by_left_and_right(client: FlaskClient) -> None:
    physical = r"[;{](?:left|right|(?:margin|padding|border)-(?:left|right)|float):|text-align:(?:left|right)"
    assert re.findall(physical, styles(client)) == []


@pytest.mark.parametrize(
    "asked", [{"contrast": "more"}, {"contrast": "more", "color_scheme": "dark"}, {"forced_colors": "active"}]
)
def test_who_asks_for_more_contrast_gets_the_most_there_is(shown: Shown, asked: dict[str, Any]) -> None:
    shown.tab.emulate_media(**{"contrast": "no-preference", "color_scheme": "light", **asked})
    words, ground = (_as_hex(one) for one in shown.open("start from nowhere").evaluate(COLOURS))
    assert contrast(words, ground) > 15


def _as_hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])
