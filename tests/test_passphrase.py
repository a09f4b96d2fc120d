"""The vault's keys under a passphrase: whoever has only the files opens nothing."""

import base64
import os
import pty
import select
import subprocess
from pathlib import Path

import pytest

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.keys.passphrase import is_locked, lock, unlock
from tests.parts.command import Command
from tests.parts.places import Place, on_sqlite
from tests.parts.running import PATIENCE, RECEIVER, Starter, clean_environ, until_true
from tests.parts.sealed import as_filled, current, fill, told, wrapped_for

WORDS, OTHER = "six words drawn by honest dice", "another six words from other dice"
SETTING = "REPORT_ABUSE_VAULT_PASSPHRASE"


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """The passphrase in a file, as a supervisor hands it over."""
    path = tmp_path / "passphrase"
    path.write_text(f"{WORDS}\n")
    return path


def files(place: Place) -> list[bytes]:
    """The lines of the vault's key files."""
    return [one.read_bytes().strip() for one in sorted((place.home / "keys").glob("vault*.key"))]


def test_under_a_passphrase_all_goes_on_for_who_has_it_and_nothing_for_who_has_not(
    command: Command, centre: Centre, place: Place, words: Path
) -> None:
    references, raw = fill(centre, 2), base64.b64decode(files(place)[0])
    assert command.well("keys", "passphrase", "--new", words, "--json").json == {"keys": ["vault"], "passphrase": True}
    assert is_locked(files(place)[0])
    assert base64.b64encode(raw[-32:])[:20] not in files(place)[0]
    without = command("reports", "list")
    assert (without.exit_code, without.stderr.count("\n"), "is under a passphrase" in without.stderr) == (1, 1, True)
    wrong = command("reports", "list", env={SETTING: OTHER})
    assert (wrong.exit_code, "does not open with this passphrase" in wrong.stderr) == (1, True)
    whoever = Command(place.environ | {f"{SETTING}_FILE": str(words)})
    assert told(whoever, references) == as_filled(2)
    whoever.well("keys", "rotate")
    assert [is_locked(one) for one in files(place)] == [True, True]
    assert whoever.well("keys", "rewrap", "--json").json["rewrapped"] == 3
    assert wrapped_for(centre) == [current(whoever)] * 3
    assert command("doctor", env={SETTING: WORDS}).exit_code == 0


@on_sqlite
def test_a_passphrase_is_changed_and_taken_away_and_a_change_that_was_cut_short_is_done_again(
    command: Command, centre: Centre, place: Place, words: Path, tmp_path: Path
) -> None:
    references = fill(centre, 2)
    command.well("keys", "rotate")
    command.well("keys", "passphrase", "--new", words)
    before = files(place)[0]
    (tmp_path / "other").write_text(OTHER)
    wrong = command("keys", "passphrase", "--new", tmp_path / "other", env={SETTING: "not the words at all"})
    assert (wrong.exit_code, files(place)[0]) == (1, before)
    command.well("keys", "passphrase", "--new", tmp_path / "other", env={SETTING: WORDS})
    (place.home / "keys" / "vault-2.key").write_bytes(before)  # as if it had ended between the two files
    command.well("keys", "passphrase", "--new", tmp_path / "other", env={SETTING: WORDS})
    assert told(Command(place.environ | {SETTING: OTHER}), references) == as_filled(2)
    command.well("keys", "passphrase", "--none", env={SETTING: OTHER})
    assert told(command, references) == as_filled(2)


@on_sqlite
def test_a_passphrase_that_is_too_short_or_not_there_is_refused(command: Command, place: Place, tmp_path: Path) -> None:
    before = files(place)
    (tmp_path / "short").write_text("abc")
    for path in (tmp_path / "short", tmp_path / "nowhere"):
        assert command("keys", "passphrase", "--new", path).exit_code == 1
    assert command("keys", "passphrase", "--new", tmp_path / "short", "--none").exit_code == 2
    assert "too short" in command("reports", "list", env={SETTING: "abc"}).stderr
    assert files(place) == before


@on_sqlite
def test_a_new_place_is_made_under_the_passphrase_from_its_first_start(bare_place: Place) -> None:
    Command(bare_place.environ | {SETTING: WORDS}).well("reports", "list")
    assert [is_locked(one) for one in files(bare_place)] == [True]


@on_sqlite
def test_a_receiver_starts_with_the_file_and_asks_a_person_at_a_terminal(
    command: Command, place: Place, words: Path, start: Starter
) -> None:
    command.well("keys", "passphrase", "--new", words)
    start.receiver(place.environ | {f"{SETTING}_FILE": str(words)})
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [RECEIVER, "worker", "--once"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=clean_environ(place.environ),
        start_new_session=True,
    )
    os.close(terminal)
    shown = b""

    def has_asked() -> bool:
        nonlocal shown
        if select.select([screen], [], [], 0)[0]:
            shown += os.read(screen, 1024)
        return b"Passphrase of the vault key" in shown or process.poll() is not None

    until_true(has_asked, what="the question")
    os.write(screen, f"{WORDS}\n".encode())
    assert process.wait(PATIENCE) == 0
    os.close(screen)
    assert WORDS.encode() not in shown


def test_a_changed_letter_of_the_line_opens_nothing() -> None:
    line = lock(b"x25519\0" + bytes(32), WORDS)
    assert unlock(line, WORDS) == b"x25519\0" + bytes(32)
    assert line != lock(b"x25519\0" + bytes(32), WORDS)
    assert line.startswith(b"scrypt:16:8:1:")
    places = [*range(15, 18), *range(len(line) - 60, len(line), 7)]
    changed = [line[:at] + (b"B" if line[at : at + 1] != b"B" else b"C") + line[at + 1 :] for at in places]
    for one in (*changed, line.replace(b":16:8:", b":15:8:"), line.replace(b":16:", b":40:"), b"scrypt:", line[:40]):
        with pytest.raises(ValueError, match=r"."):
            unlock(one, WORDS)
