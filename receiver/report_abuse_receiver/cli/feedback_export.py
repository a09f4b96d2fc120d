"""`feedback export`: the files of a frozen release, for the provider it was made for."""

from pathlib import Path

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import ID, WORDS
from report_abuse_receiver.cli.printing import print_record
from report_abuse_receiver.feedback.bundle import export as write


@click.command()
@click.argument("provider", metavar="PROVIDER", type=ID)
@click.argument("period", metavar="PERIOD", type=WORDS)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A folder for the files.")
@options.as_json
def export(provider: str, period: str, out: Path, as_json: bool) -> None:
    """Write what PROVIDER is told about PERIOD, a frozen quarter: a page, its numbers as CSV, the release itself."""
    with opened() as centre:
        done = write(centre, provider, period, out)
    told = {"provider": done.provider, "period": done.period, "tier": done.tier}
    print_record({**told, "files": [str(path) for path in done.files]}, as_json=as_json)
