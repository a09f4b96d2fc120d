"""By which words two reports can be known to speak of one person, and which words tell nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.rules.casework.names import names_in


def found(their_names: str = "", **more: str) -> dict[str, str]:
    return dict(names_in([{"their_names": their_names, **more}], country="GB"))


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("DarkWolf99", "darkwolf99 on snap"),
        ("@dark.wolf", "it was @Dark.Wolf!"),
        ("dark_wolf", "Ｄark_Wolf"),
        ("wolf@post.example", "write to <WOLF@post.example>."),
        ("07700 900123", "+44 7700 900123"),
        ("(07700) 900-123", "he rang from 0044 7700 900 123 again"),
        ("https://chat.example/users/DarkWolf99", "darkwolf99"),
        ("Dave   Smith", "something, dave smith, darkwolf99"),
        ("dave", "Dave\nwolf"),
    ],
)
def test_however_a_name_is_written_it_is_one(one: str, another: str) -> None:
    assert set(found(one)) & set(found(another))


@pytest.mark.parametrize(
    "told",
    [
        "he is 14",
        "he has many names and I forgot them",
        "12",
        "12.11.2010",
        "X",
        "14yrs old and 2cool for me",
        "100,000",
    ],
)
def test_what_stands_in_every_text_is_no_name(told: str) -> None:
    assert found(told) == {}


def test_in_a_story_only_what_is_a_name_by_itself_counts() -> None:
    told = found(story="My friend Dave met @wolf, who is dark_wolf on chat.example. His number is 07700 900123.")
    assert told == {"wolf": "wolf", "dark_wolf": "dark_wolf", "+447700900123": "07700 900123"}


def test_a_name_is_told_as_it_was_typed() -> None:
    assert found("  Dark  Wolf ;@DarkWolf99!") == {"dark wolf": "Dark Wolf", "darkwolf99": "DarkWolf99"}


def test_whoever_writes_is_not_among_those_they_name() -> None:
    report = {"their_names": "DarkWolf99", "story": "My number is 07700 900123, I am sam_rose.", "name": "sam_rose"}
    addition = {"more": "zoe@post.example and NightOwl7 wrote again", "reach": "zoe@post.example or 07700 900123"}
    assert set(names_in([report, addition], country="GB")) == {"darkwolf99", "nightowl7"}


def test_a_country_that_has_no_numbers_reads_those_that_say_theirs() -> None:
    told = names_in([{"their_names": "07700 900123, +44 7700 900 124"}], country="ZZ")
    assert set(told) & {"+447700900123", "+447700900124"} == {"+447700900124"}


@given(st.text(max_size=300))
def test_nothing_that_can_be_typed_breaks_it(text: str) -> None:
    assert all(plain and typed for plain, typed in found(text, story=text, more=text).items())
