"""`purge`: deletes what has had its time, by the classes of the scheme."""

import click

from report_abuse_receiver.casework import retention
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.printing import print_rows
from report_abuse_receiver.cli.signing_in import acting_as


@click.command()
@click.option("--dry-run", is_flag=True, help="Only list what would be deleted.")
@options.yes
@options.staff
@options.as_json
def purge(dry_run: bool, yes: bool, staff: str, as_json: bool) -> None:
    """Delete for ever the decided reports that have had their time, and list them. Each is audited; figures stay."""
    with opened() as centre:
        if dry_run:
            rows = retention.list_due(centre)
        else:
            options.make_sure("Delete every report that is due? Nothing brings one back.", yes=yes)
            rows = retention.purge(centre, by=acting_as(centre, staff))
    print_rows(rows, as_json=as_json, columns=("reference", "retention", "decided_at"))
