"""`make bench`: measure everything and write docs/benchmarks.md."""

import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.benches import freezing, quarters, upkeep
from tests.parts.source import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
_INTRO = """# Benchmarks

Written by `make bench`; do not edit it. The machines that measure are shared: ratios count, taken side by side in one
run. Each goal stands beside what was measured, kept or missed.
"""
BENCHES = {
    "A provider's quarter": (
        quarters,
        "A release reads counts that are kept by month. SQLite, 200 services of Zipf sizes over 12 months;\n"
        "the facts are made by SQL. Asked through the store's own functions, the two sizes in turn.",
    ),
    "Upkeep of the rollups": (
        upkeep,
        "Each decision adds to the counts in its own transaction. The journey is a child's, through every page. What\n"
        "the receiver does for it is counted, not what the child's browser does. SQLite, under valgrind.",
    ),
    "A freeze": (
        freezing,
        "The quarter that ends a year, all providers with the button, sizes by Zipf, every release attacked before\n"
        "it is kept. SQLite. One process fills the database, another freezes; its own peak is told.",
    ),
}


def main() -> None:
    """Measure in a folder of its own, which is taken away again."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        PAGE.write_text("\n".join(_page(folder)) + "\n", "utf-8")
    finally:
        shutil.rmtree(folder)


def _page(folder: Path) -> Iterator[str]:
    yield _INTRO
    versions = ", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "Flask", "cryptography"))
    yield f"{datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
    yield f"{versions}; {os.cpu_count()} cores, {platform.machine()}."
    for title, (bench, words) in BENCHES.items():
        start = time.monotonic()
        lines = list(bench.measure(folder / title.rpartition(" ")[2]))
        yield from ("", f"## {title}", "", words, "", *lines)
        sys.stderr.write("\n".join((f"{title}, {time.monotonic() - start:.0f} s", *lines, "", "")))


if __name__ == "__main__":
    main()
