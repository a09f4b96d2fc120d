"""Into a frozen period nothing comes any more: no imported decision, no second thought, no other rules."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, text

from report_abuse_receiver.casework import deciding, importing, triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import releases
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.decided import enter, many, put, put_in
from tests.parts.frozen import AFTER, QUARTER, frozen, statuses, texts
from tests.parts.places import on_postgres
from tests.parts.running import until_true


@pytest.fixture(autouse=True)
def spring() -> Any:
    """The first quarter of 2026 is over."""
    with time_machine.travel(AFTER, tick=False):
        yield


def line(decided_at: str) -> str:
    """A line of an import, decided then."""
    answers = {"safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 12, "phone": "07700 900123"}
    decision = {"category": "grooming", "outcome": "advice", "contact": "group", "moved_to": "none"}
    report = {
        "received_at": "2025-12-05T12:00:00Z",
        "source": {"provider": "large", "placement": "chat"},
        "services": ["large"],
        "answers": {**answers, "private": "safe"},
        "decision": {**decision, "decided_at": decided_at, "age_band": "11-13"},
    }
    return json.dumps(report)


def test_a_line_decided_in_a_frozen_period_is_not_imported_and_the_others_are(
    centre: Centre, command: Command, tmp_path: Path
) -> None:
    enter(centre, "large", "middle")
    put_in(centre, many(60, "large", "2026-02"))
    file = tmp_path / "reports.jsonl"
    file.write_text(
        "\n".join([line("2026-02-11T12:00:00Z"), line("2026-04-01T00:00:00Z"), line("2025-12-31T23:59:59Z")])
    )
    releases.freeze(centre, QUARTER, by=host())
    before = texts(centre)
    refused = command("reports", "import", file, "--json")
    assert refused.exit_code == 1
    assert refused.json["imported"] == 2
    assert refused.json["bad"] == [{"line": 1, "reason": "decision: 2026-Q1 is frozen, and takes no more decisions"}]
    again = importing.import_lines(centre, file)
    assert (again.imported, again.skipped, len(again.bad)) == (0, 2, 1)
    assert texts(centre) == before
    with centre.database.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(TABLES["report"])) == 2


def test_a_decision_in_a_month_of_a_frozen_period_changes_only_the_timeline(centre: Centre, tmp_path: Path) -> None:
    enter(centre, "large", "middle")
    put_in(centre, many(60, "large", "2026-02"))
    file = tmp_path / "reports.jsonl"
    file.write_text(line("2026-03-30T12:00:00Z"))
    importing.import_lines(centre, file)
    reference = triage.list_reports(centre)[0].reference
    releases.freeze(centre, QUARTER, by=host())
    decision = Decision(category="meeting", outcome="referred", services=("middle",))
    for moment in ("2026-03-30T13:00:00Z", AFTER):  # a clock that was set back, and the true one
        with time_machine.travel(moment, tick=False):
            assert triage.decide(centre, reference, decision, by=host("pat")).facts == 0
    with centre.database.reading() as conn:
        facts = conn.scalars(select(TABLES["fact"].c.category).where(TABLES["fact"].c.report_id.is_not(None))).all()
    assert facts == ["grooming"]


@on_postgres
def test_a_freeze_waits_for_who_still_writes_into_the_quarter(centre: Centre) -> None:
    enter(centre, "large")
    with ThreadPoolExecutor(1) as pool:
        with centre.database.writing() as conn:
            assert not deciding.is_frozen(conn, datetime(2026, 2, 11, tzinfo=UTC))
            freezing = pool.submit(releases.freeze, centre, QUARTER, by=host())
            until_true(lambda: waits_for_a_lock(centre))
            put(conn, many(70, "large", "2026-02"))
        assert freezing.result().releases == 1
    assert statuses(frozen(centre)["large"], table="totals", month="2026-02") == {"shown"}


def waits_for_a_lock(centre: Centre) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with centre.database.reading() as conn:
        return conn.scalar(waiting) == 1
