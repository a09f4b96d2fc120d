"""The audit: one row for each opening, append-only, and no hand that changes it stays unseen."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from report_abuse_receiver.desk import intake, triage
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.ground.errors import NotFound, Refused, SealBroken
from report_abuse_receiver.store import audit, tables
from tests.parts.drafted import ready_draft
from tests.parts.places import on_postgres

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
            audit.append(conn, staff=f"pat-{number}", action="open", subject="4HK-2MP-9TC", reason="duty", now=MOMENT)


def unlock(conn: Connection) -> None:
    """Take the trigger away, as whoever owns the database can."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        return
    for verb in ("update", "delete"):
        conn.execute(text(f"DROP TRIGGER audit_no_{verb}"))


def tampered(centre: Centre, statements: Sequence[str]) -> audit.Verdict:
    filled(centre)
    with centre.database.writing() as conn:
        unlock(conn)
        for statement in statements:
            conn.execute(text(statement))
    return triage.verify_audit(centre)


def test_an_empty_audit_is_whole(centre: Centre) -> None:
    assert triage.verify_audit(centre) == audit.Verdict(rows=0, head=audit.GENESIS, broken_at=None)


def test_an_audit_that_nobody_touched_is_whole(centre: Centre) -> None:
    filled(centre)
    verdict = triage.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (ROWS, None)
    with centre.database.reading() as conn:
        assert conn.scalar(select(tables.audit_head.c.hash)) == verdict.head


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET reason = 'another' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3"]
)
def test_a_row_can_be_neither_changed_nor_deleted(centre: Centre, statement: str) -> None:
    filled(centre)
    with pytest.raises(DBAPIError, match="append-only"), centre.database.writing() as conn:
        conn.execute(text(statement))
    assert triage.verify_audit(centre).rows == ROWS


@on_postgres
def test_the_table_cannot_be_emptied(centre: Centre) -> None:
    filled(centre)
    with pytest.raises(DBAPIError, match="append-only"), centre.database.writing() as conn:
        conn.execute(text("TRUNCATE audit"))
    assert triage.verify_audit(centre).rows == ROWS


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


def test_a_chain_written_anew_ends_in_another_head(centre: Centre) -> None:
    """Only a head that was kept elsewhere tells of it, so `audit verify` prints it."""
    filled(centre)
    kept = triage.verify_audit(centre).head
    with centre.database.writing() as conn:
        unlock(conn)
        conn.execute(text("DELETE FROM audit"))
        conn.execute(text(f"UPDATE audit_head SET seq = 0, hash = '{audit.GENESIS}'"))
        for _ in range(ROWS):
            audit.append(conn, staff="kim", action="open", subject="4HK-2MP-9TC", reason="duty", now=MOMENT)
    verdict = triage.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (ROWS, None)
    assert verdict.head != kept


def test_openings_in_many_threads_make_one_chain(centre: Centre) -> None:
    receipt = intake.send(centre, ready_draft(centre), lane="normal").receipt
    assert receipt is not None
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: opened(centre, receipt.reference, staff=f"pat-{n}"), range(24)))
    verdict = triage.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (24, None)


def opened(centre: Centre, reference: str, *, staff: str = "pat", reason: str = "duty") -> None:
    triage.show_report(centre, reference, reason=reason, staff=staff)


def test_a_report_that_could_not_be_opened_was_not_opened(centre: Centre) -> None:
    receipt = intake.send(centre, ready_draft(centre), lane="normal").receipt
    assert receipt is not None
    with pytest.raises(NotFound):
        opened(centre, "4HK-2MP-9TC")
    with pytest.raises(Refused, match="say why"):
        opened(centre, receipt.reference, reason=" \t")
    with centre.database.writing() as conn:
        conn.execute(tables.report.update().values(body=b"\0" * 1052))
    with pytest.raises(SealBroken):
        opened(centre, receipt.reference)
    assert triage.verify_audit(centre).rows == 0


@pytest.mark.parametrize(
    "reason", ["NUL \0 inside", "half a letter \ud800", "مرحبا 🙂\n\u202e", "x" * 10_000], ids=ascii
)
def test_any_reason_can_be_kept_and_verified(centre: Centre, reason: str) -> None:
    receipt = intake.send(centre, ready_draft(centre), lane="normal").receipt
    assert receipt is not None
    opened(centre, receipt.reference, reason=reason, staff=reason)
    verdict = triage.verify_audit(centre)
    assert (verdict.rows, verdict.broken_at) == (1, None)
