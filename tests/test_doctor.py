"""The doctor: looks at everything, changes nothing, and says what to mend."""

import os
from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import text, update

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.scheme.scheme import SHIPPED
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.schema import TABLES
from tests.parts.command import Command
from tests.parts.places import Place, on_sqlite
from tests.parts.tampering import unlock

CHECKS = [
    "settings", "base-url", "faces", "given-up", "given-up", "given-up", "scheme", "home", "mail", "key-files",
    "database", "durability", "keys", "four-eyes", "recovery", "audit", "audit-heads", "backup", "outbox",
]  # fmt: skip


def broken(command: Command) -> list[tuple[str, str]]:
    """What the doctor says must be mended; it ends with 1 exactly then."""
    outcome = command("doctor", "--json")
    assert all(list(one) == ["check", "ok", "says"] for one in outcome.json)
    found = [(one["check"], one["says"]) for one in outcome.json if not one["ok"]]
    assert outcome.exit_code == (1 if found else 0)
    return found


def test_a_receiver_in_order_is_told_so_with_advice(command: Command, centre: Centre) -> None:
    told = command.well("doctor", "--json").json
    assert [one["check"] for one in told if one["check"] != "room"] == CHECKS
    assert ("room" in [one["check"] for one in told]) is centre.database.is_sqlite
    says = {one["check"]: one["says"] for one in told}
    assert "is not https" in says["base-url"]
    given_up = [one["says"] for one in told if one["check"] == "given-up"]
    assert [word in says for word, says in zip(("vault key", "disclosure key", "one user"), given_up, strict=True)] == [
        True
    ] * 3
    assert given_up[0].endswith("whoever breaks in there can read every past report")
    assert says["durability"].endswith("keeps what it acknowledged")
    apart = {"REPORT_ABUSE_FACES": "desk", "REPORT_ABUSE_BASE_URL": "https://report.example"}
    says = {one["check"]: one["says"] for one in command.well("doctor", "--json", env=apart).json}
    assert (says["base-url"], says["faces"]) == ("https://report.example", "this process shows desk")
    assert command.well("doctor").stdout.startswith("ok     settings: ")


def test_numbers_that_nobody_checked_or_called_are_named(command: Command, tmp_path: Path) -> None:
    old = SHIPPED.read_text("utf-8").replace("checked_on = 2026-11-21", "checked_on = 2025-11-01", 1)
    (tmp_path / "old.toml").write_text(old, "utf-8")
    told = command.well("doctor", "--json", env={"REPORT_ABUSE_SCHEME": str(tmp_path / "old.toml")}).json
    says = next(one["says"] for one in told if one["check"] == "scheme")
    assert "not checked for a year: emergency (2025-11-01); look each up again" in says
    assert "never called: emergency, childline, nspcc, missing_people, crimestoppers, police; call each" in says
    (tmp_path / "old.toml").write_text("name = 1", "utf-8")
    outcome = command("doctor", "--json", env={"REPORT_ABUSE_SCHEME": str(tmp_path / "old.toml")})
    assert "name: write a text in quotes" in next(one["says"] for one in outcome.json if not one["ok"])


def test_where_nothing_was_started_it_says_so_and_makes_nothing(bare_place: Place) -> None:
    told = Command(bare_place.environ).well("doctor", "--json").json
    assert "nothing was started here yet" in next(one["says"] for one in told if one["check"] == "database")
    assert not bare_place.home.exists()


def test_keys_that_others_can_read_must_be_mended(command: Command, place: Place) -> None:
    path = place.home / "keys" / "vault.key"
    path.chmod(0o640)
    assert [(check, str(path) in says) for check, says in broken(command)] == [("key-files", True)]
    path.chmod(0o600)
    assert broken(command) == []
    place.home.chmod(0o755)
    assert "chmod 700" in command.well("doctor").stdout


def test_missing_keys_or_a_missing_database_must_be_mended(command: Command, place: Place, tmp_path: Path) -> None:
    if place.database_url is None:
        os.rename(place.home / "receiver.sqlite3", tmp_path / "aside")
        assert broken(command) == [("database", "there are keys but no database; put the database back")]
        assert not (place.home / "receiver.sqlite3").exists()
        os.rename(tmp_path / "aside", place.home / "receiver.sqlite3")
    (place.home / "keys" / "vault.key").unlink()
    assert [check for check, _ in broken(command)] == ["keys"]


def test_tables_of_another_release_must_be_brought_up(command: Command, centre: Centre) -> None:
    with centre.database.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert [(check, "of another release" in says) for check, says in broken(command)] == [("database", True)]


def test_a_broken_audit_and_work_that_was_given_up_must_be_looked_at(command: Command, centre: Centre) -> None:
    with centre.database.writing() as conn:
        outbox.enqueue(conn, "housekeeping", {}, now=now())
        conn.execute(update(TABLES["outbox"]).values(state="dead"))
        unlock(conn)
        conn.execute(update(TABLES["audit_head"]).values(hash="0" * 63 + "1"))
    assert [check for check, _ in broken(command)] == ["audit", "outbox"]
    assert command("audit", "verify").exit_code == 1
    dead = command.well("outbox", "list", "--json").json[0]["id"]
    command.well("outbox", "retry", dead)
    assert [check for check, _ in broken(command)] == ["audit"]


def test_a_backup_that_was_made_once_is_waited_for_each_night(command: Command, tmp_path: Path) -> None:
    assert "never" in says_of_backup(command)
    with time_machine.travel("2026-11-22T02:00:00Z", tick=False) as clock:
        command.well("backup", tmp_path, "--staff", "ann")
        clock.shift(timedelta(days=3, seconds=-1))
        assert says_of_backup(command) == "the last was made at 2026-11-22T02:00:00Z"
        assert broken(command) == []
        clock.shift(1)
        assert [(check, "see what keeps them from it" in says) for check, says in broken(command)] == [("backup", True)]
        command.well("backup", tmp_path)
        assert says_of_backup(command) == "the last was made at 2026-11-25T02:00:00Z"
        assert broken(command) == []


def says_of_backup(command: Command) -> str:
    return next(str(one["says"]) for one in command("doctor", "--json").json if one["check"] == "backup")


@on_sqlite
def test_a_backup_whose_time_somebody_changed_breaks_the_audit_and_not_the_doctor(
    command: Command, centre: Centre, tmp_path: Path
) -> None:
    command.well("backup", tmp_path)
    with centre.database.writing() as conn:
        unlock(conn)
        conn.execute(text("UPDATE audit SET at = 'yesterday'"))
    assert [check for check, _ in broken(command)] == ["audit"]


@on_sqlite
def test_a_wrong_setting_is_the_only_thing_it_can_tell(command: Command) -> None:
    told = command("doctor", "--json", env={"REPORT_ABUSE_FACES": "none"})
    assert [one["check"] for one in told.json] == ["settings"]
    assert told.exit_code == 1


def test_a_sender_that_tells_what_a_letter_is_about_is_advised_against(command: Command) -> None:
    def said(sender: str) -> str:
        mail = {"REPORT_ABUSE_SMTP_URL": "smtps://ra:s3cret@mail.example", "REPORT_ABUSE_MAIL_FROM": sender}
        found = {one["check"]: one["says"] for one in command("doctor", "--json", env=mail).json}
        assert "s3cret" not in found["mail"]
        return str(found["mail"])

    assert "better choose a plain one" in said("post@report-abuse.example")
    assert said("post@hello.example") == "letters go out through mail.example, port 465 (tls), from post@hello.example"
