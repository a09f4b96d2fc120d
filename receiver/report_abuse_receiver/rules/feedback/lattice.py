"""The lattice: every table that may ever be published, declared here and nowhere else, and how its rows are filled.

A table is one line in `TABLES`. With a new one comes a new `LATTICE_VERSION`: each table more is one more view on the
same facts. There are no filters and no dates to choose, and every declared row is always there, so that a row that is
missing tells nothing (P63).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from typing import Literal, Protocol

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.feedback.disclosure import Discloser
from report_abuse_receiver.rules.feedback.periods import Quarter, Year

LATTICE_VERSION = 2

SPLITS = (
    "category", "placement", "event", "age_band", "contact", "moved_to", "reporter", "time_to_report", "outcome",
    "pool",
)  # fmt: skip
COLUMNS = ("period", "provider", "table", "month", *SPLITS, "observation", "observation_status")
ALL = ""  # an empty dimension means all of it, an empty month the whole period

By = Literal["quarter", "month", "year"]
Source = Literal["facts", "counters", "pools"]
Observation = dict[str, str | int | None]
Codes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Table:
    """One declared table: what its rows are split by, for which stretches of time, counting what.

    Rows by year stand in the release of the quarter that ends the year.
    """

    name: str
    dimensions: tuple[str, ...]
    by: tuple[By, ...]
    source: Source = "facts"


TABLES = (
    Table("totals", (), by=("quarter", "month")),
    Table("categories", ("category",), by=("quarter", "month")),
    Table("reporters", ("reporter",), by=("quarter", "year")),
    Table("age_bands", ("age_band",), by=("quarter", "year")),
    Table("contact", ("contact",), by=("quarter", "year")),
    Table("moved_to", ("moved_to",), by=("quarter", "year")),
    Table("time_to_report", ("time_to_report",), by=("quarter", "year")),
    Table("categories_by_age", ("category", "age_band"), by=("year",)),
    Table("outcomes", ("outcome",), by=("year",)),
    Table("placements", ("placement", "event"), by=("quarter",), source="counters"),
    Table("pooled_totals", ("pool",), by=("quarter",), source="pools"),
    Table("pooled_categories", ("pool", "category"), by=("quarter",), source="pools"),
)


class Cell(Protocol):
    """What the store counts: facts that share a month and these dimensions, and the sum of their record keys."""

    @property
    def dimensions(self) -> Mapping[str, str]: ...
    @property
    def count(self) -> int: ...
    @property
    def key(self) -> int: ...


@dataclass(frozen=True)
class Stretch:
    """A stretch of time that rows speak of: how it is written in a row, and the months in it."""

    by: By
    period: str
    month: str
    months: tuple[str, ...]


@cache
def fingerprint(tables: tuple[Table, ...] = TABLES) -> str:
    """SHA-256 of the declarations in hexadecimal: it changes if a table is added, dropped or redrawn."""
    return hashlib.sha256(json.dumps([asdict(table) for table in tables], sort_keys=True).encode()).hexdigest()


@cache
def stretches(table: Table, quarter: Quarter) -> tuple[Stretch, ...]:
    """The stretches of time that a table's rows speak of in the release of a quarter, in the order of its rows."""
    year = Year.ended_by(quarter)
    known: Mapping[By, tuple[Stretch, ...]] = {
        "quarter": (Stretch("quarter", str(quarter), ALL, quarter.months),),
        "month": tuple(Stretch("month", str(quarter), month, (month,)) for month in quarter.months),
        "year": () if year is None else (Stretch("year", str(year), ALL, year.months),),
    }
    return tuple(stretch for by in table.by for stretch in known[by])


def observations(
    table: Table, cells: Iterable[Cell], *, provider: str, quarter: Quarter, codes: Codes, discloser: Discloser
) -> Iterator[Observation]:
    """All rows of a table, as published, in the order declared.

    `cells` are split by month and the table's dimensions; those of other months are left out. `codes` lists every value
    of each dimension. Raises Refused where a cell lies outside what was declared: leaving it out would be a silent
    undercount.
    """
    kept = list(cells)
    values_of_rows = list(product(*(codes[dimension] for dimension in table.dimensions)))
    for stretch in stretches(table, quarter):
        tally = _tally(table, kept, months=stretch.months, known=frozenset(values_of_rows))
        for values in values_of_rows:
            published = discloser.show(*tally.get(values, (0, 0)))
            row: Observation = dict.fromkeys(COLUMNS, ALL)
            row |= {"period": stretch.period, "provider": provider, "table": table.name, "month": stretch.month}
            row |= dict(zip(table.dimensions, values, strict=True))
            yield row | {"observation": published.observation, "observation_status": published.status}


def by_of(row: Observation) -> By:
    """The stretch of time that a row speaks of."""
    if row["month"]:
        return "month"
    return "quarter" if "Q" in str(row["period"]) else "year"


def suppressed(row: Observation) -> Observation:
    """The same row, told nothing of."""
    return row | {"observation": None, "observation_status": "not_shown"}


def _tally(
    table: Table, cells: Iterable[Cell], *, months: Sequence[str], known: frozenset[tuple[str, ...]]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Count and key of the cells in these months: sums of sums, so that equal facts keep equal keys."""
    tally: dict[tuple[str, ...], tuple[int, int]] = {}
    for cell in cells:
        values = tuple(cell.dimensions[name] for name in table.dimensions)
        if values not in known:
            raise Refused(
                f"the table {table.name} has no row for {' / '.join(values)}: is a code missing in the scheme?"
            )
        if cell.dimensions["month"] in months:
            count, key = tally.get(values, (0, 0))
            tally[values] = (count + cell.count, key + cell.key)
    return tally
