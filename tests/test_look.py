"""The look: a small stylesheet in the centre's own colours, every one of them a property."""

import re

from flask.testing import FlaskClient

from report_abuse_receiver.app import create_app
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.source import ROOT

STYLES = "/assets/journey.css"
SECOND = ROOT / "examples" / "second_scheme" / "scheme.toml"
#: What sets a colour.
COLOURING = re.compile(
    r"(?:^|[;{])(?:color|background|background-color|border(?:-[a-z-]+)?|outline|accent-color):([^;}]+)"
)
NOT_A_COLOUR = re.compile(r"none|0|inherit|[\d.]+(?:px|rem)?|solid|CanvasText|var\(--[a-z-]+\)")


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
