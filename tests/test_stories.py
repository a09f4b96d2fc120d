"""The papers' three stories, retold with invented names: what goes in by the form comes out whole (C18, C20, C23)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.command import Command

#: A girl gave her address away. Blocked, he comes back under new names, draws her sister in, and threatens her.
LAURA: dict[str, Any] = {
    "safe": "unsure",
    "who": "me",
    "kinds": ["pretend", "threat", "meet"],
    "story": (
        "He said he was 15 and called Danny. I gave him our address for a birthday card.\n"
        "I blocked him. He came back with new names. Now he writes to my little sister Ellie, she is 9.\n\n"
        "He says he will come to 14 Orchard Row and kill me if I tell anyone."
    ),
    "started": "month",
    "their_names": "danny_skates15\ndannys.back@mail.example\n+44 7700 900123\nxX_D4nny_Xx – the new one",
    "where": "Pebble chat, then Zing\nand letters to our house",
    "their_age": "15, but he sounds old",
    "known": "no",
    "knows_where": "yes",
    "meeting": "unsure",
    "others": "yes",
    "name": "Lara Whitcombe",
    "age": "13",
    "town": "Nether Hallow",
    "school": "Hallow Vale",
    "phone": "07700 900456",
    "message_ok": "no",
    "private": "maybe",
    "safe_way": "call after 4 when Mum is home",
    "not_tell": "Ellie, she is scared",
}

#: A girl was made to do things on her webcam and is to meet him tomorrow. She writes from a computer at school.
RACHEL: dict[str, Any] = {
    "safe": "yes",
    "who": "me",
    "kinds": ["meet", "threat", "camera"],
    "story": "He recorded me. He says if I do not come he will send it to everyone. It is all on our computer at home.",
    "started": "week",
    "their_names": "markus.w 🎸",
    "where": "Zing video",
    "known": "no",
    "meeting": "soon",
    "meeting_plan": "Tomorrow, half past 3, the clock in Saltmere station",
    "others": "no",
    "name": "Ruth",
    "age": "14",
    "school": "St Brannoc's, Saltmere",
    "safe_way": "ask for me at school, I am in 9B",
    "private": "safe",
}

#: A man got into children's accounts and spoke as them, to a hundred of eight schools. A friend of one writes.
A_FRIEND: dict[str, Any] = {
    "safe": "yes",
    "who": "friend",
    "kinds": ["hacked", "asked_images", "pretend"],
    "story": "Someone took Ali's account and talks to our class as Ali. He asked Bea for pictures. It is not Ali.",
    "started": "longer",
    "their_names": "ali.m.07 (stolen), bea_xo (stolen), charles_online",
    "where": "Pebble chat",
    "known": "unsure",
    "others": "yes",
    "name": "Noor",
    "age": "12",
    "town": "Farrow",
    "child_name": "Ali Marsh",
    "child_age": "12",
    "child_town": "Farrow",
    "child_school": "Farrow Juniors, but Kings Mead too",
    "child_knows": "yes",
    "email": "noor@example.com",
    "safe_way": "my teacher Mr Lund",
    "private": "safe",
}


@pytest.mark.parametrize("story", [LAURA, RACHEL, A_FRIEND], ids=["Laura", "Rachel", "a friend of one of many"])
def test_a_story_goes_in_by_the_form_and_comes_out_whole(
    centre: Centre, client: FlaskClient, command: Command, story: dict[str, Any]
) -> None:
    reference = Child(client).press().tell(**story).send()
    shown = command.well("reports", "show", reference, "--reason", "to help", "--json").json
    told = {**story, "age": int(story["age"])} | ({"child_age": 12} if "child_age" in story else {})
    assert {**shown["answers"], "kinds": set(shown["answers"]["kinds"])} == {**told, "kinds": set(told["kinds"])}
    assert (shown["reference"], shown["state"], shown["additions"]) == (reference, "new", [])


def test_each_story_is_read_as_soon_as_it_must_be(centre: Centre, client: FlaskClient) -> None:
    order = [Child(client).press().tell(**story).send() for story in (A_FRIEND, LAURA, RACHEL)]
    friend, laura, rachel = order
    listed = {row.reference: row for row in triage.list_reports(centre)}
    assert [listed[one].urgency for one in (rachel, laura, friend)] == ["now", "today", "today"]
    assert list(listed) == [rachel, friend, laura]


def test_what_laura_remembers_later_is_added_with_its_time(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press().tell(**LAURA)
    reference = child.send()
    words = child.page.html.partition("3 words")[2].partition("<strong")[2].partition(">")[2].partition("<")[0]
    child.open("/back")
    child.go_on(reference=reference, words=words, more="He is called Daniel Pike now", reach="Gran: 07700 900789")
    shown = triage.show_report(centre, reference, reason="to help", by=host("pat"))
    assert shown.answers["their_names"] == LAURA["their_names"]
    assert [(one.more, one.reach) for one in shown.additions] == [
        ("He is called Daniel Pike now", "Gran: 07700 900789")
    ]
