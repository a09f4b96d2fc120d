"""`keys`: the vault's keys and the recovery key, step by step as docs/operators.md tells it."""

from dataclasses import asdict
from pathlib import Path

import click

from report_abuse_receiver.accounts.acting import with_recovery_key
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import of_the_desk, opened, unlocked
from report_abuse_receiver.cli.options import WORDS
from report_abuse_receiver.cli.printing import print_record, print_rows, progress
from report_abuse_receiver.cli.signing_in import acting_as
from report_abuse_receiver.keys import ceremony, rewrapping
from report_abuse_receiver.keys.rewrapping import Rewrapped
from report_abuse_receiver.operations import recovery

_FILE = click.Path(path_type=Path)


@click.group()
def keys() -> None:
    """The keys that reports are sealed for: the vault's own, and the recovery key."""


@keys.command()
@click.argument("file", metavar="FILE", type=_FILE)
@options.staff
@options.as_json
def init(file: Path, staff: str, as_json: bool) -> None:
    """Make the keys, and a recovery key whose private half goes into the new file FILE and nowhere else.

    Take FILE away from this machine: it opens every report.
    """
    with opened() as centre:
        made = ceremony.add_recovery_key(centre, file, by=acting_as(centre, staff))
    print_record(made, as_json=as_json)


@keys.command()
@click.option("--recovery", "file", metavar="FILE", type=_FILE, help="Make a new recovery key instead, into FILE.")
@options.staff
@options.as_json
def rotate(file: Path | None, staff: str, as_json: bool) -> None:
    """Make a new vault key. New reports are sealed for it at once; a worker rewraps the old ones."""
    with opened() as centre:
        if file is None:
            made = ceremony.rotate(centre, by=acting_as(centre, staff))
        else:
            made = ceremony.add_recovery_key(centre, file, by=acting_as(centre, staff), again=True)
    print_record(made, as_json=as_json)


@keys.command()
@options.as_json
@click.pass_context
def rewrap(ctx: click.Context, as_json: bool) -> None:
    """Rewrap now what a worker would, for the newest keys. Run it again where it broke; nothing is done twice."""
    with opened() as centre, progress("Rewrapping") as on_progress:
        result = rewrapping.rewrap(centre, on_progress=on_progress)
    _end(ctx, result, as_json=as_json)


@keys.command()
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--all-lost", is_flag=True, help="Also make link master and disclosure keys anew where they are missing.")
@options.staff
@options.as_json
@click.pass_context
def recover(ctx: click.Context, file: Path, all_lost: bool, staff: str, as_json: bool) -> None:
    """With the recovery key in FILE, rewrap everything for a new vault key in the place of a lost one."""
    with progress("Recovering") as on_progress:
        settings = unlocked(of_the_desk())
        by = with_recovery_key(staff)
        result = recovery.recover(settings, file, by=by, all_lost=all_lost, on_progress=on_progress)
    _end(ctx, result, as_json=as_json)


@keys.command()
@click.argument("folder", metavar="FOLDER", type=_FILE)
@options.staff
@options.as_json
def publish(folder: Path, staff: str, as_json: bool) -> None:
    """Write what a public host needs into the new folder FOLDER: public keys, and the link master. None opens a report.

    Carry its files to HOME/keys there by a way that nobody reads along, then delete the folder.
    """
    with opened() as centre:
        written = ceremony.publish(centre, folder, by=acting_as(centre, staff))
    print_record(written, as_json=as_json)


@keys.command()
@click.option("--new", "file", metavar="FILE", type=_FILE, help="A file that holds the new passphrase.")
@click.option("--none", "plain", is_flag=True, help="Take the passphrase away.")
@options.as_json
def passphrase(file: Path | None, plain: bool, as_json: bool) -> None:
    """Put the vault's keys under a passphrase, another one, or none. Then start what runs again."""
    if file and plain:
        raise click.UsageError("--new and --none are two things; give one")
    settings = unlocked(of_the_desk())
    new = None if plain else _new_passphrase(file)
    names = ceremony.change_passphrase(settings, new=new)
    print_record({"keys": names, "passphrase": new is not None}, as_json=as_json)


@keys.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """Every vault and recovery key, and how many reports and additions are wrapped for it."""
    with opened() as centre:
        rows = ceremony.list_keys(centre)
    print_rows(rows, as_json=as_json, columns=("key", "kid", "suite", "state", "wrapped"))


@keys.command()
@click.argument("kid", type=WORDS)
@options.staff
@options.yes
@options.as_json
def delete(kid: str, staff: str, yes: bool, as_json: bool) -> None:
    """Delete a retired key that nothing is wrapped for any more."""
    options.make_sure(f"Delete key {kid} for good?", yes=yes)
    with opened() as centre:
        name = ceremony.delete(centre, kid, by=acting_as(centre, staff))
    print_record({"key": name, "kid": kid, "state": "deleted"}, as_json=as_json)


def _new_passphrase(file: Path | None) -> str:
    """Out of the file, or typed twice by a person."""
    if file:
        return ceremony.read_passphrase(file)
    typed: str = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _end(ctx: click.Context, result: Rewrapped, *, as_json: bool) -> None:
    """What does not open is named, and the command ends with 1."""
    print_record(asdict(result), as_json=as_json)
    ctx.exit(1 if result.broken else 0)
