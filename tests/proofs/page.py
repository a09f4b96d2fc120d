"""docs/proofs.md: what the long proofs measured, a section each, so that one can be run again without the others."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version

from tests.parts.source import ROOT

PAGE = ROOT / "docs" / "proofs.md"
_INTRO = "# Proofs\n\nWritten by `make proof`; do not edit it. Each section says when and with what it was measured.\n"
_SECTION = re.compile(r"^## ", re.MULTILINE)


def write(title: str, lines: Iterable[str], *, libraries: Iterable[str] = ()) -> None:
    """Put a section into the page, in the place of the one that had its title."""
    intro, *sections = _SECTION.split(PAGE.read_text("utf-8") if PAGE.exists() else _INTRO)
    kept = {section.partition("\n")[0]: section for section in sections}
    kept[title] = "\n".join((title, "", _made_with(libraries), "", *lines, ""))
    texts = [f"## {section.rstrip()}\n" for section in kept.values()]
    PAGE.write_text("\n".join((intro.rstrip() + "\n", *texts)), "utf-8")


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A table in Markdown, numbers to the right."""
    heads = list(columns)
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *([str(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _made_with(libraries: Iterable[str]) -> str:
    names = ", ".join(f"{name} {version(name)}" for name in ("report-abuse", *libraries))
    return f"{datetime.now(UTC):%d %B %Y}; Python {platform.python_version()}, {names}; {os.cpu_count()} cores."
