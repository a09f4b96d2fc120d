"""Decided reports go when their class says so, whole and for ever; figures stay, and what is held stays (S20)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.store.schema import TABLES
from tests.parts.comers import UNFIT, come_back, sent
from tests.parts.command import Command
from tests.parts.lines import DECISION, line, written
from tests.parts.places import on_sqlite
from tests.parts.retained import NOT_OURS, PERIOD, rows_of_reports
from tests.parts.schemes import changed


def due(command: Command) -> list[str]:
    return [row["reference"] for row in command.well("purge", "--dry-run", "--json").json]


def listed(command: Command) -> list[str]:
    return [row["reference"] for row in command.well("reports", "list", "--json").json]


@pytest.mark.parametrize(
    ("category", "outcome", "days", "name"),
    [
        ("out_of_remit", "signposted", 180, "not_ours"),
        ("grooming", "duplicate", 2 * 366, "duplicate"),
        ("out_of_remit", "duplicate", 2 * 366, "duplicate"),
        ("grooming", "no_action", 6 * 366, "nothing_done"),
        ("grooming", "disseminated", 75 * 366, "acted_on"),
        ("out_of_remit", "advice", 75 * 366, "acted_on"),
    ],
)
def test_a_decided_report_is_due_when_its_class_says_so_and_not_a_second_before(
    command: Command, tmp_path: Path, category: str, outcome: str, days: int, name: str
) -> None:
    made = {**DECISION, "category": category, "outcome": outcome, "decided_at": "2026-07-04T09:00:00Z"}
    command.well("reports", "import", written(tmp_path / "in.jsonl", [line(source={}, services=[], decision=made)]))
    decided_at = now().replace(2026, 7, 4, 9, 0, 0, 0)
    with time_machine.travel(decided_at + timedelta(days=days, seconds=-1), tick=False) as clock:
        assert due(command) == []
        clock.shift(1)
        row = command.well("purge", "--dry-run", "--json").json[0]
        assert (row["retention"], row["decided_at"]) == (name, "2026-07-04T09:00:00Z")
        assert listed(command) == [row["reference"]]


def test_a_report_that_is_open_claimed_held_or_added_to_is_kept_whatever_its_age(
    client: FlaskClient, new_visitor: Callable[[], FlaskClient], command: Command, desk: Callable[..., Any]
) -> None:
    plain, open_, again, held = (sent(new_visitor())[0] for _ in range(4))
    added_to, words = sent(client)
    for reference in (plain, again, held, added_to):
        desk("decide", reference, *NOT_OURS)
    desk("hold", held, "--reason", "court")
    with time_machine.travel(now() + PERIOD * 2, tick=False) as clock:
        come_back(client, added_to, words, more="It goes on.")
        assert due(command) == [plain, again]
        desk("decide", again, *NOT_OURS)
        desk("claim", open_)
        assert [row["reference"] for row in command.well("purge", "--json").json] == [plain]
        assert set(listed(command)) == {open_, again, held, added_to}
        desk("show", added_to, "--reason", "it was added to")
        desk("claim", added_to)
        clock.shift(PERIOD * 2)
        assert due(command) == [again]
        desk("end-hold", held, "--reason", "the court is done")
        assert set(due(command)) == {again, held}


def test_nothing_of_a_purged_report_is_left_but_its_number_and_why_it_is_gone(
    centre: Centre, client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, words = sent(client)
    come_back(client, reference, words, more="I remember more.")
    desk("show", reference, "--reason", "triage")
    desk("decide", reference, *NOT_OURS)
    assert min(count for name, count in rows_of_reports(centre).items() if name != "legal_hold") > 0
    audited = command.well("audit", "verify", "--json").json["rows"]
    with time_machine.travel("2030-02-03T09:00:00Z", tick=False):
        assert [row["reference"] for row in command.well("purge", "--staff", "ann", "--json").json] == [reference]
        assert command.well("purge", "--json").json == []
    assert set(rows_of_reports(centre).values()) == {0}
    for asked in (
        ("show", reference, "--reason", "a call"),
        ("hold", reference, "--reason", "x"),
        ("claim", reference),
    ):
        refused = command("reports", *asked)
        assert refused.exit_code == 1
        assert refused.stderr.startswith(f"Error: {reference} was deleted on 2030-02-03, as not_ours: It was another")
    assert command.well("audit", "verify", "--json").json["rows"] == audited + 1
    with centre.database.reading() as conn:
        row = conn.execute(select(TABLES["audit"]).order_by(TABLES["audit"].c.seq.desc()).limit(1)).one()
    assert (row.staff, row.action, row.subject) == ("ann", "purge", reference)
    assert row.reason.startswith("not_ours: It was another body's work")
    assert UNFIT in come_back(client, reference, words, more="Are you there?").words


def test_what_was_purged_is_in_no_export_and_the_same_file_does_not_bring_it_back(
    command: Command, tmp_path: Path
) -> None:
    old = {**DECISION, "category": "out_of_remit", "outcome": "signposted", "decided_at": "2019-07-04T09:00:00Z"}
    ours = line(source={}, services=[], received_at="2019-07-03T09:00:00Z", decision=old)
    path = written(tmp_path / "in.jsonl", [ours, line(source={}, services=[])])
    command.well("reports", "import", path)
    assert len(command.well("purge", "--json").json) == 1
    assert command.well("reports", "export", tmp_path / "out.jsonl", "--reason", "x", "--json").json["exported"] == 1
    assert command.well("reports", "import", path, "--json").json == {"imported": 0, "skipped": 2, "bad": []}
    assert len(listed(command)) == 1


def test_figures_rollups_and_releases_are_the_same_without_the_reports(command: Command, tmp_path: Path) -> None:
    path = changed(tmp_path, "keep_years = 75", "keep_days = 1")
    command = Command(command.environ | {"REPORT_ABUSE_SCHEME": str(path)})
    command.well("provider", "add", "acme", "--name", "Acme")
    with time_machine.travel("2026-07-10T09:00:00Z", tick=False):
        command.well("reports", "import", written(tmp_path / "in.jsonl", [line() for _ in range(60)]))
        before = command.well("feedback", "preview", "acme", "2026-Q3", "--json").json
        assert len(command.well("purge", "--json").json) == 60  # in a month that is still open
        assert command.well("feedback", "preview", "acme", "2026-Q3", "--json").json == before
    with time_machine.travel("2026-10-02T09:00:00Z", tick=False):
        assert command.well("feedback", "rollup", "check", "--json").json == []
        assert command.well("feedback", "freeze", "2026-Q3", "--json").json["releases"] == 1
        verdict = command.well("feedback", "audit", "2026-Q3", "--json").json
        assert (verdict["ok"], verdict["scan"]["opened"]) == (True, 0)


@on_sqlite
def test_a_hold_says_who_and_why_and_is_audited(
    client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, _ = sent(client)
    assert [row["held"] for row in command.well("reports", "list", "--json").json] == [False]
    desk("hold", reference, "--reason", "court")
    assert [row["held"] for row in command.well("reports", "list", "--json").json] == [True]
    shown = desk("show", reference, "--reason", "to see")
    assert (shown["held"], shown["hold"]["staff"], shown["hold"]["reason"]) == (True, "ann", "court")
    assert [entry["kind"] for entry in shown["timeline"]][-1] == "held"
    assert command.well("audit", "verify", "--json").json["rows"] == 2
    for asked, says in (
        (("hold", reference, "--reason", "again"), f"{reference} is held already"),
        (("hold", reference, "--reason", " "), "say why; the reason is kept"),
        (("end-hold", "nothing", "--reason", "x"), "there is no report 'nothing'"),
    ):
        refused = command("reports", *asked)
        assert (refused.exit_code, says in refused.stderr) == (1, True)
    desk("end-hold", reference, "--reason", "done")
    assert desk("show", reference, "--reason", "to see")["hold"] is None
    assert "is not held" in command("reports", "end-hold", reference, "--reason", "done").stderr
    assert command.well("audit", "verify", "--json").json["rows"] == 4
