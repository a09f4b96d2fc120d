"""The audit: one row for each opening, append-only, and no hand that changes it stays unseen."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from alembic import command as command_to
from alembic.config import Config
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import NotFound, Refused, SealBroken
from report_abuse_receiver.intake import receiving
from report_abuse_receiver.store import migrations
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.schema import TABLES
from tests.parts import tampering
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.drafted import ready_draft
from tests.parts.places import on_postgres, on_sqlite
from tests.parts.tampering import TAMPERINGS, Tamper, shipped_head, unlock

ROWS = 6
MOMENT = datetime(2026, 7, 3, 16, 20, tzinfo=UTC)
NEW_ROW = (
    "INSERT INTO audit (seq, at, staff, action, subject, reason, previous, hash) "
    "SELECT {seq}, at, staff, action, subject, reason, {previous}, {hash} FROM audit WHERE seq = 3"
)


def filled(centre: Centre) -> None:
    """Six rows, as openings leave them."""
    with centre.database.writing() as conn:
        for number in range(ROWS):
            log.append(conn, by=host(f"pat-{number}"), action="open", subject="4HK-2MP-9TC", reason="duty", now=MOMENT)


def tampered(centre: Centre, statements: Sequence[str]) -> log.Verdict:
    filled(centre)
    with centre.database.writing() as conn:
        unlock(conn)
        for statement in statements:
            conn.execute(text(statement))
    return trail.verify_audit(centre)


def test_an_empty_audit_is_whole(centre: Centre) -> None:
    assert trail.verify_audit(centre) == log.Verdict(rows=0, head=log.GENESIS, broken_at=None)


def test_an_audit_that_nobody_touched_is_whole(centre: Centre) -> None:
    filled(centre)
    verdict = trail.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (ROWS, None)
    with centre.database.reading() as conn:
        assert conn.scalar(select(TABLES["audit_head"].c.hash)) == verdict.head


FORBIDDEN = [
    "UPDATE audit SET reason = 'another' WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 3",
    NEW_ROW.format(seq=7, previous="previous", hash="hash"),
    NEW_ROW.format(seq=9, previous="(SELECT hash FROM audit WHERE seq = 6)", hash="hash"),
    NEW_ROW.format(seq=0, previous="previous", hash="hash"),
    "UPDATE audit_head SET hash = 'x'",
    "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)",
    "UPDATE audit_head SET seq = 7",
    "DELETE FROM audit_head",
    "INSERT INTO audit_head (id, seq, hash) VALUES (1, 5, 'x')",
]
IN_POSTGRES = ["TRUNCATE audit", "TRUNCATE audit_head"]
#: In SQLite it takes a row away without asking the triggers on deleting.
IN_SQLITE = [
    NEW_ROW.format(seq=3, previous="previous", hash="hash").replace("INSERT", "INSERT OR REPLACE"),
    "UPDATE OR REPLACE audit SET seq = 3 WHERE seq = 4",
    "REPLACE INTO audit_head (id, seq, hash) VALUES (1, 5, 'x')",
]


def assert_refused(centre: Centre, statement: str) -> None:
    filled(centre)
    says = "append-only|only goes forward"
    with pytest.raises(DBAPIError, match=says), centre.database.writing() as conn:
        conn.execute(text(statement))
    verdict = trail.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (ROWS, None)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_row_can_only_be_added_at_the_end_and_the_head_only_go_forward(centre: Centre, statement: str) -> None:
    assert_refused(centre, statement)


@on_postgres
@pytest.mark.parametrize("statement", IN_POSTGRES)
def test_the_tables_cannot_be_emptied(centre: Centre, statement: str) -> None:
    assert_refused(centre, statement)


@on_sqlite
@pytest.mark.parametrize("statement", IN_SQLITE)
def test_a_row_cannot_be_replaced(centre: Centre, statement: str) -> None:
    assert_refused(centre, statement)


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        pytest.param(["UPDATE audit SET staff = 'kim' WHERE seq = 3"], 3, id="who"),
        pytest.param(["UPDATE audit SET action = 'list' WHERE seq = 3"], 3, id="what"),
        pytest.param(["UPDATE audit SET subject = 'x' WHERE seq = 3"], 3, id="which"),
        pytest.param(["UPDATE audit SET reason = 'x' WHERE seq = 1"], 1, id="why, in the first row"),
        pytest.param(["UPDATE audit SET reason = 'x' WHERE seq = 6"], 6, id="why, in the last row"),
        pytest.param(["UPDATE audit SET at = '2026-07-03 16:20:01' WHERE seq = 3"], 3, id="when"),
        pytest.param(["UPDATE audit SET previous = hash WHERE seq = 3"], 3, id="what it follows"),
        pytest.param(["UPDATE audit SET hash = previous WHERE seq = 3"], 3, id="its hash"),
        pytest.param(["DELETE FROM audit WHERE seq = 1"], 1, id="the first row deleted"),
        pytest.param(["DELETE FROM audit WHERE seq = 3"], 3, id="a row deleted"),
        pytest.param(
            ["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 6"], 3, id="deleted and closed up"
        ),
        pytest.param(["DELETE FROM audit WHERE seq = 6"], 6, id="the last row cut off"),
        pytest.param(["DELETE FROM audit WHERE seq > 2"], 3, id="the tail cut off"),
        pytest.param(["DELETE FROM audit"], 1, id="everything deleted"),
        pytest.param([NEW_ROW.format(seq=7, previous="previous", hash="hash")], 7, id="a row copied to the end"),
        pytest.param(
            [NEW_ROW.format(seq=7, previous="(SELECT hash FROM audit WHERE seq = 6)", hash="hash")],
            7,
            id="a row made up at the end",
        ),
        pytest.param(
            [
                "UPDATE audit SET seq = 7 WHERE seq = 6",
                "UPDATE audit SET seq = 6 WHERE seq = 5",
                "UPDATE audit SET seq = 5 WHERE seq = 4",
                NEW_ROW.format(seq=4, previous="hash", hash="hash"),
            ],
            4,
            id="a row put in between",
        ),
        pytest.param(
            [
                "UPDATE audit SET seq = 99 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 4",
                "UPDATE audit SET seq = 4 WHERE seq = 99",
            ],
            3,
            id="two rows swapped",
        ),
        pytest.param(["UPDATE audit_head SET hash = 'x'"], 7, id="another head"),
        pytest.param(["UPDATE audit_head SET seq = 5"], 7, id="a head of one row less"),
        pytest.param(["DELETE FROM audit_head"], 7, id="no head"),
    ],
)
def test_whoever_gets_past_the_trigger_is_found(centre: Centre, statements: Sequence[str], broken_at: int) -> None:
    assert tampered(centre, statements).broken_at == broken_at


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda one: one.__name__)
def test_tampering_at_random_is_found_in_the_database_as_it_is_in_memory(centre: Centre, tamper: Tamper) -> None:
    random, whole = Random(7), tampering.written(40)
    shipped = [shipped_head(whole, rows=rows) for rows in (0, 20, 40)]
    for _ in range(8):
        touched = tamper(whole, random)
        with centre.database.writing() as conn:
            tampering.put(conn, touched)
        verdict = trail.verify_audit(centre, shipped=shipped)
        assert verdict == log.check(touched.rows, head=touched.head, shipped=shipped)
        assert verdict.broken_at is not None


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        pytest.param(["DELETE FROM audit WHERE seq = 3"], "row 3 is missing", id="deleted"),
        pytest.param(["DELETE FROM audit WHERE seq IN (3, 4)"], "rows 3 to 4 are missing", id="two deleted"),
        pytest.param(["DELETE FROM audit WHERE seq > 4"], "rows 5 to 6 are missing: the head counts 6", id="cut"),
        pytest.param(["UPDATE audit SET reason = 'x' WHERE seq = 3"], "row 3 was changed after", id="edited"),
        pytest.param(["UPDATE audit SET at = '2020-01-01' WHERE seq = 3"], "row 3 was changed after", id="when"),
        pytest.param([NEW_ROW.format(seq=0, previous="hash", hash="hash")], "the number 0 was put in", id="put before"),
        pytest.param(
            [NEW_ROW.format(seq=7, previous="previous", hash="hash")], "row 7 was written as row 3", id="copy"
        ),
        pytest.param(["UPDATE audit_head SET seq = 5"], "the head is not that of row 5", id="head changed"),
        pytest.param(["DELETE FROM audit_head"], "the head is gone", id="head gone"),
    ],
)
def test_it_says_what_is_wrong_and_at_which_number(
    centre: Centre, command: Command, statements: Sequence[str], says: str
) -> None:
    verdict = tampered(centre, statements)
    outcome = command("audit", "verify", "--json")
    assert outcome.exit_code == 1
    assert outcome.json == {"ok": False, **vars(verdict), "heads": 0}
    assert says in outcome.json["wrong"]


@on_sqlite
@pytest.mark.parametrize("garbage", ["'yesterday'", "7", "x'00'"])
def test_what_only_sqlite_would_keep_is_found_too(centre: Centre, garbage: str) -> None:
    for column in ("at", "staff", "hash"):
        with centre.database.writing() as conn:
            tampering.put(conn, tampering.written(ROWS))
            conn.execute(text(f"UPDATE audit SET {column} = {garbage} WHERE seq = 3"))
        assert trail.verify_audit(centre).broken_at == 3


def test_the_triggers_come_with_this_release_and_go_with_it(centre: Centre) -> None:
    filled(centre)
    leap = text("UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)")
    with centre.database.writing() as conn:
        alembic(conn, command_to.downgrade, "0003")
        conn.execute(leap)
        conn.execute(text("UPDATE audit_head SET seq = 6, hash = (SELECT hash FROM audit WHERE seq = 6)"))
        alembic(conn, command_to.upgrade, "head")
    with pytest.raises(DBAPIError, match="only goes forward"), centre.database.writing() as conn:
        conn.execute(leap)


def alembic(conn: Connection, step: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = conn
    step(config, revision)


def test_a_chain_written_anew_ends_in_another_head(centre: Centre) -> None:
    """Only a head that was kept elsewhere tells of it, so `audit verify` prints it."""
    filled(centre)
    kept = trail.verify_audit(centre).head
    with centre.database.writing() as conn:
        unlock(conn)
        conn.execute(text("DELETE FROM audit"))
        conn.execute(text(f"UPDATE audit_head SET seq = 0, hash = '{log.GENESIS}'"))
        for _ in range(ROWS):
            log.append(conn, by=host("kim"), action="open", subject="4HK-2MP-9TC", reason="duty", now=MOMENT)
    verdict = trail.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (ROWS, None)
    assert verdict.head != kept


def test_openings_in_many_threads_make_one_chain(centre: Centre) -> None:
    receipt = receiving.send(centre, ready_draft(centre), lane="normal").receipt
    assert receipt is not None
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: opened(centre, receipt.reference, staff=f"pat-{n}"), range(24)))
    verdict = trail.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (24, None)


def opened(centre: Centre, reference: str, *, staff: str = "pat", reason: str = "duty") -> None:
    triage.show_report(centre, reference, reason=reason, by=host(staff))


def test_a_report_that_could_not_be_opened_was_not_opened(centre: Centre) -> None:
    receipt = receiving.send(centre, ready_draft(centre), lane="normal").receipt
    assert receipt is not None
    with pytest.raises(NotFound):
        opened(centre, "4HK-2MP-9TC")
    with pytest.raises(Refused, match="say why"):
        opened(centre, receipt.reference, reason=" \t")
    with centre.database.writing() as conn:
        conn.execute(TABLES["report"].update().values(body=b"\0" * 1052))
    with pytest.raises(SealBroken):
        opened(centre, receipt.reference)
    assert trail.verify_audit(centre).rows == 0


@pytest.mark.parametrize(
    "reason", ["NUL \0 inside", "half a letter \ud800", "مرحبا 🙂\n\u202e", "x" * 10_000], ids=ascii
)
def test_any_reason_can_be_kept_and_verified(centre: Centre, reason: str) -> None:
    receipt = receiving.send(centre, ready_draft(centre), lane="normal").receipt
    assert receipt is not None
    opened(centre, receipt.reference, reason=reason, staff=reason)
    verdict = trail.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (1, None)
