"""What leaves the centre takes two people from the second account on: at every door, and in the database itself."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from report_abuse_receiver.accounts import approvals, staff
from report_abuse_receiver.casework import exporting, triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import folds, releases
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NoRight, NotApproved, Refused
from report_abuse_receiver.store.accounts.approvals import approval
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import acting, host
from tests.parts.command import Command
from tests.parts.decided import enter, many, put_in
from tests.parts.frozen import AFTER, QUARTER, frozen
from tests.parts.letters import receive
from tests.parts.people import joined
from tests.parts.places import on_sqlite


def audited(centre: Centre) -> list[tuple[str, str]]:
    """Who did what, but for the making of accounts."""
    of = TABLES["audit"].c
    with centre.database.reading() as conn:
        rows = conn.execute(select(of.staff, of.action).where(of.action.not_like("staff-%")).order_by(of.seq))
        return [(row.staff, row.action) for row in rows]


def two(centre: Centre, *, first: str = "supervisor", second: str = "supervisor") -> None:
    """Two people have joined: ann and bob."""
    joined(centre, "ann", first)
    joined(centre, "bob", second)


def approved_export(centre: Centre) -> None:
    """Ann asked for an export, and bob granted it."""
    number = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
    approvals.grant(centre, number, by=acting(centre, "bob"))


def approved_freeze(centre: Centre) -> None:
    """Ann asked for the freeze of the quarter, and bob granted it."""
    number = releases.ask_freeze(centre, QUARTER, by=acting(centre, "ann"))
    approvals.grant(centre, number, by=acting(centre, "bob"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


# An export


def test_an_export_is_asked_for_by_one_and_granted_by_another(centre: Centre, file: Path) -> None:
    two(centre, first="analyst")
    receive(centre)
    number = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
    [asked] = approvals.waiting(centre)
    assert (asked.number, asked.state, asked.reason, asked.asked_by) == (
        number, "asked", "for the court", "ann",
    )  # fmt: skip
    with pytest.raises(NotApproved, match="waits for another person"):
        exporting.export_lines(centre, file, reason="for the court", by=acting(centre, "ann"))
    assert not file.exists()
    approvals.grant(centre, number, by=acting(centre, "bob"))
    assert exporting.export_lines(centre, file, reason="for the court", by=acting(centre, "ann")) == 1
    assert json.loads(file.read_text())["answers"]["name"] == "Sam"
    assert audited(centre) == [
        ("ann", "ask-export"), ("ann", "refused"), ("bob", "grant-export"), ("ann", "export"),
    ]  # fmt: skip
    with pytest.raises(NotApproved):
        exporting.export_lines(centre, file.with_name("again"), reason="for the court", by=acting(centre, "ann"))


def adds(centre: Centre, reference: str) -> None:
    triage.decide(centre, reference, Decision(category="grooming", outcome="advice"), by=acting(centre, "ann"))


def touches(centre: Centre, reference: str) -> None:
    with centre.database.writing() as conn:
        conn.execute(update(TABLES["report"]).where(TABLES["report"].c.reference == reference).values(body=bytes(1052)))


@pytest.mark.parametrize("change", [adds, touches])
def test_what_changed_since_it_was_granted_does_not_leave(
    centre: Centre, file: Path, change: Callable[[Centre, str], None]
) -> None:
    two(centre)
    reference = receive(centre)
    approved_export(centre)
    change(centre, reference)
    with pytest.raises(NotApproved, match="changed since"):
        exporting.export_lines(centre, file, reason="for the court", by=acting(centre, "ann"))
    assert not file.exists()
    assert ("ann", "export") not in audited(centre)


def test_a_report_that_came_later_is_not_in_what_was_granted(centre: Centre, file: Path) -> None:
    two(centre)
    receive(centre)
    approved_export(centre)
    receive(centre)
    assert exporting.export_lines(centre, file, reason="for the court", by=acting(centre, "ann")) == 1


@on_sqlite
def test_another_reason_is_another_request(centre: Centre, file: Path) -> None:
    two(centre)
    receive(centre)
    approved_export(centre)
    with pytest.raises(NotApproved):
        exporting.export_lines(centre, file, reason="for myself", by=acting(centre, "ann"))


def test_nobody_grants_their_own_request_not_even_past_the_code(centre: Centre) -> None:
    two(centre)
    number = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
    with pytest.raises(NotApproved, match="another person"):
        approvals.grant(centre, number, by=acting(centre, "ann"))
    assert audited(centre)[-1] == ("ann", "refused")
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(update(approval).values(granted_by="ann", granted_at=now()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"used_at": now()},
        {"granted_by": "bob"},
        {"granted_by": "nobody", "granted_at": now()},
        {"sha256": "short"},
        {"granted_by": "bob", "granted_at": now(), "used_at": now() + timedelta(days=30)},
        {"granted_by": "bob", "granted_at": now(), "used_at": now(), "refused_by": "bob"},
    ],
    ids=lambda wrong: "+".join(wrong),
)
def test_the_database_itself_refuses_half_an_approval(centre: Centre, wrong: dict[str, object]) -> None:
    two(centre)
    moment = now()
    whole = {
        "action": "export", "subject": "x", "sha256": "0" * 64, "reason": "x", "asked_by": "ann", "asked_at": moment,
        "expires_at": moment + timedelta(days=3),
    }  # fmt: skip
    with centre.database.writing() as conn:
        conn.execute(insert(approval).values(whole))
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(insert(approval).values(whole | wrong))


@on_sqlite
def test_a_request_is_good_for_three_days_and_until_it_is_refused(centre: Centre, file: Path) -> None:
    two(centre)
    with time_machine.travel(now(), tick=False) as clock:
        late = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
        approvals.grant(centre, late, by=acting(centre, "bob"))
        clock.shift(approvals.GOOD_FOR)
        with pytest.raises(NotApproved):
            exporting.export_lines(centre, file, reason="for the court", by=acting(centre, "ann"))
        with pytest.raises(NotApproved, match="expired"):
            approvals.grant(centre, late, by=acting(centre, "bob"))
        refused = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
        approvals.refuse(centre, refused, by=acting(centre, "bob"))
        with pytest.raises(NotApproved, match="refused"):
            approvals.grant(centre, refused, by=acting(centre, "bob"))
        taken_back = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
        assert approvals.refuse(centre, taken_back, by=acting(centre, "ann")).state == "refused"


@on_sqlite
def test_a_role_without_the_right_neither_asks_nor_grants(centre: Centre, file: Path) -> None:
    two(centre)
    number = exporting.ask_export(centre, reason="for the court", by=acting(centre, "ann"))
    for name, role in (("ada", "administrator"), ("adi", "auditor"), ("flo", "feedback_officer"), ("al", "analyst")):
        joined(centre, name, role)
        with pytest.raises(NoRight):
            approvals.grant(centre, number, by=acting(centre, name))
        if role != "analyst":
            with pytest.raises(NoRight):
                exporting.ask_export(centre, reason="for me", by=acting(centre, name))
        assert audited(centre)[-1] == (name, "refused")
    with pytest.raises(NotApproved, match="no account"):
        approvals.grant(centre, number, by=acting(centre, "root"))
    with pytest.raises(NotApproved, match="no account"):
        exporting.ask_export(centre, reason="for the court", by=acting(centre, "root"))


# A freeze


def test_a_quarter_is_frozen_as_another_person_granted_it_and_the_release_says_so(centre: Centre) -> None:
    with time_machine.travel(AFTER):
        enter(centre, "acme")
        put_in(centre, many(60, "acme", "2026-02"))
        two(centre, first="feedback_officer")
        with pytest.raises(NotApproved, match="nobody has asked"):
            releases.freeze(centre, QUARTER, by=acting(centre, "ann"))
        approved_freeze(centre)
        put_in(centre, many(60, "acme", "2026-01"))  # what was granted is not what is there
        with pytest.raises(NotApproved, match="changed since"):
            releases.freeze(centre, QUARTER, by=acting(centre, "ann"))
        assert frozen(centre) == {}
        approved_freeze(centre)
        assert releases.freeze(centre, QUARTER, by=acting(centre, "ann")).releases == 1
        assert frozen(centre)["acme"]["released"] == "by two people"
        assert releases.freeze(centre, QUARTER, by=acting(centre, "ann")).releases == 1, "again changes nothing"
        assert [row.state for row in approvals.waiting(centre)] == ["used", "granted"]


@on_sqlite
def test_with_fewer_than_two_accounts_the_host_acts_alone_and_says_so(centre: Centre, file: Path) -> None:
    with time_machine.travel(AFTER):
        enter(centre, "acme")
        put_in(centre, many(60, "acme", "2026-02"))
        joined(centre, "ann", "supervisor")
        staff.add(centre, "bob", role="supervisor", organisation="police", by=acting(centre, "ann"))  # has not joined
        releases.freeze(centre, QUARTER, by=acting(centre, "root"))
        assert frozen(centre)["acme"]["released"] == "by the host alone"
        with centre.database.reading() as conn:
            reasons = conn.scalars(select(TABLES["audit"].c.reason).where(TABLES["audit"].c.action == "freeze"))
            assert [*reasons] == ["1 releases, by the host alone"]
        assert exporting.export_lines(centre, file, reason="for the court", by=acting(centre, "root")) == 0


@pytest.mark.parametrize("take_away", [staff.disable, staff.reset])
def test_whoever_takes_the_other_account_away_is_still_not_alone(
    centre: Centre, file: Path, take_away: Callable[..., object]
) -> None:
    two(centre)
    receive(centre)
    take_away(centre, "bob", by=host())
    for name in ("ann", "root"):
        with pytest.raises(NotApproved):
            exporting.export_lines(centre, file, reason="for myself", by=acting(centre, name))
    assert not file.exists()


# The command line


def test_at_the_command_line_two_people_sign_in(command: Command, centre: Centre, tmp_path: Path) -> None:
    with time_machine.travel(AFTER, tick=False) as clock:
        ann, bob = joined(centre, "ann", "supervisor"), joined(centre, "bob", "supervisor")
        enter(centre, "acme")
        put_in(centre, many(60, "acme", "2026-02"))
        freeze = ("feedback", "freeze", QUARTER, "--json", "--staff")
        for alone in ("root", "nobody"):
            refused = command(*freeze, alone)
            assert refused.exit_code == 1
            assert refused.stderr.count("\n") == 1
        number = command.well(*freeze, "ann", "--ask", stdin=ann.typed()).json["request"]
        clock.shift(60)
        assert command("approvals", "grant", number, "--staff", "ann", stdin=ann.typed()).exit_code == 1
        granted = command.well("approvals", "grant", number, "--staff", "bob", "--json", stdin=bob.typed()).json
        assert (granted["state"], granted["granted_by"]) == ("granted", "bob")
        clock.shift(60)
        assert command.well(*freeze, "ann", stdin=ann.typed()).json == {"period": QUARTER, "releases": 1}
        [listed] = command.well("approvals", "list", "--json").json
        assert (listed["number"], listed["state"]) == (number, "used")


@on_sqlite
def test_a_fold_takes_two_people_who_sign_in(command: Command, centre: Centre) -> None:
    with time_machine.travel(AFTER, tick=False):
        enter(centre, "acme")
        put_in(centre, many(60, "acme", "2026-02"))
        ann, bob = joined(centre, "ann", "supervisor"), joined(centre, "bob", "supervisor")
        fold = ("feedback", "fold", "acme", QUARTER, "grooming", "--asked-by", "ann", "--approved-by", "bob")
        assert command(*fold, stdin=f"{ann.typed()}wrong wrong wrong\n000000\n").exit_code == 1
        command.well(*fold, stdin=f"{ann.typed()}{bob.typed()}")
        both = {"asked_by": acting(centre, "ann"), "approved_by": acting(centre, "bob")}
        with pytest.raises(Refused, match="already folded"):
            folds.fold(centre, "acme", QUARTER, "grooming", **both)


@on_sqlite
def test_doctor_says_how_many_people_let_something_out(command: Command, centre: Centre) -> None:
    def says() -> str:
        found = command("doctor", "--json").json
        return str(next(one["says"] for one in found if one["check"] == "four-eyes"))

    assert (
        says()
        == "nobody has an account: figures and exports are released by the host alone; make accounts with: staff add"
    )
    joined(centre, "ann", "supervisor")
    assert says() == "1 can sign in: figures and exports are released by the host alone; make accounts with: staff add"
    joined(centre, "bob", "supervisor")
    assert says() == "2 can sign in: figures and exports are released by two people"
