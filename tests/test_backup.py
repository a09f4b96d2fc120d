"""The restore drill: a backup under load comes back whole; without its keys, or after a purge, nothing opens (S20)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text

from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import ReceiverError
from report_abuse_receiver.operations import backup
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.comers import come_back, sent
from tests.parts.command import Command
from tests.parts.lines import line, written
from tests.parts.memory import on_disk
from tests.parts.places import Place, on_postgres, on_sqlite, open_at
from tests.parts.retained import NOT_OURS, PERIOD
from tests.parts.running import until_true

pytestmark = on_disk


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    """Where backups are kept."""
    (tmp_path / "safe").mkdir()
    return tmp_path / "safe"


@pytest.fixture
def lost(elsewhere: Place) -> Command:
    """The command line of the host that takes over: the keys are back, the database is empty."""
    return Command(elsewhere.environ)


def listed(command: Command) -> list[str]:
    return [row["reference"] for row in command.well("reports", "list", "--json").json]


def opens(command: Command, reference: str) -> bool:
    return command("reports", "show", reference, "--reason", "the drill").exit_code == 0


def unopened(place: Place, references: list[str]) -> list[str]:
    """Those of hundreds that do not open there; the command line would open the whole place anew for each."""
    centre, closed = open_at(place), list[str]()
    for reference in references:
        try:
            triage.show_report(centre, reference, reason="the drill", by=host("ann"))
        except ReceiverError:
            closed.append(reference)
    centre.database.close()
    return closed


@contextmanager
def children_at_work(new_visitor: Callable[[], FlaskClient]) -> Iterator[list[str]]:
    """Some children who send one report after the other; the numbers they were shown so far."""
    numbers, stop = list[str](), Event()

    def send_and_send() -> None:
        while not stop.is_set():
            numbers.append(Child(new_visitor()).press().tell(story="Please help.").send())

    senders = [Thread(target=send_and_send) for _ in range(3)]
    for one in senders:
        one.start()
    try:
        yield numbers
    finally:
        stop.set()
        for one in senders:
            one.join()


def test_a_backup_under_load_comes_back_whole_in_an_empty_place(
    client: FlaskClient, new_visitor: Callable[[], FlaskClient], command: Command, lost: Command,
    elsewhere: Place, safe: Path, tmp_path: Path,
) -> None:  # fmt: skip
    command.well("provider", "add", "acme", "--name", "Acme")
    command.well("reports", "import", written(tmp_path / "in.jsonl", [line() for _ in range(230)]))
    reference, words = sent(client)
    come_back(client, reference, words, more="I remember more.")
    with children_at_work(new_visitor) as numbers:
        until_true(lambda: len(numbers) >= 3)
        acknowledged = [reference, *numbers]
        done = command.well("backup", safe, "--json").json
    restored = lost.well("restore", safe, "--json").json
    assert (restored["without_key"], restored["keys"]) == (0, done["keys"])
    there = listed(lost)
    assert len(there) == restored["reports"] >= 230 + len(acknowledged)
    assert set(acknowledged) <= set(there) <= set(listed(command))
    assert unopened(elsewhere, there) == []
    shown = lost.well("reports", "show", reference, "--reason", "the drill", "--json").json
    assert [one["more"] for one in shown["additions"]] == ["I remember more."]
    assert lost.well("audit", "verify", "--json").json["ok"]
    assert lost.well("feedback", "rollup", "check", "--json").json == []
    preview = ("feedback", "preview", "acme", "2026-Q3", "--json")
    assert lost.well(*preview).json == command.well(*preview).json
    go_on(elsewhere, reference, words)
    assert len(listed(lost)) == len(there) + 1


def go_on(place: Place, reference: str, words: str) -> None:
    """A child comes back and another one sends, as if nothing had happened."""
    centre = open_at(place)
    come_back(create_app(centre).test_client(), reference, words, more="And then?")
    sent(create_app(centre).test_client())
    decision = Decision(category="grooming", outcome="advice")
    triage.show_report(centre, reference, reason="to answer", by=host("ann"))
    triage.decide(centre, reference, decision, by=host("ann"))
    centre.database.close()


def test_without_the_file_of_keys_no_report_opens(
    client: FlaskClient, command: Command, lost: Command, safe: Path
) -> None:
    reference, words = sent(client)
    come_back(client, reference, words, more="x")
    Path(command.well("backup", safe, "--json").json["keys"]).unlink()
    restored = lost.well("restore", safe, "--json").json
    assert (restored["keys"], restored["reports"], restored["without_key"]) == (None, 1, 1)
    assert not opens(lost, reference)
    assert "was not sealed for the vault key" in lost("reports", "show", reference, "--reason", "x").stderr


def test_after_a_purge_and_35_days_no_backup_that_is_kept_opens_it_with_all_keys(
    client: FlaskClient,
    new_visitor: Callable[[], FlaskClient],
    command: Command,
    place: Place,
    safe: Path,
    tmp_path: Path,
) -> None:
    gone, kept = sent(client)[0], sent(new_visitor())[0]
    command.well("reports", "decide", gone, *NOT_OURS)
    with time_machine.travel((now() + PERIOD).replace(microsecond=0), tick=False) as clock:
        clock.shift(1)
        first = command.well("backup", safe, "--prune", "--json").json
        command.well("purge")
        clock.shift(timedelta(days=34, hours=23))
        assert command.well("backup", safe, "--prune", "--json").json["pruned"] == []
        assert {gone, kept} == opened_by_any(place, safe, tmp_path / "before")
        clock.shift(timedelta(hours=1))
        assert command.well("backup", safe, "--prune", "--json").json["pruned"] == [first["keys"]]
        assert opened_by_any(place, safe, tmp_path / "after") == {kept}


def opened_by_any(place: Place, safe: Path, scratch: Path) -> set[str]:
    """What opens in some place to which one of the kept files of data and one of those of keys were restored."""
    opened = set[str]()
    pairs = [(data, keys) for data in safe.glob("*.data") for keys in safe.glob("*.keys")]
    for number, pair in enumerate(pairs):
        home, chosen = scratch / f"home{number}", scratch / f"chosen{number}"
        chosen.mkdir(parents=True)
        shutil.copytree(place.home / "keys", home / "keys")
        for path in pair:
            shutil.copy(path, chosen)
        command = Command({"REPORT_ABUSE_HOME": str(home)})  # whatever it came from, SQLite takes it
        command.well("restore", chosen)
        opened |= {one for one in listed(command) if opens(command, one)}
    return opened


@on_sqlite
def test_nothing_stands_in_clear_and_only_its_owner_may_read_it(
    command: Command, client: FlaskClient, safe: Path
) -> None:
    command.well("provider", "add", "acme", "--name", "Smithereens")
    sent(client)
    command.well("backup", safe)
    written_files = list(safe.iterdir())
    assert len(written_files) == 2
    assert [oct(path.stat().st_mode & 0o777) for path in written_files] == ["0o600"] * 2
    assert not any(word in path.read_bytes() for path in written_files for word in (b"Smithereens", b"grooming"))


@on_sqlite
@pytest.mark.parametrize("kind", ["data", "keys"])
def test_a_file_that_was_changed_or_cut_restores_nothing(
    client: FlaskClient, command: Command, lost: Command, safe: Path, kind: str
) -> None:
    sent(client)
    path = Path(command.well("backup", safe, "--json").json[kind])
    whole = path.read_bytes()
    for broken in (whole[:-1], whole[:-200], whole[:-30] + bytes([whole[-30] ^ 1]) + whole[-29:], b"", whole + b"x"):
        path.write_bytes(broken)
        refused = lost("restore", safe)
        assert (refused.exit_code, str(path) in refused.stderr) == (1, True)
        assert listed(lost) == []
    path.write_bytes(whole)
    assert lost.well("restore", safe, "--json").json["reports"] == 1


def test_a_restore_goes_into_an_empty_database_with_the_right_keys_of_the_same_release_only(
    centre: Centre, client: FlaskClient, command: Command, lost: Command, elsewhere: Place, safe: Path, tmp_path: Path
) -> None:
    sent(client)
    assert "holds no backup" in lost("restore", safe).stderr
    backup.back_up(centre, safe, by=host("ann"))
    assert "is in use" in command("restore", safe).stderr
    nowhere = tmp_path / "nowhere"
    assert "put them back first" in Command({"REPORT_ABUSE_HOME": str(nowhere)})("restore", safe).stderr
    assert not nowhere.exists()
    stranger = Command({"REPORT_ABUSE_HOME": str(tmp_path / "stranger")})
    stranger.well("service", "list")
    assert "was not sealed as data for the key" in stranger("restore", safe).stderr
    right = (elsewhere.home / "keys" / "link-master.key").read_bytes()
    shutil.copy(tmp_path / "stranger" / "keys" / "link-master.key", elsewhere.home / "keys")
    assert "holds other keys" in lost("restore", safe).stderr
    (elsewhere.home / "keys" / "link-master.key").write_bytes(right)
    assert lost.well("restore", safe, "--json").json["reports"] == 1


def test_a_desk_that_burnt_down_comes_back_with_a_backup_and_the_recovery_key(
    client: FlaskClient, command: Command, lost: Command, elsewhere: Place, safe: Path, tmp_path: Path
) -> None:
    medium = tmp_path / "recovery.key"
    command.well("keys", "init", medium)
    reference, words = sent(client)
    come_back(client, reference, words, more="I remember more.")
    command.well("backup", safe)
    shutil.rmtree(elsewhere.home)
    assert "--recovery-key" in lost("restore", safe).stderr
    assert lost.well("restore", safe, "--recovery-key", medium, "--json").json["without_key"] == 0
    assert not (elsewhere.home / "keys").exists(), "keys are made by `keys recover` alone"
    assert lost("reports", "list").exit_code == 1
    assert lost.well("keys", "recover", medium, "--all-lost", "--json").json == {"rewrapped": 2, "broken": []}
    shown = lost.well("reports", "show", reference, "--reason", "the drill", "--json").json
    assert [one["more"] for one in shown["additions"]] == ["I remember more."]
    go_on(elsewhere, reference, words)
    assert lost.well("audit", "verify", "--json").json["ok"]
    assert lost.well("doctor").exit_code == 0


@on_sqlite
def test_no_other_recovery_key_opens_a_backup(client: FlaskClient, command: Command, lost: Command, safe: Path) -> None:
    first, second, none = (safe.parent / f"{name}.key" for name in ("first", "second", "none"))
    command.well("keys", "init", first)
    command.well("keys", "rotate", "--recovery", second)
    none.write_text("a shopping list")
    sent(client)
    command.well("backup", safe)
    for file, said in ((first, "was not sealed as data for the key"), (none, "is not a recovery key")):
        refused = lost("restore", safe, "--recovery-key", file)
        assert (refused.exit_code, refused.stderr.count("\n"), said in refused.stderr) == (1, 1, True)
    assert lost.well("restore", safe, "--recovery-key", second, "--json").json["reports"] == 1


def test_each_backup_is_one_row_of_the_audit_once_both_files_are_there(command: Command, safe: Path) -> None:
    command.well("backup", safe, "--staff", "ann")
    assert command.well("audit", "verify", "--json").json["rows"] == 1
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False):
        (safe / "report-abuse-20261122T090000Z.keys").write_bytes(b"mine")
        assert command("backup", safe).exit_code == 1
    assert command.well("audit", "verify", "--json").json["rows"] == 1


def test_a_backup_of_another_release_says_so(centre: Centre, lost: Command, safe: Path) -> None:
    with centre.database.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    backup.back_up(centre, safe, by=host("ann"))
    assert "was made by another release" in lost("restore", safe).stderr


@on_sqlite
def test_a_backup_that_cannot_be_written_leaves_nothing_behind(centre: Centre, command: Command, safe: Path) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False):
        (safe / "report-abuse-20261122T090000Z.keys").write_bytes(b"mine")
        refused = command("backup", safe)
    assert (refused.exit_code, "cannot be made" in refused.stderr) == (1, True)
    assert [path.read_bytes() for path in safe.iterdir()] == [b"mine"]
    assert command("backup", safe / "nowhere").exit_code == 2


@on_postgres
def test_a_backup_of_sqlite_comes_back_in_postgresql(
    elsewhere: Place, lost: Command, safe: Path, tmp_path: Path
) -> None:
    small = Place(home=tmp_path / "small")
    shutil.copytree(elsewhere.home / "keys", small.home / "keys")
    centre = open_at(small)
    reference, words = sent(create_app(centre).test_client())
    backup.back_up(centre, safe, by=host("ann"))
    centre.database.close()
    assert lost.well("restore", safe, "--json").json["reports"] == 1
    assert opens(lost, reference)
    go_on(elsewhere, reference, words)
