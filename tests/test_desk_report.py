"""One report at the desk: opened with a reason, audited once for each opening, decided, and nowhere else (S9, S19)."""

import re

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.forms.report import PAGE_OF
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.partners.directory import add_provider
from report_abuse_receiver.store.casework.reports import report
from tests.parts.acting import acting
from tests.parts.clerk import Clerk, at_desk
from tests.parts.comers import given
from tests.parts.desk_states import DECIDED
from tests.parts.faults import Fault
from tests.parts.letters import receive
from tests.parts.people import Colleague, joined
from tests.parts.places import on_sqlite
from tests.parts.walking import EVERYTHING

pytestmark = on_sqlite

STORY = "He knows my school and wants pictures."


@pytest.fixture
def ann(centre: Centre) -> Colleague:
    """An analyst."""
    return joined(centre, "ann")


@pytest.fixture
def desk(app: Flask, ann: Colleague) -> Clerk:
    """Her, signed in."""
    return at_desk(app, ann)


def openings(centre: Centre) -> list[tuple[object, ...]]:
    """Who opened what and why, the first one first."""
    rows = [row for row in trail.latest(centre, most=1000) if row.action == "open"]
    return [(row.staff, row.subject, row.reason) for row in reversed(rows)]


def test_what_an_opened_report_shows_is_everything_that_was_said(desk: Clerk, centre: Centre) -> None:
    reference = receive(centre, **{**EVERYTHING, "age": 14, "child_age": 11, "job": "teacher"})
    words = given(centre, reference)
    additions.add(centre, Addition(reference=reference, words=words, more="He wrote again.", reach="ask Miss Reed"))
    page = desk.post(f"/desk/reports/{reference}/open", reason="triage")
    told = {**EVERYTHING, "more": "He wrote again.", "reach": "ask Miss Reed", "job": "teacher"}
    free = {name: said for name, said in told.items() if name not in PAGE_OF or name in ("story", "town", "email")}
    for said in (*free.values(), "Someone from online wants to meet up", "after 4, or ask Miss Reed", "07700 900123"):
        assert " ".join(str(said).split()) in page.words
    assert "Others may see what is sent." in page.words
    assert "There is somebody who must not be told." in page.words


def test_each_opening_is_one_row_of_the_audit_with_its_reason(desk: Clerk, centre: Centre) -> None:
    reference = receive(centre, story=STORY)
    for reason in ("triage", "once more"):
        assert STORY in desk.post(f"/desk/reports/{reference}/open", reason=reason).words
    assert openings(centre) == [("ann", reference, "triage"), ("ann", reference, "once more")]


@pytest.mark.parametrize("reason", ["", " \t "])
def test_nobody_opens_a_report_without_a_reason(desk: Clerk, centre: Centre, reason: str) -> None:
    reference = receive(centre, story=STORY)
    page = desk.post(f"/desk/reports/{reference}/open", reason=reason)
    assert (page.status, STORY in page.words) == (409, False)
    assert "Say why this report is opened; the reason is kept." in page.words
    assert openings(centre) == []


def test_looking_opens_nothing(desk: Clerk, centre: Centre) -> None:
    reference = receive(centre, story=STORY)
    for path in ("", "/open", "/decide", "/claim"):
        assert STORY not in desk.open(f"/desk/reports/{reference}{path}").words
    assert openings(centre) == []


def test_the_words_of_a_report_are_in_that_one_page_and_nowhere_else(
    desk: Clerk, centre: Centre, capfd: pytest.CaptureFixture[str]
) -> None:
    reference = receive(centre, story=STORY)
    path = f"/desk/reports/{reference}/open"
    answer = desk.browser.post(path, data={"form_token": desk.form_token, "reason": "triage"})
    assert STORY in answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "school" not in str(answer.headers)
    title = re.search("<title>(.*)</title>", answer.get_data(as_text=True))
    assert title is not None
    assert title[1] == f"Report {reference} – Desk"
    assert "school" not in "".join(capfd.readouterr())
    for other in (f"/desk/reports/{reference}", "/desk/queue", path):
        assert "school" not in desk.open(other).html


def test_a_decision_begins_with_what_the_answers_say_and_is_kept(desk: Clerk, centre: Centre) -> None:
    add_provider(centre, "pebble", name="Pebble Chat", origins=(), contact="-")
    reference = receive(centre, kinds=["meet"], where="Pebble Chat")
    page = desk.post(f"/desk/reports/{reference}/open", reason="triage")
    chosen = re.findall(r'<option value="([^"]*)" selected>', page.html)
    assert chosen == ["meeting", "11-13", "unknown", "unknown"]
    assert 'name="services" value="pebble"' in page.html
    decided = desk.post(f"/desk/reports/{reference}/decide", **DECIDED, services="pebble")
    assert (decided.status, decided.path) == (200, f"/desk/reports/{reference}")
    assert triage.look_at(centre, reference).state == "decided"
    again = desk.post(f"/desk/reports/{reference}/open", reason="once more")
    assert re.findall(r'<option value="([^"]*)" selected>', again.html) == [
        "grooming", "advice", "11-13", "game_chat", "none",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"services": "nothing-like-it"}, "is not in the directory"), ({"outcome": "nonsense"}, "is not known")],
)
def test_a_decision_that_cannot_be_is_drawn_again_as_it_was_made(
    desk: Clerk, centre: Centre, wrong: dict[str, str], said: str
) -> None:
    reference = receive(centre)
    page = desk.post(f"/desk/reports/{reference}/decide", **{**DECIDED, "services": "", **wrong})
    assert page.status in (404, 409)
    assert said in page.words
    kept = [code for name, code in DECIDED.items() if name not in wrong]
    assert [code for code in re.findall(r'<option value="([^"]*)" selected>', page.html) if code] == kept
    assert triage.look_at(centre, reference).state == "new"


def test_a_report_that_somebody_else_has_is_not_decided(desk: Clerk, centre: Centre) -> None:
    reference = receive(centre)
    joined(centre, "pat")
    triage.claim(centre, reference, by=acting(centre, "pat"))
    for page in (desk.post(f"/desk/reports/{reference}/{what}", **DECIDED) for what in ("decide", "claim")):
        assert page.status == 409
        assert f"{reference} is claimed by pat until" in page.words


def test_a_claim_is_kept_longer_by_whoever_has_it(desk: Clerk, centre: Centre) -> None:
    reference = receive(centre)
    assert "Keep it longer" in desk.post(f"/desk/reports/{reference}/claim").words
    assert desk.post(f"/desk/reports/{reference}/claim", renew="yes").status == 200
    assert desk.post(f"/desk/reports/{reference}/claim").status == 409


def test_no_report_is_shown_that_is_not_there(desk: Clerk) -> None:
    for reference in ("234-HKM-9TC", "nonsense", "%00", "é", "a b"):
        assert desk.open(f"/desk/reports/{reference}").status == 404
        assert desk.post(f"/desk/reports/{reference}/open", reason="triage").status == 404


def test_a_report_that_was_touched_says_so(desk: Clerk, centre: Centre) -> None:
    reference = receive(centre, story=STORY)
    with centre.database.writing() as conn:
        body = conn.scalar(select(report.c.body)) or b""
        conn.execute(update(report).values(body=body[:-1] + bytes([body[-1] ^ 1])))
    page = desk.post(f"/desk/reports/{reference}/open", reason="triage")
    assert (page.status, page.title) == (500, "That did not work – Desk")
    assert openings(centre) == []


def test_a_database_in_trouble_costs_nothing_that_was_typed(desk: Clerk, centre: Centre) -> None:
    reference, form_token = receive(centre), desk.form_token
    lost = OperationalError("", {}, Exception())
    fault = Fault(lost, at="audit_head")
    with fault.on(centre):
        path, fields = f"/desk/reports/{reference}/open", {"form_token": form_token, "reason": "triage of the night"}
        page = desk.send(path, fields)
    assert (fault.happened, page.status) == (True, 503)
    assert 'value="triage of the night"' in page.html
    assert desk.post(path, reason="triage of the night").status == 200


def test_a_mistake_of_ours_shows_one_sentence(desk: Clerk, app: Flask, centre: Centre) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with Fault(RuntimeError("a mistake of ours"), after=3).on(centre):
        page = desk.open("/desk/queue")
    assert (page.status, page.title) == (500, "That did not work – Desk")
    assert "mistake of ours" not in page.html
