"""A public host: all that a child does goes there, with public keys and a user of the database who reads no report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback.periods import month_of
from report_abuse_receiver.store.feedback import presses
from report_abuse_receiver.worker import work_once
from tests.parts.child import Child
from tests.parts.comers import UNFIT, come_back, sent
from tests.parts.command import Command
from tests.parts.letters import SENDER
from tests.parts.mail import Sink
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.running import Starter
from tests.parts.schemes import with_languages

SITE = "https://acme.example"
Desk = Callable[..., Any]


def button(centre: Centre, placement: str = "chat") -> str:
    """A button's token, from the desk's directory."""
    made = directory.add_provider(centre, "acme", name="Acme", origins=[SITE], contact="a@b.example")
    return ReportAbuse(made.url, key=made.key).link(placement).rpartition("/")[2]


def pressed(centre: Centre) -> dict[tuple[str, str], int]:
    """How often each button was opened, started and submitted."""
    with centre.database.reading() as conn:
        cells = presses.cells(conn, provider="acme", months=[month_of(now())], by=["placement", "event"])
    return {(cell.dimensions["placement"], cell.dimensions["event"]): cell.count for cell in cells}


def test_a_child_goes_all_the_way_and_the_desk_reads_what_was_sent(
    public_app: Flask, centre: Centre, desk: Desk
) -> None:
    child = Child(public_app.test_client()).press(button(centre), referer=f"{SITE}/chat")
    reference = child.tell(story="He asked where I live.", where="Acme").send()
    assert "These are your 3 words" in child.page.words
    shown = desk("show", reference, "--reason", "duty")
    assert (shown["answers"]["story"], shown["services"]) == ("He asked where I live.", ["acme"])
    assert [shown[name] for name in ("attribution", "provider", "origin")] == ["verified", "acme", "match"]
    assert pressed(centre) == {("chat", event): 1 for event in ("opened", "started", "submitted")}


def test_a_second_send_gives_the_same_number_and_how_the_child_heard_of_us_is_kept(
    public_app: Flask, command: Command, desk: Desk
) -> None:
    child = Child(public_app.test_client()).press().tell()
    reference = child.send()
    assert child.post("/report/check", []).status == 200
    assert child.reference == reference
    child.post("/report/done", [("heard", "school")])
    assert [row["reference"] for row in command.well("reports", "list", "--json").json] == [reference]
    timeline = desk("show", reference, "--reason", "duty")["timeline"]
    assert [entry["kind"] for entry in timeline] == ["received", "heard"]


def test_a_child_comes_back_adds_and_is_told_how_it_stands(public_app: Flask, centre: Centre, desk: Desk) -> None:
    reference, words = sent(public_app.test_client())
    assert UNFIT in come_back(public_app.test_client(), reference, "wrong words here", more="x").words
    page = come_back(public_app.test_client(), reference, words, more="He wrote again.")
    assert "We have added it to your report" in page.words
    added = desk("show", reference, "--reason", "duty")["additions"]
    assert [one["more"] for one in added] == ["He wrote again."]
    before = come_back(public_app.test_client(), reference, words).words
    desk("claim", reference)
    assert come_back(public_app.test_client(), reference, words).words != before
    assert UNFIT in come_back(public_app.test_client(), "AAA-AAA-AAA", words, more="x").words


def test_a_draft_is_kept_changed_and_wiped(public_app: Flask, public_centre: Centre) -> None:
    client = public_app.test_client()
    Child(client).press().tell(story="not yet")
    cookie = client.get_cookie("ra")
    assert cookie is not None
    kept = drafts.find(public_centre, cookie.value)
    assert kept is not None
    assert kept.answers["what"]["story"] == "not yet"
    assert client.get("/leave").status_code == 303
    assert drafts.find(public_centre, cookie.value) is None


@on_sqlite
def test_a_child_goes_on_in_another_language(public_place: Place, tmp_path: Path) -> None:
    centre = open_at(public_place, SCHEME=str(with_languages(tmp_path, "en", "cy")))
    child = Child(create_app(centre).test_client()).press()
    page = child.open("/report/safe?language=cy")
    assert 'lang="cy"' in page.html
    assert 'lang="cy"' in child.go_on(safe="yes").html
    centre.database.close()


def test_a_placement_that_is_not_registered_counts_as_other(public_app: Flask, centre: Centre) -> None:
    Child(public_app.test_client()).open(f"/r/{button(centre, 'sam')}")
    assert pressed(centre) == {("other", "opened"): 1}


def test_what_it_takes_in_is_owed_here_and_done_at_the_desk(
    public_app: Flask, public_place: Place, place: Place, command: Command, sink: Sink, smtp_url: str
) -> None:
    sent(public_app.test_client(), email="sam@example.com", private="safe")
    owed = {row["kind"] for row in command.well("outbox", "list", "--json").json}
    assert owed == {"acknowledge", "mail-acknowledgement"}
    desk = open_at(place, SMTP_URL=smtp_url, MAIL_FROM=SENDER)
    while work_once(desk):
        pass
    desk.database.close()
    assert command.well("outbox", "list", "--json").json == []
    assert sink.recipients == ["sam@example.com"]


@pytest.mark.parametrize("more", [(), ("--no-worker",)])
def test_the_process_serves_says_that_no_worker_runs_and_answers_both_questions(
    public_place: Place, start: Starter, command: Command, more: tuple[str, ...]
) -> None:
    running = start.receiver(public_place.environ, *more)
    assert "No worker runs here" in running.output
    reference = Child(running.base_url).press().tell().send()
    assert [row["reference"] for row in command.well("reports", "list", "--json").json] == [reference]
    assert running.stop() == 0
    assert [row["attempts"] for row in command.well("outbox", "list", "--json").json] == [0]
