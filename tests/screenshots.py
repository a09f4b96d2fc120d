"""Pictures of every page in every state, for people to look at: `make screenshots` draws them into build/screenshots.

Six of them are kept in docs/pictures, where docs/journey.md shows them, and the partners' pages of docs/partners.md.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser

from tests.parts.chromium import launched
from tests.parts.desk_shown import showing_desk
from tests.parts.partner_pages import PAGES, shown_page
from tests.parts.shown import HEIGHT, LARGE, SMALL, Shown, showing
from tests.parts.source import ROOT

ALL = ROOT / "build" / "screenshots"
KEPT = ROOT / "docs" / "pictures"
#: The number and the words of a report are drawn by lot; in a picture they are always these.
SETTLED = (
    (re.compile("[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}(?=</strong>)"), "4HK-2MP-9TC"),
    (re.compile('(?<=class="number">)[a-z]+ [a-z]+ [a-z]+(?=</strong>)'), "apple river lamp"),
)


@dataclass(frozen=True, kw_only=True)
class View:
    """How the pages are looked at."""

    width: int
    scheme: Literal["light", "dark"] = "light"
    leftwards: bool = False

    def __str__(self) -> str:
        return f"{self.width}-{'leftwards' if self.leftwards else self.scheme}"


RIGHTWARDS = [View(width=width, scheme=scheme) for width in (SMALL, LARGE) for scheme in ("light", "dark")]
LEFTWARDS = [View(width=width, leftwards=True) for width in (SMALL, LARGE)]
CHOSEN = {
    "start-from-a-site-320-light", "what-320-light", "what-with-gaps-320-dark", "what-320-leftwards",
    "check-of-the-least-1280-light", "done-320-light",
}  # fmt: skip


def draw(browser: Browser, views: list[View], *, leftwards: bool) -> Iterator[Path]:
    """Every state that a child can meet in each of these views."""
    with TemporaryDirectory() as folder, showing(browser, Path(folder), leftwards=leftwards) as shown:
        for name, page in shown.states.items():
            shown.states[name] = replace(page, html=settled(page.html))
        yield from pictures(shown, views)


def draw_desk(browser: Browser, views: list[View]) -> Iterator[Path]:
    """Every state of the desk in each of these views."""
    with TemporaryDirectory() as folder, showing_desk(browser, Path(folder)) as shown:
        yield from pictures(shown, views, prefix="desk-")


def pictures(shown: Shown, views: list[View], *, prefix: str = "") -> Iterator[Path]:
    """The whole page however long it is."""
    for name, tab in shown.each():
        for view in views:
            path = ALL / f"{prefix}{re.sub(r'[^A-Za-z0-9]+', '-', name)}-{view}.png"
            tab.set_viewport_size({"width": view.width, "height": HEIGHT})
            tab.emulate_media(color_scheme=view.scheme)
            tab.screenshot(path=path, full_page=True)
            if path.stem in CHOSEN:
                tab.screenshot(path=KEPT / path.name)  # what is seen at once, so that the page of docs stays light
            yield path


def settled(html: str) -> str:
    """The page with what is drawn by lot always the same."""
    for drawn, always in SETTLED:
        html = drawn.sub(always, html)
    return html


def draw_partners(browser: Browser) -> Iterator[Path]:
    """The button on each kind of partner's page, kept for docs/partners.md."""
    for page in PAGES:
        with shown_page(browser, page, width=SMALL) as tab:
            path = ROOT / "docs" / page.picture
            tab.screenshot(path=path, clip={"x": 0, "y": 0, "width": SMALL, "height": SMALL})
            yield path


def main() -> None:
    """Draw them all and say where they are."""
    shutil.rmtree(ALL, ignore_errors=True)
    with launched() as browser:
        paths = [*draw(browser, RIGHTWARDS, leftwards=False), *draw(browser, LEFTWARDS, leftwards=True)]
        paths += draw_desk(browser, RIGHTWARDS)
        partners = [*draw_partners(browser)]
    kept = len(CHOSEN & {path.stem for path in paths}) + len(partners)
    print(f"{len(paths)} pictures are in {ALL.relative_to(ROOT)}, and {kept} in {KEPT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
