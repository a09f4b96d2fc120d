"""What identifies somebody is found in a file however it is written there, and what our own pages say is not."""

import json

import pytest

from report_abuse_receiver.rules.audit.marks import Files, marks_of


def fields(answers: dict[str, object], text: str, *, name: str = "report.html", own: tuple[str, ...] = ()) -> set[str]:
    """The fields of a report that a file gives away."""
    files = Files(["The largest category was grooming", "he said we should not tell anyone"])
    files.add(name, text, own=own)
    return {field for field, mark in marks_of(answers) if files.holding(mark)}


@pytest.mark.parametrize(
    ("field", "answer", "text"),
    [
        ("name", "Ffion Qualtrough", "<td>FFION</td>"),
        ("their_names", "quietmango, or real_finn_x", "placement: QuietMango"),
        ("their_names", "real_finn_x", "a row of finn there"),
        ("email", "ffion.q@example.com", "write to ffion now"),
        ("where", "https://zorb.example/u/night_otter", "<a href='//zorb.example'>"),
        ("where", "the lobby, they are nightotter77 there", "nightotter77"),
        ("phone", "07700 900123", "call +44 7700 900 123"),
        ("safe_way", "ring my gran on 01632 960123", "01632-960123"),
        ("story", "then he sent me a horrible picture again", "once HE SENT ME A horrible thing"),
        ("school", "Zebrafinch Primary", "at zebrafinch"),
        ("partner_reference", "case8812", "case8812"),
        ("partner_reference", "user-83412", "user-83412"),
        ("reference", "7KQ-2M4-XDP", "<td>7kq-2m4-xdp</td>"),
    ],
)
def test_what_identifies_somebody_is_found(field: str, answer: str, text: str) -> None:
    assert fields({field: answer}, text) == {field}


@pytest.mark.parametrize(
    ("field", "answer", "text"),
    [
        ("name", "Bo", "bo"),  # two letters are in every text
        ("reference", "DEC-6AT-KJP", "Dec 2026"),
        ("name", "Grooming", "grooming"),  # what our pages say
        ("story", "he said we should not tell anyone", "he said we should not tell anyone"),
        ("story", "he was rude", "a rude he was"),  # single words of a story are everybody's
        ("story", "on 3 days 12 times 40 2026", "3 12 40 2026"),
        ("their_age", "says 15", "15"),
        ("who", "my_child", "something else"),
        ("age", "12", "12"),
    ],
)
def test_what_everybody_says_is_not(field: str, answer: str, text: str) -> None:
    assert fields({field: answer}, text) == set()


def test_answers_that_are_no_text_tell_nothing() -> None:
    assert list(marks_of({"age": 12, "kinds": ["meet"], "partner_reference": None})) == []


def test_letters_that_json_and_html_write_otherwise_are_read() -> None:
    assert fields({"name": "Zoë"}, json.dumps({"placement": "zoë"}), name="release.json") == {"name"}
    assert fields({"name": "Zoë"}, "<p>zo&euml;</p>") == {"name"}


def test_a_file_may_name_whom_it_is_for_and_no_one_else() -> None:
    answers: dict[str, object] = {"their_names": "the people of Acme"}
    assert fields(answers, "Report for Acme", own=("Acme",)) == set()
    assert fields(answers, "Report for Acme", own=("Bolt",)) == {"their_names"}


def test_each_file_is_counted_and_named() -> None:
    files = Files([])
    for name in ("a/report.html", "b/report.html"):
        files.add(name, "quietmango")
    assert len(files) == 2
    assert files.holding(("quietmango",)) == {"a/report.html", "b/report.html"}
