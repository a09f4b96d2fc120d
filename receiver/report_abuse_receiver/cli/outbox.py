"""`outbox`: what is owed, and another try for what failed."""

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.printing import print_record, print_rows
from report_abuse_receiver.operations import jobs


@click.group()
def outbox() -> None:
    """Work that is owed: acknowledgements and the like."""


@outbox.command("list")
@click.option("--done", is_flag=True, help="Also what was finished lately.")
@options.as_json
def list_(done: bool, as_json: bool) -> None:
    """What is owed, soonest first."""
    with opened() as centre:
        rows = jobs.list_owed(centre, done=done)
    print_rows(rows, as_json=as_json, columns=("id", "kind", "due_at", "attempts", "state", "last_error"))


@outbox.command()
@click.argument("owed_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@options.as_json
def retry(owed_id: int, as_json: bool) -> None:
    """Make work due now that waits or was given up."""
    with opened() as centre:
        jobs.retry(centre, owed_id)
    print_record({"id": owed_id, "state": "waiting"}, as_json=as_json)
