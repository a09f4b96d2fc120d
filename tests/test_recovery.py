"""The recovery key: with it alone, and the database, everything opens again and a new vault key takes over."""

import shutil
from pathlib import Path

import pytest

from report_abuse_receiver.centre import Centre
from tests.parts.at_once import at_once
from tests.parts.command import Command
from tests.parts.letters import receive
from tests.parts.places import Place, on_sqlite
from tests.parts.running import RECEIVER, Starter, until_true
from tests.parts.sealed import as_filled, current, fill, key_in, read_with, told, wrapped_for


@pytest.fixture
def medium(command: Command, tmp_path: Path) -> Path:
    """The recovery key of this place, on a stick."""
    command.well("keys", "init", tmp_path / "recovery.key")
    return tmp_path / "recovery.key"


def test_with_the_vault_key_lost_the_recovery_key_brings_everything_back(
    command: Command, centre: Centre, place: Place, medium: Path
) -> None:
    references = fill(centre, 4)
    (place.home / "keys" / "vault.key").unlink()
    assert "vault.key is missing" in command("reports", "list").stderr
    assert command.well("keys", "recover", medium, "--json").json == {"rewrapped": 6, "broken": []}
    assert told(command, references) == as_filled(4)
    assert wrapped_for(centre) == [current(command)] * 6
    assert [row["key"] for row in command.well("keys", "list", "--json").json] == ["vault-2", "recovery"]
    receive(centre)
    assert wrapped_for(centre) == [current(command)] * 7
    assert command.well("keys", "recover", medium, "--json").json == {"rewrapped": 0, "broken": []}
    assert command.well("doctor").exit_code == 0


def test_with_the_whole_folder_lost_the_other_keys_are_made_anew_only_where_somebody_says_so(
    command: Command, centre: Centre, place: Place, medium: Path
) -> None:
    references = fill(centre, 4)
    shutil.rmtree(place.home / "keys")
    refused = command("keys", "recover", medium)
    assert (refused.exit_code, "disclosure.key is missing" in refused.stderr) == (1, True)
    assert not (place.home / "keys").exists()
    assert command.well("keys", "recover", medium, "--all-lost", "--json").json == {"rewrapped": 6, "broken": []}
    assert told(command, references) == as_filled(4)
    assert wrapped_for(centre) == [current(command)] * 6
    assert [one.stat().st_mode & 0o077 for one in (place.home / "keys").iterdir()] == [0] * 5


def test_a_kill_in_the_middle_of_a_recovery_loses_nothing(
    command: Command, centre: Centre, place: Place, medium: Path, start: Starter
) -> None:
    references, before = fill(centre, 30), current(command)
    with at_once(centre) as filling:
        for _ in range(460):  # enough that nobody is done before the kill
            receive(filling)
    (place.home / "keys" / "vault.key").unlink()
    process, log = start.start([RECEIVER, "keys", "recover", medium], place.environ)
    until_true(lambda: process.poll() is not None or wrapped_for(centre).count(before) < 500, what=log)
    process.kill()
    process.wait()
    assert 0 < wrapped_for(centre).count(before) < 500
    command.well("keys", "recover", medium)
    assert wrapped_for(centre) == [current(command)] * 500
    assert told(command, references[::10]) == as_filled(30)[::10]
    assert [read_with(centre, one, key_in(medium)) for one in references] == as_filled(30)


@on_sqlite
def test_a_file_that_is_not_the_recovery_key_of_this_data_changes_nothing(
    command: Command, place: Place, medium: Path, tmp_path: Path
) -> None:
    other = Command({"REPORT_ABUSE_HOME": str(tmp_path / "elsewhere")})
    other.well("keys", "init", tmp_path / "other.key")
    (tmp_path / "none.key").write_text("a shopping list")
    (place.home / "keys" / "vault.key").unlink()
    before = sorted((place.home / "keys").iterdir())
    for name, said in (
        ("other.key", "not the recovery key of this data"),
        ("none.key", "not a recovery key"),
        ("nowhere.key", "cannot be read"),
    ):
        refused = command("keys", "recover", tmp_path / name)
        assert (refused.exit_code, refused.stderr.count("\n"), said in refused.stderr) == (1, 1, True)
    assert sorted((place.home / "keys").iterdir()) == before
    command.well("keys", "recover", medium)


def test_after_a_new_recovery_key_the_old_one_opens_nothing_any_more(
    command: Command, centre: Centre, medium: Path, tmp_path: Path
) -> None:
    references = fill(centre, 4)
    command.well("keys", "rotate", "--recovery", tmp_path / "second.key")
    command.well("keys", "rewrap")
    assert key_in(medium).public_key().kid not in {kid for kids in wrapped_for(centre) for kid in kids}
    assert [read_with(centre, one, key_in(tmp_path / "second.key")) for one in references] == as_filled(4)
