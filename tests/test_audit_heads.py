"""Heads of the audit: signed, shipped off this host, and found again in whatever they were shipped to."""

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text, update

from report_abuse_receiver.audit.trail import EVERY
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.audit.heads import from_pem, heads_in
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.outbox import ListedWork
from report_abuse_receiver.store.schema import TABLES
from report_abuse_receiver.worker import work_once
from tests.parts import tampering
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.mail import Sink
from tests.parts.places import Place, on_sqlite, open_at

NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    """Where they are shipped to."""
    return tmp_path / "heads"


@pytest.fixture
def shipping(place: Place, heads: Path) -> Iterator[Centre]:
    """A centre that ships its heads to a file."""
    opened = open_at(place, AUDIT_HEADS=f"file:{heads}")
    yield opened
    opened.database.close()


def open_reports(centre: Centre, times: int, *, staff: str = "pat") -> None:
    with centre.database.writing() as conn:
        for _ in range(times):
            log.append(conn, by=host(staff), action="open", subject="4HK-2MP-9TC", reason="duty", now=NOON)


def cut_with_its_head(centre: Centre, *, rows: int) -> None:
    """Leave nothing that the database itself could tell of."""
    with centre.database.writing() as conn:
        tampering.unlock(conn)
        conn.execute(text(f"DELETE FROM audit WHERE seq > {rows}"))
        conn.execute(text(f"UPDATE audit_head SET seq = {rows}, hash = (SELECT hash FROM audit WHERE seq = {rows})"))


def ship_now(centre: Centre) -> None:
    jobs.JOBS["audit-head"].do(centre, {})


def heads_owed(centre: Centre) -> list[ListedWork]:
    return [row for row in jobs.list_owed(centre) if row.kind == "audit-head"]


def finding(command: Command, check: str, **env: str) -> tuple[bool, str]:
    told = {one["check"]: one for one in command("doctor", "--json", env=env).json}
    return told[check]["ok"], told[check]["says"]


def test_a_head_is_shipped_each_day_and_for_each_hundred_rows(shipping: Centre, heads: Path) -> None:
    shipped = []
    with time_machine.travel(NOON, tick=False) as clock:
        for hours, rows in ((0, 0), (1, EVERY - 1), (1, 1), (1, 5), (24, 0), (1, 0)):
            clock.shift(timedelta(hours=hours))
            open_reports(shipping, rows)
            work_once(shipping)
            shipped.append(len(heads.read_text().splitlines()))
    assert shipped == [1, 1, 2, 2, 3, 3]
    assert '"at":"2026-07-04T15:00:00Z","seq":105,' in heads.read_text().splitlines()[-1]
    assert '"count":105,' in heads.read_text().splitlines()[-1]


def test_many_workers_owe_one_head(shipping: Centre) -> None:
    with time_machine.travel(NOON, tick=False), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: jobs.enqueue_periodic_work(shipping), range(8)))
    assert len(heads_owed(shipping)) == 1


@on_sqlite
def test_without_a_place_nothing_is_owed_and_no_key_is_made(centre: Centre, place: Place, command: Command) -> None:
    work_once(centre)
    ship_now(centre)
    assert heads_owed(centre) == []
    assert not (place.home / "keys" / "audit.key").exists()
    assert finding(command, "audit-heads") == (
        True,
        "they go nowhere, so an audit that was cut short looks whole; set REPORT_ABUSE_AUDIT_HEADS",
    )


def test_a_chain_cut_with_its_head_is_found_by_what_was_shipped(
    shipping: Centre, heads: Path, command: Command
) -> None:
    for _ in range(3):
        open_reports(shipping, 5)
        ship_now(shipping)
    assert command.well("audit", "verify", "--heads", heads, "--json").json["heads"] == 3
    cut_with_its_head(shipping, rows=8)
    assert command.well("audit", "verify", "--json").json["rows"] == 8
    outcome = command("audit", "verify", "--heads", heads, "--json")
    assert (outcome.exit_code, outcome.json["rows"], outcome.json["broken_at"]) == (1, 8, 9)
    assert outcome.json["wrong"].startswith("rows 9 to 10 are missing: the head shipped at 20")
    open_reports(shipping, 10, staff="kim")
    outcome = command("audit", "verify", "--heads", heads)
    assert outcome.exit_code == 1
    assert "wrong: rows 6 to 10 are not those of the head shipped at 20" in outcome.stdout


@on_sqlite
def test_a_copy_is_checked_on_another_machine_without_any_key(
    shipping: Centre, place: Place, heads: Path, command: Command, tmp_path: Path
) -> None:
    open_reports(shipping, 5)
    ship_now(shipping)
    (tmp_path / "audit.pem").write_text(command.well("audit", "key").stdout)
    shutil.copy(place.home / "receiver.sqlite3", tmp_path / "copy.sqlite3")
    elsewhere = Command(
        {
            "REPORT_ABUSE_HOME": str(tmp_path / "elsewhere"),
            "REPORT_ABUSE_DATABASE_URL": f"sqlite:///{tmp_path / 'copy.sqlite3'}",
        }
    )
    compared = ("audit", "verify", "--heads", heads, "--public-key", tmp_path / "audit.pem", "--json")
    assert elsewhere.well(*compared).json["rows"] == 5
    assert not (tmp_path / "elsewhere").exists()
    cut_with_its_head(shipping, rows=3)
    shutil.copy(place.home / "receiver.sqlite3", tmp_path / "copy.sqlite3")
    assert elsewhere(*compared).json["broken_at"] == 4


@on_sqlite
def test_a_database_that_is_no_receivers_is_refused(shipping: Centre, heads: Path, command: Command) -> None:
    ship_now(shipping)
    pem = heads.with_suffix(".pem")
    pem.write_text(command.well("audit", "key", "--json").json["public_key"])
    other = {"REPORT_ABUSE_DATABASE_URL": f"sqlite:///{heads.with_name('nothing.sqlite3')}"}
    outcome = command("audit", "verify", "--heads", heads, "--public-key", pem, env=other)
    assert (outcome.exit_code, "no receiver was ever started on this database" in outcome.stderr) == (1, True)
    assert command("audit", "verify", "--public-key", pem).exit_code == 2


@on_sqlite
def test_a_head_that_was_touched_or_signed_by_another_is_refused(
    shipping: Centre, heads: Path, command: Command, place: Place
) -> None:
    open_reports(shipping, 5)
    ship_now(shipping)
    whole = heads.read_text()
    for part in ('"seq":5', '"count":5', '"at":"20', '"hash":"', '"signature":"'):
        heads.write_text(f"{whole}{whole.replace(part, part[:-1] + '9')}")
        outcome = command("audit", "verify", "--heads", heads)
        assert (outcome.exit_code, f"line 2 of {heads} is not signed by this key" in outcome.stderr) == (1, True)
    heads.write_text(whole)
    (place.home / "keys" / "audit.key").unlink()
    assert "is not signed by this key" in command("audit", "verify", "--heads", heads).stderr


@on_sqlite
@pytest.mark.parametrize("held", ["", "no head\n", '{"at":\n', "\ufffd\x00"])
def test_a_file_without_a_head_proves_nothing(command: Command, heads: Path, held: str) -> None:
    heads.write_text(held)
    outcome = command("audit", "verify", "--heads", heads)
    assert (outcome.exit_code, "holds no head of an audit" in outcome.stderr) == (1, True)


@on_sqlite
def test_files_that_cannot_be_read_are_named(command: Command, tmp_path: Path) -> None:
    for option in ("--heads", "--public-key"):
        paths = {"--heads": tmp_path / "there", "--public-key": tmp_path / "there", option: tmp_path / "not-there"}
        (tmp_path / "there").write_text("nonsense")
        outcome = command("audit", "verify", *(word for pair in paths.items() for word in pair))
        assert outcome.exit_code == 1
        assert re.search("not-there cannot be read|is not the public half of an audit key", outcome.stderr)


@on_sqlite
def test_half_a_head_left_by_a_full_disk_hides_no_other(shipping: Centre, heads: Path, command: Command) -> None:
    ship_now(shipping)
    half = heads.read_text()[:150]
    heads.write_text(f"Jul  3 12:00:00 host report-abuse: {half}")
    ship_now(shipping)
    assert command.well("audit", "verify", "--heads", heads, "--json").json["heads"] == 1


@on_sqlite
def test_the_public_half_is_printed_and_the_other_is_for_its_owner_only(command: Command, place: Place) -> None:
    printed = command.well("audit", "key").stdout
    assert printed == command.well("audit", "key").stdout
    assert printed.startswith("-----BEGIN PUBLIC KEY-----\n")
    from_pem(printed.encode())
    assert (place.home / "keys" / "audit.key").stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_a_place_that_takes_nothing_keeps_the_head_owed_and_the_doctor_says_so(
    place: Place, tmp_path: Path, command: Command
) -> None:
    heads = tmp_path / "not" / "mounted"
    env = {"REPORT_ABUSE_AUDIT_HEADS": f"file:{heads}"}
    centre = open_at(place, AUDIT_HEADS=f"file:{heads}")
    assert finding(command, "audit-heads", **env) == (True, f"signed, and shipped to file:{heads}")
    work_once(centre)
    says = f"FileNotFoundError at the last try to ship one to file:{heads}; see that the place takes it"
    assert finding(command, "audit-heads", **env) == (True, says)
    with centre.database.writing() as conn:
        conn.execute(update(TABLES["outbox"]).values(attempts=outbox.ATTEMPTS, state="dead"))
    assert finding(command, "audit-heads", **env) == (False, says)
    heads.parent.mkdir()
    command.well("outbox", "retry", heads_owed(centre)[0].id, env=env)
    work_once(centre)
    assert finding(command, "audit-heads", **env)[0]
    assert heads.read_text().startswith('{"at":')
    centre.database.close()


def shipped_to(place: Place, where: str, **more: str) -> Centre:
    centre = open_at(place, AUDIT_HEADS=where, **more)
    open_reports(centre, 5)
    ship_now(centre)
    centre.database.close()
    return centre


@on_sqlite
def test_a_syslog_takes_them_by_udp_and_on_this_machine(place: Place, tmp_path: Path, command: Command) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as near,
    ):
        far.bind(("127.0.0.1", 0))
        near.bind(str(tmp_path / "log"))
        places = ((far, f"syslog://127.0.0.1:{far.getsockname()[1]}"), (near, f"syslog:{tmp_path / 'log'}"))
        for syslog, where in places:
            shipped_to(place, where)
            syslog.settimeout(10)
            said = syslog.recv(2_000)
            assert said.startswith(b'<109>report-abuse: {"at":')
            (tmp_path / "messages").write_bytes(b"Jul  3 12:00:00 host kernel: {}\n" + said)
            assert command.well("audit", "verify", "--heads", tmp_path / "messages", "--json").json["heads"] == 1


@on_sqlite
def test_a_syslog_takes_them_by_tcp(place: Place, tmp_path: Path, command: Command) -> None:
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def take() -> None:
            stream, _ = server.accept()
            with stream, stream.makefile("rb") as file:
                received.append(file.read())

        thread = threading.Thread(target=take)
        thread.start()
        shipped_to(place, f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    (tmp_path / "messages").write_bytes(received[0])
    assert command.well("audit", "verify", "--heads", tmp_path / "messages", "--json").json["heads"] == 1


@on_sqlite
def test_a_mailbox_takes_them(place: Place, sink: Sink, smtp_url: str, tmp_path: Path, command: Command) -> None:
    shipped_to(place, "mailto:kim@audit.example", SMTP_URL=smtp_url, MAIL_FROM="post@report.example")
    assert sink.recipients == ["kim@audit.example"]
    assert sink.letters[0]["Subject"] == "Audit head 5"
    (tmp_path / "mailbox").write_bytes(sink.raw[0])
    assert command.well("audit", "verify", "--heads", tmp_path / "mailbox", "--json").json["heads"] == 1


def test_a_line_with_two_heads_holds_both() -> None:
    assert [number for number, _ in heads_in('x\n{"at":1}{"at":2}\n')] == [2, 2]
