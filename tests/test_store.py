"""The store: one truth on both engines, kept whole or not at all, and nothing readable before Send."""

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Executable, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.intake import arrivals, drafts, receiving
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.operations import housekeeping
from report_abuse_receiver.rules.intake.attribution import Attribution
from report_abuse_receiver.store import version
from report_abuse_receiver.store.engine import journal_for
from report_abuse_receiver.store.feedback import presses
from report_abuse_receiver.store.schema import TABLES, metadata
from tests.parts.drafted import ready_draft
from tests.parts.faults import Fault
from tests.parts.places import on_postgres, on_sqlite

THREADS = 8
KEYS = range(2**32 - 25, 2**32)  # their sum goes round the 32 bits
PRESSED = Attribution(outcome="verified", provider="acme", kid="k1", placement="chat")


#: One row each, in one transaction.
OF_A_REPORT = ("report", "report_key", "event", "outbox")


def rows(centre: Centre, table: str) -> int:
    with centre.database.reading() as conn:
        return conn.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def newest_reference(centre: Centre) -> str | None:
    with centre.database.reading() as conn:
        return conn.scalar(select(TABLES["report"].c.reference).order_by(TABLES["report"].c.id.desc()).limit(1))


def sent(centre: Centre, draft: Draft) -> str | None:
    """The number the child was told, or None where the page said to try again."""
    with contextlib.suppress(StoreTrouble, RuntimeError):
        receipt = receiving.send(centre, draft, lane="normal").receipt
        return receipt.reference if receipt else None
    return None


def press(centre: Centre, placement: str, *, key: int = 1) -> None:
    with centre.database.writing() as conn:
        presses.count(conn, provider="acme", placement=placement, month="2026-07", event="opened", key=key)


def pressed(centre: Centre) -> dict[str, tuple[int, int]]:
    with centre.database.reading() as conn:
        cells = presses.cells(conn, provider="acme", months=["2026-07"], by=["placement"])
    return {cell.dimensions["placement"]: (cell.count, cell.key) for cell in cells}


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Do it in as many threads as there are; an error in one fails the test."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def test_the_migrations_lead_to_the_tables_of_today(centre: Centre) -> None:
    with centre.database.reading() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == version.of(conn) == version.newest()


def test_opening_again_changes_nothing(centre: Centre, settings: Settings) -> None:
    draft = receiving.send(centre, ready_draft(centre), lane="normal")
    again = at_once(lambda _: open_centre(settings))
    assert [one.keys.fingerprints for one in again] == [centre.keys.fingerprints] * THREADS
    assert [rows(one, "report") for one in again] == [1] * THREADS
    assert drafts.find(again[0], draft.secret) == draft
    for one in again:
        one.database.close()


def test_a_moment_needs_its_timezone(centre: Centre) -> None:
    with pytest.raises(Exception, match="a moment needs its timezone"), centre.database.writing() as conn:
        conn.execute(insert(TABLES["draft"]).values(id="x", sealed=b"", expires_at=now().replace(tzinfo=None)))


def test_presses_in_many_threads_are_all_counted_with_their_keys(centre: Centre) -> None:
    at_once(lambda _: [press(centre, "chat", key=key) for key in KEYS])
    assert pressed(centre) == {"other": (THREADS * len(KEYS), THREADS * sum(KEYS) % 2**32)}


def test_a_press_that_cannot_be_counted_stops_nobody(centre: Centre) -> None:
    with centre.database.writing() as conn:
        conn.execute(text("ALTER TABLE counter RENAME TO gone"))
    arrivals.count(centre, PRESSED, "opened")


def test_a_draft_cannot_be_read_without_the_cookie(centre: Centre) -> None:
    draft = ready_draft(centre, attribution=replace(PRESSED, ref="canary-ref"), story="canary words", name="Canary")
    with centre.database.reading() as conn:
        row = conn.execute(select(TABLES["draft"])).one()
    assert drafts.find(centre, draft.secret) == draft
    held = row.sealed.lower() + row.id.encode()
    assert [word for word in (b"canary", b"chat", draft.nonce.encode(), draft.secret.encode()) if word in held] == []
    strangers = [drafts.new_secret(), row.id, draft.secret[:-1], draft.secret + "A", "", "\ud800", "\0"]
    assert [one for one in strangers if drafts.find(centre, one)] == []


def test_a_draft_that_was_swapped_or_touched_is_no_draft(centre: Centre) -> None:
    mine, other = ready_draft(centre), ready_draft(centre, name="Alex")
    with centre.database.writing() as conn:
        one, two = conn.execute(select(TABLES["draft"])).all()
        for row, sealed in ((one, two.sealed), (two, one.sealed)):
            conn.execute(TABLES["draft"].update().where(TABLES["draft"].c.id == row.id).values(sealed=sealed))
    assert drafts.find(centre, mine.secret) is drafts.find(centre, other.secret) is None
    with centre.database.writing() as conn:
        conn.execute(TABLES["draft"].update().values(sealed=b""))
    assert drafts.find(centre, mine.secret) is None


def test_a_draft_is_gone_after_its_time_and_its_row_after_the_next_housekeeping(centre: Centre) -> None:
    draft = ready_draft(centre)
    with time_machine.travel(now() + drafts.LIFE + timedelta(seconds=1), tick=False):
        assert drafts.find(centre, draft.secret) is None
        assert rows(centre, "draft") == 1
        housekeeping.clean_up(centre, {})
    assert rows(centre, "draft") == 0


def test_after_send_the_draft_holds_no_answer(centre: Centre) -> None:
    draft = receiving.send(centre, ready_draft(centre, story="x"), lane="normal")
    kept = drafts.find(centre, draft.secret)
    assert kept is not None
    assert (kept.answers, kept.receipt) == ({}, draft.receipt)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 34, 0), ("TRUNCATE", "EXTRA")), ((3, 40, 1), ("TRUNCATE", "EXTRA")), ((3, 44, 5), ("TRUNCATE", "EXTRA")),
        ((3, 44, 6), ("WAL", "FULL")), ((3, 45, 0), ("TRUNCATE", "EXTRA")), ((3, 50, 6), ("TRUNCATE", "EXTRA")),
        ((3, 50, 7), ("WAL", "FULL")), ((3, 51, 2), ("TRUNCATE", "EXTRA")), ((3, 51, 3), ("WAL", "FULL")),
        ((3, 52, 0), ("WAL", "FULL")), ((4, 0, 0), ("WAL", "FULL")),
    ],
)  # fmt: skip
def test_only_a_library_that_keeps_its_wal_may_use_one(version: tuple[int, ...], expected: tuple[str, str]) -> None:
    assert journal_for(version) == expected


@on_sqlite
def test_sqlite_syncs_each_commit_and_wipes_what_it_deletes(centre: Centre) -> None:
    journal, synchronous = journal_for(sqlite3.sqlite_version_info)
    names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "temp_store")
    with centre.database.reading() as conn:
        is_set = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
    level = {"FULL": 2, "EXTRA": 3}[synchronous]
    assert is_set == dict(zip(names, (journal.lower(), level, 1, 1, 2), strict=True))


@on_postgres
def test_postgresql_acknowledges_after_its_disk_does(centre: Centre) -> None:
    with centre.database.reading() as conn:
        assert (conn.scalar(text("SHOW fsync")), conn.scalar(text("SHOW synchronous_commit"))) == ("on", "on")


def test_a_report_key_without_its_report_is_refused(centre: Centre) -> None:
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(insert(TABLES["report_key"]).values(report_id=7, kid="k", suite="s", wrapped=b""))


@pytest.mark.parametrize("error", [OperationalError("", {}, Exception()), RuntimeError()], ids=["trouble", "mistake"])
def test_a_fault_at_any_step_of_send_keeps_a_whole_report_or_none(centre: Centre, error: Exception) -> None:
    steps, happened = 0, True
    while happened:
        draft, before = ready_draft(centre, attribution=PRESSED, where="Acme"), rows(centre, "report")
        fault = Fault(error, after=steps)
        with fault.on(centre):
            told = sent(centre, draft)
        assert {rows(centre, table) for table in OF_A_REPORT} <= {before, before + 1}
        assert len({rows(centre, table) for table in OF_A_REPORT}) == 1
        assert told is None or rows(centre, "report") == before + 1
        again = sent(centre, draft)
        assert again == newest_reference(centre)
        assert told in (None, again)
        assert {rows(centre, table) for table in OF_A_REPORT} == {before + 1}
        steps, happened = steps + 1, fault.happened
    assert steps > 10


def test_who_only_looks_can_neither_write_nor_lock(centre: Centre) -> None:
    receiving.send(centre, ready_draft(centre), lane="normal")
    of = TABLES["report"]
    new = insert(TABLES["keyring"]).values(name="n", fingerprint="f")
    tries: list[Executable] = [of.update().values(state="closed"), of.delete(), new]
    if not centre.database.is_sqlite:  # where nobody locks a row
        tries.append(select(of).with_for_update())
    for one in tries:
        with pytest.raises((DBAPIError, StoreTrouble)), centre.database.reading() as conn:
            conn.execute(one)
    press(centre, "chat")
    assert (rows(centre, "report"), pressed(centre)) == (1, {"other": (1, 1)})


def test_who_reads_it_all_sees_one_moment_and_holds_up_nobody(centre: Centre) -> None:
    everything = select(func.count()).select_from(TABLES["report"])
    with centre.database.snapshot() as conn:
        assert conn.scalar(everything) == 0
        receiving.send(centre, ready_draft(centre), lane="normal")
        assert conn.scalar(everything) == 0
    assert rows(centre, "report") == 1
