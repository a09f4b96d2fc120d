"""What sticks out of a page at some width, and what stands on something else."""

from playwright.sync_api import Page as Tab

from tests.parts.shown import HEIGHT

STICKS_OUT = """() => {
  const page = document.documentElement, room = page.clientWidth;
  return page.scrollWidth <= room ? [] : [`${page.scrollWidth} on ${room}`, ...[...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > room + .5 || one.getBoundingClientRect().left < -.5)
    .map(one => one.outerHTML.slice(0, 90))];
}"""
#: Two things with words in them, or two that can be pressed, of which one stands on the other.
OVERLAPS = """() => {
  scrollTo(0, 0);
  const seen = "h1, h2, p, li, dt, dd, legend, label, summary, button, input, textarea, main a, header a, aside a, "
    + "footer *";
  const boxes = [...document.querySelectorAll(seen)].filter(one => one.checkVisibility() && !one.matches(".unseen"))
    .map(one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 1 && box.height > 1);
  return boxes.flatMap(([one, a], n) => boxes.slice(n + 1)
    .filter(([other, b]) => !one.contains(other) && a.left < b.right - 1 && b.left < a.right - 1
      && a.top < b.bottom - 1 && b.top < a.bottom - 1)
    .map(([other]) => `${one.outerHTML.slice(0, 70)} / ${other.outerHTML.slice(0, 70)}`));
}"""


def looked_at(tab: Tab, script: str, width: int) -> list[str]:
    """What a script finds on the page at this width."""
    tab.set_viewport_size({"width": width, "height": HEIGHT})
    told: list[str] = tab.evaluate(script)
    return told
