"""Bodies of releases built by hand: every declared row, with numbers that are made up, for tests of what is drawn."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any, get_args

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.scheme.scheme import Tiers, load_scheme
from report_abuse_receiver.reporting.page import draw
from report_abuse_receiver.reporting.release import History, read_release
from report_abuse_receiver.reporting.terms import Terms
from report_abuse_receiver.rules.feedback.disclosure import FLOOR
from report_abuse_receiver.rules.feedback.lattice import (
    COLUMNS,
    TABLES,
    Observation,
    Table,
    fingerprint,
    stretches,
    suppressed,
)
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.rules.feedback.tiers import Tier, as_told
from report_abuse_receiver.store.feedback import releases
from report_abuse_receiver.store.feedback.releases import FreezeRow, ReleaseRow

Numbers = Mapping[tuple[str, ...], int]

#: Out of a hundred reports, how many are of each code; what is left out has none.
SHARES: Mapping[str, Mapping[str, int]] = {
    "category": {"grooming": 38, "sexual_talk": 21, "coercion": 14, "meeting": 12, "child_image": 8, "out_of_remit": 7},
    "contact": {"direct_message": 47, "group": 19, "game_chat": 15, "friend_request": 9, "voice_video": 7},
    "moved_to": {"none": 51, "messenger": 28, "video_chat": 12, "social": 6},
    "reporter": {"child_self": 55, "parent": 22, "child_other": 13, "professional": 7},
    "age_band": {"0-10": 9, "11-13": 46, "14-15": 30, "16-17": 11, "unknown": 4},
    "time_to_report": {"same_day": 24, "week": 33, "month": 20, "longer": 15, "unknown": 8},
    "outcome": {"disseminated": 31, "advice": 27, "referred": 17, "signposted": 11, "no_action": 9, "operations": 3},
    "event": {"opened": 100, "started": 42, "submitted": 24},
}
#: What the provider is called: a name with a number in it, because that is allowed.
SITE = "Acme 24 Games"
TIERS: tuple[Tier, ...] = get_args(Tier)
#: How much of a quarter's count a stretch of time has.
LENGTHS = {"month": 0.34, "quarter": 1.0, "year": 3.7}


def body_of(
    provider: str = "acme",
    period: str = "2026-Q3",
    tier: Tier = "A",
    *,
    total: int = 120,
    kind: str = "game",
    openings: Mapping[str, int] | None = None,
    pooled: Mapping[str, int | None] | None = None,
    numbers: Numbers | None = None,
) -> dict[str, Any]:
    """A release as it is stored.

    `total` is spread over all tables by `SHARES`; `openings` are by placement, `pooled` by pool, where None means too
    few services; `numbers` overrides single rows by (table, period, month, values …).
    """
    places = {"chat": 600, "profile": 140, "help": 3} if openings is None else openings
    pools = {f"type:{kind}": 900, "all": 4000} if pooled is None else pooled
    codes = {**load_scheme().vocabularies, "placement": tuple(sorted(places)), "pool": tuple(pools)}
    quarter = Quarter.parse(period)
    rows = []
    for table in TABLES:
        every = [*product(*(codes[name] for name in table.dimensions))]
        for stretch, values in product(stretches(table, quarter), every):
            where = (table.name, stretch.period, stretch.month, *values)
            count = round(LENGTHS[stretch.by] * _count(table, values, total=total, places=places, pools=pools))
            count = (numbers or {}).get(where, count)
            row = _row(provider, table, stretch.period, stretch.month, values, count)
            rows.append(suppressed(row) if pools.get(str(row["pool"]), 0) is None else row)
    return _body(provider, quarter, tier, list(as_told(rows, tier=tier, limits=Tiers())))


def year_of(
    provider: str = "acme", *, last: str = "2026-Q3", totals: Sequence[int], **more: Any
) -> list[dict[str, Any]]:
    """Releases of consecutive quarters up to `last`, oldest first, a total each."""
    quarter = Quarter.parse(last)
    return [
        body_of(provider, str(quarter.earlier(len(totals) - 1 - number)), total=total, **more)
        for number, total in enumerate(totals)
    ]


def told(tier: Tier) -> list[dict[str, Any]]:
    """Releases of five quarters, the last of the tier."""
    totals: dict[str, list[int]] = {
        "A": [110, 95, 120, 105, 190],
        "B": [14, 9, 22, 18, 31],
        "C": [3, 4, 2, 6, 3],
        "D": [8, 3, 11, 9, 12],
    }
    openings: dict[str, dict[str, int] | None] = {"A": None, "B": {"chat": 120, "help": 9}, "C": {"chat": 74}, "D": {}}
    pooled: dict[str, dict[str, int | None] | None] = {
        "A": None,
        "B": {"type:game": None, "all": 4312},
        "C": None,
        "D": {"type:game": None, "all": None},
    }
    return year_of(tier=tier, totals=totals[tier], openings=openings[tier], pooled=pooled[tier])


def page_of(*bodies: dict[str, Any], site: str = SITE) -> str:
    """The page of the last body, read against the others."""
    *earlier, current = [read_release(body) for body in bodies]
    return draw(History(current, tuple(earlier)), Terms(centre="Report Abuse", site=site))


def publish(body: dict[str, Any], value: int, **where: str) -> None:
    """Put a published number into the quarter's rows where the named dimensions are as given and all others empty."""
    for row in body["observations"]:
        if (
            row["period"] == body["period"]
            and not row["month"]
            and all(row[name] == code for name, code in where.items())
        ):
            row |= {"observation": value, "observation_status": "shown"}


def keep(centre: Centre, *bodies: Mapping[str, Any], digest: str | None = None) -> None:
    """Put releases where a freeze puts them; `digest` is a fingerprint that is not theirs."""
    with centre.database.writing() as conn:
        for body in bodies:
            text = json.dumps(body, sort_keys=True, separators=(",", ":"))
            versions = {"policy_version": body["policy_version"], "lattice_version": body["lattice_version"]}
            moment = datetime.fromisoformat(body["frozen_at"])
            row = {name: body[name] for name in ("period", "provider", "tier")}
            sha256 = digest or hashlib.sha256(text.encode()).hexdigest()
            releases.add(conn, ReleaseRow(**row, **versions, body=text, sha256=sha256, frozen_at=moment))
            if not releases.frozen(conn, body["period"]):
                releases.close(conn, FreezeRow(period=body["period"], **versions, releases=1, frozen_at=moment))


def _count(
    table: Table, values: Sequence[str], *, total: int, places: Mapping[str, int], pools: Mapping[str, int | None]
) -> float:
    named = dict(zip(table.dimensions, values, strict=True))
    start: float = total
    if "placement" in named:
        start = places[named.pop("placement")]
    if "pool" in named:
        start = pools[named.pop("pool")] or 0
    for dimension, code in named.items():
        start *= SHARES[dimension].get(code, 0) / 100
    return start


def _row(provider: str, table: Table, period: str, month: str, values: Sequence[str], count: int) -> Observation:
    row: Observation = dict.fromkeys(COLUMNS, "")
    row |= {"period": period, "provider": provider, "table": table.name, "month": month}
    row |= dict(zip(table.dimensions, values, strict=True))
    shown = count >= FLOOR
    return row | {"observation": count if shown else None, "observation_status": "shown" if shown else "low"}


def _body(provider: str, quarter: Quarter, tier: Tier, rows: list[Observation]) -> dict[str, Any]:
    return {
        "period": str(quarter),
        "provider": provider,
        "tier": tier,
        "release_id": f"{provider}/{quarter}",
        "policy_version": "1",
        "lattice_version": 2,
        "frozen_at": f"{quarter.end:%Y-%m-%dT%H:%M:%SZ}",
        "next_release": f"{quarter.earlier(-1).end:%Y-%m-%dT%H:%M:%SZ}",
        "observations": rows,
        "hashes": {"lattice": fingerprint(), "observations": hashlib.sha256(json.dumps(rows).encode()).hexdigest()},
    }
