"""`feedback audit`: could anybody be told from the releases of a period?"""

from dataclasses import asdict
from typing import Any

import click

from report_abuse_receiver.audit import disclosure
from report_abuse_receiver.audit.disclosure import Verdict
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import WORDS
from report_abuse_receiver.cli.printing import print_json, print_record, print_rows, progress
from report_abuse_receiver.cli.signing_in import acting_as

_BRACKETS = ("provider", "time", "codes", "low", "high", "width", "disclosed")
_LEAKS = ("file", "reference", "field")


@click.command()
@click.argument("period", metavar="PERIOD", type=WORDS)
@click.option("--scan/--no-scan", default=True, help="Open the reports of PERIOD to look for them in the files.")
@options.staff
@options.as_json
@click.pass_context
def audit(ctx: click.Context, period: str, scan: bool, staff: str, as_json: bool) -> None:
    """Attack all releases of PERIOD together; ends with 1 where a small count or an identifier is given away.

    Every report that arrived or was decided in PERIOD is opened, and each opening is audited.
    """
    with opened() as centre:
        who = acting_as(centre, staff)
        with progress("Attacking") as on_progress:
            verdict = disclosure.audit(centre, period, by=who, scan=scan, on_progress=on_progress)
    if as_json:
        print_json(_plain(verdict))
    else:
        _print(verdict)
    ctx.exit(0 if verdict.ok else 1)


def _plain(verdict: Verdict) -> dict[str, Any]:
    """Everything, flat: figures first, then what the scan found."""
    figures = asdict(verdict.found)
    return {"ok": verdict.ok, "period": verdict.period, **figures, "scan": verdict.leaks and asdict(verdict.leaks)}


def _print(verdict: Verdict) -> None:
    """A line for each figure, then the narrowest brackets and the leaks as tables."""
    plain = _plain(verdict)
    scan = plain.pop("scan")
    worst = [{name: row[name] for name in _BRACKETS} for row in plain.pop("worst")]
    leaks = list(scan.pop("found")) if scan else []
    print_record({**plain, **({f"scan_{name}": value for name, value in scan.items()} if scan else {})}, as_json=False)
    print_rows(worst, as_json=False, columns=_BRACKETS)
    if leaks:
        print_rows(leaks, as_json=False, columns=_LEAKS)
