"""`doctor`: is everything right here?"""

import os

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.printing import print_json, visible
from report_abuse_receiver.operations.doctor import examine


@click.command()
@options.as_json
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check settings, keys, database, audit and owed work, and say what to mend; ends with 1 for what is broken."""
    findings = examine(os.environ)
    if as_json:
        print_json([{"check": one.check, "ok": one.ok, "says": one.says} for one in findings])
    else:
        for one in findings:
            mark = click.style("ok    ", fg="green") if one.ok else click.style("BROKEN", fg="red", bold=True)
            click.echo(f"{mark} {one.check}: {visible(one.says)}")
    ctx.exit(0 if all(one.ok for one in findings) else 1)
