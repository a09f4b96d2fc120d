"""What people type, press and paste is read as it was meant, whichever door it comes through."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.forms import typed
from tests.parts.acting import host
from tests.parts.as_typed import ADDRESSES, AGES, KEPT_AS_WORDS, NO_ADDRESSES, NO_WAY
from tests.parts.child import Child
from tests.parts.comers import sent
from tests.parts.command import Command
from tests.parts.forms import Page
from tests.parts.hostile import post
from tests.parts.letters import receive
from tests.parts.lines import ANSWERS, line, written
from tests.parts.places import on_sqlite

ARABIC, DEVANAGARI = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), str.maketrans("0123456789", "०१२३४५६७८९")


def on_page(client: FlaskClient, page: str, **answers: str) -> Page:
    """The page that is drawn after these answers, whether the next one or this one again."""
    client.post("/start")
    post(client, "/report/who", [("who", "friend")])
    drawn = post(client, f"/report/{page}", answers.items())
    return Child(client).open(f"/report/{page}") if drawn.status == 303 else drawn


def there(drawn: Page, name: str) -> str | None:
    return dict(drawn.way_on.as_sent()).get(name)


@on_sqlite
@pytest.mark.parametrize(("text", "years"), AGES.items())
def test_an_age_is_taken_however_it_is_written(client: FlaskClient, text: str, years: int) -> None:
    assert there(on_page(client, "you", name="Sam", age=text), "age") == str(years)
    assert there(on_page(client, "child", child_age=text), "child_age") == str(years)


@on_sqlite
@pytest.mark.parametrize(("text", "band"), KEPT_AS_WORDS.items())
def test_what_is_known_of_a_childs_age_is_kept_as_words(
    client: FlaskClient, centre: Centre, text: str, band: str
) -> None:
    child = Child(client).press()
    reference = child.tell(who="friend", child_age=text).send()
    shown = triage.show_report(centre, reference, reason="test", by=host("ann"))
    assert (shown.answers["child_age"], shown.age_band) == (text, band)


@on_sqlite
@pytest.mark.parametrize(("text", "address"), ADDRESSES.items())
def test_an_address_is_taken_however_it_was_copied(client: FlaskClient, text: str, address: str) -> None:
    assert there(on_page(client, "contact", email=text, private="safe"), "email") == address


@on_sqlite
@pytest.mark.parametrize(("text", "sentence"), NO_ADDRESSES.items())
def test_what_no_server_takes_is_asked_again_and_still_there(client: FlaskClient, text: str, sentence: str) -> None:
    drawn = on_page(client, "contact", email=text, private="safe")
    assert f'id="error-email">{sentence}<' in drawn.html
    assert there(drawn, "email") == text


@on_sqlite
@pytest.mark.parametrize("text", NO_WAY)
def test_marks_and_a_mere_no_are_no_way_to_be_reached(client: FlaskClient, text: str) -> None:
    for name in ("phone", "email"):
        drawn = on_page(client, "contact", **{name: text, "private": "safe"})
        assert "Tell us one way to reach you." in drawn.words
        assert there(drawn, name) == text
    assert "Tell us one way" not in on_page(client, "contact", phone=text, safe_way="at school", private="safe").words
    assert "whole email" not in on_page(client, "contact", phone="07700 900123", email=text, private="safe").words


@on_sqlite
@pytest.mark.parametrize("text", ["no", "-", "None.", "n/a", "don't have one", "?"])
def test_a_mere_no_is_no_safe_way_either(client: FlaskClient, text: str) -> None:
    assert "Tell us one way to reach you." in on_page(client, "contact", safe_way=text, private="maybe").words


@on_sqlite
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123".translate(ARABIC), "07700 900123"),
        ("07700 900123".translate(DEVANAGARI), "07700 900123"),
        ("０７７００９００１２３", "07700900123"),
        ("\u202a+44 7700 900123\u202c", "+44 7700 900123"),
        ("“07700-900123”.", "07700-900123"),
        ("07700‑900–123", "07700-900-123"),
        ("my mum: ٠٧٧٠٠٩٠٠١٢٣", "my mum: ٠٧٧٠٠٩٠٠١٢٣"),
    ],
)
def test_a_number_is_kept_in_plain_digits_and_words_beside_it_as_typed(
    client: FlaskClient, text: str, number: str
) -> None:
    assert there(on_page(client, "contact", phone=text, private="safe"), "phone") == number
    assert typed.can_be_called(text, country="GB")


@on_sqlite
@pytest.mark.parametrize("number", ["1", "0123456789012345678", "999", "12 3", "ring me", "٠٧"])
def test_a_number_that_cannot_be_one_is_asked_again_on_the_check_page_and_sent(
    client: FlaskClient, number: str
) -> None:
    child = Child(client).press().tell(phone=number, email="", safe_way="")
    assert child.page.path == "/report/check"
    assert "Is this number right? Please look at it again." in child.page.words
    assert child.send()


@on_sqlite
def test_a_number_that_can_be_called_is_not_asked_again(client: FlaskClient) -> None:
    for number in ("07700 900123", "+44 7700 900123", "my aunt, 07700 900123 after 4"):
        assert "Is this number right?" not in Child(client).press().tell(phone=number).page.words


@on_sqlite
@pytest.mark.parametrize("text", ["\u2800", "\u3164", "\u115f\u1160", "\u034f\ufe0f", "\U000e0041", "\uffa0\u200d"])
def test_a_name_that_nobody_can_see_is_asked_for(client: FlaskClient, text: str) -> None:
    assert "Tell us a name we can call you." in on_page(client, "you", name=text, age="12").words


@on_sqlite
def test_free_words_stay_as_they_were_typed(client: FlaskClient) -> None:
    text = "“１２”\u200b… ½ ﬁ – o’last."
    for page, name in (("what", "story"), ("you", "name"), ("them", "their_age"), ("contact", "not_tell")):
        assert (
            there(
                on_page(
                    client, page, **{name: text, "kinds": "other", "age": "12", "phone": "0123", "private": "safe"}
                ),
                name,
            )
            == text
        )


@on_sqlite
def test_a_number_and_words_are_read_however_they_were_copied(client: FlaskClient) -> None:
    reference, words = sent(client)
    wide = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in "ABCDEFGHJKMNPRTUVWX2346790"})
    for number in (
        f"“{reference}”.",
        reference.translate(wide),
        "\u200b".join(reference),
        f"#{reference}",
        reference.replace("-", "–"),
    ):
        for three in (
            words,
            f"“{words.title()}.”",
            words.replace(" ", ", "),
            "\u200b".join(words),
            words.upper().replace(" ", "\u00a0"),
        ):
            drawn = post(client, "/back", [("reference", number), ("words", three)])
            assert "do not fit" not in drawn.words


@on_sqlite
def test_a_file_is_read_by_the_same_rules_and_keeps_what_does_not_fit(
    command: Command, centre: Centre, tmp_path: Path
) -> None:
    answers = {**ANSWERS, "age": "١٢ years", "child_age": "6 months", "email": "sam@[127.0.0.1]", "phone": "none"}
    told = json.loads(
        command.well(
            "reports",
            "import",
            written(tmp_path / "l.jsonl", [line(answers=answers, source={}, services=[])]),
            "--json",
        ).stdout
    )
    assert told["imported"] == 1, told
    [row] = triage.list_reports(centre)
    shown = triage.show_report(centre, row.reference, reason="test", by=host("ann")).answers
    assert {name: shown[name] for name in ("age", "child_age", "email", "phone")} == {
        "age": 12,
        "child_age": "6 months",
        "email": "sam@[127.0.0.1]",
        "phone": "none",
    }


@on_sqlite
def test_staff_are_read_as_they_meant_it_too(command: Command, centre: Centre) -> None:
    for service, name in (("pebble-chat", "Pebble Chat"), ("marble-run", "Marble Run")):
        command.well("service", "add", service, "--name", name)
    reference = receive(centre)

    def decided(*services: str) -> dict[str, Any]:
        said = {"category": "Child Image", "outcome": "no-action", "moved-to": "VIDEO-CHAT", "contact": "group."}
        given = [word for name, code in said.items() for word in (f"--{name}", code)]
        named = [word for one in services for word in ("--service", one)]
        return dict(command.well("reports", "decide", reference, *given, *named, "--json").json["decision"])

    made = decided("Pebble Chat", "marblerun")
    assert [made[name] for name in ("category", "outcome", "moved_to", "contact")] == [
        "child_image", "no_action", "video_chat", "group",
    ]  # fmt: skip
    assert made["services"] == decided("pebble-chat Marble_Run")["services"] == ["pebble-chat", "marble-run"]
    wrong = ("--category", "other", "--outcome", "advice", "--service", "Pebble Cha")
    assert command("reports", "decide", reference, *wrong).exit_code == 1
    assert len(command.well("reports", "list", "--state", "Decided", "--json").json) == 1
    who = ("--role", "Feedback-Officer", "--organisation", "child protection", "--json")
    assert command.well("staff", "add", "Ann", *who).json["name"] == "ann"
