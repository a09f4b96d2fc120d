"""Feedback: what a provider would be told about the reports that concern it, made from facts and counters only.

Nothing here can see a report: a module that cannot read one cannot leak one (P63).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from report_abuse.keys import PROVIDER
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.ground.errors import NotFound
from report_abuse_receiver.rules import lattice
from report_abuse_receiver.rules.disclosure import POLICY_VERSION, Discloser
from report_abuse_receiver.rules.lattice import LATTICE_VERSION, TABLES, Codes, Observation, Source
from report_abuse_receiver.rules.periods import Quarter
from report_abuse_receiver.store import counters, facts, providers
from report_abuse_receiver.store.facts import Cell

_YEAR = 4  # quarters for which a placement keeps its row after its last press


def preview(centre: Centre, provider: str, period: str) -> dict[str, Any]:
    """What `provider` would be told about `period`, in the shape of release.json, marked as unreleased.

    For staff only: the figures of a quarter that still runs change with every decision, and two previews could be
    subtracted. Raises Refused on a malformed period and NotFound on an unknown provider.
    """
    quarter = Quarter.parse(period)
    with centre.database.reading() as conn:
        if not PROVIDER.fullmatch(provider) or providers.find(conn, provider) is None:
            raise NotFound(f"provider {provider[:40]!r} is not in the directory")
        rows = _observations(centre, conn, provider, quarter)
    return {
        "period": str(quarter),
        "provider": provider,
        "policy_version": POLICY_VERSION,
        "lattice_version": LATTICE_VERSION,
        "unreleased": True,
        "observations": rows,
        "hashes": {"lattice": lattice.fingerprint(), "observations": _hash(rows)},
    }


def _observations(centre: Centre, conn: Connection, provider: str, quarter: Quarter) -> list[Observation]:
    """All rows of all tables; each source is read once, so that tables made from it cannot disagree."""
    cells: Mapping[Source, list[Cell]] = {
        "facts": facts.cells(conn, service=provider, months=quarter.months, by=lattice.split_by("facts")),
        "counters": counters.cells(conn, provider=provider, months=quarter.months, by=lattice.split_by("counters")),
    }
    # Placements come after the counters: one that is pressed for the first time in between only adds an empty row.
    codes: Codes = {**centre.scheme.vocabularies, "placement": _placements(conn, provider, quarter)}
    discloser = Discloser(centre.keys.disclosure)
    return [
        row
        for table in TABLES
        for row in lattice.observations(
            table, cells[table.source], provider=provider, quarter=quarter, codes=codes, discloser=discloser
        )
    ]


def _placements(conn: Connection, provider: str, quarter: Quarter) -> list[str]:
    """Every placement pressed in the quarter or the year before it: a row that went away would tell a true zero."""
    months = [month for back in range(_YEAR + 1) for month in quarter.earlier(back).months]
    pressed = counters.cells(conn, provider=provider, months=months, by=("placement",))
    return sorted(cell.dimensions["placement"] for cell in pressed)


def _hash(rows: list[Observation]) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
