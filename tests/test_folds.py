"""Two people may count a category of one provider's quarter as `other`, so that no campaign stands out (C20)."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import figures, folds, releases
from report_abuse_receiver.ground.errors import NotFound, Refused, UnknownCode
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.decided import enter, fact, many, put_in
from tests.parts.frozen import AFTER, QUARTER, frozen, rows, statuses


@pytest.fixture(autouse=True)
def spring() -> Any:
    """The first quarter of 2026 is over."""
    with time_machine.travel(AFTER, tick=False):
        yield


def fold(command: Command, *said: str, asked_by: str = "pat", approved_by: str = "kim") -> Any:
    return command("feedback", "fold", *said, "--asked-by", asked_by, "--approved-by", approved_by, "--json")


def test_a_folded_category_counts_as_other_in_every_table_of_every_release(centre: Centre, command: Command) -> None:
    enter(centre, "acme", *(f"game{number}" for number in range(6)))
    campaign = many(60, "acme", "2026-02", category="coercion", age_band="11-13")
    rest = many(20, "acme", "2026-03", category="other", age_band="14-15")
    others = [
        many(40, f"game{number}", "2026-01", category=("grooming", "coercion")[number % 2]) for number in range(6)
    ]
    earlier = many(30, "acme", "2025-10", category="coercion", age_band="11-13")
    put_in(centre, campaign, rest, earlier, *others)
    folded = fold(command, "acme", QUARTER, "coercion")
    assert folded.json == {
        "provider": "acme", "period": QUARTER, "category": "coercion", "asked_by": "pat", "approved_by": "kim",
    }  # fmt: skip
    releases.freeze(centre, QUARTER, by=host())
    mine, theirs = frozen(centre)["acme"], frozen(centre)["game1"]
    assert statuses(mine, table="categories", category="coercion") == {"low"}
    assert about(rows(mine, table="categories", category="other", month=""), 80)
    assert about(rows(mine, table="totals", month=""), 80)
    assert about(rows(mine, table="categories_by_age", category="other", age_band="11-13"), 60)
    assert about(rows(mine, table="categories_by_age", category="coercion", age_band="11-13"), 30)  # the autumn's
    assert about(rows(theirs, table="categories", category="coercion", month=""), 40)
    assert about(rows(theirs, table="pooled_totals", pool="all"), 320)
    cells = pool_of_all(centre)
    assert (cells["coercion"], cells["other"]) == (120, 80)


def about(found: list[dict[str, Any]], truth: int) -> bool:
    return len(found) == 1 and abs(found[0]["observation"] - truth) <= 5


def pool_of_all(centre: Centre) -> dict[str, int]:
    """The true counts of the pool of all, by category."""
    tally: dict[str, int] = defaultdict(int)
    with centre.database.reading() as conn:
        work = figures.begin(centre, conn, Quarter.parse(QUARTER))
    for cell in work.pools.cells["all"]["category"]:
        tally[cell.dimensions["category"]] += cell.count
    return tally


def test_an_incident_that_two_providers_fold_moves_once(centre: Centre, command: Command) -> None:
    enter(centre, "acme")
    enter(centre, "pebble", kind="social")
    shared = [fact("acme", "2026-02", category="coercion", incident=f"s{number}") for number in range(9)]
    put_in(centre, shared, [fact("pebble", "2026-02", category="coercion", incident=one.incident) for one in shared])
    for provider in ("acme", "pebble"):
        assert fold(command, provider, QUARTER, "coercion").exit_code == 0
    cells = pool_of_all(centre)
    assert (cells["coercion"], cells["other"]) == (0, 9)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({"approved_by": host("pat")}, Refused, "two people"),
        ({"approved_by": host(" Pat ")}, Refused, "two people"),
        ({"approved_by": host(" ")}, Refused, "two people"),
        ({"category": "invented"}, UnknownCode, "one of: meeting"),
        ({"category": "other"}, Refused, "folded into"),
        ({"provider": "nobody"}, NotFound, "not in the directory"),
        ({"period": "2026-02"}, Refused, "like 2026-Q3"),
        ({"period": "2025-Q4"}, Refused, "2025-Q4 is frozen"),
        ({"period": "2024-Q2"}, Refused, "2025-Q1 is frozen; what was told of 2024-Q2"),
        ({"period": QUARTER, "category": "meeting"}, Refused, "already folded"),
    ],
)
def test_a_fold_that_cannot_be_is_refused(
    centre: Centre, said: dict[str, Any], error: type[Exception], words: str
) -> None:
    enter(centre, "acme")
    for period in ("2025-Q4", "2025-Q1"):
        releases.freeze(centre, period, by=host())
    people = {"asked_by": host("pat"), "approved_by": host("kim")}
    folds.fold(centre, "acme", QUARTER, "meeting", **people)
    with pytest.raises(error, match=words):
        folds.fold(centre, **({"provider": "acme", "period": QUARTER, "category": "grooming"} | people | said))


def test_the_database_itself_wants_two_people_for_a_fold(centre: Centre) -> None:
    row = {"provider": "acme", "period": QUARTER, "category": "meeting", "at": datetime.now(UTC)}
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(insert(TABLES["fold"]).values(asked_by="pat", approved_by="pat", **row))
