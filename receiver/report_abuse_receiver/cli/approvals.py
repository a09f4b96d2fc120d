"""`approvals`: what one person asked for, and another grants or refuses."""

import click

from report_abuse_receiver.accounts import approvals as desk
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.printing import print_record, print_rows
from report_abuse_receiver.cli.signing_in import acting_as


@click.group()
def approvals() -> None:
    """What leaves the centre takes two people: see what is asked for, grant it, or refuse it."""


@approvals.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """The latest requests, the newest first, and what became of them."""
    with opened() as centre:
        rows = desk.waiting(centre)
    columns = ("number", "state", "action", "subject", "reason", "asked_by", "expires_at", "granted_by")
    print_rows(rows, as_json=as_json, columns=columns)


@approvals.command()
@click.argument("number", type=int)
@options.staff
@options.as_json
def grant(number: int, staff: str, as_json: bool) -> None:
    """Grant request NUMBER exactly as it was asked; never one's own."""
    with opened() as centre:
        granted = desk.grant(centre, number, by=acting_as(centre, staff))
    print_record(granted, as_json=as_json)


@approvals.command()
@click.argument("number", type=int)
@options.staff
@options.as_json
def refuse(number: int, staff: str, as_json: bool) -> None:
    """Refuse request NUMBER, or take one's own back."""
    with opened() as centre:
        refused = desk.refuse(centre, number, by=acting_as(centre, staff))
    print_record(refused, as_json=as_json)
