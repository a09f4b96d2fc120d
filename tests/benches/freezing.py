"""A freeze of five hundred providers and of two thousand: time of the processor, and the most memory that it took."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.demo.year import Site, invent_year
from report_abuse_receiver.feedback import releases
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.rules.feedback.periods import Year
from report_abuse_receiver.store.feedback import backfill
from report_abuse_receiver.store.partners import providers, services
from report_abuse_receiver.store.partners.providers import ProviderRow
from report_abuse_receiver.store.partners.services import ServiceRow
from tests.parts.acting import host

SIZES = (500, 2_000)
#: The quarter that ends a year: its releases are the longest.
PERIOD, YEAR = "2026-Q1", Year(2025)
_LARGEST = 150  # incidents in an average month; the others follow by Zipf
GOAL = 1.1  # memory at the larger size beside the smaller


def measure(folder: Path) -> Iterator[str]:
    """The lines of the report."""
    seen = [_measured(folder / str(size), size) for size in SIZES]
    yield "| providers | releases | processor time | each | memory before | most memory | added |"
    yield "|---|---|---|---|---|---|---|"
    for size, one in zip(SIZES, seen, strict=True):
        added = one["most"] - one["before"]
        yield (
            f"| {size:,} | {one['releases']:,} | {one['seconds']:.1f} s | {1000 * one['seconds'] / size:.1f} ms "
            f"| {one['before']:.0f} MB | {one['most']:.0f} MB | {added:.0f} MB |"
        )
    growth = seen[1]["most"] / seen[0]["most"]
    yield ""
    yield f"Goal: flat, at most {GOAL} × the memory. **{'Kept' if growth <= GOAL else 'Missed'}: {growth:.2f} ×.**"


def _measured(home: Path, size: int) -> dict[str, float]:
    """Filled by one process and frozen by another, whose memory is its own."""
    for step in ("fill", "freeze"):
        done = subprocess.run(
            [sys.executable, "-m", __name__, step, str(home), str(size)], check=True, stdout=subprocess.PIPE
        )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def _fill(centre: Centre, size: int) -> None:
    kinds = load_scheme().vocabulary("service_type")
    sites = [
        Site(id=f"site-{number:04}", name=f"Site {number}", kind=kinds[number % len(kinds)], size=_LARGEST / number)
        for number in range(1, size + 1)
    ]
    moment = datetime(2025, 4, 1, tzinfo=UTC)
    year = invent_year(1, sites=sites, months=YEAR.months)
    with centre.database.writing() as conn:
        for site in sites:
            providers.add(conn, ProviderRow(id=site.id, name=site.name, origins=(), contact="-", created_at=moment))
            services.add(
                conn,
                ServiceRow(
                    id=site.id, name=site.name, aliases=(), provider_id=site.id, created_at=moment, kind=site.kind
                ),
            )
        backfill.put(conn, facts=year.facts, presses=year.presses)


def _freeze(centre: Centre) -> dict[str, float]:
    before, start = _most(), time.process_time()
    made = releases.freeze(centre, PERIOD, by=host())
    return {"releases": made.releases, "seconds": time.process_time() - start, "before": before, "most": _most()}


def _most() -> float:
    """The most memory that this process ever held, in megabytes; getrusage would tell its parent's too."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit("this bench reads /proc/self/status and needs Linux")
    return int(found[1]) / 1024


def _run(step: str, home: str, size: str) -> None:
    centre = open_centre(load_settings({"REPORT_ABUSE_HOME": home}))
    if step == "fill":
        _fill(centre, int(size))
    else:
        sys.stdout.write(json.dumps(_freeze(centre)))
    centre.database.close()


if __name__ == "__main__":
    _run(*sys.argv[1:])
