"""In and decided: one Send is one report, a lane orders only within an urgency, a decision counts once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.casework.triage import CLAIM
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import BadPages, NotFound, Refused, UnknownCode
from report_abuse_receiver.intake import drafts, receiving
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.drafted import ready_draft

JULY, AUGUST = datetime(2026, 7, 30, 12, tzinfo=UTC), datetime(2026, 8, 2, 12, tzinfo=UTC)
ADVICE = Decision(category="grooming", outcome="advice")
THREADS = 8


def at_once(work: Callable[[int], Any], *, threads: int = THREADS) -> list[Any]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(threads)))


def received(centre: Centre, *, lane: str = "normal", **answers: str) -> str:
    """A report that came in; returns its number."""
    receipt = receiving.send(centre, ready_draft(centre, **answers), lane=lane).receipt
    assert receipt is not None
    return receipt.reference


def facts(centre: Centre) -> list[Any]:
    with centre.database.reading() as conn:
        return list(conn.execute(select(TABLES["fact"]).order_by(TABLES["fact"].c.id)))


def timeline(centre: Centre, reference: str) -> list[str]:
    shown = triage.show_report(centre, reference, reason="duty", by=host("pat"))
    return [entry.kind for entry in shown.timeline]


def listed(centre: Centre, name: str) -> list[Any]:
    return [getattr(row, name) for row in triage.list_reports(centre)]


def came_back(app: Flask, secret: str) -> FlaskClient:
    """The browser of a child who has this draft."""
    client = app.test_client()
    client.set_cookie("ra", secret)
    return client


def test_one_nonce_from_many_threads_is_one_report_with_one_number(centre: Centre) -> None:
    draft = ready_draft(centre)
    receipts = at_once(lambda _: receiving.send(centre, draft, lane="normal").receipt)
    assert all(one == receipts[0] for one in receipts)
    assert listed(centre, "reference") == [receipts[0].reference]
    assert timeline(centre, receipts[0].reference) == ["received"]


def test_send_pressed_in_many_tabs_shows_one_number(app: Flask, centre: Centre) -> None:
    draft = ready_draft(centre)

    def press(_: int) -> str:
        child = Child(came_back(app, draft.secret))
        child.post("/report/check", [])
        return child.reference

    assert at_once(press) == listed(centre, "reference") * THREADS


def test_different_children_get_different_numbers(centre: Centre) -> None:
    numbers = at_once(lambda _: received(centre))
    assert len(set(numbers)) == THREADS
    assert sorted(listed(centre, "reference")) == sorted(numbers)


def test_an_incomplete_draft_is_not_sent_and_says_what_is_missing(centre: Centre) -> None:
    draft = drafts.keep_page(centre, ready_draft(centre), "you", {})
    with pytest.raises(BadPages) as missing:
        receiving.send(centre, draft, lane="normal")
    assert {page: set(fields) for page, fields in missing.value.errors.items()} == {"you": {"name", "age"}}
    assert listed(centre, "reference") == []


def test_how_a_child_heard_of_us_is_kept_once(centre: Centre) -> None:
    draft = receiving.send(centre, ready_draft(centre), lane="normal")
    for code in ("school", "friend"):
        receiving.record_heard(centre, draft, code)
    assert draft.receipt is not None
    assert timeline(centre, draft.receipt.reference) == ["received", "heard"]


def test_a_lane_orders_only_within_an_urgency(centre: Centre) -> None:
    sent = [("slow", "yes"), ("bulk", "no"), ("normal", "yes"), ("normal", "no"), ("review", "unsure")]
    for lane, safe in sent:
        received(centre, lane=lane, safe=safe)
    order = [(row.urgency, row.lane) for row in triage.list_reports(centre)]
    assert order == [("now", "normal"), ("now", "bulk"), ("today", "review"), ("soon", "normal"), ("soon", "slow")]


def test_a_report_is_claimed_by_one_person_only(centre: Centre) -> None:
    reference = received(centre)

    def claim(number: int) -> str:
        try:
            triage.claim(centre, reference, by=host(f"pat-{number}"))
        except Refused as refused:
            return str(refused)
        return "mine"

    answers = Counter(at_once(claim))
    assert answers.pop("mine") == 1
    assert all(said.startswith(f"{reference} is claimed by pat-") for said in answers)
    assert timeline(centre, reference) == ["received", "claimed"]
    assert listed(centre, "state") == ["claimed"]


def test_a_claim_ends_by_itself_and_can_be_renewed_before(centre: Centre) -> None:
    reference = received(centre)
    with time_machine.travel(JULY, tick=False) as clock:
        triage.claim(centre, reference, by=host("pat"))
        clock.shift(CLAIM - timedelta(seconds=1))
        triage.claim(centre, reference, by=host("pat"), renew=True)
        clock.shift(CLAIM - timedelta(seconds=1))
        with pytest.raises(Refused, match="claimed by pat until"):
            triage.claim(centre, reference, by=host("kim"))
        clock.shift(timedelta(seconds=2))
        assert listed(centre, "state") == ["new"]
        assert [row.reference for row in triage.list_reports(centre, state="new")] == [reference]
        assert triage.claim(centre, reference, by=host("kim")).state == "claimed"


def test_what_another_holds_is_not_decided_and_what_is_decided_is_not_claimed(centre: Centre) -> None:
    reference = received(centre)
    triage.claim(centre, reference, by=host("pat"))
    with pytest.raises(Refused, match="claimed by pat"):
        triage.decide(centre, reference, ADVICE, by=host("kim"))
    triage.decide(centre, reference, ADVICE, by=host("pat"))
    with pytest.raises(Refused, match="already decided"):
        triage.claim(centre, reference, by=host("pat"))


def test_a_decision_in_the_same_month_replaces_what_was_counted(centre: Centre) -> None:
    directory.add_service(centre, "blox", name="Blox", aliases=[])
    directory.add_service(centre, "snow", name="Snow", aliases=[])
    reference = received(centre, where="Blox")
    with time_machine.travel(JULY, tick=False):
        triage.decide(centre, reference, ADVICE, by=host("pat"))
        [first] = facts(centre)
        again = replace(ADVICE, category="coercion", services=("blox", "snow"))
        triage.decide(centre, reference, again, by=host("kim"))
    counted = {fact.service: fact for fact in facts(centre)}
    assert set(counted) == {"blox", "snow"}
    assert {fact.category for fact in counted.values()} == {"coercion"}
    assert {fact.incident for fact in counted.values()} == {first.incident}
    assert first.record_key == counted["blox"].record_key != counted["snow"].record_key


def test_a_decision_in_a_later_month_changes_only_the_timeline(centre: Centre) -> None:
    reference = received(centre)
    with time_machine.travel(JULY, tick=False):
        triage.decide(centre, reference, ADVICE, by=host("pat"))
    before = facts(centre)
    with time_machine.travel(AUGUST, tick=False):
        triage.decide(centre, reference, replace(ADVICE, category="coercion"), by=host("pat"))
    assert facts(centre) == before
    assert [fact.month for fact in before] == ["2026-07"]
    assert timeline(centre, reference) == ["received", "decided", "decided"]
    shown = triage.show_report(centre, reference, reason="duty", by=host("pat"))
    assert shown.decision.category == "coercion"


def test_the_same_incident_sent_twice_is_counted_once(centre: Centre) -> None:
    first, second = received(centre), received(centre)
    triage.decide(centre, first, ADVICE, by=host("pat"))
    triage.decide(centre, second, replace(ADVICE, outcome="duplicate"), by=host("pat"))
    assert len(facts(centre)) == 1
    triage.decide(centre, first, replace(ADVICE, outcome="duplicate"), by=host("pat"))
    assert facts(centre) == []


def test_a_decision_pressed_in_many_terminals_is_counted_once(centre: Centre) -> None:
    reference = received(centre)
    at_once(lambda _: triage.decide(centre, reference, ADVICE, by=host("pat")))
    assert [(fact.service, fact.category) for fact in facts(centre)] == [(None, "grooming")]
    assert timeline(centre, reference).count("decided") == THREADS


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"category": "rude"}, "meeting"), ({"outcome": ""}, "advice"), ({"age_band": "12"}, "11-13"),
     ({"contact": "x"}, "game_chat"), ({"moved_to": "x"}, "messenger")],
)  # fmt: skip
def test_an_unknown_code_is_refused_with_the_known_ones(centre: Centre, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(UnknownCode, match=said):
        triage.decide(centre, received(centre), replace(ADVICE, **wrong), by=host("pat"))
    assert (facts(centre), listed(centre, "state")) == ([], ["new"])


def test_a_service_that_is_not_in_the_directory_is_refused(centre: Centre) -> None:
    with pytest.raises(NotFound, match="blox"):
        triage.decide(centre, received(centre), replace(ADVICE, services=("blox",)), by=host("pat"))
    assert facts(centre) == []
