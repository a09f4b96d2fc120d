"""The lattice: every table that may ever be published, declared here and nowhere else, and how its rows are filled.

A table is one line in `TABLES`. With a new one comes a new `LATTICE_VERSION`: each table more is one more view on the
same facts. There are no filters and no dates to choose, and every declared row is always there, so that a row that is
missing tells nothing (P63).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Literal, Protocol

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.disclosure import Discloser
from report_abuse_receiver.rules.periods import Quarter

LATTICE_VERSION = 1

SPLITS = ("category", "placement", "event", "age_band", "contact", "moved_to", "reporter", "time_to_report", "outcome")
COLUMNS = ("period", "provider", "table", "month", *SPLITS, "observation", "observation_status")
ALL = ""  # an empty dimension means all of it, an empty month the whole period

By = Literal["quarter", "month"]
Source = Literal["facts", "counters"]
Observation = dict[str, str | int | None]
Codes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Table:
    """One declared table: what its rows are split by, for the whole quarter and perhaps each month, counting what."""

    name: str
    dimensions: tuple[str, ...]
    by: tuple[By, ...]
    source: Source


TABLES = (
    Table("totals", dimensions=(), by=("quarter", "month"), source="facts"),
    Table("categories", dimensions=("category",), by=("quarter", "month"), source="facts"),
    Table("placements", dimensions=("placement", "event"), by=("quarter",), source="counters"),
)


class Cell(Protocol):
    """What the store counts: facts that share a month and these dimensions, and the sum of their record keys."""

    @property
    def dimensions(self) -> Mapping[str, str]: ...
    @property
    def count(self) -> int: ...
    @property
    def key(self) -> int: ...


def fingerprint() -> str:
    """SHA-256 of the declarations in hexadecimal: it changes if a table is added, dropped or redrawn."""
    return hashlib.sha256(json.dumps([asdict(table) for table in TABLES], sort_keys=True).encode()).hexdigest()


def split_by(source: Source) -> tuple[str, ...]:
    """The columns by which the store counts a source, so that one reading serves all its tables and none can differ."""
    used = {dimension for table in TABLES if table.source == source for dimension in table.dimensions}
    return ("month", *(name for name in SPLITS if name in used))


def observations(
    table: Table, cells: Iterable[Cell], *, provider: str, quarter: Quarter, codes: Codes, discloser: Discloser
) -> Iterator[Observation]:
    """All rows of a table, as published, in the order declared.

    `cells` are split by month and at least the table's dimensions; `codes` lists every value of each dimension.
    Raises Refused where a cell lies outside what was declared: leaving it out would be a silent undercount.
    """
    tally = _tally(table, cells, months=quarter.months, codes=codes)
    for month, *values in _declared(table, quarter, codes):
        published = discloser.show(*tally.get((month, *values), (0, 0)))
        row: Observation = dict.fromkeys(COLUMNS, ALL)
        row |= {"period": str(quarter), "provider": provider, "table": table.name, "month": month}
        row |= dict(zip(table.dimensions, values, strict=True))
        yield row | {"observation": published.observation, "observation_status": published.status}


def _declared(table: Table, quarter: Quarter, codes: Codes) -> Iterator[tuple[str, ...]]:
    months = {"quarter": (ALL,), "month": quarter.months}
    for by in table.by:
        yield from product(months[by], *(codes[dimension] for dimension in table.dimensions))


def _tally(
    table: Table, cells: Iterable[Cell], *, months: Sequence[str], codes: Codes
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Count and key of each month's cells and of the quarter's: sums of sums, so equal facts keep equal keys."""
    known = set(product(months, *(codes[dimension] for dimension in table.dimensions)))
    tally: dict[tuple[str, ...], tuple[int, int]] = {}
    for cell in cells:
        where = tuple(cell.dimensions[name] for name in ("month", *table.dimensions))
        if where not in known:
            raise Refused(
                f"the table {table.name} has no row for {' / '.join(where)}: is a code missing in the scheme?"
            )
        for place in (where, (ALL, *where[1:])):
            count, key = tally.get(place, (0, 0))
            tally[place] = (count + cell.count, key + cell.key)
    return tally
