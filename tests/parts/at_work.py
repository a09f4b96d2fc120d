"""The people of a centre at work in any order: what each may open, and what two of them let out (S9).

The machine keeps its own book of who asked, who granted and what there was at that moment, and holds the centre to it.
"""

import contextlib
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Table, func, select, update
from sqlalchemy.exc import IntegrityError

from report_abuse_receiver.accounts import approvals
from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import exporting, triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import releases
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.rules.accounts.roles import may
from report_abuse_receiver.store.accounts.approvals import approval
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import acting
from tests.parts.decided import enter, many, put_in
from tests.parts.drafted import STRAIGHT_HERE
from tests.parts.frozen import AFTER, QUARTER
from tests.parts.machines import run_machine
from tests.parts.people import joined
from tests.parts.places import Place, open_at
from tests.parts.received import submit
from tests.parts.rights import RIGHTS

ANSWERS: Answers = {"safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 13, "private": "safe"}
ROLE_OF = {
    "ann": "analyst", "al": "analyst", "sue": "supervisor", "sam": "supervisor", "flo": "feedback_officer",
    "fay": "feedback_officer", "ada": "administrator", "adi": "auditor",
}  # fmt: skip
#: Whoever has no account is the user of the host.
NAMES = st.sampled_from([*ROLE_OF, "root"])
REASONS = st.sampled_from(["for the court", "for a drill"])
STEPS = 100

steps = count(1)


def staffed(place: Place) -> Place:
    """A place where everybody has joined, and there are figures of a quarter that is over."""
    with time_machine.travel(AFTER):
        centre = open_at(place)
        for name, role in ROLE_OF.items():
            joined(centre, name, role)
        enter(centre, "acme")
        put_in(centre, many(60, "acme", "2026-02"))
        centre.database.close()
    return place


def run(place: Place, *, runs: int) -> int:
    """Let them work, so many times a hundred steps; returns how many steps were taken."""
    CentreAtWork.started, before = place, next(steps)
    run_machine(CentreAtWork, runs=runs, steps=STEPS)
    return next(steps) - before - 1


class CentreAtWork(RuleBasedStateMachine):
    """`opened` is who opened what how often; `asked` and `granted` are the book of requests."""

    started: Place
    disclosed: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="report-abuse-at-work-"))
        shutil.copytree(self.started.home, self.folder / "home")
        self.clock = time_machine.travel(AFTER, tick=False)
        self.time = self.clock.start()
        self.centre: Centre = open_at(Place(home=self.folder / "home"))
        self.opened: Counter[tuple[str, str, str]] = Counter()
        self.versions: dict[str, int] = {}
        self.figures = 0
        self.asked: dict[int, tuple[str, str, str, object]] = {}
        self.granted: dict[int, str] = {}
        self.files = count(1)

    def teardown(self) -> None:
        verdict = trail.verify_audit(self.centre)
        self.centre.database.close()
        self.clock.stop()
        shutil.rmtree(self.folder)
        assert verdict.broken_at is None, verdict.wrong

    # The queue

    @rule()
    def submit(self) -> None:
        submission = Submission(answers=ANSWERS, channel="direct", attribution=STRAIGHT_HERE)
        self.versions[submit(self.centre, submission).reference] = 0

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), name=NAMES)
    def show(self, data: st.DataObject, name: str) -> None:
        reference = data.draw(st.sampled_from(list(self.versions)))
        with self._allowed(may_act(name, "work")):
            triage.show_report(self.centre, reference, reason="on duty", by=acting(self.centre, name))
            self.opened["open", name, reference] += 1

    @rule(name=NAMES)
    def take_next(self, name: str) -> None:
        with self._allowed(may_act(name, "work")):
            triage.take_next(self.centre, by=acting(self.centre, name))

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), name=NAMES)
    def decide(self, data: st.DataObject, name: str) -> None:
        reference = data.draw(st.sampled_from(list(self.versions)))
        with contextlib.suppress(Refused):
            triage.decide(
                self.centre, reference, Decision(category="other", outcome="advice"), by=acting(self.centre, name)
            )
            self.versions[reference] += 1
            assert may_act(name, "work")

    # What leaves the centre

    @rule(name=NAMES, reason=REASONS)
    def ask_export(self, name: str, reason: str) -> None:
        with self._allowed(has_right(name, "ask-export")):
            number = exporting.ask_export(self.centre, reason=reason, by=acting(self.centre, name))
            self.asked[number] = ("export", name, reason, dict(self.versions))

    @rule(name=NAMES)
    def ask_freeze(self, name: str) -> None:
        with contextlib.suppress(Refused):
            number = releases.ask_freeze(self.centre, QUARTER, by=acting(self.centre, name))
            self.asked[number] = ("freeze", name, "", self.figures)
            assert has_right(name, "ask-freeze")

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), name=NAMES)
    def grant(self, data: st.DataObject, name: str) -> None:
        number = data.draw(st.sampled_from(list(self.asked)))
        action, asked_by, _, _ = self.asked[number]
        with contextlib.suppress(Refused):
            approvals.grant(self.centre, number, by=acting(self.centre, name))
            self.granted[number] = name
            assert has_right(name, f"grant-{action}")
            assert name != asked_by

    @rule(reason=REASONS)
    def agree_on_an_export(self, reason: str) -> None:
        """As two people would; whether anybody then acts on it, and what happens before, is left to the other rules."""
        self.ask_export("sue", reason)
        number = max(self.asked)
        approvals.grant(self.centre, number, by=acting(self.centre, "sam"))
        self.granted[number] = "sam"

    @precondition(lambda self: self.granted.keys() & self.asked.keys())
    @rule(data=st.data(), name=NAMES)
    def act_on_what_was_granted(self, data: st.DataObject, name: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.granted.keys() & self.asked.keys())))
        action, _, reason, _ = self.asked[number]
        if action == "export":
            self.export(name, reason)
        else:
            self.freeze(name)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), name=NAMES)
    def refuse(self, data: st.DataObject, name: str) -> None:
        number = data.draw(st.sampled_from(list(self.asked)))
        with contextlib.suppress(Refused):
            approvals.refuse(self.centre, number, by=acting(self.centre, name))
            del self.asked[number]

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def grant_ones_own_in_the_database(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(list(self.asked)))
        own = {"granted_by": self.asked[number][1], "granted_at": now()}
        with pytest.raises(IntegrityError), self.centre.database.writing() as conn:
            conn.execute(update(approval).where(approval.c.id == number).values(own))

    @rule(name=NAMES, reason=REASONS)
    def export(self, name: str, reason: str) -> None:
        path = self.folder / f"out-{next(self.files)}.jsonl"
        try:
            written = exporting.export_lines(self.centre, path, reason=reason, by=acting(self.centre, name))
        except Refused:
            assert not path.exists()
            return
        assert has_right(name, "ask-export") or name == "root"
        there = self._disclosed("export", reason)
        assert isinstance(there, dict)
        assert there == {reference: self.versions[reference] for reference in there}
        assert written == len(there)
        self.opened.update(("export", name, reference) for reference in there)

    @rule(name=NAMES)
    def freeze(self, name: str) -> None:
        before = self._count(TABLES["freeze"])
        with contextlib.suppress(Refused):
            releases.freeze(self.centre, QUARTER, by=acting(self.centre, name))
            if before == 0:
                assert self._disclosed("freeze", "") == self.figures

    @precondition(lambda self: self._count(TABLES["freeze"]) == 0)
    @rule()
    def figures_change(self) -> None:
        put_in(self.centre, many(40, "acme", "2026-01"))
        self.figures += 1

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))

    # What holds after every step

    @invariant()
    def each_opening_is_one_row(self) -> None:
        next(steps)
        of = TABLES["audit"].c
        query = select(of.action, of.staff, of.subject, func.count()).where(of.action.in_(["open", "export"]))
        with self.centre.database.reading() as conn:
            rows = conn.execute(query.group_by(of.action, of.staff, of.subject))
            assert {tuple(row[:3]): row[3] for row in rows} == dict(self.opened)

    def _disclosed(self, action: str, reason: str) -> object:
        """What there was when the one asked whose request another granted, and that was used now; it is used up."""
        with self.centre.database.reading() as conn:
            used = select(approval.c.id).where(approval.c.used_at.is_not(None), approval.c.id.in_(self.asked))
            [number] = conn.scalars(used)
        its_action, asked_by, its_reason, there = self.asked.pop(number)
        assert (its_action, its_reason or reason) == (action, reason)
        assert self.granted[number] != asked_by
        type(self).disclosed[action] += 1
        return there

    def _allowed(self, allowed: bool) -> contextlib.AbstractContextManager[object]:
        return contextlib.nullcontext() if allowed else pytest.raises(Refused)

    def _count(self, table: Table) -> int:
        with self.centre.database.reading() as conn:
            return conn.scalar(select(func.count()).select_from(table)) or 0


def has_right(name: str, right: str) -> bool:
    """Whether this person's account has the right."""
    return name in ROLE_OF and any(may(ROLE_OF[name], one) for one in RIGHTS if one == right)


def may_act(name: str, right: str) -> bool:
    """The same, or the host's own user, who can read the keys anyway."""
    return name not in ROLE_OF or has_right(name, right)
