"""Signing in takes two factors, teaches nothing to whoever guesses, and ends by itself."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from report_abuse_receiver.accounts import sessions, staff
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.one_time_codes import DRIFT, STEP
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused, SignInRefused
from report_abuse_receiver.store.accounts.sessions import staff_session
from report_abuse_receiver.store.accounts.staff import staff as accounts
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import acting
from tests.parts.people import PASSWORD, Colleague, joined
from tests.parts.places import on_sqlite

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WRONG = "not my password at all"


def sign_in(centre: Centre, who: Colleague, **other: str) -> str:
    """Sign in as somebody, with something else said here and there."""
    totp = other.get("totp", "000000" if "password" in other else None)
    return sessions.sign_in(
        centre, name=who.name, password=other.get("password", who.password), totp=who.code() if totp is None else totp
    )


def session(centre: Centre, token: str) -> sessions.Session:
    """The session of a token, which must be there."""
    found = sessions.find(centre, token)
    assert found is not None
    return found


def audited(centre: Centre, action: str) -> list[tuple[str, str, str]]:
    """Who, about whom and why, of the rows of one kind."""
    of = TABLES["audit"].c
    with centre.database.reading() as conn:
        rows = conn.execute(select(of.staff, of.subject, of.reason).where(of.action == action).order_by(of.seq))
        return [(row.staff, row.subject, row.reason) for row in rows]


def test_who_shows_both_factors_is_known_until_they_sign_out(centre: Centre) -> None:
    ann = joined(centre, "ann", "supervisor", organisation="child_protection")
    found = session(centre, sign_in(centre, ann))
    assert (found.actor.name, found.actor.role, found.actor.organisation) == (
        "ann",
        "supervisor",
        "child_protection",
    )
    assert found.whole
    assert sessions.is_fresh(found)
    sessions.sign_out(centre, found)
    assert sessions.find(centre, found.token) is None
    assert audited(centre, "sign-in") == [("ann", "ann", "two factors")]
    assert audited(centre, "sign-out") == [("ann", "ann", "")]


def test_whatever_is_wrong_the_answer_is_the_same_and_the_audit_knows(centre: Centre) -> None:
    ann, shown = joined(centre, "ann"), set()
    for other in ({"password": WRONG}, {"totp": "123"}, {"totp": ""}, {"password": ""}):
        with pytest.raises(SignInRefused) as refused:
            sign_in(centre, ann, **other)
        shown.add(str(refused.value))
    for name in ("nobody", "", "an\0n", "x" * 5000, "\ud800"):
        with pytest.raises(SignInRefused) as refused:
            sessions.sign_in(centre, name=name, password=PASSWORD, totp="123456")
        shown.add(str(refused.value))
    assert len(shown) == 1
    whys = [why for _, _, why in audited(centre, "sign-in-refused")]
    assert whys == ["wrong password", "wrong or used code", "wrong or used code", "wrong password"]
    assert audited(centre, "refused") == [("-", "-", "no such account")], "a stranger must not fill the audit"


def test_a_code_is_taken_once(centre: Centre) -> None:
    ann = joined(centre, "ann")
    code = ann.code()
    sign_in(centre, ann, totp=code)
    with pytest.raises(SignInRefused):
        sign_in(centre, ann, totp=code)
    older = pyotp.TOTP(ann.secret).generate_otp(int(now().timestamp()) // STEP - DRIFT)
    with pytest.raises(SignInRefused):
        sign_in(centre, ann, totp=older)


@on_sqlite
@pytest.mark.parametrize("steps", [-DRIFT - 1, DRIFT + 1])
def test_a_code_of_another_minute_is_none(centre: Centre, steps: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ann = joined(centre, "ann")
        clock.shift(timedelta(hours=1))
        code = pyotp.TOTP(ann.secret).generate_otp(int(now().timestamp()) // STEP + steps)
        with pytest.raises(SignInRefused):
            sign_in(centre, ann, totp=code)


@on_sqlite
def test_a_code_may_be_typed_with_blanks(centre: Centre) -> None:
    ann = joined(centre, "ann")
    code = ann.code()
    assert session(centre, sign_in(centre, ann, totp=f" {code[:3]} {code[3:]} ")).whole


def test_after_five_wrong_tries_even_the_right_one_waits_a_quarter_of_an_hour(centre: Centre) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ann = joined(centre, "ann")
        for _ in range(sessions.TRIES):
            with pytest.raises(SignInRefused):
                sign_in(centre, ann, password=WRONG)
            clock.shift(timedelta(seconds=STEP))
        for _ in range(3):
            with pytest.raises(SignInRefused):
                sign_in(centre, ann)
            clock.shift(timedelta(minutes=4))
        assert [why for _, _, why in audited(centre, "sign-in-refused")][-1] == "wrong password; locked"
        assert len(audited(centre, "sign-in-refused")) == sessions.TRIES, "what is locked fills no audit"
        clock.shift(sessions.LOCKED)
        assert session(centre, sign_in(centre, ann)).whole


def test_an_idle_session_ends_and_so_does_a_long_one(centre: Centre) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ann = joined(centre, "ann")
        idle, used = sign_in(centre, ann), sign_in(centre, ann)
        for _ in range(int(sessions.LONGEST / timedelta(minutes=20))):
            clock.shift(timedelta(minutes=20))
            session(centre, used)
        assert sessions.find(centre, idle) is None
        clock.shift(timedelta(minutes=1))
        assert sessions.find(centre, used) is None


def test_a_disabled_account_is_out_at_once(centre: Centre) -> None:
    ann = joined(centre, "ann")
    token = sign_in(centre, ann)
    staff.disable(centre, "ann", by=acting(centre, "root"))
    assert sessions.find(centre, token) is None
    with pytest.raises(SignInRefused):
        sign_in(centre, ann)


def test_a_reset_takes_the_old_secrets_and_sessions_away(centre: Centre) -> None:
    ann = joined(centre, "ann")
    token = sign_in(centre, ann)
    invited = staff.reset(centre, "ann", by=acting(centre, "root"))
    assert sessions.find(centre, token) is None
    with pytest.raises(SignInRefused):
        sign_in(centre, ann)
    again = staff.invitation(centre, invited.code)
    assert again.secret != ann.secret
    new = Colleague(name="ann", role="analyst", secret=again.secret, password="other words of mine")
    staff.join(centre, invited.code, password=new.password, totp=new.code())
    assert session(centre, sign_in(centre, new)).whole


def test_a_session_and_an_invitation_cannot_be_made_up_or_read_from_the_database(centre: Centre) -> None:
    ann = joined(centre, "ann")
    token = sign_in(centre, ann)
    for made_up in ("", token[:-1], token + "x", "\0", "\ud800", "x" * 10_000):
        assert sessions.find(centre, made_up) is None
    with centre.database.reading() as conn:
        rows = [*conn.execute(select(staff_session)), *conn.execute(select(accounts))]
    kept = repr([tuple(row) for row in rows])
    assert token not in kept
    assert ann.secret not in kept
    assert ann.password not in kept
    assert "$argon2id$" in kept
    for stolen in (row[0] for row in rows):
        assert sessions.find(centre, stolen) is None


def test_an_invitation_is_good_once_and_for_three_days(centre: Centre) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        invited = staff.add(centre, "ann", role="analyst", organisation="police", by=acting(centre, "root"))
        asked = staff.invitation(centre, invited.code)
        code = pyotp.TOTP(asked.secret).now()
        with pytest.raises(Refused, match="12 to 200"):
            staff.join(centre, invited.code, password="short", totp=code)
        with pytest.raises(SignInRefused):
            staff.join(centre, invited.code, password=PASSWORD, totp="000")
        staff.join(centre, invited.code, password=PASSWORD, totp=code)
        with pytest.raises(SignInRefused):
            staff.invitation(centre, invited.code)
        late = staff.add(centre, "bob", role="analyst", organisation="police", by=acting(centre, "root"))
        clock.shift(staff.INVITED_FOR)
        with pytest.raises(SignInRefused):
            staff.invitation(centre, late.code)


def test_a_session_that_lacks_its_passkey_is_only_half_way(centre: Centre) -> None:
    ann = joined(centre, "ann")
    with pytest.raises(SignInRefused):
        sessions.half_way(centre, name="ann", password=ann.password)


def test_the_second_factor_shown_again_is_fresh_for_ten_minutes(centre: Centre) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ann = joined(centre, "ann")
        token = sign_in(centre, ann)
        clock.shift(sessions.FRESH)
        assert not sessions.is_fresh(session(centre, token))
        with pytest.raises(SignInRefused):
            sessions.confirm(centre, session(centre, token), totp="1")
        assert not sessions.is_fresh(session(centre, token))
        sessions.confirm(centre, session(centre, token), totp=ann.code())
        assert sessions.is_fresh(session(centre, token))
