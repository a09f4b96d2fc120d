"""Rollups say what the facts say, whatever was decided, taken back, imported or done at once, on both engines."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from alembic import command as alembic
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select, text, update

from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback.rollups import check_rollups, rebuild_rollups
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.intake.attribution import Attribution
from report_abuse_receiver.store import engine as engines
from report_abuse_receiver.store.feedback import facts, recount, rollups
from report_abuse_receiver.store.feedback.facts import Cell, FactRow
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.decided import enter, fact, many, put_in
from tests.parts.places import Place, on_sqlite
from tests.parts.received import submit

ROLLUP = TABLES["rollup"]

MONTHS = ("2026-07", "2026-08")
KINDS = {"acme": "game", "blox": "game", "pebble": "social"}
ANSWERS: Mapping[str, Any] = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 12, "phone": "07700 900123",
    "private": "safe",
}  # fmt: skip

CODES = st.fixed_dictionaries(
    {
        "month": st.sampled_from(MONTHS),
        "category": st.sampled_from(("grooming", "meeting")),
        "age_band": st.sampled_from(("11-13", "unknown")),
        "outcome": st.sampled_from(("advice", "referred")),
    }
)
SERVICES = st.lists(st.sampled_from(tuple(KINDS)), unique=True, max_size=3)
INCIDENTS = st.lists(st.tuples(SERVICES, CODES, st.booleans()), max_size=12)


@pytest.fixture
def services(centre: Centre) -> Centre:
    """A centre with three services in its directory."""
    for service, kind in KINDS.items():
        enter(centre, service, kind=kind)
    return centre


@contextmanager
def undone(centre: Centre) -> Iterator[Connection]:
    """A transaction that leaves nothing behind."""
    with centre.database.engine.connect().execution_options(writer=True) as conn:
        yield conn
        conn.rollback()


def incident(at: list[str], codes: Mapping[str, str]) -> list[FactRow]:
    """The facts of one decision."""
    first = fact(at[0] if at else None, **codes)
    return [first, *(fact(service, incident=first.incident, **codes) for service in at[1:])]


def report(centre: Centre, *, services: tuple[str, ...], category: str = "grooming", **said: str) -> str:
    """A report that came in and was decided on; returns its reference."""
    submission = Submission(answers=ANSWERS, channel="direct", attribution=Attribution(outcome="none"))
    reference = submit(centre, submission).reference
    decide(centre, reference, services=services, category=category, **said)
    return reference


def decide(
    centre: Centre, reference: str, *, services: tuple[str, ...], category: str, outcome: str = "advice"
) -> None:
    triage.decide(centre, reference, Decision(category=category, outcome=outcome, services=services), by=host("pat"))


def rolled(centre: Centre, service: str, split: str = "") -> dict[str, int]:
    """What a service's or pool's rollups count, value by value, over all months."""
    columns = ROLLUP.c.value, func.sum(ROLLUP.c.count)
    where = ROLLUP.c.service == service, ROLLUP.c.split == split, ROLLUP.c.count > 0
    with centre.database.reading() as conn:
        return {value: int(n) for value, n in conn.execute(select(*columns).where(*where).group_by(columns[0]))}


@given(INCIDENTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_split_counts_what_a_plain_group_by_of_the_facts_counts(services: Centre, told: list[Any]) -> None:
    with undone(services) as conn:
        for at, codes, is_taken_back in told:
            rows = incident(at, codes)
            rollups.change(conn, taken=[], added=rows)
            if is_taken_back:
                rollups.change(conn, taken=rows, added=[])
            else:
                conn.execute(insert(TABLES["fact"]), [vars(row) for row in rows])
        for service in KINDS:
            read = rollups.cells(conn, service=service, months=MONTHS)
            for split, cells in read.items():
                by = ["month", *(name for name in split.split("+") if name)]
                assert in_order(cells) == in_order(facts.cells(conn, service=service, months=MONTHS, by=by))


def in_order(cells: list[Cell]) -> list[tuple[Any, ...]]:
    return sorted((sorted(cell.dimensions.items()), cell.count, cell.key) for cell in cells)


@given(INCIDENTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_pool_counts_each_incident_once_with_one_key(services: Centre, told: list[Any]) -> None:
    with undone(services) as conn:
        pools: dict[str, list[str]] = {"all": [], "type:game": [], "type:social": []}
        for at, codes, _ in told:
            rows = incident(at, codes)
            rollups.change(conn, taken=[], added=rows)
            for pool in {"all", *(f"type:{KINDS[service]}" for service in at)}:
                pools[pool].append(rows[0].incident)
        for pool, incidents in pools.items():
            totals = rollups.cells(conn, service=pool, months=MONTHS, splits=[""])[""]
            assert sum(cell.count for cell in totals) == len(incidents)
            assert sum(cell.key for cell in totals) % 2**32 == sum(map(facts.incident_key, incidents)) % 2**32


def test_decisions_are_counted_as_they_are_made_changed_and_taken_back(services: Centre) -> None:
    first = report(services, services=("acme", "pebble"))
    report(services, services=("acme",), category="meeting")
    report(services, services=())
    assert rolled(services, "acme", "category") == {"grooming": 1, "meeting": 1}
    assert (rolled(services, "all"), rolled(services, "type:game"), rolled(services, "type:social")) == (
        {"": 3}, {"": 2}, {"": 1},
    )  # fmt: skip
    decide(services, first, services=("acme", "blox"), category="coercion")
    assert rolled(services, "acme", "category") == {"coercion": 1, "meeting": 1}
    assert (rolled(services, "pebble"), rolled(services, "type:social"), rolled(services, "all")) == ({}, {}, {"": 3})
    decide(services, first, services=("acme", "blox"), category="coercion", outcome="duplicate")
    assert (rolled(services, "acme"), rolled(services, "all")) == ({"": 1}, {"": 2})
    assert check_rollups(services) == []


def test_deciding_again_the_same_way_keeps_the_keys(services: Centre) -> None:
    reference = report(services, services=("acme", "blox"))
    with services.database.reading() as conn:
        before = conn.execute(select(ROLLUP).order_by(*ROLLUP.primary_key.columns)).all()
    decide(services, reference, services=("acme", "blox"), category="grooming")
    with services.database.reading() as conn:
        assert conn.execute(select(ROLLUP).order_by(*ROLLUP.primary_key.columns)).all() == before


def test_a_decision_of_a_later_month_moves_nothing(services: Centre) -> None:
    with time_machine.travel("2026-07-15T12:00Z", tick=False):
        reference = report(services, services=("acme",))
    with time_machine.travel("2026-08-15T12:00Z", tick=False):
        decide(services, reference, services=("blox",), category="meeting")
    assert (rolled(services, "acme", "category"), rolled(services, "blox")) == ({"grooming": 1}, {})
    assert check_rollups(services) == []


def test_decisions_in_many_threads_are_all_counted(services: Centre) -> None:
    at_once(lambda number: report(services, services=(list(KINDS)[number % 3], list(KINDS)[(number + 1) % 3])), of=12)
    assert rolled(services, "all") == {"": 12}
    assert check_rollups(services) == []


def at_once(work: Callable[[int], Any], *, of: int) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(of)))


@pytest.mark.parametrize(
    "harm",
    [
        update(ROLLUP).where(ROLLUP.c.split == "category").values(count=ROLLUP.c.count + 1),
        update(ROLLUP).where(ROLLUP.c.service == "all").values(key_sum=7),
        insert(ROLLUP).values(service="gone", month="2020-01", split="", value="", count=3, key_sum=3),
        ROLLUP.delete().where(ROLLUP.c.service == "acme"),
    ],
    ids=["counts", "keys", "a stray row", "rows gone"],
)
def test_rollups_that_went_wrong_are_found_and_rebuilt(services: Centre, command: Command, harm: Any) -> None:
    put_in(services, many(30), many(5, "pebble", "2026-08"), many(3, None))
    assert command.well("feedback", "rollup", "check", "--json").json == []
    with services.database.writing() as conn:
        conn.execute(harm)
    found = command("feedback", "rollup", "check", "--json")
    assert found.exit_code == 1
    assert {"service", "month", "split", "value", "count", "facts", "wrong"} == set(found.json[0])
    assert "feedback rollup rebuild" in found.stderr
    rows = command.well("feedback", "rollup", "rebuild", "--json").json["rows"]
    assert rows == 9 + 9 + 2 + 2 + 4  # two services, their two types, all in two months
    assert command.well("feedback", "rollup", "check", "--json").json == []


def test_rebuilding_gives_what_the_decisions_had_left(services: Centre) -> None:
    for number in range(5):
        report(services, services=tuple(KINDS)[: number % 4], category=("grooming", "meeting")[number % 2])
    order = ROLLUP.primary_key.columns
    with services.database.reading() as conn:
        before = conn.execute(select(ROLLUP).order_by(*order)).all()
    rebuild_rollups(services)
    with services.database.reading() as conn:
        assert conn.execute(select(ROLLUP).order_by(*order)).all() == before


def test_facts_from_before_there_were_rollups_are_rolled_up_when_the_tables_come(bare_place: Place) -> None:
    url = load_settings(bare_place.environ).database_url
    bare_place.home.mkdir(parents=True, exist_ok=True)
    database = engines.open_database(url)
    to_revision(database, "0001")
    with database.writing() as conn:
        conn.execute(text("INSERT INTO service VALUES ('acme', 'Acme', '[]', NULL, '2026-07-01 00:00:00+00')"))
        shared = fact(incident="shared")
        conn.execute(
            insert(TABLES["fact"]),
            [vars(row) for row in (shared, *many(4), *many(2, None), fact(None, incident="shared"))],
        )
    to_revision(database, "head")
    with database.writing() as conn:
        assert list(recount.differences(conn)) == []
        totals = rollups.cells(conn, service="all", months=["2026-07"])[""]
        assert [cell.count for cell in totals] == [7]
    database.close()


def to_revision(database: engines.Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(engines.__file__).with_name("migrations")))
    with database.writing() as conn:
        config.attributes["connection"] = conn
        alembic.upgrade(config, revision)


@on_sqlite
def test_a_service_may_not_go_by_the_name_of_all(centre: Centre) -> None:
    with pytest.raises(Exception, match="choose another"):
        directory.add_service(centre, "all", name="All", aliases=[])
