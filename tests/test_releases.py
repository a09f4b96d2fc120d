"""A quarter is frozen once: every release or none, to the byte, and nothing that comes later changes it."""

import hashlib
import json
import signal
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.cli.feedback import feedback as command_line
from report_abuse_receiver.feedback import figures, releases
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback import lattice
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, POLICY_VERSION
from report_abuse_receiver.rules.feedback.lattice import COLUMNS, LATTICE_VERSION, by_of
from report_abuse_receiver.rules.feedback.periods import Year
from report_abuse_receiver.store.feedback import presses
from report_abuse_receiver.store.feedback.facts import FactRow
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.decided import enter, many, mixed, put_in
from tests.parts.frozen import AFTER, QUARTER, frozen, rows, statuses, texts
from tests.parts.places import Place, on_sqlite
from tests.parts.running import PATIENCE, clean_environ

MONTHS = ("2026-01", "2026-02", "2026-03")
YEAR = Year(2025)


@pytest.fixture(autouse=True)
def spring() -> Any:
    """The first quarter of 2026 is over."""
    with time_machine.travel(AFTER, tick=False):
        yield


def press(centre: Centre, provider: str, *, opened: int, month: str = "2026-02") -> None:
    with centre.database.writing() as conn:
        for key in range(opened):
            presses.count(conn, provider=provider, placement="chat", month=month, event="opened", key=key * 77_773)


def a_quarter(centre: Centre) -> None:
    """Three providers with a button, of three sizes, and two services without."""
    enter(centre, "large", "middle", "small")
    for service in ("known", "quiet"):
        directory.add_service(centre, service, name=service.title(), aliases=[], kind="social")
    sizes = {"large": 240, "middle": 27, "small": 3, "known": 60, "quiet": 4}
    put_in(centre, *(mixed(centre, size, service, months=MONTHS) for service, size in sizes.items()))
    press(centre, "small", opened=80)


def test_every_provider_gets_its_release_by_tier_and_a_quiet_service_none(centre: Centre, command: Command) -> None:
    a_quarter(centre)
    assert command.well("feedback", "freeze", QUARTER, "--json").json == {"period": QUARTER, "releases": 4}
    bodies = frozen(centre)
    assert {provider: body["tier"] for provider, body in bodies.items()} == {
        "large": "A", "middle": "B", "small": "C", "known": "D",
    }  # fmt: skip
    assert statuses(bodies["small"], table="totals") == statuses(bodies["small"], table="categories") == {"not_shown"}
    assert rows(bodies["small"], placement="chat", event="opened")[0]["observation"] >= 75
    assert statuses(bodies["middle"], table="contact", period=QUARTER) == {"not_shown"}
    assert "not_shown" not in statuses(bodies["middle"], table="contact", period="2025")
    assert "shown" in statuses(bodies["known"], table="totals")
    assert statuses(bodies["known"], table="categories") == {"not_shown"}
    assert "not_shown" not in statuses(bodies["large"], table="outcomes")


def test_a_release_says_what_it_is_and_carries_its_hashes(centre: Centre) -> None:
    a_quarter(centre)
    releases.freeze(centre, QUARTER, by=host())
    body = frozen(centre)["large"]
    assert list(body) == sorted(
        ["period", "provider", "tier", "release_id", "policy_version", "lattice_version", "frozen_at", "next_release",
         "observations", "hashes", "released"]
    )  # fmt: skip
    assert (body["period"], body["provider"], body["release_id"]) == (QUARTER, "large", f"large/{QUARTER}")
    assert (body["frozen_at"], body["next_release"]) == ("2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z")
    assert (body["policy_version"], body["lattice_version"]) == (POLICY_VERSION, LATTICE_VERSION)
    assert {tuple(sorted(row)) for row in body["observations"]} == {tuple(sorted(COLUMNS))}
    assert body["hashes"]["observations"] == figures.sha256(figures.canonical(body["observations"]))
    with centre.database.reading() as conn:
        for text, digest in conn.execute(select(TABLES["release"].c.body, TABLES["release"].c.sha256)):
            assert hashlib.sha256(text.encode()).hexdigest() == digest
            assert text == figures.canonical(json.loads(text))


def test_no_number_below_the_floor_is_frozen_and_every_declared_row_is_there(centre: Centre) -> None:
    a_quarter(centre)
    releases.freeze(centre, QUARTER, by=host())
    for body in frozen(centre).values():
        numbers = [row["observation"] for row in body["observations"] if row["observation"] is not None]
        assert all(number >= FLOOR for number in numbers)
        told = {(row["table"], by_of(row)) for row in body["observations"]}
        without_a_button = set() if rows(body, table="placements") else {("placements", "quarter")}
        assert told | without_a_button == {(table.name, by) for table in lattice.TABLES for by in table.by}


def test_freezing_again_changes_no_byte_whatever_happened_since(centre: Centre, command: Command) -> None:
    a_quarter(centre)
    first = command.well("feedback", "freeze", QUARTER).stdout
    before = texts(centre)
    assert command.well("feedback", "freeze", QUARTER).stdout == first
    put_in(centre, many(400, "large", "2026-02"), many(90, "small", "2026-01"))
    enter(centre, "newcomer")
    assert command.well("feedback", "freeze", QUARTER).stdout == first
    assert texts(centre) == before


def test_the_same_facts_freeze_to_the_same_bytes_at_any_time(centre: Centre) -> None:
    a_quarter(centre)
    with centre.database.reading() as conn:
        work = figures.begin(centre, conn, releases.Quarter.parse(QUARTER))
        made = {
            service: figures.canonical(vars(releases.content(work, row, tier)))
            for service in ("large", "middle", "small", "known")
            if (row := figures.services.find(conn, service)) and (tier := figures.tier_for(work, row))
        }
    with time_machine.travel("2027-01-01T00:00:00Z", tick=False):
        releases.freeze(centre, QUARTER, by=host())
    assert texts(centre) == made


def test_equal_sets_of_facts_show_equal_numbers_in_every_table_of_a_release(centre: Centre) -> None:
    enter(centre, "acme")
    facts = [*mixed(centre, 60, "acme", months=MONTHS), *mixed(centre, 20, "acme", months=("2025-05",), seed=2)]
    facts += many(9, "acme", "2025-11", category="meeting", age_band="16-17", outcome="referred")
    put_in(centre, facts)
    releases.freeze(centre, QUARTER, by=host())
    shown: dict[frozenset[FactRow], set[int | None]] = defaultdict(set)
    for row in frozen(centre)["acme"]["observations"]:
        if row["observation_status"] != "not_shown" and row["table"] != "placements":
            shown[behind(row, facts)].add(row["observation"])
    assert all(len(numbers) == 1 for numbers in shown.values())
    assert len(shown) > 50


def behind(row: dict[str, Any], facts: list[FactRow]) -> frozenset[FactRow]:
    months = {"month": (row["month"],), "quarter": MONTHS, "year": YEAR.months}[by_of(row)]
    codes = [name for name in FactRow.__dataclass_fields__ if row.get(name)]
    return frozenset(
        one for one in facts if one.month in months and all(getattr(one, n) == row[n] for n in codes if n != "month")
    )


FREEZE_AND_DIE = """
import os, signal, sys
from tests.parts.acting import host
from report_abuse_receiver.feedback import releases
from report_abuse_receiver.centre import open_centre
from report_abuse_receiver.ground.config import load_settings

def die(done, of):
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

releases.freeze(open_centre(load_settings(os.environ)), sys.argv[1], die, by=host())
"""


@pytest.mark.parametrize("after", [1, 3, 5])
def test_a_freeze_killed_in_the_middle_leaves_nothing_and_a_second_run_completes(
    centre: Centre, place: Place, command: Command, after: int
) -> None:
    a_quarter(centre)
    program = [sys.executable, "-c", FREEZE_AND_DIE, QUARTER, str(after)]
    killed = subprocess.run(program, env=clean_environ(place.environ), timeout=PATIENCE, check=False)
    assert killed.returncode == -signal.SIGKILL
    with centre.database.reading() as conn:
        for table in (TABLES["release"], TABLES["freeze"], TABLES["audit"]):
            assert conn.scalar(select(func.count()).select_from(table)) == 0
    assert command.well("feedback", "freeze", QUARTER, "--json").json["releases"] == 4
    assert len(texts(centre)) == 4


@pytest.mark.parametrize("table", [TABLES["release"], TABLES["freeze"], TABLES["fold"]], ids=lambda table: table.name)
def test_what_is_frozen_cannot_be_changed_or_deleted(centre: Centre, command: Command, table: Any) -> None:
    a_quarter(centre)
    command.well("feedback", "fold", "large", QUARTER, "grooming", "--asked-by", "pat", "--approved-by", "kim")
    releases.freeze(centre, QUARTER, by=host())
    for statement in (update(table).values(period="2026-Q2"), delete(table)):
        with pytest.raises(DatabaseError, match="never revised"), centre.database.writing() as conn:
            conn.execute(statement)


@pytest.mark.parametrize("period", ["2026-Q2", "2030-Q1"])
def test_a_quarter_that_is_not_over_is_refused(centre: Centre, command: Command, period: str) -> None:
    a_quarter(centre)
    refused = command("feedback", "freeze", period)
    assert refused.exit_code == 1
    assert f"{period} is not over; it can be frozen from 20" in refused.stderr
    assert texts(centre, period) == {}


@on_sqlite
@pytest.mark.parametrize("period", ["", "2026", "2026-Q5", "2026-07", "2026-Q1 to 2026-Q2", "q1"])
def test_a_malformed_period_is_refused(command: Command, period: str) -> None:
    refused = command("feedback", "freeze", period)
    assert refused.exit_code == 1
    assert "like 2026-Q3" in refused.stderr


def test_a_quarter_can_be_frozen_from_the_moment_it_is_over(centre: Centre) -> None:
    enter(centre, "acme")
    with time_machine.travel("2026-03-31T23:59:59Z", tick=False), pytest.raises(Refused, match="is not over"):
        releases.freeze(centre, QUARTER, by=host())
    with time_machine.travel("2026-04-01T00:00:00Z", tick=False):
        assert releases.freeze(centre, QUARTER, by=host()).releases == 1


@pytest.mark.parametrize("other", [{"policy_version": "0"}, {"lattice_version": 1}])
def test_a_quarter_frozen_under_other_rules_is_refused_and_stays(
    centre: Centre, command: Command, other: dict[str, Any]
) -> None:
    said = {"policy_version": POLICY_VERSION, "lattice_version": LATTICE_VERSION, "releases": 3} | other
    with centre.database.writing() as conn:
        conn.execute(
            insert(TABLES["freeze"]).values(period=QUARTER, frozen_at=datetime(2026, 4, 1, tzinfo=UTC), **said)
        )
    refused = command("feedback", "freeze", QUARTER)
    assert refused.exit_code == 1
    assert "is already frozen under policy" in refused.stderr
    assert texts(centre) == {}


def test_freezing_is_in_the_audit_once(centre: Centre, command: Command) -> None:
    enter(centre, "acme")
    for _ in range(2):
        command.well("feedback", "freeze", QUARTER, "--staff", "pat")
    with centre.database.reading() as conn:
        entries = conn.execute(
            select(TABLES["audit"].c.staff, TABLES["audit"].c.action, TABLES["audit"].c.subject)
        ).all()
    assert [tuple(entry) for entry in entries] == [("pat", "freeze", QUARTER)]


def test_progress_is_told_service_by_service(centre: Centre) -> None:
    a_quarter(centre)
    told: list[tuple[int, int]] = []
    releases.freeze(centre, QUARTER, lambda done, of: told.append((done, of)), by=host())
    assert told == [(done, 5) for done in range(1, 6)]


def test_a_type_that_the_scheme_does_not_know_is_refused(command: Command) -> None:
    for what in ("provider", "service"):
        refused = command(what, "add", "acme", "--type", "casino")
        assert refused.exit_code == 1
        assert "one of: game, social" in refused.stderr
        command.well(what, "add", f"my-{what}", "--type", "forum")
    listed = command.well("service", "list", "--json").json
    assert {row["id"]: row["type"] for row in listed} == {"my-provider": "forum", "my-service": "forum"}


def test_no_command_that_makes_figures_takes_a_date_or_a_filter() -> None:
    taken = {parameter.name for name in ("preview", "freeze") for parameter in command_line.commands[name].params}
    assert taken == {"provider", "period", "ask", "staff", "as_json"}


@on_sqlite
def test_no_route_takes_a_period_a_date_or_a_filter(app: Flask) -> None:
    taken = {argument for rule in app.url_map.iter_rules() for argument in rule.arguments}
    assert taken <= {"token", "page", "filename", "reference", "name", "number", "_path"}


@pytest.mark.parametrize("module", ["figures", "releases", "pools", "folds", "rollups"])
def test_what_freezes_numbers_cannot_see_a_report(module: str) -> None:
    program = f"import sys, report_abuse_receiver.feedback.{module}; print([n for n in sys.modules if 'store' in n])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "report_abuse_receiver.store.feedback.rollups" in ran.stdout
    for closed in ("casework", "intake", "outbox"):
        assert f"report_abuse_receiver.store.{closed}" not in ran.stdout
