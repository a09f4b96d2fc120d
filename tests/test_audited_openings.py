"""Every opening of a report is one row of the audit, whatever else is done in between and in whatever order."""

import contextlib
import shutil
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from sqlalchemy import select

from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import exporting, importing, triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NotFound, Refused, SealBroken
from report_abuse_receiver.intake.additions import keep, seal_addition
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.store.casework import additions, reports
from report_abuse_receiver.store.schema import TABLES
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.drafted import STRAIGHT_HERE
from tests.parts.lines import line, written
from tests.parts.machines import run_machine
from tests.parts.places import Place, open_at
from tests.parts.received import submit
from tests.parts.thorough import tried

ANSWERS = {"safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 13, "private": "safe"}
STAFF = st.sampled_from(["ann", "bob"])
STEPS = 100

may_be_refused = contextlib.suppress(Refused, SealBroken)

steps = count(1)


class Desk(RuleBasedStateMachine):
    """Staff and children at work; `opened` is what they know they opened, by what they did and on which report."""

    started: Place
    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="report-abuse-openings-"))
        shutil.copytree(self.started.home, self.folder / "home")
        self.centre = open_at(Place(home=self.folder / "home"))
        self.opened: Counter[tuple[str, str]] = Counter()
        self.broken: dict[str, bytes] = {}
        self.names = count(1)

    def teardown(self) -> None:
        self.centre.database.close()
        shutil.rmtree(self.folder)

    @rule(target=sent)
    def submit(self) -> str:
        received = submit(self.centre, Submission(answers=ANSWERS, channel="direct", attribution=STRAIGHT_HERE))
        return received.reference

    @rule(reference=sent)
    def add(self, reference: str) -> None:
        """Past the three words, which are slow to check on purpose."""
        with self.centre.database.writing() as conn:
            row = reports.find(conn, reference)
            assert row is not None
            number, said = additions.next_number(conn, row.id), {"more": "He wrote again.", "reach": ""}
            sealed = seal_addition(self.centre, reference, number=number, nonce=str(number), at=now(), said=said)
            assert keep(conn, row.id, sealed)

    @rule(reference=sent, staff=STAFF, reason=st.sampled_from(["duty", "", "to answer"]))
    def show(self, reference: str, staff: str, reason: str) -> None:
        if not reason or reference in self.broken:
            with pytest.raises((Refused, SealBroken)):
                triage.show_report(self.centre, reference, reason=reason, by=host(staff))
            return
        triage.show_report(self.centre, reference, reason=reason, by=host(staff))
        self.opened["open", reference] += 1

    @rule(staff=STAFF)
    def show_what_is_not_there(self, staff: str) -> None:
        with pytest.raises(NotFound):
            triage.show_report(self.centre, "4HK-2MP-9TC", reason="duty", by=host(staff))

    @rule(reference=sent, staff=STAFF)
    def claim(self, reference: str, staff: str) -> None:
        with may_be_refused:
            triage.claim(self.centre, reference, by=host(staff))

    @rule(reference=sent, staff=STAFF, outcome=st.sampled_from(["advice", "duplicate"]))
    def decide(self, reference: str, staff: str, outcome: str) -> None:
        decision = Decision(category="grooming", outcome=outcome)
        with may_be_refused:
            triage.decide(self.centre, reference, decision, by=host(staff))

    @rule()
    def list_them(self) -> None:
        triage.list_reports(self.centre)

    @rule()
    def work(self) -> None:
        work_once(self.centre)

    @rule(target=sent, decided=st.booleans())
    def import_one(self, decided: bool) -> object:
        before, number = set(self._references()), next(self.names)
        said = line(services=[], source={}, answers={**ANSWERS, "story": f"It was number {number}."})
        path = written(self.folder / f"in-{number}.jsonl", [said if decided else said | {"decision": None}])
        assert importing.import_lines(self.centre, path).imported == 1
        return multiple(*(set(self._references()) - before))

    @rule(reason=st.sampled_from(["a backup", " "]))
    def export(self, reason: str) -> None:
        path = self.folder / f"out-{next(self.names)}.jsonl"
        if self.broken or not reason.strip():
            with may_be_refused:
                exporting.export_lines(self.centre, path, reason=reason, by=host("ann"))
            return
        exporting.export_lines(self.centre, path, reason=reason, by=host("ann"))
        self.opened.update(("export", reference) for reference in self._references())

    @rule(reference=sent)
    def touch_a_seal_or_put_all_back(self, reference: str) -> None:
        if self.broken:
            for other, body in self.broken.items():
                self._keep(other, body)
            self.broken.clear()
            return
        with self.centre.database.reading() as conn:
            found = select(TABLES["report"].c.body).where(TABLES["report"].c.reference == reference)
            self.broken[reference] = conn.execute(found).scalar_one()
        self._keep(reference, bytes(1052))

    @invariant()
    def each_opening_is_one_row_and_the_chain_is_whole(self) -> None:
        next(steps)
        with self.centre.database.reading() as conn:
            rows = conn.execute(select(TABLES["audit"].c.action, TABLES["audit"].c.subject))
            assert Counter((row.action, row.subject) for row in rows) == self.opened
        verdict = trail.verify_audit(self.centre)
        assert (verdict.rows, verdict.broken_at) == (self.opened.total(), None)

    def _references(self) -> list[str]:
        return [one.reference for one in triage.list_reports(self.centre)]

    def _keep(self, reference: str, body: bytes) -> None:
        with self.centre.database.writing() as conn:
            conn.execute(TABLES["report"].update().where(TABLES["report"].c.reference == reference).values(body=body))


@tried(some=12, all=100)
def test_openings_and_rows_of_the_audit_are_as_many_after_every_step(sqlite_original: Place, much: int) -> None:
    Desk.started = sqlite_original
    run_machine(Desk, runs=much, steps=STEPS)
    assert next(steps) > much * STEPS / 2
