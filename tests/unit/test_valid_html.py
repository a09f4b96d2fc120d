"""Every state of every page a child can meet, read by a parser that forgives nothing."""

from pathlib import Path

import html5lib

from tests.parts.places import Place, open_at
from tests.parts.states import every_state


def test_every_page_is_html_without_a_mistake(tmp_path: Path) -> None:
    centre = open_at(Place(home=tmp_path))
    for name, drawn in every_state(centre).items():
        try:
            html5lib.HTMLParser(strict=True).parse(drawn.html)
        except html5lib.html5parser.ParseError as mistake:
            raise AssertionError(f"{name}: {mistake}") from mistake
    centre.database.close()
