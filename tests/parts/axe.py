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
Looks = Sequence[tuple[int, Any]]
#: The screens and colours of every day, and all there are.
TWO_LOOKS: Looks = ((SMALL, "light"), (LARGE, "dark"))
EVERY_LOOK: Looks = (*product((SMALL, LARGE), ("light", "dark")),)


def broken_on(tab: Tab, looks: Looks = EVERY_LOOK) -> list[str]:
    """What axe finds on this page and in what it keeps folded, on each of these screens in these colours."""
    tab.evaluate(AXE_SCRIPT)
    unfold(tab)
    found = []
    for width, scheme in looks:
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        tab.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme}: {one}" for one in tab.evaluate(RUN, OPTIONS)]
    return found
