"""Faces kept apart: a process without the desk starts with public keys only, and says in one sentence what is wrong."""

import os
import shutil
from pathlib import Path

from report_abuse_receiver.centre import Centre
from tests.parts.apart import PUBLIC_FACES, brought_here
from tests.parts.child import Child
from tests.parts.command import Command, Outcome
from tests.parts.letters import receive
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.running import RECEIVER, Starter, until_true
from tests.parts.sealed import as_filled, current, fill, told, wrapped_for

RUN = ("run", "--port", "0")


def keys_in(home: Path) -> list[str]:
    """The names of the key files."""
    return sorted(one.name for one in (home / "keys").iterdir())


def refused(outcome: Outcome, *said: str) -> bool:
    """Whether it ended with 1 and one sentence, with these words in it."""
    return (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1) and all(word in outcome.stderr for word in said)


def checked(command: Command) -> dict[str, tuple[bool, str]]:
    """What the doctor says, by check; of several of one name the last."""
    return {one["check"]: (one["ok"], one["says"]) for one in command("doctor", "--json").json}


# What is brought over


def test_publishing_writes_just_what_a_public_host_needs_for_its_owners_eyes(
    command: Command, place: Place, tmp_path: Path
) -> None:
    command.well("keys", "init", tmp_path / "recovery.key")
    command.well("keys", "rotate")
    made = command.well("keys", "publish", tmp_path / "out", "--json").json
    assert made["files"] == ["link-master.key", "recovery.pub", "vault-2.pub"]
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == made["files"]
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "out").iterdir()} == {0o600}
    for name in ("vault-2.pub", "link-master.key"):
        assert (tmp_path / "out" / name).read_bytes() == (place.home / "keys" / name).read_bytes()
    rows = command.well("audit", "verify", "--json").json["rows"]
    again = command("keys", "publish", tmp_path / "out")
    assert refused(again, "cannot be made", "a new folder")
    assert command.well("audit", "verify", "--json").json["rows"] == rows


def test_public_halves_lie_beside_the_keys_and_a_folder_from_before_gets_them_at_the_next_start(
    command: Command, place: Place
) -> None:
    assert "vault.pub" in keys_in(place.home)
    (place.home / "keys" / "vault.pub").unlink()
    command.well("keys", "rotate")
    assert keys_in(place.home) == [
        "disclosure.key", "link-master.key", "vault-2.key", "vault-2.pub", "vault.key", "vault.pub",
    ]  # fmt: skip


@on_sqlite
def test_a_folder_of_keys_that_nobody_may_write_to_stops_no_desk(command: Command, place: Place) -> None:
    (place.home / "keys" / "vault.pub").unlink()
    (place.home / "keys" / "vault.new").mkdir()  # nothing can be written there, whoever asks
    command.well("reports", "list")
    assert "vault.pub" not in keys_in(place.home)


# What it refuses to start with


def test_a_public_host_that_can_read_a_vault_key_does_not_start(on_public_host: Command, public_place: Place) -> None:
    assert keys_in(public_place.home) == ["link-master.key", "vault.pub"]
    for name in ("vault.key", "vault-7.key", "vault.old.key"):
        planted = public_place.home / "keys" / name
        planted.write_text("whatever it holds\n")
        assert refused(on_public_host(*RUN), str(planted), "move it to the desk's host")
        assert checked(on_public_host)["faces"][0] is False
        planted.unlink()
    assert checked(on_public_host)["faces"] == (
        True, "this process shows partner, public: it opens no report, and does no owed work",
    )  # fmt: skip


@on_sqlite
def test_a_vault_key_that_this_user_cannot_open_is_not_in_reach_and_root_opens_all(
    on_public_host: Command, public_place: Place
) -> None:
    planted = public_place.home / "keys" / "vault.key"
    planted.symlink_to("/nowhere/vault.key")
    assert checked(on_public_host)["faces"][0] is True
    planted.unlink()
    planted.write_text("of another user\n")
    planted.chmod(0)
    assert checked(on_public_host)["faces"][0] is (os.geteuid() != 0)


def test_without_tables_of_this_release_it_says_start_the_desk_first(bare_place: Place, tmp_path: Path) -> None:
    host = Place(home=tmp_path / "host", database_url=bare_place.database_url, faces=PUBLIC_FACES)
    on_host = Command(host.environ)
    assert refused(on_host(*RUN), "start the desk first")
    assert checked(on_host)["database"] == (False, "no tables are there yet; start the desk first")
    assert not (host.home / "keys").exists()


def test_keys_that_are_missing_or_of_other_data_are_named(
    on_public_host: Command, public_place: Place, tmp_path: Path
) -> None:
    keys = public_place.home / "keys"
    (keys / "vault.pub").rename(tmp_path / "aside")
    assert refused(on_public_host(*RUN), "vault.pub", "keys publish FOLDER")
    other = Place(home=tmp_path / "other")
    open_at(other).database.close()
    shutil.copy(other.home / "keys" / "vault.pub", keys)
    assert refused(on_public_host(*RUN), "vault.pub is not a key of this data")
    shutil.copy(tmp_path / "aside", keys / "vault.pub")
    shutil.copy(other.home / "keys" / "vault.pub", keys / "vault-2.pub")
    assert refused(on_public_host(*RUN), "vault-2.pub is not a key of this data")
    (keys / "vault-2.pub").unlink()
    shutil.copy(other.home / "keys" / "link-master.key", keys)
    assert refused(on_public_host(*RUN), "link-master.key is not a key of this data")


def test_the_work_of_the_desk_is_refused_there(on_public_host: Command, tmp_path: Path) -> None:
    for words in (
        ("worker",), ("worker", "--once"), ("reports", "list"), ("keys", "rotate"), ("keys", "passphrase", "--none"),
        ("keys", "recover", "x"), ("keys", "publish", tmp_path / "out"), ("audit", "verify"), ("audit", "key"),
        ("backup", tmp_path), ("restore", tmp_path), ("purge",), ("provider", "list"),
    ):  # fmt: skip
        assert refused(on_public_host(*words), "REPORT_ABUSE_FACES has no desk", "on the desk's host"), words
    assert refused(on_public_host(*RUN, "--worker"), "only the desk does owed work", "leave --worker out")


# A rotation on its way


def test_an_old_public_key_still_serves_and_the_doctor_says_that_it_is_not_the_newest(
    command: Command, on_public_host: Command, public_place: Place, start: Starter
) -> None:
    running = start.receiver(public_place.environ)
    command.well("keys", "rotate")
    before = Child(running.base_url).press().tell(story="story 0").send()
    ok, says = checked(on_public_host)["keys"]
    assert (ok, "vault-2 is not here yet" in says, "keys publish" in says) == (False, True, True)
    assert on_public_host("doctor").exit_code == 1
    assert start.receiver(public_place.environ).stop() == 0  # it also starts with the old one
    assert told(command, [before])[0][0] == "story 0"


def test_a_new_public_key_that_is_brought_over_is_used_at_once(
    command: Command, centre: Centre, public_centre: Centre, public_place: Place, place: Place, on_public_host: Command
) -> None:
    old = current(command)
    receive(public_centre)
    command.well("keys", "rotate")
    brought_here(place, public_place.home)
    receive(public_centre)
    assert wrapped_for(centre) == [old, current(command)]
    assert keys_in(public_place.home) == ["link-master.key", "vault-2.pub", "vault.pub"]
    assert checked(on_public_host)["keys"][0] is True
    (place.home / "keys" / "vault-2.key").rename(place.home / "aside")
    assert "vault-2.key is missing" in command("reports", "list").stderr


def test_reports_of_a_public_host_open_with_the_recovery_key_too(
    command: Command, place: Place, public_place: Place, tmp_path: Path
) -> None:
    command.well("keys", "init", tmp_path / "recovery.key")
    brought_here(place, public_place.home)
    taking = open_at(public_place)
    references = fill(taking, 3)
    taking.database.close()
    assert told(command, references) == as_filled(3)
    (place.home / "keys" / "vault.key").unlink()
    command.well("keys", "recover", tmp_path / "recovery.key")
    assert told(command, references) == as_filled(3)


@on_sqlite
def test_a_public_host_whose_key_was_deleted_starts_as_soon_as_it_has_the_new_one(
    command: Command, place: Place, public_place: Place, on_public_host: Command
) -> None:
    command.well("keys", "rotate")
    for path in (place.home / "keys").iterdir():
        os.utime(path, (0, 0))
    old = next(row["kid"] for row in command.well("keys", "list", "--json").json if row["state"] == "retired")
    command.well("keys", "delete", old, "--yes")
    assert keys_in(place.home) == ["disclosure.key", "link-master.key", "vault-2.key", "vault-2.pub"]
    assert refused(on_public_host(*RUN), "vault.pub is not a key of this data")
    brought_here(place, public_place.home)
    assert on_public_host("doctor").exit_code == 0


# One process for everything


def test_the_doctor_of_a_public_host_looks_at_what_is_there(on_public_host: Command, place: Place) -> None:
    said = checked(on_public_host)
    assert [name for name, (ok, _) in said.items() if not ok] == []
    assert {"recovery", "audit", "audit-heads", "outbox"}.isdisjoint(said)
    assert ("given-up" in said) == (place.database_url is None)  # SQLite has no users


@on_sqlite
def test_the_doctor_of_a_public_host_names_a_key_that_only_the_desk_needs(
    on_public_host: Command, place: Place, public_place: Place
) -> None:
    shutil.copy(place.home / "keys" / "disclosure.key", public_place.home / "keys")
    says = [one["says"] for one in on_public_host("doctor", "--json").json if one["check"] == "given-up"]
    assert ["disclosure.key is the desk's alone" in one for one in says] == [True, False]


@on_sqlite
def test_a_desk_alone_gives_nothing_up_and_serves_no_child(place: Place, start: Starter) -> None:
    desk = Place(home=place.home, faces="desk")
    assert "given-up" not in checked(Command(desk.environ))
    process, log = start.start([RECEIVER, *RUN], desk.environ)
    until_true(lambda: "listens on" in log.read_text() or process.poll() is not None, what=log)
    assert "No worker runs here" not in log.read_text()
