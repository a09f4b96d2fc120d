"""Spreadsheet: every table that somebody may open in one is written here, and no cell of it can be a formula (S12)."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: What begins a formula, or a command that a formula hands on; the last is a minus of typesetters.
_BEGINS_A_FORMULA = frozenset("=+-@|%\u2212")
#: Where a cell begins for a program that was told another separator, or takes no quotes for quotes.
_NEW_CELL = re.compile('([,;\t\r\n"])')
#: Letters and signs that show nothing although their category does not say so.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table as CSV after RFC 4180; a cell that a row does not have is empty."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
    return file.getvalue()


def cell(value: object) -> object:
    """A value as it may stand in a cell: numbers as they are, and an apostrophe before whatever would be computed."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    if _NUMBER.fullmatch(text):
        return text
    defused = "".join(f"'{part}" if _would_be_computed(part) else part for part in _NEW_CELL.split(text))
    return f"'{defused}" if defused[:1] in ("\t", "\r", "\n") else defused


def _would_be_computed(text: str) -> bool:
    """Whether the first thing to be seen begins a formula. Full-width and small signs count as the plain ones do.

    Each letter is looked at alone: together with the mark after it, an equals sign is another letter.
    """
    first = next((letter for letter in text if not _shows_nothing(letter)), "")
    return not _BEGINS_A_FORMULA.isdisjoint(unicodedata.normalize("NFKC", first)[:1])


def _shows_nothing(letter: str) -> bool:
    """Blanks, control characters, marks of direction, and whatever only changes the letter before it."""
    return letter in _EMPTY or unicodedata.category(letter)[0] in "ZCM"
