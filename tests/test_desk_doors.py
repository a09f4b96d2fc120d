"""Who may come through which door of the desk, and that no other site's page can send its forms (S9, S10)."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import func, select

from report_abuse_receiver.accounts import staff
from report_abuse_receiver.app import create_app
from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.kinds import Role
from report_abuse_receiver.store.accounts.staff import staff as accounts
from report_abuse_receiver.store.audit.log import AuditRow
from report_abuse_receiver.store.schema import TABLES
from tests.parts.clerk import Clerk, at_desk, doors
from tests.parts.letters import receive
from tests.parts.people import Colleague, joined
from tests.parts.places import Place, on_sqlite, open_at

pytestmark = on_sqlite

EVERYBODY = frozenset(Role)
WORKERS = frozenset({"analyst", "supervisor"})
ASKERS = frozenset({"analyst", "supervisor", "feedback_officer"})
#: Endpoint → the roles that are let in; written out, so that a door more or another role is a change of this table.
LET_IN: Mapping[str, frozenset[str]] = {
    "desk.home": EVERYBODY,
    "desk.nowhere": EVERYBODY,
    "desk.sign_in": EVERYBODY,
    "desk.sign_out": EVERYBODY,
    "desk.join": EVERYBODY,
    "desk.passkey": EVERYBODY,
    "desk.confirm": EVERYBODY,
    "desk.account": EVERYBODY,
    "desk.add_passkey": EVERYBODY,
    "desk.remove_passkey": EVERYBODY,
    "desk.queue": WORKERS,
    "desk.take_next": WORKERS,
    "desk.report": WORKERS,
    "desk.claim": WORKERS,
    "desk.open_report": WORKERS,
    "desk.decide": WORKERS,
    "desk.approvals": ASKERS,
    "desk.grant": frozenset({"supervisor", "feedback_officer"}),
    "desk.refuse": ASKERS,
    "desk.staff": frozenset({"administrator"}),
    "desk.add": frozenset({"administrator"}),
    "desk.reset": frozenset({"administrator"}),
    "desk.disable": frozenset({"administrator"}),
    "desk.audit": frozenset({"auditor"}),
}
ELSEWHERE = [
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://[x"},
]


@pytest.fixture
def ann(centre: Centre) -> Colleague:
    """An analyst."""
    return joined(centre, "ann")


def rows(centre: Centre, what: str) -> list[AuditRow]:
    """The audit's rows of this action."""
    return [row for row in trail.latest(centre, most=10_000) if row.action == what]


@pytest.mark.parametrize("role", Role)
def test_each_role_comes_through_its_own_doors_and_no_other(app: Flask, centre: Centre, role: str) -> None:
    member = joined(centre, "pat", role=role)
    for method, path, endpoint in doors(app):
        desk = at_desk(app, member)
        desk.open("/desk/account")
        before = len(rows(centre, "refused"))
        page = desk.post(path) if method == "POST" else desk.open(path) if method == "GET" else None
        if page is None:
            continue
        assert (page.status == 403) is (role not in LET_IN[endpoint]), f"{method} {path}"
        if page.status == 403:
            assert "This is not for the role you have" in page.words
            assert len(rows(centre, "refused")) == before + 1


def test_every_door_is_in_the_table(app: Flask) -> None:
    assert {endpoint for _, _, endpoint in doors(app)} == set(LET_IN)


def test_only_who_works_the_queue_sees_any_of_it(app: Flask, centre: Centre) -> None:
    reference = receive(centre, story="He knows my school.")
    for role in sorted(EVERYBODY - WORKERS):
        desk = at_desk(app, joined(centre, role, role))
        for page in (desk.open("/desk/"), desk.open("/desk/queue"), desk.open(f"/desk/reports/{reference}")):
            assert reference not in page.words
            assert "Queue" not in page.words


@pytest.mark.parametrize("token", ["", "wrong", "é", "A" * 32])
def test_no_form_is_taken_without_the_token_of_its_session(
    app: Flask, centre: Centre, ann: Colleague, token: str
) -> None:
    before = contents(centre)
    for path in paths_posted(app):
        page = at_desk(app, ann).send(path, {"form_token": token} if token else {})
        assert page.status == 403, path
        assert "This form was not sent from a page of yours" in page.words
    assert contents(centre) == before
    assert len(rows(centre, "refused")) == len(paths_posted(app))


def test_the_token_of_another_session_is_none(app: Flask, centre: Centre, ann: Colleague) -> None:
    receive(centre)
    other = at_desk(app, ann).form_token
    assert at_desk(app, ann).send("/desk/queue/next", {"form_token": other}).status == 403
    assert triage.count_reports(centre)["claimed"] == 0


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_form_of_another_site_is_refused_with_the_right_token_too(
    app: Flask, centre: Centre, ann: Colleague, headers: dict[str, str]
) -> None:
    receive(centre)
    desk = at_desk(app, ann)
    fields = {"form_token": desk.form_token}
    assert desk.send("/desk/queue/next", fields, **headers).status == 403
    for path in ("/desk/sign-in", "/desk/join"):
        assert Clerk(app).send(path, {}, **headers).status == 403
    assert triage.count_reports(centre)["claimed"] == 0
    assert rows(centre, "refused")
    assert desk.send("/desk/queue/next", fields).status == 200


@pytest.mark.parametrize("said", [{"Sec_Fetch_Site": "same-origin", "Origin": "null"}, {"Origin": "http://localhost"}])
def test_a_form_of_our_own_page_is_taken(app: Flask, ann: Colleague, said: dict[str, str]) -> None:
    desk = at_desk(app, ann)
    assert desk.send("/desk/queue/next", {"form_token": desk.form_token}, **said).status == 200


def test_a_face_that_is_not_shown_has_no_door(public_app: Flask) -> None:
    with public_app.test_client().get("/desk/") as answer:
        assert answer.status_code == 404


def test_a_process_with_the_desk_alone_leads_there_and_holds_the_same_limits(place: Place) -> None:
    centre = open_at(place, FACES="desk")
    app, ann = create_app(centre), joined(centre, "ann")
    front = app.test_client().get("/")
    assert (front.status_code, front.headers["Location"]) == (303, "/desk/")
    for path in ("/desk", "/desk//", "/desk/no/such", "/desk/x%00y", "/desk/" + "x" * 5000):
        assert Clerk(app).open(path).title == "Sign in – Desk"
    desk = at_desk(app, ann)
    desk.open("/desk/account")
    assert desk.post("/desk/queue/next", more="x" * 70_000).status == 413
    assert "This is too long" in desk.page.words
    centre.database.close()


def test_what_goes_wrong_under_the_desk_never_shows_a_childs_page(app: Flask, ann: Colleague) -> None:
    desk = at_desk(app, ann)
    for path in ("/desk/nowhere", "/desk//x", "/desk/queue/x", "/desk/reports/", "/desk/assets/journey.css"):
        page = desk.open(path)
        assert (page.status, page.title) == (404, "That did not work – Desk")
    for method in ("PUT", "DELETE", "PATCH"):
        assert desk.browser.open("/desk/queue", method=method).status_code == 403
    assert "Leave fast" not in desk.page.words


def paths_posted(app: Flask) -> list[str]:
    """Where somebody who is signed in can post to, but for signing in and joining, which take no token."""
    free = {"desk.sign_in", "desk.join", "desk.passkey"}
    return [path for method, path, endpoint in doors(app) if method == "POST" and endpoint not in free]


def contents(centre: Centre) -> list[object]:
    """What a form could have changed."""
    people = [(one.name, one.state, one.passkeys) for one in staff.list_staff(centre)]
    with centre.database.reading() as conn:
        counted = (TABLES["event"], TABLES["decision"], accounts)
        counts = [conn.scalar(select(func.count()).select_from(one)) for one in counted]
    return [people, counts]
