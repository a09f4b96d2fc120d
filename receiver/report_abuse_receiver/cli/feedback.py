"""`feedback`: what a provider would be told, what it is told for good, and what that is made from."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.lazy import Commands
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import ID, WORDS
from report_abuse_receiver.cli.printing import Row, print_json, print_record, print_rows, print_table, progress
from report_abuse_receiver.cli.signing_in import acting_as
from report_abuse_receiver.feedback import figures as desk
from report_abuse_receiver.feedback import folds, releases, rollups
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.rules.feedback.disclosure import FLOOR
from report_abuse_receiver.rules.feedback.lattice import TABLES, Table

MARK = "UNRELEASED, STAFF ONLY: these figures still change and may not be passed on."
_WORDS = {"low": f"fewer than {FLOOR}", "not_shown": "not shown"}


@click.group(cls=Commands, found_in={"audit": "feedback_audit", "export": "feedback_export"})
def feedback() -> None:
    """What a provider is told about the reports that concern it, and what that is made from."""


@feedback.command()
@click.argument("provider", metavar="PROVIDER", type=ID)
@click.argument("period", metavar="PERIOD", type=WORDS)
@options.as_json
def preview(provider: str, period: str, as_json: bool) -> None:
    """What PROVIDER would be told about PERIOD, a quarter such as 2026-Q3. For staff only."""
    with opened() as centre:
        previewed = desk.preview(centre, provider, period)
    if as_json:
        print_json(previewed)
        return
    click.echo(MARK)
    for table in TABLES:
        _print(table, [row for row in previewed.observations if row["table"] == table.name])


@feedback.command()
@click.argument("period", metavar="PERIOD", type=WORDS)
@options.ask
@options.staff
@options.as_json
def freeze(period: str, ask: bool, staff: str, as_json: bool) -> None:
    """Make every release of PERIOD, a quarter that is over; they are never revised.

    From the second account on it takes two people: ask for it, and run it when it is granted.
    """
    do = _ask if ask else _freeze
    with opened() as centre:
        who = acting_as(centre, staff)
        with progress("Freezing") as on_progress:
            done = do(centre, period, on_progress, who)
    print_record(done, as_json=as_json)


def _freeze(centre: Centre, period: str, on_progress: OnProgress, who: Actor) -> object:
    return releases.freeze(centre, period, on_progress, by=who)


def _ask(centre: Centre, period: str, on_progress: OnProgress, who: Actor) -> object:
    return {"request": releases.ask_freeze(centre, period, on_progress, by=who)}


@feedback.command()
@click.argument("provider", metavar="PROVIDER", type=ID)
@click.argument("period", metavar="PERIOD", type=WORDS)
@click.argument("category", metavar="CATEGORY", type=WORDS)
@click.option("--asked-by", type=ID, required=True, help="Who asks for it.")
@click.option("--approved-by", type=ID, required=True, help="Another person, who approves it.")
@options.as_json
def fold(provider: str, period: str, category: str, asked_by: str, approved_by: str, as_json: bool) -> None:
    """Count CATEGORY of PROVIDER as `other` in PERIOD, in every table, before the period is frozen."""
    with opened() as centre:
        asked, approved = acting_as(centre, asked_by), acting_as(centre, approved_by)
        row = folds.fold(centre, provider, period, category, asked_by=asked, approved_by=approved)
    said = ("provider", "period", "category", "asked_by", "approved_by")
    print_record({name: getattr(row, name) for name in said}, as_json=as_json)


@feedback.group()
def rollup() -> None:
    """The counts by month that every figure is made from."""


@rollup.command()
@options.as_json
def check(as_json: bool) -> None:
    """Compare the rollups with the facts; ends with 1 where they differ."""
    with opened() as centre:
        wrong = rollups.check_rollups(centre)
    print_rows(wrong, as_json=as_json, columns=("service", "month", "split", "value", "count", "facts", "wrong"))
    if wrong:
        raise Refused("rollups differ from the facts; count them again with: feedback rollup rebuild")


@rollup.command()
@options.as_json
def rebuild(as_json: bool) -> None:
    """Count the facts again; releases stay as they are."""
    with opened() as centre:
        rows = rollups.rebuild_rollups(centre)
    print_record({"rows": rows}, as_json=as_json)


def _print(table: Table, rows: Sequence[Row]) -> None:
    """The quarter, its months and the year side by side on a terminal, a row each in a pipe."""
    if sys.stdout.isatty():
        shown, columns = _times_beside(table, rows), [*table.dimensions, *dict.fromkeys(map(_time, rows))]
        print_table(shown, columns=columns, title=table.name)
        return
    names = ("period", "provider", "table", "month", *table.dimensions)
    plain = [{**{name: row[name] for name in names}, "observation": _words(row)} for row in rows]
    print_rows(plain, as_json=False, columns=())


def _time(row: Row) -> str:
    return str(row["month"] or row["period"])


def _times_beside(table: Table, rows: Sequence[Row]) -> list[Row]:
    beside: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        values = tuple(row[name] for name in table.dimensions)
        line = beside.setdefault(values, dict(zip(table.dimensions, values, strict=True)))
        line[_time(row)] = _words(row)
    return list(beside.values())


def _words(row: Row) -> str:
    return _WORDS.get(row["observation_status"], str(row["observation"]))
