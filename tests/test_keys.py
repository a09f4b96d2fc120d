"""The vault's keys: two recipients for every report, a rotation that running processes notice, and what is deleted."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import CannotStart, Refused
from report_abuse_receiver.ground.keys.keyring import VAULT, write_key
from report_abuse_receiver.ground.keys.vault import CLASSIC, HYBRID, PrivateKey, new_private_key
from report_abuse_receiver.intake import receiving
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.keys import rewrapping
from report_abuse_receiver.operations import housekeeping
from report_abuse_receiver.store.casework.reports import report_key
from report_abuse_receiver.worker import work_once
from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.drafted import STRAIGHT_HERE
from tests.parts.letters import ANSWERS, receive
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.running import RECEIVER, Starter, until_true
from tests.parts.sealed import as_filled, current, fill, key_in, read_with, told, wrapped_for

#: At the least; they go on until one came in the middle.
KILLS = 5


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    """A stick that is taken away afterwards; nothing lies on it yet."""
    return tmp_path / "recovery.key"


def work(centre: Centre) -> None:
    """Until nothing is due."""
    while work_once(centre):
        pass


def test_every_report_and_addition_opens_with_the_vault_key_and_with_the_recovery_key_alone(
    command: Command, centre: Centre, medium: Path
) -> None:
    made = command.well("keys", "init", medium, "--json").json
    references = fill(centre, 4)
    assert made["kid"] in current(command)
    assert wrapped_for(centre) == [current(command)] * 6
    assert told(command, references) == as_filled(4)
    assert [read_with(centre, one, key_in(medium)) for one in references] == as_filled(4)


@on_sqlite
def test_the_private_recovery_key_is_written_once_and_stays_nowhere(
    command: Command, place: Place, medium: Path
) -> None:
    inside = command("keys", "init", place.home / "recovery.key")
    assert (inside.exit_code, "lies under HOME" in inside.stderr) == (1, True)
    command.well("keys", "init", medium)
    assert medium.stat().st_mode & 0o777 == 0o600
    private = key_in(medium)
    left = [one for one in place.home.rglob("*") if one.is_file()]
    secrets = (medium.read_bytes().strip(), private.x25519, private.mlkem_seed)
    assert [one for one in left if any(secret in one.read_bytes() for secret in secrets)] == []
    again = command("keys", "init", medium.with_name("other.key"))
    assert (again.exit_code, "there is a recovery key already" in again.stderr) == (1, True)
    there = command("keys", "rotate", "--recovery", medium)
    assert (there.exit_code, "cannot be made" in there.stderr) == (1, True)
    assert key_in(medium) == private


def test_a_folder_from_before_goes_on_working_and_the_doctor_says_what_is_missing(
    command: Command, centre: Centre, medium: Path
) -> None:
    references = fill(centre, 4)
    assert [len(kids) for kids in wrapped_for(centre)] == [1] * 6
    says = {one["check"]: one["says"] for one in command.well("doctor", "--json").json}
    assert "there is no recovery key" in says["recovery"]
    command.well("keys", "init", medium)
    says = {one["check"]: one["says"] for one in command.well("doctor", "--json").json}
    assert "6 reports and additions wait" in says["recovery"]
    work(centre)
    assert wrapped_for(centre) == [current(command)] * 6
    says = {one["check"]: one["says"] for one in command.well("doctor", "--json").json}
    assert says["recovery"].endswith("for the vault key and the recovery key")
    assert [read_with(centre, one, key_in(medium)) for one in references] == as_filled(4)


def test_a_process_that_runs_seals_for_a_new_key_at_once_and_its_worker_rewraps_what_is_old(
    command: Command, place: Place, start: Starter
) -> None:
    running = start.receiver(place.environ)
    before = Child(running.base_url).press().tell(story="before").send()
    old = current(command)
    command.well("keys", "rotate")
    after = Child(running.base_url).press().tell(story="after").send()
    until_true(lambda: command.well("outbox", "list", "--json").json == [], what=running)
    counts = {row["kid"]: row["wrapped"] for row in command.well("keys", "list", "--json").json}
    assert counts == {old[0]: 0, current(command)[0]: 2}
    shown = [command.well("reports", "show", one, "--reason", "x", "--json").json for one in (before, after)]
    assert [one["answers"]["story"] for one in shown] == ["before", "after"]


def test_a_process_that_runs_opens_what_was_sealed_for_a_newer_key(command: Command, centre: Centre) -> None:
    command.well("keys", "rotate")
    receive(centre, email="sam@example.com")
    assert wrapped_for(centre) == [current(command)]
    work(centre)
    assert command.well("outbox", "list", "--json").json == []


@on_sqlite
def test_a_child_gets_through_although_the_keys_cannot_be_read_again(centre: Centre, place: Place) -> None:
    os.rename(place.home / "keys", place.home / "aside")
    receive(centre)
    (place.home / "keys").write_text("not a folder")
    receive(centre)
    (place.home / "keys").unlink()
    os.rename(place.home / "aside", place.home / "keys")
    assert wrapped_for(centre) == [[centre.keys.recipients[0].kid]] * 2


def test_a_rewrapping_goes_on_where_it_stopped(
    command: Command, centre: Centre, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "BATCH", 3)
    references = fill(centre, 10)
    work(centre)
    command.well("keys", "init", medium)
    command.well("keys", "rotate")
    work_once(centre)
    fresh = wrapped_for(centre).count(current(command))
    assert 0 < fresh < 10
    work(centre)
    assert wrapped_for(centre) == [current(command)] * 14
    assert told(command, references) == as_filled(10)


def test_kills_in_the_middle_of_a_rewrapping_lose_nothing_and_double_nothing(
    command: Command, centre: Centre, place: Place, medium: Path, start: Starter
) -> None:
    references, broken_off, kill = fill(centre, 150), 0, 0
    command.well("keys", "init", medium)
    while kill < KILLS or not broken_off:
        command.well("keys", "rotate")
        process, log = start.start([RECEIVER, "keys", "rewrap"], place.environ)
        wanted = current(command)
        until_true(lambda: process.poll() is not None or wanted in wrapped_for(centre), what=log)  # noqa: B023 - asked now
        time.sleep(kill / 50)
        process.kill()
        process.wait()
        kill += 1
        broken_off += 0 < wrapped_for(centre).count(wanted) < 200
    assert broken_off
    last = current(command)
    left = sum(kids != last for kids in wrapped_for(centre))
    assert command.well("keys", "rewrap", "--json").json == {"rewrapped": left, "broken": []}
    assert wrapped_for(centre) == [last] * 200
    assert told(command, references[::10]) == as_filled(150)[::10]
    assert [read_with(centre, one, key_in(medium)) for one in references] == as_filled(150)
    assert len(command.well("reports", "list", "--json").json) == 150


def test_two_who_rewrap_at_once_do_not_get_in_each_others_way(command: Command, centre: Centre, medium: Path) -> None:
    references = fill(centre, 60)
    command.well("keys", "init", medium)
    with ThreadPoolExecutor(4) as pool:
        results = [one.result() for one in [pool.submit(rewrapping.rewrap, centre) for _ in range(4)]]
    assert [one.broken for one in results] == [()] * 4
    assert wrapped_for(centre) == [current(command)] * 80
    assert told(command, references[:4]) == as_filled(4)


def test_a_report_that_was_on_its_way_during_a_rotation_is_rewrapped_within_the_hour(
    command: Command, centre: Centre
) -> None:
    submission = Submission(answers=ANSWERS, channel="direct", attribution=STRAIGHT_HERE, language="en")
    sealed = receiving.seal_report(centre, submission)
    command.well("keys", "rotate")
    work(centre)
    with centre.database.writing() as conn:
        receiving.keep(conn, sealed)
    assert wrapped_for(centre) != [current(command)]
    housekeeping.clean_up(centre, {})
    work(centre)
    assert wrapped_for(centre) == [current(command)]


def test_rows_that_were_swapped_are_named_and_stay_as_they_are(command: Command, centre: Centre, medium: Path) -> None:
    references = fill(centre, 4)
    with centre.database.writing() as conn:
        first, second = conn.execute(select(report_key.c.report_id, report_key.c.wrapped).limit(2)).all()
        for mine, theirs in ((first, second), (second, first)):
            conn.execute(
                update(report_key).where(report_key.c.report_id == mine.report_id).values(wrapped=theirs.wrapped)
            )
    old = current(command)
    command.well("keys", "init", medium)
    result = command("keys", "rewrap", "--json")
    assert (result.exit_code, result.json) == (1, {"rewrapped": 4, "broken": references[:2]})
    work(centre)
    assert sorted(wrapped_for(centre), key=len) == [old] * 2 + [current(command)] * 4
    for one in references[:2]:
        assert command("reports", "show", one, "--reason", "test").exit_code == 1


def test_what_was_deleted_stays_deleted(command: Command, centre: Centre, medium: Path) -> None:
    fill(centre, 2)
    with centre.database.writing() as conn:
        conn.execute(delete(report_key).where(report_key.c.report_id == 1))
    command.well("keys", "init", medium)
    assert command.well("keys", "rewrap", "--json").json == {"rewrapped": 2, "broken": []}
    assert wrapped_for(centre) == [current(command)] * 2


def test_a_key_is_deleted_only_when_nothing_is_wrapped_for_it_and_nothing_can_be_on_its_way(
    command: Command, centre: Centre, place: Place
) -> None:
    references, old = fill(centre, 4), current(command)[0]

    def refusal(kid: str) -> str:
        outcome = command("keys", "delete", kid, "--yes")
        assert outcome.exit_code == 1
        return outcome.stderr

    assert "new reports are sealed for" in refusal(old)
    command.well("keys", "rotate")
    assert "6 reports and additions are still wrapped for vault" in refusal(old)
    command.well("keys", "rewrap")
    assert "within the hour" in refusal(old)
    assert "there is no key" in refusal("12345678")
    two_hours_ago = time.time() - 7200
    for path in (place.home / "keys").iterdir():
        os.utime(path, (two_hours_ago, two_hours_ago))
    assert command.well("keys", "delete", old, "--json").json == {"key": "vault", "kid": old, "state": "deleted"}
    assert [row["key"] for row in command.well("keys", "list", "--json").json] == ["vault-2"]
    assert told(command, references) == as_filled(4)
    assert command.well("keys", "rotate", "--json").json["key"] == "vault-3"


@on_sqlite
def test_a_rotation_that_was_cut_short_is_taken_in_at_the_next_start(command: Command, place: Place) -> None:
    write_key(place.home, f"{VAULT}-2", new_private_key().to_bytes())
    states = {row["key"]: row["state"] for row in command.well("keys", "list", "--json").json}
    assert states == {"vault": "retired", "vault-2": "current"}
    (place.home / "keys" / "vault-2.key").unlink()
    assert "vault-2.key is missing" in command("reports", "list").stderr


def test_a_host_with_older_keys_rewraps_nothing_back_and_does_not_start_again(
    command: Command, database_url: str, place: Place, tmp_path: Path
) -> None:
    other = Place(home=tmp_path / "other", database_url=database_url)
    shutil.copytree(place.home / "keys", other.home / "keys")
    behind = open_at(other)
    receive(behind)
    command.well("keys", "rotate")
    command.well("keys", "rewrap")
    with pytest.raises(Refused, match="bring HOME/keys here up to date"):
        rewrapping.rewrap(behind)
    work(behind)
    assert wrapped_for(behind) == [current(command)]
    with pytest.raises(CannotStart, match=r"vault-2\.key is missing"):
        open_at(other)
    behind.database.close()


@on_sqlite
def test_keys_of_both_suites_stand_beside_each_other(
    command: Command, centre: Centre, place: Place, medium: Path
) -> None:
    write_key(place.home, f"{VAULT}-2", PrivateKey(CLASSIC, new_private_key().x25519).to_bytes())
    command.well("keys", "init", medium)
    references = fill(centre, 2)
    suites = {row["key"]: row["suite"] for row in command.well("keys", "list", "--json").json}
    assert suites == {"vault": HYBRID, "vault-2": CLASSIC, "recovery": HYBRID}
    assert told(command, references) == as_filled(2)
    assert [read_with(centre, one, key_in(medium)) for one in references] == as_filled(2)


def test_each_change_of_a_key_is_one_row_of_the_audit(command: Command, medium: Path) -> None:
    command.well("keys", "init", medium, "--staff", "ann")
    command.well("keys", "rotate", "--staff", "ann")
    assert command.well("audit", "verify", "--json").json["rows"] == 2
