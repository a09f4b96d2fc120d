"""Reports in from a file and out to one: nothing lost, nothing doubled, and every bad line named."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from report_abuse_receiver.casework import importing
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.casework.import_lines import LONGEST
from report_abuse_receiver.store.casework import additions
from tests.parts.comers import come_back, sent
from tests.parts.command import Command
from tests.parts.lines import ANSWERS, DECISION, line, story, written
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.running import RECEIVER, clean_environ, until_true

ADDED = {"at": "2026-07-04T08:00:00Z", "more": "He wrote again."}
REACHED = {"at": "2026-07-04T08:59:59Z", "reach": "0456"}


@pytest.fixture
def acme(command: Command) -> Command:
    """The command line of a centre that knows the provider and service `acme`."""
    command.well("provider", "add", "acme", "--name", "Acme")
    return command


def listed(command: Command) -> list[dict[str, Any]]:
    return list(command.well("reports", "list", "--json").json)


def opened(command: Command, reference: str) -> dict[str, Any]:
    return dict(command.well("reports", "show", reference, "--reason", "a test", "--json").json)


def test_a_line_becomes_a_report_in_the_queue_with_its_decision_in_the_figures(acme: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", [line() for _ in range(12)] + [line(without="decision")])
    assert acme.well("reports", "import", path, "--json").json == {"imported": 13, "skipped": 0, "bad": []}
    waiting, decided = (acme.well("reports", "list", "--state", one, "--json").json for one in ("new", "decided"))
    assert (len(waiting), len(decided)) == (1, 12)
    shown = opened(acme, decided[0]["reference"])
    assert shown["answers"] == ANSWERS
    assert shown["received_at"] == "2026-07-03T16:20:00Z"
    expected = {"channel": "import", "attribution": "none", "provider": "acme", "placement": "chat"}
    assert {name: shown[name] for name in expected} == expected
    assert shown["decision"] == {**DECISION, "services": ["acme"]}
    totals = acme.well("feedback", "preview", "acme", "2026-Q3", "--json").json["observations"][0]
    assert totals["table"] == "totals"
    assert 7 <= totals["observation"] <= 17


def presses_of(acme: Command) -> list[dict[str, Any]]:
    """What a release would tell of the provider's buttons."""
    told = acme.well("feedback", "preview", "acme", "2026-Q3", "--json").json["observations"]
    return [row for row in told if row["table"] == "placements"]


def test_an_import_owes_no_acknowledgement_and_touches_no_button_figures(acme: Command, tmp_path: Path) -> None:
    before = presses_of(acme)
    acme.well("reports", "import", written(tmp_path / "in.jsonl", [line()]))
    assert [row["kind"] for row in acme.well("outbox", "list", "--json").json] == ["same-names"]
    assert presses_of(acme) == before


def test_the_same_file_again_changes_nothing_and_equal_lines_both_count(acme: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", [line(), line()])
    assert acme.well("reports", "import", path, "--json").json["imported"] == 2
    copy = written(tmp_path / "copy.jsonl", [line(), line()])
    assert acme.well("reports", "import", copy, "--json").json == {"imported": 0, "skipped": 2, "bad": []}
    assert len(listed(acme)) == 2
    longer = written(tmp_path / "longer.jsonl", [line(), line(), line()])
    assert acme.well("reports", "import", longer, "--json").json["imported"] == 3


BAD: list[tuple[bytes | dict[str, Any], str]] = [
    (b"\xff\xfe", "is not UTF-8"),
    (b"{nonsense", "is not JSON"),
    (b"[1, 2]", "not an object"),
    (b"[" * 100_000, "is not JSON"),
    (b'{"answers": NaN}', "is not JSON"),
    (b"9" * 5000, "is not JSON"),
    (b'{"services": [], "services": []}', "twice"),
    (b'"' + b"x" * LONGEST + b'"', "is longer than"),
    (b'{"story": "' + b"x" * 3 * LONGEST + b'"}', "is longer than"),
    *((line(without=name), name) for name in ("received_at", "source", "services", "answers")),
    *((line(**{name: wrong}), name) for name in ("received_at", "source", "services", "answers") for wrong in (1, "x")),
    (line(received_at="2026-07-03T16:20:00"), "with its timezone"),
    (line(received_at="0001-01-01T00:00:00+14:00"), "before 1970"),
    (line(received_at="2099-01-01T00:00:00Z"), "in the future"),
    (line(decision={**DECISION, "decided_at": "2099-01-01T00:00:00Z"}), "in the future"),
    (line(decision={**DECISION, "decided_at": "2026-07-03T16:19:59Z"}), "before received_at"),
    (line(decision={**DECISION, "category": "rumour"}), "write one of: meeting, grooming"),
    (line(decision={"decided_at": "2026-07-04T09:00:00Z"}), "decision.category"),
    (line(services=["nobody"]), "'nobody' is not in the directory"),
    (line(services=["\ud800"]), "is not in the directory"),
    (line(source={"provider": "ACME Ltd"}), "source.provider"),
    (line(source={"provider": "acme", "placement": "Chat!"}), "source.placement"),
    (line(answers={**ANSWERS, "age": "old"}), "answers.age"),
    (line(answers={**ANSWERS, "nonsense": "x"}), "answers.nonsense"),
    (line(answers={**ANSWERS, "kinds": ["gossip"]}), "answers.kinds"),
    (line(rumour=1), "rumour"),
    *((line(language=wrong), "language") for wrong in (1, None, "", "welsh", "xx", "en@\0", "en_GB.\0", "e" * 9999)),
    (line(additions={}), "additions: write a list"),
    (line(additions=[1]), "additions.0"),
    (line(additions=[{"more": "x"}]), "additions.0.at: write a time"),
    (line(additions=[{"at": "2026-07-03T16:19:59Z", "more": "x"}]), "additions: one is before received_at"),
    (line(additions=[{"at": "2099-01-01T00:00:00Z", "more": "x"}]), "additions: one is before received_at or in"),
    (line(additions=[{**ADDED, "more": "x" * 5001}]), "additions.0.more: This is too long"),
    (line(additions=[{**ADDED, "rumour": "x"}]), "additions.0.rumour: is not a field"),
    (line(additions=[{**ADDED, "safe": "x"}]), "additions.0.safe: Choose one answer"),
]


def test_bad_lines_are_named_by_number_and_reason_and_the_good_ones_kept(acme: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", [line(), b"", b"  ", *(bad for bad, _ in BAD), line()])
    outcome = acme("reports", "import", path, "--json")
    assert outcome.exit_code == 1
    assert outcome.json["imported"] == len(listed(acme)) == 2
    assert [one["line"] for one in outcome.json["bad"]] == list(range(4, 4 + len(BAD)))
    for told, (_, reason) in zip(outcome.json["bad"], BAD, strict=True):
        assert reason in told["reason"]
    plain = acme("reports", "import", path)
    assert plain.exit_code == 1
    assert plain.stdout == "imported: 0\nskipped: 2\n"
    assert plain.stderr.splitlines()[0] == "line 4: is not UTF-8 (byte 1)"


@on_sqlite
def test_a_first_mark_of_the_byte_order_windows_ends_and_no_last_newline_are_fine(
    acme: Command, tmp_path: Path
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(line()).encode() + b"\r\n\r\n" + json.dumps(line()).encode())
    assert acme.well("reports", "import", path, "--json").json["imported"] == 2


@on_sqlite
@pytest.mark.parametrize("missing", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_one_sentence(acme: Command, tmp_path: Path, missing: str) -> None:
    outcome = acme("reports", "import", tmp_path / missing)
    assert (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1)
    assert "is not a file" in outcome.stderr


def test_a_run_that_was_cut_goes_on_where_it_broke(acme: Command, place: Place, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", [line() for _ in range(400)])
    run = [RECEIVER, "reports", "import", str(path)]
    cut = subprocess.Popen(run, env=clean_environ(place.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until_true(lambda: bool(listed(acme)) or cut.poll() is not None)
    cut.kill()
    cut.wait()
    came_in = len(listed(acme))
    again = acme.well("reports", "import", path, "--json").json
    assert again == {"imported": 400 - came_in, "skipped": came_in, "bad": []}
    assert len(listed(acme)) == 400
    exported = acme.well("reports", "export", tmp_path / "out.jsonl", "--reason", "a test", "--json").json
    assert exported["exported"] == 400


def test_two_runs_of_one_file_at_once_double_nothing(acme: Command, place: Place, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", [line() for _ in range(200)])
    run = [RECEIVER, "reports", "import", str(path), "--json"]
    both = [
        subprocess.Popen(run, env=clean_environ(place.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    told = [json.loads(one.communicate()[0]) for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum(one["imported"] for one in told) == sum(one["skipped"] for one in told) == len(listed(acme)) == 200


def test_an_export_imports_elsewhere_as_the_same_reports(acme: Command, tmp_path: Path) -> None:
    sent = [line(), story("half \ud800 a character, \x1b[31m and \0"), line(source={}), line(services=[])]
    acme.well("reports", "import", written(tmp_path / "in.jsonl", sent))
    out = tmp_path / "out.jsonl"
    acme.well("reports", "export", out, "--reason", "we move", "--staff", "ann")
    assert oct(out.stat().st_mode & 0o777) == "0o600"
    elsewhere = Command({"REPORT_ABUSE_HOME": str(tmp_path / "elsewhere")})
    elsewhere.well("provider", "add", "acme")
    assert elsewhere.well("reports", "import", out, "--json").json["imported"] == len(sent)
    back = tmp_path / "back.jsonl"
    elsewhere.well("reports", "export", back, "--reason", "a test")
    assert back.read_bytes() == out.read_bytes()


def test_a_report_keeps_its_language_and_one_that_names_none_is_in_english(acme: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", [line(language="cy"), line(language="zh-Hant"), line()])
    acme.well("reports", "import", path)
    acme.well("reports", "export", tmp_path / "out.jsonl", "--reason", "we move")
    out = [json.loads(one) for one in (tmp_path / "out.jsonl").read_text("ascii").splitlines()]
    assert [one["language"] for one in out] == ["cy", "zh-Hant", "en"]


def test_what_was_added_goes_out_and_comes_in_with_its_times_and_waits_where_it_waited(
    acme: Command, client: FlaskClient, tmp_path: Path
) -> None:
    read_before = [{**ADDED, "more": "Before.\n\x1b \ud800"}, {**REACHED, "safe": "no"}]
    sent_in = [
        line(additions=read_before),
        line(additions=[*read_before, {"at": "2026-07-05T10:00:00Z", "more": "After."}]),
        line(additions=[], without="decision"),
    ]
    path = written(tmp_path / "in.jsonl", sent_in)
    assert acme.well("reports", "import", path, "--json").json == {"imported": 3, "skipped": 0, "bad": []}
    assert acme.well("reports", "import", path, "--json").json == {"imported": 0, "skipped": 3, "bad": []}
    assert [(one["state"], one["added"], one["added_at"]) for one in listed(acme)] == [
        ("decided", 2, "2026-07-04T08:59:59Z"), ("new", 3, "2026-07-05T10:00:00Z"), ("new", 0, None),
    ]  # fmt: skip
    reference, words = sent(client)
    come_back(client, reference, words, more="By the page.")
    acme.well("reports", "export", tmp_path / "out.jsonl", "--reason", "we move")
    out = [json.loads(one) for one in (tmp_path / "out.jsonl").read_text("ascii").splitlines()]
    assert [[added["more"] for added in one.get("additions", [])] for one in out] == [
        ["Before.\n\x1b \ufffd", ""], ["Before.\n\x1b \ufffd", "", "After."], [], ["By the page."],
    ]  # fmt: skip
    elsewhere = Command({"REPORT_ABUSE_HOME": str(tmp_path / "elsewhere")})
    elsewhere.well("provider", "add", "acme")
    assert elsewhere.well("reports", "import", tmp_path / "out.jsonl", "--json").json["imported"] == 4
    assert [one["state"] for one in listed(elsewhere)] == [one["state"] for one in listed(acme)]
    elsewhere.well("reports", "export", tmp_path / "back.jsonl", "--reason", "a test")
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    kinds = [entry["kind"] for entry in opened(elsewhere, listed(elsewhere)[1]["reference"])["timeline"]]
    assert kinds == ["received", "added", "added", "decided", "added", "additions-read"]


def test_a_report_that_was_added_to_more_than_anybody_would_still_comes_in_again(acme: Command, tmp_path: Path) -> None:
    longest = [{**ADDED, "more": "\U0001f600" * 5000, "reach": "\U0001f600" * 1000} for _ in range(100)]
    path = written(tmp_path / "in.jsonl", [line(additions=longest)])
    assert acme.well("reports", "import", path, "--json").json["imported"] == 1
    acme.well("reports", "export", tmp_path / "out.jsonl", "--reason", "we move")
    assert acme.well("reports", "import", tmp_path / "out.jsonl", "--json").json["imported"] == 1


def test_an_addition_that_was_touched_stops_an_export(centre: Centre, acme: Command, tmp_path: Path) -> None:
    acme.well("reports", "import", written(tmp_path / "in.jsonl", [line(additions=[ADDED, ADDED])]))
    rows = additions.addition
    with centre.database.writing() as conn:
        body = select(rows.c.body).where(rows.c.number == 2).scalar_subquery()
        conn.execute(update(rows).where(rows.c.number == 1).values(body=body))
    refused = acme("reports", "export", tmp_path / "out.jsonl", "--reason", "we move")
    assert (refused.exit_code, "does not open" in refused.stderr) == (1, True)
    assert not (tmp_path / "out.jsonl").exists()


def test_each_opening_of_an_export_is_audited(acme: Command, tmp_path: Path) -> None:
    acme.well("reports", "import", written(tmp_path / "in.jsonl", [line() for _ in range(120)]))
    before = acme.well("audit", "verify", "--json").json["rows"]
    acme.well("reports", "export", tmp_path / "out.jsonl", "--reason", "we move")
    audit = acme.well("audit", "verify", "--json").json
    assert audit["ok"]
    assert audit["rows"] == before + 120


@on_sqlite
def test_an_export_never_writes_over_a_file_and_wants_a_reason(acme: Command, tmp_path: Path) -> None:
    there = written(tmp_path / "there.jsonl", [b"mine"])
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "target.jsonl")
    for path in (there, tmp_path / "link.jsonl", tmp_path, tmp_path / "no" / "folder.jsonl"):
        refused = acme("reports", "export", path, "--reason", "we move")
        assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert there.read_bytes() == b"mine\n"
    assert acme("reports", "export", tmp_path / "out.jsonl").exit_code == 2
    assert acme("reports", "export", tmp_path / "out.jsonl", "--reason", " ").exit_code == 1
    assert not (tmp_path / "out.jsonl").exists()
    assert acme.well("audit", "verify", "--json").json["rows"] == 0


@on_sqlite
def test_an_export_that_breaks_leaves_no_file_behind(centre: Centre, acme: Command, tmp_path: Path) -> None:
    acme.well("reports", "import", written(tmp_path / "in.jsonl", [line()]))
    os.unlink(centre.settings.home / "keys" / "vault.key")
    assert acme("reports", "export", tmp_path / "out.jsonl", "--reason", "we move").exit_code == 1
    assert not (tmp_path / "out.jsonl").exists()


def test_a_decision_counts_in_the_month_in_which_it_was_made(acme: Command, tmp_path: Path) -> None:
    late = {**DECISION, "decided_at": "2026-10-01T00:30:00+01:00"}  # still September in UTC
    path = written(tmp_path / "in.jsonl", [line(decision=late) for _ in range(20)])
    acme.well("reports", "import", path)
    rows = acme.well("feedback", "preview", "acme", "2026-Q3", "--json").json["observations"]
    shown = {row["month"]: row["observation_status"] for row in rows if row["table"] == "totals"}
    assert shown == {"": "shown", "2026-07": "low", "2026-08": "low", "2026-09": "shown"}


@on_sqlite
def test_progress_counts_lines_and_a_slow_clock_elsewhere_is_forgiven(place: Place, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = written(tmp_path / "in.jsonl", [line(services=[], received_at="2026-07-03T16:25:00Z", without="decision")])
    centre = open_at(place)
    with time_machine.travel("2026-07-03T16:20:00Z", tick=False):
        result = importing.import_lines(centre, path, lambda done, of: told.append((done, of)))
    centre.database.close()
    assert (result.imported, told) == (1, [(1, 1)])
