"""axe, run on a page that is shown: on a small screen and a large one, in light and in dark."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Page as Tab

from tests.parts.shown import HEIGHT, LARGE, SMALL, unfold

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = """options => axe.run(document, options).then(found => found.violations.flatMap(
  broken => broken.nodes.map(one => `${broken.id}: ${one.html}`)))"""
LIGHT_AND_DARK: Sequence[Any] = ("light", "dark")
#: The rules that read colours; whatever else axe looks for is no matter of light and dark.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


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
