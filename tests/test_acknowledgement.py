"""Acknowledgement by mail: to children who said that it is safe, to nobody else; it tells nothing and is not lost."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import mail
from report_abuse_receiver.ground.errors import MailTrouble, MailUnreachable, NoVaultKey, StoreTrouble
from report_abuse_receiver.ground.mail import Letter, MailServer
from report_abuse_receiver.intake import acknowledgement
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.outbox import ListedWork
from report_abuse_receiver.store.schema import TABLES
from report_abuse_receiver.worker import run_worker, work_once
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.faults import Fault
from tests.parts.letters import SENDER, receive, work
from tests.parts.mail import ACCEPTS, GREYLISTS, HANGS, REFUSES, TURNS_BACK, Sink
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.running import until_true

#: Seconds after which a server that hangs is given up; one that answers is given its time.
A_MOMENT = 0.2
LONG_AGO = datetime(2020, 7, 3, 12, tzinfo=UTC)


@pytest.fixture
def centre(place: Place, smtp_url: str) -> Iterator[Centre]:
    """A centre that hands its letters to the sink."""
    opened = open_at(place, SMTP_URL=smtp_url, MAIL_FROM=SENDER)
    yield opened
    opened.database.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits a moment instead of ten seconds."""
    monkeypatch.setattr(mail, "PATIENCE", A_MOMENT)


def timeline(centre: Centre, reference: str) -> list[str]:
    shown = triage.show_report(centre, reference, reason="to test it", by=host("pat"))
    return [entry.kind for entry in shown.timeline]


def letters_owed(centre: Centre) -> list[ListedWork]:
    return [row for row in jobs.list_owed(centre, done=True) if row.kind == "mail-acknowledgement"]


def test_a_child_who_said_it_is_safe_gets_one_letter_and_the_timeline_says_so(centre: Centre, sink: Sink) -> None:
    child = Child(create_app(centre).test_client()).press()
    reference = child.tell(email="sam@example.com", private="safe").send()
    for _ in range(3):
        work(centre)
    assert sink.recipients == ["sam@example.com"]
    assert sink.envelopes[0].mail_from == SENDER
    assert sorted(timeline(centre, reference)) == ["acknowledged", "acknowledgement-mailed", "received"]


@pytest.mark.parametrize(
    "answers",
    [{"private": "maybe"}, {"email": ""}, {"private": "maybe", "email": ""}, {"private": ""}],
    ids=["somebody may see it", "no address", "neither", "did not say"],
)
def test_nobody_else_gets_a_letter(centre: Centre, sink: Sink, answers: dict[str, str]) -> None:
    reference = receive(centre, **answers)
    work(centre)
    assert (sink.tried, letters_owed(centre)) == (0, [])
    assert timeline(centre, reference) == ["received", "acknowledged"]


def test_what_was_sealed_is_asked_again_before_a_letter_goes_out(centre: Centre, sink: Sink) -> None:
    """Whatever is owed by mistake: the child's own word decides."""
    reference = receive(centre, private="maybe")
    jobs.JOBS["mail-acknowledgement"].do(centre, {"reference": reference})
    jobs.JOBS["mail-acknowledgement"].do(centre, {"reference": "4HK-2MP-9TC"})
    assert sink.tried == 0


def test_without_a_mail_server_there_is_the_timeline(place: Place) -> None:
    centre = open_at(place)
    reference = receive(centre)
    work(centre)
    assert timeline(centre, reference) == ["received", "acknowledged"]
    assert [row.state for row in letters_owed(centre)] == ["done"]
    centre.database.close()


@pytest.mark.parametrize("mood", [REFUSES, TURNS_BACK, GREYLISTS, HANGS])
def test_a_letter_that_could_not_go_out_goes_out_later(
    centre: Centre, sink: Sink, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    sink.mood = mood
    reference = receive(centre)
    with monkeypatch.context() as patience:
        if mood == HANGS:
            patience.setattr(mail, "PATIENCE", A_MOMENT)
        work_once(centre)
    [row] = letters_owed(centre)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.last_error == ("MailUnreachable" if mood == HANGS else "MailRefused")
    assert timeline(centre, reference) == ["received", "acknowledged"]
    sink.mood = mood if mood == GREYLISTS else ACCEPTS
    work(centre)
    assert sink.recipients == ["sam@example.com"]
    assert timeline(centre, reference)[-1] == "acknowledgement-mailed"


def test_a_mail_server_that_never_takes_it_makes_a_dead_letter_that_a_person_can_retry(
    centre: Centre, sink: Sink
) -> None:
    sink.mood = REFUSES
    receive(centre)
    work_once(centre)
    with centre.database.writing() as conn:
        rows = TABLES["outbox"]
        conn.execute(
            rows.update().where(rows.c.state == "waiting").values(attempts=outbox.ATTEMPTS - 1, due_at=LONG_AGO)
        )
    work_once(centre)
    [row] = letters_owed(centre)
    assert (row.state, row.last_error) == ("dead", "MailRefused")
    sink.mood = ACCEPTS
    jobs.retry(centre, row.id)
    work_once(centre)
    assert sink.recipients == ["sam@example.com"]


@pytest.mark.parametrize("mood", [REFUSES, HANGS])
def test_a_mail_server_in_trouble_keeps_no_child_waiting(
    centre: Centre, sink: Sink, impatient: None, mood: str
) -> None:
    sink.mood, stop, app = mood, threading.Event(), create_app(centre)
    worker = threading.Thread(target=run_worker, args=(centre, stop))
    worker.start()
    addresses = [f"kid{number}@example.com" for number in range(6)]
    references = [Child(app.test_client()).press().tell(email=one, private="safe").send() for one in addresses]
    until_true(lambda: all("acknowledged" in timeline(centre, one) for one in references))
    stop.set()
    worker.join()
    assert sink.envelopes == []
    sink.mood = ACCEPTS
    work(centre)
    assert sorted(sink.recipients) == addresses
    assert all(timeline(centre, one)[-1] == "acknowledgement-mailed" for one in references)


def test_a_letter_sent_twice_is_one_letter_to_whoever_gets_it(centre: Centre, sink: Sink) -> None:
    """The worker dies at each step, also after the mail server took the letter and before it could write that down."""
    reference, other = receive(centre), receive(centre)
    duty = jobs.JOBS["mail-acknowledgement"].do
    for steps in range(16):
        with contextlib.suppress(StoreTrouble), Fault(OperationalError("", {}, Exception()), after=steps).on(centre):
            duty(centre, {"reference": reference})
    sent_again = [letter["Message-ID"] for letter in sink.letters]
    assert len(sent_again) > 1
    assert len(set(sent_again)) == 1
    assert sent_again[0].endswith("@hello.example>")
    assert reference not in sent_again[0]
    duty(centre, {"reference": other})
    assert sink.letters[-1]["Message-ID"] not in sent_again


def test_the_address_stands_in_no_row_of_the_outbox_and_in_no_log(
    centre: Centre, sink: Sink, command: Command, smtp_url: str
) -> None:
    sink.mood = REFUSES
    receive(centre, email="zqcanary@example.com")
    mail_settings = {"REPORT_ABUSE_SMTP_URL": smtp_url, "REPORT_ABUSE_MAIL_FROM": SENDER}
    said = command.well("worker", "--once", env=mail_settings)
    assert '"MailRefused"' in said.stderr
    with centre.database.reading() as conn:
        kept = [str(row) for table in (TABLES["outbox"], TABLES["event"]) for row in conn.execute(select(table))]
    assert [text for text in (said.stdout, said.stderr, *kept) if "zqcanary" in text] == []


@pytest.mark.parametrize(
    "address",
    [
        "sam@example.com\r\nBcc: eve@example.com", "sam@example.com\nSubject: x", "sam@example.com, eve@example.com",
        "sam@example.com>\r\nRCPT TO:<eve@example.com", "Sam <sam@example.com>", "sam@example.com eve@example.com",
        "@example.com", "sam@", "sam", "", "sam@exa\0mple.com", "\ud800@example.com", "sam@" + "a" * 64 + ".com",
        "eve@evil.example@example.com", '"sam\r\n"@example.com', "sam@[127.0.0.1]\r\n", "sam@exam\u2028ple.com",
    ],
)  # fmt: skip
def test_no_address_can_bring_in_a_header_or_a_second_reader(centre: Centre, sink: Sink, address: str) -> None:
    letter = Letter(sender=SENDER, to=address, subject="x", body="x", message_id="<x@hello.example>", date=LONG_AGO)
    with pytest.raises(MailTrouble):
        mail.send(MailServer.from_url(centre.settings.smtp_url or ""), letter)
    assert (sink.envelopes, "eve" in "".join(sink.recipients)) == ([], False)


@on_sqlite
def test_an_address_in_another_alphabet_is_written_to_where_its_server_can(centre: Centre, sink: Sink) -> None:
    receive(centre, email="sam@exämple.com")
    work(centre)
    assert sink.recipients == ["sam@xn--exmple-cua.com"]


@on_sqlite
def test_a_worker_without_the_vault_key_says_so_and_leaves_the_letter_for_one_that_has_it(
    centre: Centre, sink: Sink
) -> None:
    public_only = replace(centre, keys=replace(centre.keys, vault_private={}))
    reference = receive(public_only)
    while work_once(public_only):
        pass
    assert [(row.state, row.attempts) for row in letters_owed(centre)] == [("waiting", 0)]
    with pytest.raises(NoVaultKey, match="holds no vault key"):
        acknowledgement.mail(public_only, {"reference": reference})
    assert sink.tried == 0
    work_once(centre)
    assert timeline(centre, reference)[-1] == "acknowledgement-mailed"


@on_sqlite
def test_what_a_slow_mail_server_left_no_time_for_goes_back_untried(
    centre: Centre, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        receive(centre)
    monkeypatch.setattr(outbox, "LEASE", outbox.LEASE * 0)
    jobs.do_what_is_due(centre)
    assert {(row.state, row.attempts) for row in jobs.list_owed(centre)} == {("waiting", 0)}
    monkeypatch.undo()
    work_once(centre)
    assert len(sink.envelopes) == 3


def test_a_mail_server_that_is_not_there_is_unreachable() -> None:
    server = MailServer.from_url("smtp://127.0.0.1:1")
    letter = Letter(sender=SENDER, to="a@b.example", subject="x", body="x", message_id="<x@y>", date=LONG_AGO)
    with pytest.raises(MailUnreachable):
        mail.send(server, letter)
