"""The button's drawing and its optional stylesheet, to be served from the partner's own site."""

from functools import cache
from importlib.resources import files


@cache
def svg() -> str:
    """The mark as a file of its own."""
    return _read("button.svg")


@cache
def css() -> str:
    """The stylesheet of the three variants; without it the button still works."""
    return _read("button.css")


def mark(size: int) -> str:
    """The mark to stand inside a page, `size` pixels wide and high, without a style attribute (no CSP line)."""
    return svg().replace(' xmlns="http://www.w3.org/2000/svg"', "").replace('"44"', f'"{size}"')


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8").strip()
