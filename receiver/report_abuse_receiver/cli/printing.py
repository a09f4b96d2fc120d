"""Printing: JSON for programs, plain lines for pipes, a table for a person at a terminal.

What a stranger wrote reaches a terminal only with its control characters written out, so that no story can move the
cursor, hide itself or turn the line around.
"""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from report_abuse_receiver.ground.clock import to_text

Row = Mapping[str, Any]
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
#: Joiners, without which emoji and some scripts fall apart.
_HARMLESS = "\u200c\u200d"


def as_json(value: object) -> Any:
    """What JSON can say of a value: a dataclass as an object of its fields in their order, a moment as text."""
    if is_dataclass(value):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return to_text(value) if isinstance(value, datetime) else value


def print_json(result: object) -> None:
    """ASCII only, so that even half a character prints on any terminal."""
    click.echo(json.dumps(as_json(result), indent=2))


def print_rows(rows: Sequence[object], *, as_json: bool, columns: Sequence[str]) -> None:
    """A list: all of it as JSON or with tabs between, `columns` of it as a table."""
    if as_json:
        print_json(rows)
    elif sys.stdout.isatty():
        print_table(rows, columns=columns)
    else:
        for row in _objects(rows):
            click.echo("\t".join(_cell(value) for value in row.values()))


def print_record(record: object, *, as_json: bool) -> None:
    """One thing: a line for each of its parts."""
    if as_json:
        print_json(record)
        return
    for line in _lines(_objects([record])[0]):
        click.echo(line)


def print_table(rows: Sequence[object], *, columns: Sequence[str], title: str | None = None) -> None:
    """A table as wide as the terminal."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in _objects(rows):
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    Console().print(table if rows else Text("None."))


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """Shows how far a long work is, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def visible(text: str) -> str:
    """The text with everything written out that a terminal would obey rather than show."""
    return "".join(letter if _is_harmless(letter) else ascii(letter)[1:-1] for letter in text)


def _is_harmless(letter: str) -> bool:
    return letter in _HARMLESS or unicodedata.category(letter) not in _HIDDEN


def _objects(rows: Sequence[object]) -> list[Row]:
    return [as_json(row) for row in rows]


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(_cell(one) for one in value.values()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(one) for one in value) or "-"
    return "-" if value in (None, "") else visible(str(value))


def _lines(value: object, indent: str = "") -> Iterator[str]:
    """A record as indented lines; a story keeps its own line breaks."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _named(visible(str(name)), one, indent)
    elif isinstance(value, list | tuple):
        yield from (f"{indent}{_cell(one)}" for one in value)
    else:
        yield from (f"{indent}{visible(line)}" for line in str(value).split("\n"))


def _named(name: str, value: object, indent: str) -> Iterator[str]:
    deep = isinstance(value, Mapping) or (isinstance(value, str) and "\n" in value)
    if deep or (isinstance(value, list) and any(isinstance(one, Mapping) for one in value)):
        yield f"{indent}{name}:"
        yield from _lines(value, f"{indent}  ")
    else:
        yield f"{indent}{name}: {_cell(value)}"
