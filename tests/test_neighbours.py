"""No provider learns of another, from its own release or from the pools, whatever the others' figures are (P64)."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import figures, releases
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback import pooling
from report_abuse_receiver.rules.feedback.lattice import Observation
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.feedback.facts import FactRow
from report_abuse_receiver.store.feedback.rollups import ALL, pool_of
from tests.parts.decided import enter, many, mixed, put
from tests.parts.frozen import AFTER, QUARTER
from tests.parts.places import on_sqlite
from tests.unit.test_pooling import is_fair

MONTHS = Quarter.parse(QUARTER).months
KINDS = {f"{kind}{number}": kind for kind in ("game", "social") for number in range(6)}
ONE_CENTRE = [HealthCheck.function_scoped_fixture]

#: How many incidents a neighbour has, of which sort.
NEIGHBOURS = st.lists(
    st.tuples(
        st.sampled_from(("rival", "unlisted")),
        st.sampled_from(MONTHS),
        st.sampled_from(("grooming", "meeting", "other")),
        st.sampled_from((0, 1, 4, 30, 900, 10_000)),
    ),
    max_size=3,
)


@pytest.fixture(autouse=True)
def spring() -> Any:
    """The first quarter of 2026 is over."""
    with time_machine.travel(AFTER, tick=False):
        yield


@contextmanager
def undone(centre: Centre) -> Iterator[Connection]:
    """A transaction that leaves nothing behind."""
    with centre.database.engine.connect().execution_options(writer=True) as conn:
        yield conn
        conn.rollback()


def told(centre: Centre, conn: Connection, service_id: str) -> dict[str, Any]:
    """What the release of a service would say, were the quarter frozen now."""
    work = figures.begin(centre, conn, Quarter.parse(QUARTER))
    service = figures.services.find(conn, service_id)
    tier = None if service is None else figures.tier_for(work, service)
    return {} if service is None or tier is None else vars(releases.content(work, service, tier))


def own(body: dict[str, Any]) -> str:
    """A release without its pooled rows, and without the hash that covers them."""
    rows = [row for row in body["observations"] if not row["pool"]]
    return json.dumps({**body, "observations": rows, "hashes": None})


@given(NEIGHBOURS)
@settings(max_examples=15, deadline=None, suppress_health_check=ONE_CENTRE)
def test_a_neighbours_facts_change_no_byte_outside_the_pools(
    neighbourhood: Centre, found: list[tuple[str, str, str, int]]
) -> None:
    mine = list(mixed(neighbourhood, 70, "acme", months=MONTHS))
    theirs = [row for who, month, what, times in found for row in many(times, who, month, category=what)]
    with undone(neighbourhood) as conn:
        put(conn, mine)
        alone = told(neighbourhood, conn, "acme")
    with undone(neighbourhood) as conn:
        put(conn, mine + theirs)
        beside = told(neighbourhood, conn, "acme")
    assert own(alone) == own(beside)
    said = json.dumps(beside).lower()
    assert not any(word in said for word in ("rival", "unlisted", "rivalsite", "secret name"))


@pytest.fixture
def neighbourhood(centre: Centre) -> Centre:
    """A provider, a rival with a button, and a service without."""
    enter(centre, "acme")
    directory.add_provider(
        centre, "rival", name="Secret Name", origins=["https://rivalsite.example"], contact="-", kind="game"
    )
    directory.add_service(centre, "unlisted", name="Secret Name Two", aliases=["unlisted.example"], kind="game")
    return centre


SIZES = st.lists(st.integers(0, 45), min_size=len(KINDS), max_size=len(KINDS))


@on_sqlite
@given(SIZES, st.integers(0, 3))
@settings(max_examples=12, deadline=None, suppress_health_check=ONE_CENTRE)
def test_every_pooled_number_in_a_release_keeps_the_contributor_rule(
    town: Centre, sizes: list[int], uneven: int
) -> None:
    facts: list[FactRow] = []
    for number, (service, size) in enumerate(zip(KINDS, sizes, strict=True)):
        category = ("grooming", "meeting")[(number + uneven) % 2]
        facts += [*many(size, service, MONTHS[0], category=category), *many(size // 2, service, MONTHS[1])]
    with undone(town) as conn:
        if facts:
            put(conn, facts)
        bodies = [told(town, conn, service) for service in KINDS]
    for row in (row for body in bodies for row in body["observations"] if row["pool"]):
        if row["observation_status"] != "not_shown":
            parts = contributions(facts, row)
            assert is_fair(list(parts.values()), whole=parts.total())


def contributions(facts: list[FactRow], row: Observation) -> Counter[str]:
    there = (one.service for one in facts if one.service and row["category"] in ("", one.category))
    return Counter(service for service in there if row["pool"] in (ALL, pool_of(KINDS[service])))


@pytest.fixture
def town(centre: Centre) -> Centre:
    """Six games and six social sites."""
    for service, kind in KINDS.items():
        enter(centre, service, kind=kind)
    return centre


def test_pools_of_many_equals_are_told_to_all_of_them(town: Centre) -> None:
    with undone(town) as conn:
        put(conn, [row for service in KINDS for row in many(20, service, MONTHS[0])])
        bodies = [told(town, conn, service) for service in ("game0", "social3")]
    for body, pool in zip(bodies, ("type:game", "type:social"), strict=True):
        pooled = {
            row["pool"]: row["observation"]
            for row in body["observations"]
            if row["table"] == "pooled_categories" and row["category"] == "grooming"
        }
        assert set(pooled) == {pool, "all"}
        assert abs(pooled[pool] - 120) <= 5
        assert abs(pooled["all"] - 240) <= 5


def test_one_giant_among_dwarfs_is_in_no_pool(town: Centre) -> None:
    with undone(town) as conn:
        put(conn, [row for service in KINDS for row in many(900 if service == "game0" else 9, service, MONTHS[0])])
        body = told(town, conn, "game1")
    pooled = {row["pool"]: row["observation_status"] for row in body["observations"] if row["table"] == "pooled_totals"}
    assert pooled == {"type:game": "not_shown", "all": "not_shown"}


def test_both_floors_mean_the_same_pool_by_all() -> None:
    assert pooling.ALL == ALL
