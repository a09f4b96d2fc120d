"""Cells: whatever somebody wrote, no program that opens the table computes anything (S12)."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from random import Random

import pytest

from report_abuse_receiver.reporting.spreadsheet import cell, to_csv
from tests.parts.hostile import SEEN, UNSEEN
from tests.parts.source import shipped
from tests.parts.thorough import tried

COLUMNS = 10

BLANKS = (
    " ",
    "\t",
    "\r",
    "\n",
    "\v",
    "\x00",
    "\x1b",
    "\u00a0",
    "\u200b",
    "\u200e",
    "\u202e",
    "\u2060",
    "\u3000",
    "\ufeff",
)
FILLERS = ("\u115f", "\u3164", "\u2800", "\u034f", "\ufe0f", "\U000e0020")
SIGNS = "=+-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05\ufe66\ufe62\ufe63\ufe6b\ufe6a\u207a\u207c\u2212"
FORMULAS = (
    *SIGNS,
    "=1+1",
    "=\u0338",
    "+44 7700",
    "-2+3",
    "@SUM(A1)",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("//evil","x")',
    "%0A=1",
)
BREAKS = (",", ";", "\t", "\r\n", '"', '""', '",', '";', "'", "|")
WORDS = ("sam", "he wrote", "2026-Q3", "11-13", "7", "-7", "-2.50", "0", "é", "🙈", "r-2", "a=b")
PIECES = (
    *BLANKS,
    *FILLERS,
    *FORMULAS,
    *FORMULAS,
    *BREAKS,
    *WORDS,
    *SEEN.values(),
    *(one[:9] for one in UNSEEN.values()),
)

#: A number stays one, and where another separator was expected the cells behind it hang on to it.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([,;\t]|$)", re.ASCII)


def is_formula(text: str) -> bool:
    """The judge: what Excel, LibreOffice Calc or Google Sheets might compute, in any of their languages.

    It knows nothing of how cells are written: blanks are what Python cannot print, and signs are a list.
    """
    seen = "".join(one for one in text if one.isprintable() and not one.isspace()).lstrip("".join(FILLERS))
    return seen[:1] in tuple(SIGNS) and not NUMBER.match(text.strip())


def as_opened(table: str) -> Iterator[str]:
    """Every cell of a table, by each of the separators that a program may have been told, with quotes and without."""
    for separator in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for row in csv.reader(StringIO(table, newline=""), delimiter=separator, quoting=quoting):
                for one in row:
                    yield from [one] if quoting == csv.QUOTE_MINIMAL else one.split('"')


def invented(times: int) -> Iterator[str]:
    """What the worst of all writers types into a field."""
    dice = Random(12)
    return ("".join(dice.choices(PIECES, k=dice.randint(1, 5))) for _ in range(times))


@tried(some=10_000, all=100_000)
def test_of_many_thousand_cells_none_is_a_formula_to_any_program(much: int) -> None:
    texts = [*invented(much)]
    rows = [{str(column): texts[start + column] for column in range(COLUMNS)} for start in range(0, much, COLUMNS)]
    table = to_csv([str(column) for column in range(COLUMNS)], rows)
    assert [one for one in as_opened(table) if is_formula(one)] == []
    assert sum(map(is_formula, texts)) > much / 5, "the judge sees those that nobody defused"


def test_no_letter_is_taken_away_and_only_apostrophes_are_put_in() -> None:
    for text in invented(20_000):
        assert str(cell(text)).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("sign", SIGNS)
def test_whatever_stands_before_a_sign_it_begins_nothing(sign: str) -> None:
    made = [str(cell(f"{before}{sign}a")) for before in ("", *BLANKS, *FILLERS)]
    assert [one for one in made if "'" not in one or is_formula(one)] == []


@pytest.mark.parametrize("text", ["\tplain", "\rplain", "\nplain"])
def test_a_cell_never_begins_with_a_tab_or_the_end_of_a_line(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("number", [0, -7, 2.5, -2.5, "-7", "7", "-2.50", None, True])
def test_a_number_stays_a_number(number: object) -> None:
    assert cell(number) == number


@pytest.mark.parametrize(
    "text", ["", "2026-Q3", "acme", "11-13", "under-11", "2026-07", "a=b", "he said - no", "Zoë", "'"]
)
def test_what_no_program_computes_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_a_name_of_a_column_is_a_cell_too_and_what_is_not_there_is_empty() -> None:
    assert to_csv(["=a", "b"], [{"=a": "@x"}, {"=a": None, "b": 3}]) == "'=a,b\r\n'@x,\r\n,3\r\n"


def test_nobody_else_writes_a_table() -> None:
    assert [module.name for module in shipped() if "import csv" in module.text] == ["spreadsheet"]
