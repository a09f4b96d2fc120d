"""Bad texts in every field: each is kept to the letter, or asked for again in one sentence with nothing of it lost."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from report_abuse_receiver.ground.forms.back import back_questions
from report_abuse_receiver.ground.forms.fields import TOO_LONG, Line
from report_abuse_receiver.ground.forms.pages import questions
from report_abuse_receiver.ground.forms.typed import is_blank
from tests.parts.child import LEAST, Child
from tests.parts.comers import UNFIT, sent, words_on
from tests.parts.command import Command
from tests.parts.hostile import ENDLESS, SEEN, UNSEEN, kept, post
from tests.parts.places import on_sqlite
from tests.parts.typing_in import (
    CHOSEN,
    EVERY,
    OWN_WORDS,
    TYPED,
    WHO,
    as_kept,
    beside,
    errors,
    filled,
    in_the_page,
    tell,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)

every_seen = pytest.mark.parametrize("text", SEEN.values(), ids=SEEN)
every_unseen = pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
every_endless = pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)


@every_seen
def test_a_text_comes_out_as_it_was_typed_or_is_asked_for_again(
    client: FlaskClient, command: Command, text: str
) -> None:
    taken = tell(client, text)
    child = Child(client)
    child.open("/report/check")
    reference = child.send()
    keys = [("reference", reference), ("words", words_on(child.page) or "")]
    assert "We have added it" in post(client, "/back", [*keys, ("more", text), ("reach", text)]).words
    report = command.well("reports", "show", reference, "--reason", "triage", "--json").json
    told = {name: said for name, said in report["answers"].items() if name in OWN_WORDS}
    own = [name for name in taken if name in OWN_WORDS]
    assert {name: told[name] for name in own} == {name: as_kept(name, text) for name in own}
    assert [(one["more"], one["reach"]) for one in report["additions"]] == [(kept(text), kept(text))]


@on_sqlite
@every_unseen
def test_a_text_that_nobody_can_see_is_no_answer(client: FlaskClient, text: str) -> None:
    client.post("/start")
    for page, missing in (
        ("them", {}),
        ("child", {}),
        ("you", {"name": "Tell us a name we can call you.", "age": "Write your age as a number, like 12."}),
        ("contact", {"phone": "Tell us one way to reach you. It can be a phone, an email, or a person you trust."}),
    ):
        drawn = post(client, f"/report/{page}", filled(page, text).items())
        assert drawn.status == (200 if missing else 303)
        assert all(beside(name, sentence) in drawn.html for name, sentence in missing.items())
        if missing:
            assert in_the_page(drawn).items() >= {name: kept(text) for name in missing if text}.items()
        else:
            assert in_the_page(Child(client).open(f"/report/{page}")) == {}


@on_sqlite
@every_endless
@pytest.mark.parametrize("name", TYPED)
def test_a_text_without_end_is_asked_for_again_and_still_there(client: FlaskClient, name: str, text: str) -> None:
    page = TYPED[name]
    client.post("/start")
    post(client, "/report/who", WHO.items())
    typed = {**{one: LEAST.get(one, "") for one in questions(page)}, **filled(page, ""), name: text}
    drawn = post(client, f"/report/{page}", typed.items())
    assert drawn.status == 200
    assert len(errors(drawn, questions(page))[name]) == 1
    assert not isinstance(EVERY[name], Line) or TOO_LONG in drawn.words
    assert in_the_page(drawn)[name] == kept(text)


@on_sqlite
@every_endless
@pytest.mark.parametrize("name", [name for name in back_questions() if name != "safe"])
def test_so_it_is_where_somebody_comes_back(client: FlaskClient, name: str, text: str) -> None:
    reference, words = sent(client)
    drawn = post(client, "/back", {"reference": reference, "words": words, name: text}.items())
    assert (drawn.status, errors(drawn, back_questions())) == (200, {name: [TOO_LONG]})
    assert in_the_page(drawn)[name] == kept(text)


@on_sqlite
@pytest.mark.parametrize("name", CHOSEN)
def test_an_answer_that_was_not_offered_is_asked_for_again(client: FlaskClient, name: str) -> None:
    page = CHOSEN[name]
    client.post("/start")
    for text in (*SEEN.values(), *ENDLESS.values()):
        drawn = post(client, f"/report/{page}", {**filled(page, ""), name: text}.items())
        assert drawn.status == 200
        assert len(errors(drawn, questions(page))[name]) == 1
        assert name not in in_the_page(drawn)


@on_sqlite
@pytest.mark.parametrize("name", ["reference", "words"])
def test_a_number_or_words_that_cannot_be_fit_no_report(client: FlaskClient, name: str) -> None:
    keys = dict(zip(("reference", "words"), sent(client), strict=True))
    for text in [*SEEN.values()][:9]:
        drawn = post(client, "/back", {**keys, name: text, "more": text}.items())
        assert UNFIT in drawn.words
        assert in_the_page(drawn).items() >= {name: kept(text), "more": kept(text)}.items()


@on_sqlite
@pytest.mark.parametrize("text", [*SEEN.values(), *UNSEEN.values(), *ENDLESS.values()], ids=[*SEEN, *UNSEEN, *ENDLESS])
def test_no_token_keeps_a_child_out(app: Flask, text: str) -> None:
    address = quote(text[:2000], errors="surrogatepass")
    for path in (f"/r/{address}", f"/help?token={address}", f"/?token={address}&language={address}"):
        assert Child(app.test_client()).open(path).status == 200
    visitor = Child(app.test_client())
    visitor.open(f"/r/{address}")
    assert visitor.go_on().path == "/report/safe"
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        client = app.test_client()
        answer = post(client, "/start", [("token", text)], **headers)
        assert answer.status == 303
        assert len(answer.path) <= len(f"/start?token={'%F0%9F%99%88' * 1025}")
        visitor = Child(client)
        visitor.open(answer.path)
        if text:  # the press of a partner's form, which shows the start page first
            assert visitor.page.path == "/start"
            visitor.go_on()
        assert visitor.page.path == "/report/safe"


@on_sqlite
def test_no_text_chooses_a_language_or_says_how_somebody_heard_of_us(client: FlaskClient) -> None:
    child = Child(client).press().tell()
    for text in SEEN.values():
        drawn = post(client, "/report/you", [("name", "Kim"), ("age", "13"), ("language", text)])
        assert (drawn.status, drawn.path) == (303, "/report/check")
    child.open("/report/check")
    reference = child.send()
    for text in (*SEEN.values(), *UNSEEN.values(), *ENDLESS.values()):
        drawn = post(client, "/report/done", [("heard", text)])
        assert (drawn.status, drawn.path) == (200, "/report/done")
    assert reference in child.open("/report/done").words
    assert "Thank you for telling us." not in child.page.words


@on_sqlite
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.sampled_from([*dict.fromkeys(OWN_WORDS.values())]), texts=st.lists(ANY_TEXT, min_size=7, max_size=7))
@example(page="you", texts=["\n"] * 7)
@example(page="contact", texts=["\r", "\r\n", "\n\r", "\x00", "\ud83d", "\ude48\ud83d", "&"])
def test_whatever_is_typed_stands_in_the_page_again(app: Flask, page: str, texts: list[str]) -> None:
    client = app.test_client()
    post(client, "/start", [])
    post(client, "/report/who", WHO.items())
    own = [name for name in OWN_WORDS if OWN_WORDS[name] == page]
    typed = dict(zip(own, texts, strict=False))
    drawn = post(client, f"/report/{page}", {**filled(page, ""), "age": "13", "phone": "0123", **typed}.items())
    taken = drawn.status == 303
    there = in_the_page(Child(client).open(f"/report/{page}") if taken else drawn)
    for name, text in typed.items():
        assert there.get(name, "") == kept(text) or (taken and is_blank(text))
