"""`backup` and `restore`: everything in two sealed files, and back."""

from pathlib import Path

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import of_the_desk, opened, unlocked
from report_abuse_receiver.cli.printing import print_record
from report_abuse_receiver.cli.signing_in import acting_as
from report_abuse_receiver.operations import backup as backups

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--prune", is_flag=True, help="Then delete the files of keys in DIR that are 35 days old.")
@options.staff
@options.as_json
def backup(folder: Path, prune: bool, staff: str, as_json: bool) -> None:
    """Write a sealed backup to DIR while everything runs: the data, and the reports' wrapped keys in a file apart."""
    with opened() as centre:
        done = backups.back_up(centre, folder, by=acting_as(centre, staff), prune=prune)
    told = {"data": str(done.data), "keys": str(done.keys), "pruned": [str(path) for path in done.pruned]}
    print_record(told, as_json=as_json)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--recovery-key", metavar="FILE", type=click.Path(path_type=Path), help="HOME/keys is lost: open it with this key."
)
@options.as_json
def restore(folder: Path, recovery_key: Path | None, as_json: bool) -> None:
    """Put the newest backup in DIR into an empty database. HOME/keys must be back first.

    Where they are lost, give --recovery-key FILE, and then run: keys recover FILE --all-lost
    """
    settings = of_the_desk()
    done = backups.restore(settings if recovery_key else unlocked(settings), folder, recovery_key=recovery_key)
    files = {"data": str(done.data), "keys": None if done.keys is None else str(done.keys)}
    print_record({**files, "reports": done.reports, "without_key": done.without_key}, as_json=as_json)
