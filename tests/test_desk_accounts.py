"""Joining by an invitation, confirming, and what an administrator does at the desk (S10)."""

import re

import pytest
from flask import Flask

from report_abuse_receiver.accounts import staff
from report_abuse_receiver.centre import Centre
from tests.parts.acting import acting
from tests.parts.clerk import Clerk, at_desk, some_time_later
from tests.parts.forms import Page
from tests.parts.people import PASSWORD, Colleague, joined
from tests.parts.places import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def invitation(centre: Centre) -> str:
    """The code that was handed to ann."""
    return staff.add(centre, "ann", role="analyst", organisation="police", by=acting(centre, "the host")).code


def joining(page: Page) -> Colleague:
    """Somebody whose telephone has the secret that the page shows."""
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.words)
    return Colleague(name="ann", role="analyst", secret=secret[0] if secret else "")


def test_somebody_who_was_invited_joins_and_signs_in(app: Flask, invitation: str) -> None:
    desk = Clerk(app)
    page = desk.send("/desk/join", {"invitation": invitation})
    assert (page.status, "<svg" in page.html) == (200, True)
    assert "You join as analyst, police." in page.words
    ann = joining(page)
    chosen = {"invitation": invitation, "password": PASSWORD, "again": PASSWORD, "code": ann.code()}
    assert "You have joined." in desk.send("/desk/join", chosen).words
    assert desk.sign_in(ann).page.path == "/desk/queue"
    assert Clerk(app).send("/desk/join", {"invitation": invitation}).status == 401


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"again": "another password"}, 409, "The two passwords are not the same."),
        ({"password": "short", "again": "short"}, 409, "A password has 12 to 200 letters"),
        ({"code": "000000"}, 401, "That did not work"),
    ],
)
def test_an_invitation_stays_good_until_somebody_has_joined(
    app: Flask, invitation: str, wrong: dict[str, str], status: int, said: str
) -> None:
    desk = Clerk(app)
    page = desk.send("/desk/join", {"invitation": invitation})
    right = {"invitation": invitation, "password": PASSWORD, "again": PASSWORD, "code": joining(page).code()}
    page = desk.send("/desk/join", {**right, **wrong})
    assert page.status == status
    assert said in page.words
    assert wrong.get("password", PASSWORD) not in page.html
    assert "You have joined." in desk.send("/desk/join", right).words


def test_an_invitation_never_stands_in_an_address(app: Flask, invitation: str) -> None:
    assert Clerk(app).open(f"/desk/join?invitation={invitation}").status == 401


def test_an_administrator_invites_invites_again_and_disables(app: Flask, centre: Centre) -> None:
    desk = at_desk(app, joined(centre, "root", role="administrator"))
    page = desk.post("/desk/staff/add", name="ann", role="analyst", organisation="police")
    assert "http://127.0.0.1:8000/desk/join" in page.words
    code = re.search(r"[\w-]{24}", page.words)
    assert code is not None
    assert staff.invitation(centre, code[0]).name == "ann"
    assert code[0] not in desk.open("/desk/staff").html
    desk.post("/desk/staff/reset", name="ann")
    assert Clerk(app).send("/desk/join", {"invitation": code[0]}).status == 401
    assert "disabled" in desk.post("/desk/staff/disable", name="ann").words


def test_a_name_that_cannot_be_is_refused_and_all_that_was_typed_kept(app: Flask, centre: Centre) -> None:
    desk = at_desk(app, joined(centre, "root", role="administrator"))
    page = desk.post("/desk/staff/add", name="Ann Lee", role="auditor", organisation="police")
    assert page.status == 409
    assert 'value="Ann Lee"' in page.html
    assert '<option value="auditor" selected>' in page.html


@pytest.mark.parametrize(
    ("role", "path", "fields", "back"),
    [
        ("administrator", "/desk/staff/add", {"name": "ann", "role": "analyst", "organisation": "police"}, "staff"),
        ("administrator", "/desk/staff/disable", {"name": "pat"}, "staff"),
        ("supervisor", "/desk/approvals/grant", {"number": "1"}, "approvals"),
        ("analyst", "/desk/account/remove", {"id": "AAAA"}, "account"),
    ],
)
def test_what_matters_takes_the_second_factor_once_more(
    app: Flask, centre: Centre, role: str, path: str, fields: dict[str, str], back: str
) -> None:
    pat = joined(centre, "pat", role=role)
    desk = at_desk(app, pat)
    some_time_later(centre)
    before = staff.list_staff(centre)
    page = desk.post(path, **fields)
    assert page.path == "/desk/confirm"
    assert staff.list_staff(centre) == before
    assert desk.post("/desk/confirm", code="000000", then=back).status == 401
    assert desk.post("/desk/confirm", code=pat.code(), then=back).path == f"/desk/{back}"
    assert desk.post(path, **fields).path != "/desk/confirm"


def test_confirming_leads_to_pages_of_the_desk_only(app: Flask, centre: Centre) -> None:
    pat = joined(centre, "pat")
    desk = at_desk(app, pat)
    assert desk.post("/desk/confirm", code=pat.code(), then="//evil.example").path == "/desk/queue"
