"""Other people's cases: the Big List of Naughty Strings in every field, GOV.UK's and libphonenumber's at their own."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
)

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import mail
from report_abuse_receiver.ground.errors import NotAnAddress
from report_abuse_receiver.ground.forms import ages, typed
from report_abuse_receiver.ground.mail import Letter, MailServer
from report_abuse_receiver.rules.casework.names import names_in
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.comers import words_on
from tests.parts.hostile import kept, post
from tests.parts.letters import SENDER
from tests.parts.mail import Sink
from tests.parts.others import naughty_strings, of_libphonenumber, of_notify
from tests.parts.places import on_sqlite
from tests.parts.typing_in import OWN_WORDS, TYPED, as_kept, tell
from tests.proofs import page
from tests.test_addresses import AT

pytestmark = pytest.mark.proof

KINDS = [one for one in PhoneNumberType.values() if one != PhoneNumberType.UNKNOWN]


@on_sqlite
@pytest.mark.timeout(1800)
def test_every_naughty_string_comes_out_of_every_field_as_it_was_typed(app: Flask, centre: Centre) -> None:
    strings, answers = naughty_strings(), Counter[str]()
    for number, text in enumerate(strings):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"198.18.{number // 256}.{number % 256}"  # nobody tries too many words
        answers += _sent_in_every_field(client, centre, text)
    page.write(
        "The Big List of Naughty Strings",
        [
            f"{len(strings)} texts in each of {len(TYPED)} fields, sent, opened at the desk and added to the report:",
            "none was changed or lost, and no page broke. What was refused, ages and addresses, came back as typed.",
            "",
            *page.table(("field", "taken"), ((name, f"{answers[name]:,}") for name in TYPED)),
        ],
    )


def _sent_in_every_field(client: FlaskClient, centre: Centre, text: str) -> Counter[str]:
    taken = tell(client, text)
    child = Child(client)
    child.open("/report/check")
    reference = child.send()
    keys = [("reference", reference), ("words", words_on(child.page) or "")]
    assert post(client, "/back", [*keys, ("more", text), ("reach", text)]).status == 200
    report = triage.show_report(centre, reference, reason="proof", by=host())
    own = [name for name in taken if name in OWN_WORDS]
    told = {name: report.answers.get(name, "") for name in own}
    assert told == {name: as_kept(name, text) for name in own}, text
    added = [(one.more, one.reach) for one in report.additions]
    assert added == ([] if typed.is_blank(text) else [(kept(text), kept(text))])
    client.get("/leave")
    return Counter([*taken])


def test_every_address_of_notify_is_sent_to_or_asked_again(sink: Sink, smtp_url: str) -> None:
    cases = of_notify("test_email_address.py")
    server, answers = MailServer.from_url(smtp_url), Counter[str]()
    for name in ("valid_email_addresses", "invalid_email_addresses"):
        for text in cases[name]:
            answers[f"{name}, {_sent(server, sink, text)}"] += 1
    assert answers["valid_email_addresses, asked again"] == 0
    rows = ((what, number) for what, number in sorted(answers.items()))
    page.write(
        "Addresses of GOV.UK Notify", [*_ADDRESSES, "", *page.table(("their list, and ours", "addresses"), rows)]
    )


_ADDRESSES = """Every address that the page takes was handed to a mail server, as it was meant; the rest is asked for
again. What they call invalid and we take is an address with a quote, a bracket or the like around it.""".splitlines()


def _sent(server: MailServer, sink: Sink, text: str) -> str:
    try:
        address = typed.email(text)
    except NotAnAddress:
        return "asked again"
    letter = Letter(sender=SENDER, to=address.shown, subject="x", body="x", message_id="<x@hello.example>", date=AT)
    mail.send(server, letter)
    assert sink.recipients[-1] == address.on_the_wire
    return "sent to"


def test_every_number_of_notify_is_read() -> None:
    cases = of_notify("test_phone_number.py")
    again = {
        name: [one for one in numbers if not typed.can_be_called(one, country="GB")]
        for name, numbers in cases.items()
        if name.startswith(("valid_", "invalid_"))
    }
    assert [found for name, found in again.items() if name.startswith("valid_") and found] == []
    rows = ((name, len(cases[name]), len(found)) for name, found in again.items())
    page.write(
        "Telephone numbers of GOV.UK Notify",
        [
            "None is refused; the last column is asked about before Send.",
            "",
            *page.table(("list", "all", "again"), rows),
        ],
    )


@pytest.mark.parametrize(
    "zero", ["0", "\u0660", "\u0966", "\uff10"], ids=["ASCII", "Arabic", "Devanagari", "full width"]
)
def test_an_example_of_every_kind_of_number_in_every_country_is_read(zero: str) -> None:
    digits = str.maketrans("0123456789", "".join(chr(ord(zero) + one) for one in range(10)))
    missed = [
        (region, written)
        for region, number in _examples()
        for written in _written(number)
        if not typed.can_be_called(written.translate(digits), country=region) or not _same(written, digits)
    ]
    assert missed == []


def _examples() -> list[tuple[str, PhoneNumber]]:
    every = ((one, example_number_for_type(one, kind)) for one in sorted(SUPPORTED_REGIONS) for kind in KINDS)
    return [(region, number) for region, number in every if number is not None]


def _written(number: PhoneNumber) -> list[str]:
    ways = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.E164)
    return [format_number(number, way) for way in ways]


def _same(written: str, digits: dict[int, int]) -> bool:
    def plain(text: str) -> str:
        return "".join(filter(str.isdigit, text))

    return plain(typed.phone(written.translate(digits))) in (plain(written), plain(written.translate(digits)))


@pytest.mark.parametrize(
    "file", ["phonenumbermatchertest.py", "phonenumberutiltest.py", "asyoutypetest.py", "shortnumberinfotest.py"]
)
def test_no_text_of_libphonenumber_breaks_a_reading(file: str) -> None:
    texts = of_libphonenumber(file)
    readings: tuple[Callable[[str], object], ...] = (
        *(
            typed.phone,
            ages.years,
            ages.years_of_another,
            ages.is_very_young,
            typed.is_email,
            typed.says_nothing,
            typed.says_no,
        ),
        lambda text: typed.can_be_called(text, country="GB"),
        lambda text: names_in([{"their_names": text, "story": text}], country="US"),
    )
    for text in texts:
        for reading in readings:
            reading(text)
    assert len(texts) > 100
