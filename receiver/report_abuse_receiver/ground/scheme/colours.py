"""Colours: the centre's own, refused where somebody could not read them (WCAG 2.2: 1.4.3 and 1.4.11)."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from report_abuse_receiver.ground.errors import CannotStart

Palette = Mapping[str, str]

LIGHT: Palette = MappingProxyType({
    "paper": "#fbf8f3", "ink": "#26222e", "soft": "#5b5566", "line": "#8a8394", "tint": "#f1ebe1", "main": "#175a60",
    "on_main": "#ffffff", "out": "#45304f", "on_out": "#ffffff", "alarm": "#a3231b", "alarm_tint": "#fdece9",
})  # fmt: skip
DARK: Palette = MappingProxyType({
    "paper": "#1a181f", "ink": "#f2eef6", "soft": "#c3bccd", "line": "#8d8699", "tint": "#262330", "main": "#8fd6d2",
    "on_main": "#10282a", "out": "#e3d0ee", "on_out": "#2b1a35", "alarm": "#ffb4a9", "alarm_tint": "#3c1d1a",
})  # fmt: skip
#: What stands on what, and the least contrast between the two: 4.5 for words, 3 for the edge of a box.
PAIRS = (
    ("ink", "paper", 4.5), ("soft", "paper", 4.5), ("main", "paper", 4.5), ("alarm", "paper", 4.5),
    ("ink", "tint", 4.5), ("soft", "tint", 4.5), ("main", "tint", 4.5), ("alarm", "alarm_tint", 4.5),
    ("on_main", "main", 4.5), ("on_out", "out", 4.5), ("line", "paper", 3.0),
)  # fmt: skip
NAMES = tuple(dict.fromkeys(name for pair in PAIRS for name in pair[:2]))
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


def check_contrast(mode: str, palette: Palette) -> None:
    """Raise CannotStart for a colour that is none, or that cannot be read on what it stands on."""
    for name in NAMES:
        if not _HEX.fullmatch(palette[name]):
            raise CannotStart(f"REPORT_ABUSE_SCHEME: [colours.{mode}] {name}: write it like #26222e")
    for upper, lower, least in PAIRS:
        ratio = contrast(palette[upper], palette[lower])
        if ratio < least:
            raise CannotStart(
                f"REPORT_ABUSE_SCHEME: [colours.{mode}] {upper} {palette[upper]} on {lower} {palette[lower]} has a "
                f"contrast of {ratio:.2f} to 1; it needs {least}, or some cannot read it"
            )


def contrast(one: str, other: str) -> float:
    """How far apart two colours are in brightness, from 1 (not at all) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def as_properties(palette: Palette) -> str:
    """The palette as custom properties of CSS."""
    return "".join(f"--{name.replace('_', '-')}:{palette[name]};" for name in NAMES)


def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> Iterator[float]:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
