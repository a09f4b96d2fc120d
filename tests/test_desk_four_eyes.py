"""At the desk: what leaves the centre takes two people, and the auditor sees who did what (S9)."""

import pytest
from flask import Flask
from sqlalchemy import text

from report_abuse_receiver.accounts import approvals
from report_abuse_receiver.accounts.approvals import Asked
from report_abuse_receiver.audit import trail
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.feedback.kinds import FREEZING
from report_abuse_receiver.store.audit import log
from tests.parts.acting import acting, host
from tests.parts.clerk import Clerk, at_desk
from tests.parts.letters import receive
from tests.parts.people import joined
from tests.parts.places import on_sqlite
from tests.parts.tampering import unlock

pytestmark = on_sqlite

QUARTER = Asked(what=FREEZING, subject="2026-Q3", content=["figures"], reason="the quarter is over")


@pytest.fixture
def pat(app: Flask, centre: Centre) -> Clerk:
    """A supervisor at the desk."""
    return at_desk(app, joined(centre, "pat", "supervisor"))


@pytest.fixture
def kim(app: Flask, centre: Centre) -> Clerk:
    """A feedback officer at the desk, who asked for the quarter to be frozen."""
    clerk = at_desk(app, joined(centre, "kim", "feedback_officer"))
    approvals.ask(centre, QUARTER, by=acting(centre, "kim"))
    return clerk


def state(centre: Centre) -> object:
    """What became of the one request."""
    return approvals.waiting(centre)[0].state


def test_another_person_sees_exactly_what_is_asked_and_grants_it(kim: Clerk, pat: Clerk, centre: Centre) -> None:
    page = pat.open("/desk/approvals")
    for said in ("Freeze a quarter: 2026-Q3", "the quarter is over", "kim", QUARTER.sha256):
        assert said in page.words
    assert "granted" in pat.post("/desk/approvals/grant", number="1").words
    assert state(centre) == "granted"


def test_nobody_grants_what_they_asked_for_themselves(kim: Clerk, centre: Centre) -> None:
    assert "Grant request" not in kim.open("/desk/approvals").html
    page = kim.post("/desk/approvals/grant", number="1")
    assert page.status == 409
    assert "Kim asked for it; another person has to grant it." in page.words
    assert state(centre) == "asked"


def test_a_request_is_refused_or_taken_back(kim: Clerk, pat: Clerk, centre: Centre) -> None:
    assert "refused" in pat.post("/desk/approvals/refuse", number="1").words
    assert state(centre) == "refused"
    approvals.ask(centre, QUARTER, by=acting(centre, "kim"))
    kim.post("/desk/approvals/refuse", number="2")
    assert state(centre) == "refused"


@pytest.mark.parametrize("number", ["", "0", "9", "x", "١", "9" * 40, "-1"])
def test_a_request_that_is_none_is_not_found(kim: Clerk, pat: Clerk, centre: Centre, number: str) -> None:
    assert pat.post("/desk/approvals/grant", number=number).status == 404
    assert state(centre) == "asked"


def test_the_auditor_reads_who_did_what_and_whether_the_chain_is_whole(app: Flask, pat: Clerk, centre: Centre) -> None:
    reference = receive(centre, story="He knows my school.")
    pat.post(f"/desk/reports/{reference}/open", reason="triage")
    page = at_desk(app, joined(centre, "eve", "auditor")).open("/desk/audit")
    assert f"pat open {reference} triage" in page.words
    assert "These rows are whole." in page.words
    assert "school" not in page.words


@pytest.mark.parametrize("change", ["reason = 'nothing'", "at = 'once upon a time'", "staff = 'nobody'"])
def test_the_auditor_is_told_which_row_was_changed(app: Flask, pat: Clerk, centre: Centre, change: str) -> None:
    eve = at_desk(app, joined(centre, "eve", "auditor"))
    with centre.database.writing() as conn:
        unlock(conn)
        conn.execute(text(f"UPDATE audit SET {change} WHERE seq = 2"))
    page = eve.open("/desk/audit")
    assert page.status == 200
    assert "The chain is broken at row 2." in page.words


def test_a_page_walks_the_rows_it_shows_and_no_more(centre: Centre) -> None:
    with centre.database.writing() as conn:
        for number in range(6):
            log.append(conn, by=host(f"pat-{number}"), action="open", subject="4HK-2MP-9TC", reason="duty", now=now())
    whole = trail.verify_latest(centre, most=3)
    assert (whole.rows, whole.broken_at, whole.head) == (6, None, trail.verify_audit(centre).head)
    with centre.database.writing() as conn:
        unlock(conn)
        conn.execute(text("UPDATE audit SET reason = 'another' WHERE seq = 3"))
    assert trail.verify_latest(centre, most=3).broken_at is None
    assert {trail.verify_latest(centre, most=most).broken_at for most in (4, 6, 7)} == {3}
    with centre.database.writing() as conn:
        conn.execute(text("DELETE FROM audit WHERE seq = 5"))
    assert trail.verify_latest(centre, most=2).broken_at == 5
