"""`feedback`: what a provider would be told."""

import sys
from typing import Any

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import WORDS
from report_abuse_receiver.cli.printing import print_json, print_rows, print_table
from report_abuse_receiver.desk import feedback as desk
from report_abuse_receiver.rules.disclosure import FLOOR
from report_abuse_receiver.rules.lattice import TABLES, Table

MARK = "UNRELEASED, STAFF ONLY: these figures still change and may not be passed on."
_LOW = f"fewer than {FLOOR}"


@click.group()
def feedback() -> None:
    """What a provider would be told about the reports that concern it."""


@feedback.command()
@click.argument("provider", metavar="PROVIDER", type=WORDS)
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
        _print(table, [row for row in previewed["observations"] if row["table"] == table.name])


def _print(table: Table, rows: list[dict[str, Any]]) -> None:
    """The quarter and its months side by side on a terminal, a row each in a pipe."""
    if sys.stdout.isatty():
        shown, columns = _months_beside(table, rows), [*table.dimensions, "quarter", *_months(rows)]
        print_table(shown, columns=columns, title=table.name)
        return
    names = ("period", "provider", "table", "month", *table.dimensions)
    plain = [{**{name: row[name] for name in names}, "observation": _words(row)} for row in rows]
    print_rows(plain, as_json=False, columns=())


def _months(rows: list[dict[str, Any]]) -> list[str]:
    return sorted({row["month"] for row in rows} - {""})


def _months_beside(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    beside: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        values = tuple(row[name] for name in table.dimensions)
        line = beside.setdefault(values, dict(zip(table.dimensions, values, strict=True)))
        line[row["month"] or "quarter"] = _words(row)
    return list(beside.values())


def _words(row: dict[str, Any]) -> str:
    return _LOW if row["observation"] is None else str(row["observation"])
