"""Pools: the figures of all services together and of each type, and which of them may be told to anybody."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from report_abuse_receiver.rules.feedback import pooling
from report_abuse_receiver.rules.feedback.lattice import Observation, suppressed
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.feedback import facts, folds, rollups
from report_abuse_receiver.store.feedback.facts import Cell
from report_abuse_receiver.store.feedback.folds import FoldRow
from report_abuse_receiver.store.feedback.rollups import POOLED_SPLITS, pool_of
from report_abuse_receiver.store.partners.services import ServiceRow

#: What a folded category counts as.
FOLDED = "other"


@dataclass(frozen=True, kw_only=True)
class Pools:
    """A quarter's pools: their cells by pool and split, and the pool and category of each cell that may be told."""

    cells: Mapping[str, Mapping[str, Sequence[Cell]]]
    told: frozenset[pooling.Cell]

    def of(self, kind: str) -> tuple[str, ...]:
        """The pools that a service of this kind is told of."""
        return (pool_of(kind), pooling.ALL)

    def as_told(self, rows: Sequence[Observation]) -> Iterator[Observation]:
        """The rows, those of a pool withheld where they would tell of one service."""
        for row in rows:
            is_told = not row["pool"] or (str(row["pool"]), str(row["category"])) in self.told
            yield row if is_told else suppressed(row)


def pools_of(conn: Connection, quarter: Quarter, services: Sequence[ServiceRow]) -> Pools:
    """Read the pools of a quarter; folds of any provider are made here too."""
    kinds = {service.id: service.kind for service in services}
    folded = folds.of_periods(conn, [str(quarter)])
    corrections = _corrections(conn, quarter, folded, kinds)
    cells = {
        pool: _cells(conn, pool, quarter, corrections)
        for pool in (*sorted({pool_of(kind) for kind in kinds.values()}), pooling.ALL)
    }
    parts = _parts(conn, quarter, {(row.provider, row.category) for row in folded})
    return Pools(cells=cells, told=pooling.told(parts, incidents=_incidents(cells)))


def _cells(conn: Connection, pool: str, quarter: Quarter, corrections: Sequence[Cell]) -> dict[str, list[Cell]]:
    read = rollups.cells(conn, service=pool, months=quarter.months, splits=POOLED_SPLITS)
    named = {split: [_in_pool(cell, pool) for cell in cells] for split, cells in read.items()}
    named["category"] += [cell for cell in corrections if cell.dimensions["pool"] == pool]
    return named


def _in_pool(cell: Cell, pool: str) -> Cell:
    return Cell(dimensions={**cell.dimensions, "pool": pool}, count=cell.count, key=cell.key)


def _corrections(conn: Connection, quarter: Quarter, folded: Sequence[FoldRow], kinds: Mapping[str, str]) -> list[Cell]:
    """What folds take from a category of a pool and add to `other`: each incident once, whoever folds it."""
    moved: dict[tuple[str, str, str], list[Cell]] = {}
    for row in folded:
        found = facts.incidents(conn, service=row.provider, months=quarter.months, category=row.category)
        for (month, incident), at in found.items():
            pools = {pooling.ALL, *(pool_of(kinds[service]) for service in at if service is not None)}
            moved |= {(pool, month, incident): _moved(pool, month, incident, row.category) for pool in pools}
    return [cell for pair in moved.values() for cell in pair]


def _moved(pool: str, month: str, incident: str, category: str) -> list[Cell]:
    key, where = facts.incident_key(incident), {"month": month, "pool": pool}
    return [
        Cell(dimensions=where | {"category": category}, count=-1, key=-key),
        Cell(dimensions=where | {"category": FOLDED}, count=1, key=key),
    ]


def _parts(conn: Connection, quarter: Quarter, folded: set[tuple[str, str]]) -> dict[pooling.Cell, Counter[str]]:
    """How much each service brings to each cell, with the folds made."""
    parts: dict[pooling.Cell, Counter[str]] = {}
    for service, kind, category, count in rollups.contributions(conn, months=quarter.months):
        said = FOLDED if (service, category) in folded else category
        parts.setdefault((pool_of(kind), said), Counter())[service] += count
    return parts


def _incidents(cells: Mapping[str, Mapping[str, Sequence[Cell]]]) -> Counter[pooling.Cell]:
    """How many incidents each cell of each pool tells of."""
    tally: Counter[pooling.Cell] = Counter()
    for cell in (cell for by_split in cells.values() for of in by_split.values() for cell in of):
        where = cell.dimensions
        tally[where["pool"], where.get("category", pooling.WHOLE)] += cell.count
    return tally
