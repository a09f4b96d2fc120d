"""Every state of every page of the desk, drawn in-process; for whoever has to look at all of them.

every_desk_state(centre)["opened"] is the page on which a report was opened.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.accounts import approvals, staff
from report_abuse_receiver.accounts.approvals import Asked
from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import retention, triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.feedback.kinds import FREEZING
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store.accounts import passkeys
from report_abuse_receiver.store.accounts.passkeys import PasskeyRow
from report_abuse_receiver.worker import work_once
from tests.parts.acting import acting, host
from tests.parts.clerk import Clerk, at_desk, some_time_later
from tests.parts.comers import given
from tests.parts.faults import Fault
from tests.parts.forms import Page
from tests.parts.letters import receive
from tests.parts.people import PASSWORD, Colleague, joined
from tests.parts.states import LEFTWARDS, LONG_WORD, STORY, TALL
from tests.parts.tampering import unlock
from tests.parts.walking import EVERYTHING

States = Iterator[tuple[str, Page]]
DECIDED = {
    "category": "grooming", "outcome": "advice", "age_band": "11-13", "contact": "game_chat", "moved_to": "none",
}  # fmt: skip
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # pragma: allowlist secret
#: Answers that make reports of every urgency.
KINDS: Sequence[dict[str, Any]] = (
    {"safe": "no", "kinds": ["touch", "threat", "camera", "my_image"]},
    {"meeting": "soon", "kinds": ["meet"]},
    {"kinds": ["threat"]},
    {"kinds": ["pretend", "asked_images"]},
    {"who": "other", "age": 44, "kinds": ["seen_image"]},
)


class Town:
    """A centre with work in its queue, and somebody of each role."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.app = centre, create_app(centre)
        directory.add_provider(centre, "pebble", name="Pebble Chat", origins=(), contact="safety@pebble.example")
        self.references = [receive(centre, **answers) for answers in KINDS for _ in range(11)]
        self.long = receive(centre, **{**_long(), "safe": "no"})
        words = given(centre, self.long)
        more = Addition(reference=self.long, words=words, more=f"{LONG_WORD}\n{STORY}", reach=LEFTWARDS)
        additions.add(centre, more)
        for names in (EVERYTHING["their_names"], LONG_WORD):
            receive(centre, their_names=names)
        while work_once(centre):
            pass
        roles = ("analyst", "supervisor", "feedback_officer", "administrator", "auditor")
        self.people: dict[str, Colleague] = {role: joined(centre, role, role) for role in roles}

    def clerk(self, role: str, *, whole: bool = True) -> Clerk:
        """Somebody of this role, signed in."""
        return at_desk(self.app, self.people[role], whole=whole)


def every_desk_state(centre: Centre) -> dict[str, Page]:
    """Draw them all. The centre is this walk's own from then on, and has a name for a host."""
    town = Town(centre)

    def drawn() -> States:
        yield from _strangers(town)
        yield from _queues(town)
        yield from _reports(town)
        yield from _trouble(town)
        yield from _accounts(town)
        yield from _approvals(town)
        yield from _staff(town)
        yield from _audits(town)

    return dict(drawn())


def _long() -> dict[str, Any]:
    """Answers that strain a page."""
    return {**EVERYTHING, "age": 14, "child_age": 11, "story": f"{LONG_WORD}\n{TALL}\n{LEFTWARDS}\n{STORY}"}


def _strangers(town: Town) -> States:
    stranger = Clerk(town.app)
    yield "sign in", stranger.open("/desk/")
    yield "sign in, wrong", stranger.send("/desk/sign-in", {"name": "ann", "password": "wrong", "code": "1"})
    over = Clerk(town.app, token="over")
    yield "signed out meanwhile", over.send(f"/desk/reports/{town.long}/open", {"reason": f"{LONG_WORD} {TALL}"})
    yield "join", stranger.open("/desk/join")
    yield "join, wrong", stranger.send("/desk/join", {"invitation": "wrong"})
    code = staff.add(town.centre, "new.one", role="analyst", organisation="other", by=host()).code
    yield "joining", stranger.send("/desk/join", {"invitation": code})
    two = {"invitation": code, "password": PASSWORD, "again": "another"}
    yield "joining, two passwords", stranger.send("/desk/join", two)
    person = Colleague(name="new.one", role="analyst", secret=staff.invitation(town.centre, code).secret)
    yield "joined", stranger.send("/desk/join", {**two, "again": PASSWORD, "code": person.code()})


def _queues(town: Town) -> States:
    analyst = town.clerk("analyst")
    yield "queue", analyst.open("/desk/queue")
    yield "queue, next page", analyst.open("/desk/queue?page=2")
    yield "queue, nothing decided", analyst.open("/desk/queue?state=decided")
    analyst.post("/desk/queue/next")
    triage.claim(town.centre, town.references[1], by=acting(town.centre, "supervisor"))
    retention.hold(town.centre, town.references[1], reason="a court asked", by=acting(town.centre, "supervisor"))
    yield "queue, claimed", analyst.open("/desk/queue?state=claimed")


def _reports(town: Town) -> States:
    analyst, new = town.clerk("analyst"), town.references[-1]
    yield "report", analyst.open(f"/desk/reports/{new}")
    analyst.post(f"/desk/reports/{new}/claim")
    yield "report, mine", analyst.page
    yield "report, another's", analyst.open(f"/desk/reports/{town.references[1]}")
    yield "report, no reason", analyst.post(f"/desk/reports/{new}/open", reason=" ")
    yield "opened", analyst.post(f"/desk/reports/{town.long}/open", reason="triage")
    yield "opened, held", analyst.post(f"/desk/reports/{town.references[1]}/open", reason="triage")
    undecided = {**DECIDED, "services": "nothing-like-it"}
    yield "not decided", analyst.post(f"/desk/reports/{new}/decide", **undecided)
    yield "decided", analyst.post(f"/desk/reports/{new}/decide", **DECIDED)
    yield "opened, decided", analyst.post(f"/desk/reports/{new}/open", reason="once more")
    yield "queue, decided", analyst.open("/desk/queue?state=decided")


def _trouble(town: Town) -> States:
    analyst, path = town.clerk("analyst"), f"/desk/reports/{town.references[2]}"
    yield "no such report", analyst.open("/desk/reports/234-HKM-9TC")
    yield "nowhere", analyst.open("/desk/nowhere")
    yield "not for this role", analyst.open("/desk/staff")
    yield "forged", analyst.send(f"{path}/claim", {})
    lost = OperationalError("", {}, Exception())
    with Fault(lost, at="audit_head").on(town.centre):
        yield "503 at an opening", analyst.send(f"{path}/open", {"form_token": analyst.form_token, "reason": "triage"})
    with Fault(lost, after=0).on(town.centre):
        yield "503 at the door", analyst.open(path)


def _accounts(town: Town) -> States:
    analyst = town.clerk("analyst")
    yield "account", analyst.open("/desk/account")
    yield "add a passkey", analyst.open("/desk/account/passkey")
    yield "confirm", analyst.open("/desk/confirm?then=approvals")
    row = PasskeyRow(
        id="AAAA", staff="analyst", public_key=b"-", sign_count=0, label=f"key {LONG_WORD}", created_at=now()
    )
    with town.centre.database.writing() as conn:
        passkeys.add(conn, row)
    yield "account with a passkey", analyst.open("/desk/account")
    yield "confirm by passkey", analyst.open("/desk/confirm?then=approvals")
    yield "confirm, wrong", analyst.post("/desk/confirm", code="000000", then="approvals")
    half = town.clerk("analyst", whole=False)
    yield "passkey", half.open("/desk/passkey")
    token = next(one.value for one in half.page.way_on.controls if one.name == "form_token")
    yield "passkey, wrong", half.send("/desk/passkey", {"form_token": token, "answer": "{}"})


def _approvals(town: Town) -> States:
    supervisor, officer = town.clerk("supervisor"), town.clerk("feedback_officer")
    yield "approvals, none", officer.open("/desk/approvals")
    for subject, by in (("2026-Q3", "supervisor"), ("2026-Q2", "feedback_officer")):
        approvals.ask(
            town.centre,
            Asked(what=FREEZING, subject=subject, content=[HASH], reason=TALL),
            by=acting(town.centre, by),
        )
    approvals.grant(town.centre, 1, by=acting(town.centre, "feedback_officer"))
    yield "approvals", supervisor.open("/desk/approvals")
    some_time_later(town.centre)
    yield "approvals, to be confirmed", supervisor.open("/desk/approvals")


def _staff(town: Town) -> States:
    stale = town.clerk("administrator")
    some_time_later(town.centre)
    yield "staff, to be confirmed", stale.open("/desk/staff")
    administrator = town.clerk("administrator")
    yield "staff", administrator.open("/desk/staff")
    yield "not invited", administrator.post("/desk/staff/add", name="Ann Lee", role="auditor", organisation="police")
    yield "invited", administrator.post("/desk/staff/add", name="ann.lee", role="auditor", organisation="police")


def _audits(town: Town) -> States:
    auditor = town.clerk("auditor")
    yield "audit", auditor.open("/desk/audit")
    with town.centre.database.writing() as conn:
        unlock(conn)
        conn.execute(text("UPDATE audit SET at = 'once upon a time', reason = 'nothing' WHERE seq = 3"))
    yield "audit, broken", auditor.open("/desk/audit")
