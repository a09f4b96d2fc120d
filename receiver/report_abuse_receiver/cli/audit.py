"""`audit`: is the chain of what staff opened still whole?"""

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.printing import print_record
from report_abuse_receiver.desk import triage


@click.group()
def audit() -> None:
    """The audit of every opening of a report."""


@audit.command()
@options.as_json
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Walk the chain; ends with 1 where it is broken.

    Keep `head` somewhere else: it proves that no row went missing.
    """
    with opened() as centre:
        verdict = triage.verify_audit(centre)
    whole = verdict.broken_at is None
    found = {"ok": whole, "rows": verdict.rows, "head": verdict.head, "broken_at": verdict.broken_at}
    print_record(found, as_json=as_json)
    ctx.exit(0 if whole else 1)
