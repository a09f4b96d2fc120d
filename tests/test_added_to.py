"""Reports that somebody added to: the desk sees it and reads it before it decides; what was counted stays."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.casework.triage import CLAIM
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.comers import come_back, sent
from tests.parts.command import Command

ADVICE = Decision(category="grooming", outcome="advice")
CODES = ("--category", "grooming", "--outcome", "advice")


def counted(centre: Centre) -> list[dict[str, Any]]:
    with centre.database.reading() as conn:
        return [dict(row._mapping) for row in conn.execute(select(TABLES["fact"]).order_by(TABLES["fact"].c.id))]


def listed(command: Command, *options: str) -> list[tuple[str, str, int]]:
    rows = command.well("reports", "list", *options, "--json").json
    return [(row["reference"], row["state"], row["added"]) for row in rows]


def test_a_decided_report_that_is_added_to_is_new_again_and_what_was_counted_stays(
    centre: Centre, client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, words = sent(client)
    desk("decide", reference, *CODES)
    before = counted(centre)
    assert listed(command) == [(reference, "decided", 0)]
    come_back(client, reference, words, more="He is coming tomorrow.")
    assert listed(command) == listed(command, "--state", "new") == [(reference, "new", 1)]
    assert listed(command, "--state", "decided") == []
    assert counted(centre) == before
    shown = desk("show", reference, "--reason", "it was added to")
    assert (shown["state"], shown["decision"]["category"]) == ("new", "grooming")
    assert [one["more"] for one in shown["additions"]] == ["He is coming tomorrow."]
    assert desk("claim", reference)["state"] == "claimed"
    assert listed(command, "--state", "claimed") == [(reference, "claimed", 1)]
    assert desk("decide", reference, *CODES)["state"] == "decided"
    assert listed(command, "--state", "decided") == [(reference, "decided", 1)]
    after = counted(centre)
    assert [fact["record_key"] for fact in after] == [fact["record_key"] for fact in before]
    kinds = [entry["kind"] for entry in desk("show", reference, "--reason", "to see")["timeline"]]
    assert kinds == ["received", "decided", "added", "additions-read", "claimed", "decided"]


def test_nobody_decides_before_what_was_added_has_been_read(
    client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, words = sent(client)
    desk("claim", reference)
    desk("show", reference, "--reason", "my turn")
    come_back(client, reference, words, more="I remember more.")
    refused = command("reports", "decide", reference, *CODES, "--staff", "ann")
    assert refused.exit_code == 1
    assert (
        refused.stderr == f"Error: {reference} was added to, and nobody has read that; show the report, then decide\n"
    )
    desk("show", reference, "--reason", "it was added to")
    come_back(client, reference, words, reach="my gran's phone")
    assert command("reports", "decide", reference, *CODES, "--staff", "ann").exit_code == 1
    desk("show", reference, "--reason", "and again")
    assert desk("decide", reference, *CODES)["state"] == "decided"


def test_a_claim_that_runs_out_leaves_it_in_the_queue(
    client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, words = sent(client)
    desk("decide", reference, *CODES)
    come_back(client, reference, words, more="x")
    with time_machine.travel(now(), tick=False) as clock:
        desk("claim", reference)
        clock.shift(CLAIM + timedelta(seconds=1))
        assert listed(command, "--state", "new") == [(reference, "new", 1)]
        assert desk("claim", reference)["state"] == "claimed"


def test_coming_back_without_a_word_changes_nothing(
    client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, words = sent(client)
    desk("decide", reference, *CODES)
    come_back(client, reference, words)
    assert listed(command) == [(reference, "decided", 0)]
    assert command("reports", "claim", reference).exit_code == 1


def test_it_goes_before_what_came_later_and_is_as_urgent(
    client: FlaskClient, new_visitor: Callable[[], FlaskClient], command: Command, desk: Callable[..., Any]
) -> None:
    reference, words = sent(client)
    desk("decide", reference, *CODES)
    later, _ = sent(new_visitor())
    urgent, _ = sent(new_visitor(), meeting="soon")
    come_back(client, reference, words, more="x")
    assert [row[0] for row in listed(command, "--state", "new")] == [urgent, reference, later]


def test_an_addition_between_two_decisions_is_never_lost(centre: Centre, client: FlaskClient) -> None:
    """Whoever decides again and again is refused from the moment on in which something was added."""
    reference, words = sent(client)

    def decide_until_it_was_added() -> None:
        for _ in range(10_000):
            triage.decide(centre, reference, ADVICE, by=host("ann"))

    adding = Thread(target=come_back, args=(client, reference, words), kwargs={"more": "x"})
    adding.start()
    with pytest.raises(Refused, match="was added to"):
        decide_until_it_was_added()
    adding.join()
    assert [row.state for row in triage.list_reports(centre, state="new")] == ["new"]
