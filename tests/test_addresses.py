"""What the page takes for an address the mailer takes, and what no server takes is tried once at the most."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import mail
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.ground.errors import CannotStart, NoSuchAddress
from report_abuse_receiver.ground.forms import typed
from report_abuse_receiver.ground.mail import Letter, MailServer
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.worker import work_once
from tests.parts.letters import SENDER, receive
from tests.parts.mail import Sink, serving
from tests.parts.places import Place, on_sqlite, open_at

AT = datetime(2026, 7, 3, 12, tzinfo=UTC)
ADDRESSES = {
    "sam@faß.de": "sam@xn--fa-hia.de",
    "sam@bücher.example": "sam@xn--bcher-kva.example",
    "sam@日本.jp": "sam@xn--wgv71a.jp",
    "sam@EXAMPLE.com": "sam@example.com",
    "o'last+x@example.com": "o'last+x@example.com",
    "-sam@example.com": "-sam@example.com",
    "!#$%&'*+-/=?^_`{|}~@example.com": "!#$%&'*+-/=?^_`{|}~@example.com",
    "josé@example.com": "josé@example.com",
    "用户@例子.广告": "用户@xn--fsqu00a.xn--4rr70v",
    f"{'a' * 64}@example.com": f"{'a' * 64}@example.com",
}
NO_ADDRESSES = [
    "sam@[127.0.0.1]",
    "sam@example",
    '"sam rose"@example.com',
    "sam@example..com",
    "none",
    "sam@exa_mple.com",
]


@pytest.fixture
def centre(place: Place, smtp_url: str) -> Iterator[Centre]:
    """A centre that hands its letters to the sink."""
    opened = open_at(place, SMTP_URL=smtp_url, MAIL_FROM=SENDER)
    yield opened
    opened.database.close()


@pytest.fixture
def old_server(sink: Sink) -> Iterator[Controller]:
    """A mail server that knows no letters but ASCII."""
    controller = serving(sink, enable_SMTPUTF8=False)
    yield controller
    controller.stop()


def letter(to: str) -> Letter:
    return Letter(sender=SENDER, to=to, subject="Hello", body="x", message_id="<x@hello.example>", date=AT)


@on_sqlite
@pytest.mark.parametrize(("address", "on_the_wire"), ADDRESSES.items())
def test_a_letter_goes_to_the_address_that_was_typed(
    centre: Centre, sink: Sink, address: str, on_the_wire: str
) -> None:
    receive(centre, email=typed.email(address).shown)
    work_once(centre)
    assert sink.recipients == [on_the_wire]
    assert sink.letters[0]["To"] == on_the_wire


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.emails() | st.from_regex(r"[a-zß-ÿ.'_-]{1,9}@[a-zß-ÿ-]{1,9}\.(?:example|com|广告)", fullmatch=True))
def test_whatever_the_page_takes_the_mailer_takes(sink: Sink, smtp_url: str, address: str) -> None:
    if typed.is_email(address):
        before = len(sink.envelopes)
        mail.send(MailServer.from_url(smtp_url), letter(typed.email(address).shown))
        assert len(sink.envelopes) == before + 1


@on_sqlite
@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_no_letter_is_owed_to_what_is_no_address(centre: Centre, sink: Sink, address: str) -> None:
    receive(centre, email=address)
    assert "mail-acknowledgement" not in {row.kind for row in jobs.list_owed(centre)}
    with pytest.raises(NoSuchAddress):
        mail.send(MailServer.from_url(str(centre.settings.smtp_url)), letter(address))
    assert sink.tried == 0


@on_sqlite
def test_a_letter_that_no_try_can_send_is_laid_aside_at_the_first(
    place: Place, old_server: Controller, sink: Sink
) -> None:
    centre = open_at(place, SMTP_URL=f"smtp://127.0.0.1:{old_server.port}", MAIL_FROM=SENDER)
    receive(centre, email="josé@example.com")
    work_once(centre)
    [row] = [row for row in jobs.list_owed(centre) if row.kind == "mail-acknowledgement"]
    assert (row.state, row.attempts, row.last_error) == ("dead", 1, "NoSuchAddress")
    assert sink.tried == 0
    centre.database.close()


@pytest.mark.parametrize("address", [*NO_ADDRESSES, "", "post@report.local", "post@localhost"])
def test_settings_take_what_the_page_takes_and_nothing_else(address: str) -> None:
    with pytest.raises(CannotStart, match="MAIL_FROM is not an e-mail address"):
        load_settings({"REPORT_ABUSE_MAIL_FROM": address, "REPORT_ABUSE_SMTP_URL": "smtp://localhost"})
    with pytest.raises(CannotStart, match="AUDIT_HEADS must be"):
        load_settings({"REPORT_ABUSE_AUDIT_HEADS": f"mailto:{address}"})


def test_a_sender_in_other_letters_is_kept_as_servers_write_it() -> None:
    told = {"REPORT_ABUSE_MAIL_FROM": "<post@faß.de>", "REPORT_ABUSE_SMTP_URL": "smtp://localhost"}
    assert load_settings(told).mail_from == "post@xn--fa-hia.de"
