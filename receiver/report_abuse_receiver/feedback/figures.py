"""Feedback: what a provider is told about the reports that concern it, made from rollups and counters only.

Nothing here can see a report: a module that cannot read one cannot leak one (P63).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Connection

from report_abuse.keys import PROVIDER
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback.pools import FOLDED, Pools, pools_of
from report_abuse_receiver.ground.canonical import canonical, sha256
from report_abuse_receiver.ground.errors import NotFound, NoVaultKey
from report_abuse_receiver.ground.partners.placements import OTHER
from report_abuse_receiver.rules.feedback import lattice
from report_abuse_receiver.rules.feedback.attack import Place, true_counts
from report_abuse_receiver.rules.feedback.disclosure import POLICY_VERSION, Discloser, Published
from report_abuse_receiver.rules.feedback.lattice import LATTICE_VERSION, TABLES, Codes, Observation, Table
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.rules.feedback.tiers import Tier, tier_of
from report_abuse_receiver.store.feedback import folds, presses, rollups
from report_abuse_receiver.store.feedback.facts import Cell
from report_abuse_receiver.store.partners import placements, services
from report_abuse_receiver.store.partners.services import ServiceRow

_YEAR = 4  # quarters that a year has


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the figures of one quarter are made with, for every service the same."""

    centre: Centre
    conn: Connection
    quarter: Quarter
    pools: Pools

    @cached_property
    def discloser(self) -> Discloser:
        """What draws every published number."""
        key = self.centre.keys.disclosure
        if key is None:
            raise NoVaultKey("this process holds public keys only; ask for figures on the desk's host")
        return Discloser(key)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The months that the release of this quarter speaks of, those of a year that ends with it included."""
        spoken_of = [lattice.stretches(table, self.quarter) for table in TABLES]
        return tuple(sorted({month for stretches in spoken_of for stretch in stretches for month in stretch.months}))

    def quarters(self) -> tuple[Quarter, ...]:
        """The quarter and the three before it, newest first."""
        return tuple(self.quarter.earlier(back) for back in range(_YEAR))


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What one provider would be told, before it is released; in the shape of a release."""

    period: str
    provider: str
    tier: Tier | None
    policy_version: str
    lattice_version: int
    unreleased: bool
    observations: Sequence[Observation]
    hashes: Mapping[str, str]


def preview(centre: Centre, provider: str, period: str) -> Preview:
    """What `provider`, or a service without a button, would be told about `period`, marked as unreleased.

    For staff only, so that every table is shown, whatever `tier` would withhold: the figures of a quarter that still
    runs change with every decision, and two previews could be subtracted. Raises Refused on a malformed period and
    NotFound on an unknown provider.
    """
    quarter = Quarter.parse(period)
    with centre.database.reading() as conn:
        service = services.find(conn, provider) if PROVIDER.fullmatch(provider) else None
        if service is None:
            raise NotFound(f"provider {provider[:40]!r} is not in the directory")
        work = begin(centre, conn, quarter)
        tier, rows = tier_for(work, service), figures(work, service).rows
    return Preview(
        period=str(quarter),
        provider=provider,
        tier=tier,
        policy_version=POLICY_VERSION,
        lattice_version=LATTICE_VERSION,
        unreleased=True,
        observations=rows,
        hashes=hashes(rows),
    )


def begin(centre: Centre, conn: Connection, quarter: Quarter) -> Work:
    """Settle what all services share: the pools, and what of them may be told."""
    return Work(centre=centre, conn=conn, quarter=quarter, pools=pools_of(conn, quarter, services.every(conn)))


def tier_for(work: Work, service: ServiceRow) -> Tier | None:
    """The tier of a service's release, or None where it gets none."""
    months = [month for quarter in work.quarters() for month in quarter.months]
    totals = rollups.cells(work.conn, service=service.id, months=months, splits=[""])[""]
    published = [_published(totals, quarter, work.discloser) for quarter in work.quarters()]
    return tier_of(published, adopter=service.is_adopter, limits=work.centre.scheme.tiers)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All rows of all tables about one service, before its tier withholds any, and what they were made from."""

    rows: list[Observation]
    cells: "Cells"


def figures(work: Work, service: ServiceRow) -> Figures:
    """Fill every declared table for a service."""
    codes: Codes = {
        **work.centre.scheme.vocabularies,
        "placement": _placements(work, service),
        "pool": work.pools.of(service.kind),
    }
    cells = Cells(work, service)
    rows = [
        row
        for table in TABLES
        for row in lattice.observations(
            table, cells.of(table), provider=service.id, quarter=work.quarter, codes=codes, discloser=work.discloser
        )
    ]
    return Figures(rows=list(work.pools.as_told(rows)), cells=cells)


def hashes(rows: Sequence[Observation]) -> dict[str, str]:
    """What the rows were declared by, and what they are."""
    return {"lattice": lattice.fingerprint(), "observations": sha256(canonical(rows))}


class Cells:
    """The cells of one service; each source is read once, so that its tables cannot disagree."""

    def __init__(self, work: Work, service: ServiceRow) -> None:
        folded = folds.of_provider(work.conn, service.id)
        moved = {(month, row.category) for row in folded for month in Quarter.parse(row.period).months}
        read = rollups.cells(work.conn, service=service.id, months=work.months)
        self._facts = {split: list(_fold(cells, moved)) for split, cells in read.items()}
        self._presses = presses.cells(
            work.conn, provider=service.id, months=work.months, by=("month", "placement", "event")
        )
        self._pools = [work.pools.cells[pool] for pool in work.pools.of(service.kind)]

    def of(self, table: Table) -> list[Cell]:
        """What a table is filled with."""
        if table.source == "counters":
            return self._presses
        if table.source == "facts":
            return self._facts["+".join(table.dimensions)]
        split = "+".join(name for name in table.dimensions if name != "pool")
        return [cell for pool in self._pools for cell in pool[split]]

    def true_counts(self, places: Iterable[Place]) -> dict[Place, int]:
        """The counts that nobody may learn, for the audit: of the service's own facts and presses."""
        by_source: dict[str, list[Place]] = {"facts": [], "counters": []}
        for place in places:
            by_source[place.source].append(place)
        by_columns = {tuple(sorted(name for name in split.split("+") if name)): of for split, of in self._facts.items()}
        return true_counts(by_source["facts"], by_columns) | true_counts(
            by_source["counters"], {("event", "placement"): self._presses}
        )


def _fold(cells: Iterable[Cell], moved: set[tuple[str, str]]) -> Iterator[Cell]:
    for cell in cells:
        is_folded = (cell.dimensions["month"], cell.dimensions.get("category", "")) in moved
        yield replace(cell, dimensions={**cell.dimensions, "category": FOLDED}) if is_folded else cell


def _published(totals: Iterable[Cell], quarter: Quarter, discloser: Discloser) -> Published:
    """A quarter's total as it is, was or would have been published."""
    counted = [cell for cell in totals if cell.dimensions["month"] in quarter.months]
    return discloser.show(sum(cell.count for cell in counted), sum(cell.key for cell in counted))


def _placements(work: Work, service: ServiceRow) -> list[str]:
    """What is counted apart, pressed or not: a row that came with the first press would tell of it (P63)."""
    if service.provider_id is None:
        return []
    rows = placements.of_provider(work.conn, service.provider_id)
    apart = [row.placement for row in rows if row.retired_at is None or row.retired_at >= work.quarter.start]
    return [*apart, OTHER]
