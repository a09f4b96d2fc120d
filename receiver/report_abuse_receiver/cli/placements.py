"""`placements`: which pages of a provider are counted apart in its figures."""

import click

from report_abuse_receiver.casework.placements import listed
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import ID, WORDS
from report_abuse_receiver.cli.printing import print_rows
from report_abuse_receiver.partners import placements as desk

COLUMNS = ("provider", "placement", "state", "since", "reports")
names = click.argument("names", metavar="PLACEMENT...", type=WORDS, nargs=-1, required=True)


@click.group()
def placements() -> None:
    """Where on its site a provider's button stands. What is not registered is counted as `other`."""


@placements.command()
@click.argument("provider_id", metavar="PROVIDER", type=ID)
@names
@options.as_json
def add(provider_id: str, names: tuple[str, ...], as_json: bool) -> None:
    """Count these kinds of pages apart from now on. What was counted before stays where it is."""
    with opened() as centre:
        desk.add(centre, provider_id, names)
        rows = listed(centre, provider_id)
    print_rows(rows, as_json=as_json, columns=COLUMNS)


@placements.command("list")
@click.argument("provider_id", metavar="[PROVIDER]", type=ID, required=False)
@options.as_json
def list_(provider_id: str | None, as_json: bool) -> None:
    """Every placement, and those that stand on reports and are not registered."""
    with opened() as centre:
        rows = listed(centre, provider_id)
    print_rows(rows, as_json=as_json, columns=COLUMNS)


@placements.command()
@click.argument("provider_id", metavar="PROVIDER", type=ID)
@names
@options.as_json
def retire(provider_id: str, names: tuple[str, ...], as_json: bool) -> None:
    """Count these as `other` from now on. Their links work as before."""
    with opened() as centre:
        desk.retire(centre, provider_id, names)
        rows = listed(centre, provider_id)
    print_rows(rows, as_json=as_json, columns=COLUMNS)
