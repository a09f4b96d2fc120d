"""Signing in at the desk: two factors, none of them twice, and a session that the server alone keeps (S10)."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from report_abuse_receiver.accounts import sessions, staff
from report_abuse_receiver.app import create_app
from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from tests.parts.acting import acting
from tests.parts.clerk import Clerk, at_desk, doors, session_of
from tests.parts.letters import receive
from tests.parts.people import PASSWORD, Colleague, joined
from tests.parts.places import Place, on_sqlite, open_at

pytestmark = on_sqlite

WRONG = "That did not work: a name, a password or a code is wrong"
LANDS = {
    "analyst": "/desk/queue",
    "supervisor": "/desk/queue",
    "feedback_officer": "/desk/approvals",
    "administrator": "/desk/staff",
    "auditor": "/desk/audit",
}


@pytest.fixture
def ann(centre: Centre) -> Colleague:
    """An analyst."""
    return joined(centre, "ann")


@pytest.mark.parametrize("role", LANDS)
def test_whoever_shows_two_factors_lands_on_the_page_of_their_role(app: Flask, centre: Centre, role: str) -> None:
    desk = Clerk(app).sign_in(joined(centre, "pat", role=role))
    assert (desk.page.status, desk.page.path) == (200, LANDS[role])
    assert "pat" in desk.page.words


@pytest.mark.parametrize(
    "instead", [{"password": "another password"}, {"code": "000000"}, {"name": "nobody"}, {"name": "ANN' --"}]
)
def test_whatever_is_wrong_the_answer_is_the_same(app: Flask, ann: Colleague, instead: dict[str, str]) -> None:
    desk = Clerk(app).sign_in(ann, **instead)
    assert desk.page.status == 401
    assert WRONG in desk.page.words
    typed = {one.name: one.value for one in desk.page.way_on.controls}
    assert typed == {"name": instead.get("name", "ann"), "password": "", "code": ""}
    assert desk.token is None


def test_no_code_is_taken_twice(app: Flask, ann: Colleague) -> None:
    code = ann.code()
    assert Clerk(app).sign_in(ann, code=code).page.status == 200
    assert Clerk(app).sign_in(ann, code=code).page.status == 401


def test_after_five_wrong_tries_the_right_one_is_not_taken_either(app: Flask, ann: Colleague) -> None:
    code = ann.code()
    for _ in range(sessions.TRIES):
        Clerk(app).sign_in(ann, password="wrong", code=code)
    assert Clerk(app).sign_in(ann, code=code).page.status == 401
    with time_machine.travel(now() + sessions.LOCKED + timedelta(seconds=1)):
        assert Clerk(app).sign_in(ann).page.status == 200


def test_a_session_that_the_server_never_made_is_nobodys(app: Flask, ann: Colleague) -> None:
    for forged in ("", "x", "A" * 43, session_of(app, ann)[:-1], "é" * 9, session_of(app, ann) + "A"):
        assert Clerk(app, token=forged).open("/desk/queue").status == 401


@pytest.mark.parametrize("over", [timedelta(minutes=31), timedelta(0)])
def test_a_session_that_is_none_is_refused_in_a_sentence_and_audited(
    app: Flask, centre: Centre, ann: Colleague, over: timedelta
) -> None:
    reference, desk = receive(centre), at_desk(app, ann)
    token = desk.form_token if over else "made up"
    if not over:
        desk.browser.set_cookie("desk", "A" * 43)
    with time_machine.travel(now() + over):
        page = desk.send(f"/desk/reports/{reference}/open", {"form_token": token, "reason": "their <mother> rang"})
        assert (page.status, "You are not signed in any more; sign in again." in page.words) == (401, True)
        assert "reason their <mother> rang" in page.words
        assert token not in page.html
        [newest] = trail.latest(centre, most=1)
        assert (newest.staff, newest.action) == ("-", "refused")
        assert newest.reason == "a session that is over, or never was one"
        assert triage.look_at(centre, reference).state == "new"
    assert "any more" not in Clerk(app).open("/desk/queue").words


def test_whoever_makes_up_sessions_all_the_time_is_audited_once_a_minute(app: Flask, centre: Centre) -> None:
    for number in range(20):
        Clerk(app, token=f"made up {number}").open("/desk/queue")
    assert [row.action for row in trail.latest(centre, most=10)] == ["refused"]
    with time_machine.travel(now() + timedelta(seconds=61)):
        Clerk(app, token="made up").open("/desk/queue")
        assert len(trail.latest(centre, most=10)) == 2


@pytest.mark.parametrize(("later", "status"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 401)])
def test_a_session_that_nobody_uses_ends(app: Flask, ann: Colleague, later: timedelta, status: int) -> None:
    desk = at_desk(app, ann)
    with time_machine.travel(now() + later):
        assert desk.open("/desk/queue").status == status


def test_a_session_ends_after_half_a_day_however_much_it_is_used(app: Flask, ann: Colleague) -> None:
    desk, start = at_desk(app, ann), now()
    for minutes in range(25, 12 * 60, 25):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert desk.open("/desk/queue").status == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert desk.open("/desk/queue").status == 401


def test_signing_in_makes_a_session_that_nobody_could_have_known(app: Flask, ann: Colleague) -> None:
    planted = session_of(app, ann, whole=False)
    desk = Clerk(app, token=planted).sign_in(ann)
    assert desk.page.status == 200
    assert desk.token not in (None, planted)
    assert Clerk(app, token=planted).open("/desk/passkey").status == 401


def test_signing_in_again_ends_the_session_before(app: Flask, ann: Colleague) -> None:
    before = session_of(app, ann)
    Clerk(app, token=before).sign_in(ann)
    assert Clerk(app, token=before).open("/desk/queue").status == 401


def test_signing_out_ends_the_session_on_the_server(app: Flask, ann: Colleague) -> None:
    desk = at_desk(app, ann)
    stolen = desk.token
    assert desk.post("/desk/sign-out").status == 401
    assert desk.token is None
    assert Clerk(app, token=stolen).open("/desk/queue").status == 401


def test_whoever_is_disabled_is_out_at_once(app: Flask, centre: Centre, ann: Colleague) -> None:
    desk = at_desk(app, ann)
    assert desk.open("/desk/queue").status == 200
    staff.disable(centre, "ann", by=acting(centre, "the host"))
    assert desk.open("/desk/queue").status == 401
    assert Clerk(app).sign_in(ann).page.status == 401


@pytest.mark.parametrize(
    ("base_url", "cookie"),
    [
        ("http://127.0.0.1:8000", r"desk=[\w-]{43}; HttpOnly; Path=/; SameSite=Strict"),
        ("https://desk.example", r"__Host-desk=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Strict"),
    ],
)
def test_the_cookie_is_for_this_site_alone_and_for_no_script(place: Place, base_url: str, cookie: str) -> None:
    centre = open_at(place, BASE_URL=base_url)
    ann, browser = joined(centre, "ann"), create_app(centre).test_client()
    form = {"name": "ann", "password": PASSWORD, "code": ann.code()}
    answer = browser.post("/desk/sign-in", data=form, base_url=base_url)
    centre.database.close()
    assert answer.status_code == 303
    assert re.fullmatch(cookie, answer.headers["Set-Cookie"])


def test_who_owes_a_passkey_is_a_stranger_on_every_other_page(app: Flask, ann: Colleague) -> None:
    half = at_desk(app, ann, whole=False)
    for method, path, endpoint in doors(app):
        if endpoint != "desk.passkey":
            assert half.browser.open(path, method=method).status_code in (401, 403), f"{method} {path}"


def test_a_password_without_a_code_is_not_enough_for_who_has_no_passkey(app: Flask, ann: Colleague) -> None:
    assert WRONG in Clerk(app).sign_in(ann, code="").page.words


def test_no_page_that_a_stranger_gets_says_who_works_here(app: Flask, ann: Colleague) -> None:
    stranger = Clerk(app)
    for path in ("/desk", "/desk/", "/desk//", "/desk/queue", "/desk/sign-in", "/desk/join", "/desk/no/such?x=ann"):
        page = stranger.open(path)
        assert (page.status, "ann" in page.words) == (401, False)
        assert page.title in ("Sign in – Desk", "Join – Desk")
