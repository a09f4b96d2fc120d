"""The pages' questions and what they take for an answer, without a server."""

from typing import get_type_hints

import pytest
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from report_abuse_receiver.ground.errors import BadPages
from report_abuse_receiver.ground.forms.answers import AddedWords, Answers
from report_abuse_receiver.ground.forms.back import BackPage
from report_abuse_receiver.ground.forms.fields import (
    CHOOSE_ONE,
    LOOK_BEFORE_AT,
    LOOK_BEHIND_AT,
    TOO_LONG,
    WHOLE_EMAIL,
    Age,
    AgeOrWords,
    Question,
    Ticks,
)
from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.ground.forms.posted import Loaded, load_page
from report_abuse_receiver.ground.forms.report import PAGE_OF, ReportSchema, load_answers
from report_abuse_receiver.rules.intake.journey import part_of
from tests.parts.hostile import ENDLESS, SEEN, UNSEEN

WHOLE = {
    "safe": {"safe": "yes"},
    "who": {"who": "me"},
    "what": {"kinds": ["threat", "meet"], "story": "He knows my street."},
    "them": {},
    "you": {"name": "Sam", "age": 13},
    "contact": {"safe_way": "ask for me at school", "private": "maybe"},
}


def load(page: str, *pairs: tuple[str, str]) -> Loaded:
    """Post these fields to a page."""
    return load_page(page, MultiDict(pairs))


def every_question() -> list[tuple[str, Question]]:
    """Each question there is, with a name for the test's title."""
    asked = [(f"{page}-{name}", one) for page in PAGES for name, one in questions(page).items()]
    return asked + [(f"report-{name}", one) for name, one in ReportSchema().fields.items()]


def marshmallow_says() -> set[str]:
    """Every sentence that marshmallow itself could say."""
    kinds = [one for one in vars(fields).values() if isinstance(one, type) and issubclass(one, fields.Field)]
    checks = [one for one in vars(validate).values() if isinstance(one, type)]
    said = {text for kind in kinds for text in kind.default_error_messages.values()}
    said |= {getattr(check, name) for check in checks for name in dir(check) if "message" in name}
    return {text for text in said if isinstance(text, str)} | set(Schema._default_error_messages.values())


@pytest.mark.parametrize(("title", "question"), every_question(), ids=lambda one: one if isinstance(one, str) else "")
def test_no_message_of_marshmallow_can_reach_a_child(title: str, question: Question) -> None:
    assert set(question.error_messages.values()).isdisjoint(marshmallow_says()), title
    assert question.validators == []
    assert all(text.endswith(".") and len(text) < 90 for text in question.error_messages.values())


@pytest.mark.parametrize("schema", [*PAGES.values(), ReportSchema], ids=lambda one: one.__name__)
def test_no_schema_speaks_in_marshmallows_words_either(schema: type[Schema]) -> None:
    assert set(schema().error_messages.values()).isdisjoint(marshmallow_says())


@pytest.mark.parametrize("nothing", [None, [], 7, "text", [{}], {"kinds": {"a": 1}}, {"name": ["a"]}, {"age": True}])
def test_whatever_a_file_holds_in_place_of_answers_is_refused_in_plain_words(nothing: object) -> None:
    with pytest.raises(ValidationError) as caught:
        ReportSchema().load(nothing)
    assert marshmallow_says().isdisjoint(said for one in caught.value.messages_dict.values() for said in one)


def test_pages_come_in_the_order_of_the_journey_and_every_field_once() -> None:
    assert list(PAGES) == ["safe", "who", "what", "them", "you", "child", "contact"]
    names = [name for page in PAGES for name in questions(page)]
    assert len(names) == len(set(names))
    assert set(names) == set(ReportSchema().fields) == set(PAGE_OF)


def test_every_question_says_how_to_draw_it() -> None:
    for page in PAGES:
        for question in questions(page).values():
            assert question.metadata["label"]
            assert question.metadata["kind"] in ("choice", "ticks", "line", "text", "age", "email", "phone")
            assert bool(question.metadata["choices"]) == (question.kind in ("choice", "ticks"))


@pytest.mark.parametrize(
    ("page", "field", "sentence"),
    [
        ("safe", "safe", "Choose one answer."),
        ("who", "who", "Choose who needs help."),
        ("what", "kinds", 'Tick at least one box. If you are not sure, tick "Something else".'),
        ("you", "name", "Tell us a name we can call you."),
        ("you", "age", "Write your age as a number, like 12."),
        ("contact", "phone", "Tell us one way to reach you. It can be a phone, an email, or a person you trust."),
        ("contact", "private", "Tell us if someone else could see our messages."),
    ],
)
def test_an_empty_page_says_what_is_missing(page: str, field: str, sentence: str) -> None:
    assert load(page).errors[field] == sentence
    blank = load(page, *((name, " \u200b\n") for name in questions(page)))
    assert blank.errors[field] == sentence


@pytest.mark.parametrize("page", ["them", "child"])
def test_pages_that_can_be_skipped_ask_for_nothing(page: str) -> None:
    assert load(page) == Loaded(values={}, errors={}, typed=load(page).typed)


@pytest.mark.parametrize("age", ["1", "12", " 12 ", "\t17\n", "120", "012"])
def test_ages_written_in_digits_are_taken(age: str) -> None:
    assert load("you", ("name", "Sam"), ("age", age)).values["age"] == int(age)


@pytest.mark.parametrize(
    "age",
    [
        "0",
        "121",
        "1_2",
        "12-13",
        "+12",
        "-3",
        "1e1",
        "0x1",
        "one two",
        "1 2",
        "year 7",
        "yr 8",
        "nearly 13",
        "6 months",
        "?",
        "9" * 5000,
    ],
)
def test_other_ages_are_asked_for_again_with_what_was_typed(age: str) -> None:
    loaded = load("you", ("name", "Sam"), ("age", age))
    assert loaded.errors == {"age": "Write your age as a number, like 12."}
    assert loaded.typed["age"] == age
    assert loaded.typed["name"] == "Sam"


def test_a_file_may_hold_an_age_as_a_number_but_not_as_anything_else() -> None:
    assert ReportSchema().load({"age": 12, "their_age": 30}, partial=True) == {"age": 12, "their_age": "30"}
    for wrong in (True, 12.5, 0, 121, [12]):
        with pytest.raises(ValidationError):
            ReportSchema().load({"age": wrong}, partial=True)


def test_the_child_who_needs_help_may_be_an_infant() -> None:
    assert load("child", ("child_age", "0")).values == {"child_age": 0}


@pytest.mark.parametrize("address", ["sam@example.com", " sam.o'neil+1@mail.example.co.uk\n", "a@bücher.example"])
def test_whole_email_addresses_are_kept_without_the_blanks_around_them(address: str) -> None:
    loaded = load("contact", ("email", address), ("private", "safe"))
    assert loaded.values["email"] == address.strip()


@pytest.mark.parametrize(
    "address",
    ["sam", "sam@", "@example.com", "sam@example", "a b@example.com", "a@b@example.com", "a@example.com, b@example.com",
     "a@example.com\nBcc: x@example.com", "a@exa\x00mple.com", "a£b@example.com", "a" * 250 + "@example.com"],
)  # fmt: skip
def test_anything_else_is_no_email_address(address: str) -> None:
    loaded = load("contact", ("email", address), ("private", "safe"))
    assert list(loaded.errors) == ["email"]
    assert loaded.errors["email"] in (WHOLE_EMAIL, LOOK_BEFORE_AT, LOOK_BEHIND_AT)
    assert loaded.typed["email"] == address


@pytest.mark.parametrize(("page", "field", "most"), [
    ("what", "story", 5000), ("them", "their_names", 1000), ("them", "where", 1000), ("them", "meeting_plan", 1000),
    ("them", "their_age", 500), ("you", "name", 500), ("child", "child_school", 500), ("contact", "not_tell", 500),
])  # fmt: skip
def test_words_have_room_and_too_many_are_asked_to_be_shortened(page: str, field: str, most: int) -> None:
    assert field not in load(page, (field, "é" * most)).errors
    loaded = load(page, (field, "é" * (most + 1)))
    assert loaded.errors[field] == TOO_LONG
    assert loaded.typed[field] == "é" * (most + 1)


def test_a_new_line_counts_as_one_character_however_a_browser_sends_it() -> None:
    lines = "\n".join(["x" * 49] * 100)
    loaded = load("what", ("kinds", "other"), ("story", lines.replace("\n", "\r\n")))
    assert loaded.values["story"] == lines


def test_words_are_kept_as_they_were_typed() -> None:
    story = "  He said: <b>“come”</b>\n\n\t🙈 \u202eabc\x00 "
    assert load("what", ("kinds", "other"), ("story", story)).values["story"] == story


def test_fields_nobody_asked_are_left_aside_on_a_page_and_refused_in_a_file() -> None:
    loaded = load("safe", ("safe", "no"), ("__proto__", "x"), ("who", "me"), *((f"x{n}", "y") for n in range(3000)))
    assert loaded.values == {"safe": "no"}
    with pytest.raises(ValidationError, match="We did not ask this"):
        ReportSchema().load({"colour": "red"}, partial=True)


def test_repeated_words_are_joined_and_rival_choices_asked_again() -> None:
    joined = load("what", ("kinds", "other"), ("kinds", "other"), ("story", "one"), ("story", "two"), ("story", "one"))
    assert joined.values == {"kinds": ["other"], "story": "one\ntwo"}
    assert load("safe", ("safe", "yes"), ("safe", "yes"), ("safe", "")).values == {"safe": "yes"}
    assert load("safe", ("safe", "yes"), ("safe", "no")).errors == {"safe": CHOOSE_ONE}
    assert load("who", ("who", "me"), ("who", "work")).errors == {"who": CHOOSE_ONE}


def test_boxes_come_back_in_the_order_they_are_drawn() -> None:
    assert load("what", ("kinds", "other"), ("kinds", "meet")).values["kinds"] == ["meet", "other"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", [*SEEN.values(), *UNSEEN.values(), *ENDLESS.values()], ids=[*SEEN, *UNSEEN, *ENDLESS])
def test_no_text_in_any_field_raises_and_every_text_comes_back(page: str, text: str) -> None:
    loaded = load(page, *((name, text) for name in questions(page)))
    assert set(loaded.typed) == set(questions(page))
    for name, question in questions(page).items():
        said = loaded.typed[name]
        if question.kind not in ("choice", "ticks"):
            whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            assert said == whole.replace("\r\n", "\n").replace("\r", "\n")
    str(loaded).encode()


def test_errors_come_in_the_order_of_the_page() -> None:
    assert list(load("contact", ("email", "x")).errors) == ["email", "private"]
    assert list(load("contact").errors) == ["phone", "private"]


def test_one_way_to_reach_is_enough_and_a_file_needs_none() -> None:
    for way in (("phone", "0123"), ("email", "sam@example.com"), ("safe_way", "ask my aunt")):
        assert load("contact", way, ("private", "safe")).errors == {}
    assert ReportSchema().load({"name": "Sam"}, partial=True) == {"name": "Sam"}


def test_a_whole_draft_becomes_a_report() -> None:
    report = load_answers(WHOLE)
    assert report["kinds"] == ["threat", "meet"]
    assert report["age"] == 13
    assert ReportSchema().load(report) == report


def test_answers_that_a_changed_who_took_off_the_journey_are_not_sent() -> None:
    more = {**WHOLE, "you": {**WHOLE["you"], "job": "nurse"}, "child": {"child_name": "Ali", "child_age": 9}}
    assert {"job", "child_name", "child_age"}.isdisjoint(load_answers(more))
    friend = load_answers({**more, "who": {"who": "friend"}})
    assert friend["child_name"] == "Ali"
    assert "job" not in friend
    assert load_answers({**more, "who": {"who": "work"}})["job"] == "nurse"


def test_a_draft_with_gaps_says_page_by_page_what_is_missing() -> None:
    with pytest.raises(BadPages) as caught:
        load_answers({"who": {"who": "me"}, "you": {"name": "Sam"}, "not-ours": {}, "contact": {"phone": "1"}})
    assert {page: list(missing) for page, missing in caught.value.errors.items()} == {
        "safe": ["safe"],
        "what": ["kinds"],
        "you": ["age"],
        "contact": ["private"],
    }


def test_a_file_keeps_every_answer_it_has() -> None:
    kept = {"who": "me", "job": "nurse", "child_name": "Ali"}
    assert ReportSchema().load(kept, partial=True) == kept


def test_parts_are_counted_to_six() -> None:
    assert [part_of(page) for page in PAGES] == [1, 2, 3, 4, 5, 5, 6]
    assert part_of("danger") is None


def test_the_types_of_answers_are_those_that_the_schemas_load() -> None:
    kinds = {Age: int, AgeOrWords: int | str, Ticks: list[str]}
    loaded = {name: kinds.get(type(one), str) for name, one in ReportSchema().fields.items()}
    assert get_type_hints(Answers) == loaded
    assert get_type_hints(AddedWords) == dict.fromkeys(BackPage().fields.keys() & {"safe", "more", "reach"}, str)
