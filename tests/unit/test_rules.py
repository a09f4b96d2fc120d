"""How soon, in which words, in which lane, about whom, under which number: the rules of the queue."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.rules.intake import coding
from report_abuse_receiver.rules.intake.lanes import LEAST_TIME, Lane, is_too_fast, lane, neighbourhood
from report_abuse_receiver.rules.intake.matching import service_called, services_named
from report_abuse_receiver.rules.intake.references import ALPHABET, new_reference, read_reference
from report_abuse_receiver.rules.intake.urgency import URGENCIES, urgency
from report_abuse_receiver.web.public.lanes import Lanes, Press

SCHEME = load_scheme()
ADULT = {"safe": "yes", "who": "other", "age": 40}
CHILD = {"safe": "yes", "who": "me", "age": 13}
DIRECTORY = {
    "acme": ("Acme Chat", "acme", "chat.example"),
    "blox": ("Blöx", "blox.example", "ブロックス"),
    "x": ("X", "x.example"),
    "snow-fort": ("Snow Fort", "snowfort"),
}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"safe": "no"}, "now"),
        ({"meeting": "soon"}, "now"),
        ({"safe": "unsure"}, "today"),
        ({"meeting": "later"}, "today"),
        ({"meeting": "met"}, "today"),
        ({"knows_where": "yes"}, "today"),
        ({"others": "yes"}, "today"),
        ({"kinds": ["threat"]}, "today"),
        ({"kinds": ["bullying", "touch"]}, "today"),
        ({"kinds": ["meet"]}, "today"),
        ({"kinds": ["camera"]}, "today"),
        ({"kinds": ["pretend"], "meeting": "no", "knows_where": "no", "others": "unsure"}, "soon"),
        ({}, "soon"),
    ],
)
def test_what_a_child_says_of_danger_decides_how_soon(answers: dict[str, object], expected: str) -> None:
    assert urgency(CHILD | answers) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (ADULT, "routine"),
        (ADULT | {"child_age": 9}, "soon"),
        (ADULT | {"child_age": 19}, "routine"),
        (ADULT | {"who": "my_child", "child_age": 0}, "soon"),
        (ADULT | {"safe": "no"}, "now"),
        ({"who": "me", "age": 18}, "routine"),
        ({"who": "friend", "age": 15}, "soon"),
        ({}, "routine"),
    ],
)
def test_reports_from_or_about_a_child_go_before_the_rest(answers: dict[str, object], expected: str) -> None:
    assert urgency(answers) == expected


def test_danger_now_goes_before_anything_else_that_is_said() -> None:
    everything = {"kinds": [*SCHEME.kinds], "meeting": "met", "knows_where": "yes", "others": "yes"}
    assert urgency(ADULT | everything | {"safe": "no"}) == "now"
    assert tuple(SCHEME.vocabulary("urgency")) == URGENCIES


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-10"), (10, "0-10"), (11, "11-13"), (13, "11-13"), (14, "14-15"), (15, "14-15"), (16, "16-17"),
     (17, "16-17"), (18, "adult"), (120, "adult"), (None, "unknown")],
)  # fmt: skip
def test_an_age_is_put_into_its_band(age: int | None, band: str) -> None:
    assert coding.age_band_of(age) == band
    assert band in SCHEME.vocabulary("age_band")


def test_the_band_is_that_of_the_child_who_needs_help() -> None:
    assert coding.age_band({"who": "me", "age": 12, "child_age": 5}) == "11-13"
    assert coding.age_band({"who": "friend", "age": 12, "child_age": 15}) == "14-15"
    assert coding.age_band({"who": "my_child", "age": 40}) == "unknown"


@pytest.mark.parametrize(
    ("who", "age", "expected"),
    [("me", 12, "child_self"), ("me", 18, "other_adult"), ("friend", 17, "child_other"), ("friend", 30, "other_adult"),
     ("other", 12, "child_other"), ("my_child", 40, "parent"), ("work", 40, "professional"),
     ("other", 40, "other_adult"), ("my_child", 17, "parent"), (None, None, "other_adult")],
)  # fmt: skip
def test_who_reports_is_told_by_who_needs_help_and_their_age(who: str | None, age: int | None, expected: str) -> None:
    assert coding.reporter({"who": who, "age": age}) == expected
    assert expected in SCHEME.vocabulary("reporter")


def test_how_long_ago_it_began_is_a_code() -> None:
    told = {one: coding.time_to_report({"started": one}) for one in ("today", "week", "month", "longer", "unsure")}
    assert told == {"today": "same_day", "week": "week", "month": "month", "longer": "longer", "unsure": "unknown"}
    assert coding.time_to_report({}) == "unknown"


@pytest.mark.parametrize(
    ("kinds", "category"),
    [
        (["meet"], "meeting"), (["pretend"], "grooming"), (["asked_images"], "grooming"), (["threat"], "coercion"),
        (["sex_talk"], "sexual_talk"), (["camera"], "sexual_behaviour"), (["touch"], "sexual_behaviour"),
        (["my_image"], "child_image"), (["seen_image"], "child_image"), (["bullying"], "out_of_remit"),
        (["hacked"], "out_of_remit"), (["other"], "other"), ([], "other"), (["bullying", "hacked", "meet"], "meeting"),
    ],
)  # fmt: skip
def test_the_boxes_suggest_a_category(kinds: list[str], category: str) -> None:
    assert coding.category({"kinds": kinds}, SCHEME.kinds) == category
    assert coding.category({"kinds": kinds[::-1]}, SCHEME.kinds) == category


def test_a_name_of_a_service_is_found_in_what_a_child_writes() -> None:
    assert services_named("on ACME chat, then BLOX.example!! and at home", DIRECTORY) == ("acme", "blox")
    assert services_named("https://chat.example/room?7", DIRECTORY) == ("acme",)
    assert services_named("bl\u00f6x", DIRECTORY) == services_named("BLO\u0308X", DIRECTORY) == ("blox",)
    assert services_named("ａｃｍｅ", DIRECTORY) == ("acme",)
    assert services_named("ブロックス", DIRECTORY) == ("blox",)
    assert services_named("snow-fort", DIRECTORY) == services_named("SnowFort", DIRECTORY) == ("snow-fort",)


@pytest.mark.parametrize("text", ["acme", "ACME Chat", "acme-chat", "#acmechat", "Acme_Chat.", "https://chat.example"])
def test_a_service_is_chosen_by_whatever_it_is_called(text: str) -> None:
    directory = {"acme": ("Acme Chat", "chat.example", "https://chat.example"), "blox": ("Blox",)}
    assert service_called(text, directory) == "acme"


def test_a_name_that_nobody_or_several_have_chooses_none() -> None:
    directory = {"acme": ("Chat",), "blox": ("Chat", "Blox")}
    assert [service_called(text, directory) for text in ("chat", "", ".", "acme blox", "acm")] == [None] * 5


def test_a_name_inside_another_word_is_not_found() -> None:
    assert services_named("placmement, acmes, my snow is a fort", DIRECTORY) == ()
    assert services_named("", DIRECTORY) == services_named("...", DIRECTORY) == ()


def test_a_very_short_name_is_found_only_as_a_host() -> None:
    assert services_named("x x X kisses x", DIRECTORY) == ()
    assert services_named("on x.example", DIRECTORY) == ("x",)


@given(st.text())
def test_no_text_stops_the_matching(text: str) -> None:
    assert set(services_named(text, DIRECTORY)) <= set(DIRECTORY)


def test_a_reference_is_short_and_read_in_any_spelling() -> None:
    reference = new_reference()
    assert len(reference) == 11
    spellings = [reference, reference.lower(), reference.replace("-", ""), f" {reference.replace('-', ' ')} "]
    assert {read_reference(one) for one in spellings} == {reference}


@pytest.mark.parametrize("text", ["", "-", "AAA-AAA-AA", "ABC-DEF-GHI", "٣٣٣-٣٣٣-٣٣٣", "\0", "\ud800", "4" * 500])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert read_reference(text) is None


def test_the_check_letter_finds_every_single_slip() -> None:
    plain = new_reference().replace("-", "")
    slips = [plain[:at] + other + plain[at + 1 :] for at in range(9) for other in ALPHABET if other != plain[at]]
    assert len(slips) == 9 * 22
    assert [slip for slip in slips if read_reference(slip)] == []


def test_the_check_letter_finds_every_swap_of_neighbours() -> None:
    unread = []
    for one, two in itertools.permutations(ALPHABET, 2):
        for at in range(7):
            eight = ("4" * at + one + two + "9" * 8)[:8]
            plain = next(eight + check for check in ALPHABET if read_reference(eight + check))
            unread += [plain[:at] + two + one + plain[at + 2 :]]
            unread += [plain[:7] + plain[8] + plain[7]] * (plain[7] != plain[8])
    assert [swapped for swapped in unread if read_reference(swapped)] == []


def test_references_are_drawn_from_many() -> None:
    assert len({new_reference() for _ in range(2000)}) == 2000


def test_an_address_that_keeps_within_its_limits_keeps_its_lane() -> None:
    assert lane(within_normal=True, within_slow=True) == "normal"
    assert lane(within_normal=False, within_slow=True) == "slow"
    assert lane(within_normal=False, within_slow=False) == "bulk"
    assert tuple(SCHEME.vocabulary("lane")) == tuple(Lane)


@pytest.mark.parametrize("clock", [timedelta(days=-3650), timedelta(seconds=-1), timedelta(days=3650), LEAST_TIME])
def test_a_clock_that_jumps_makes_nobody_too_fast(clock: timedelta) -> None:
    started = datetime(2026, 7, 1, tzinfo=UTC)
    assert not is_too_fast(started, started + clock)
    assert is_too_fast(started, started + LEAST_TIME / 2)


def from_school(number: int) -> Press:
    return Press(address="198.51.100.7", nonce=str(number), answers=str(number))


def test_a_school_of_four_hundred_reports_in_ten_minutes_keeps_the_first_lane() -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        lanes = Lanes(Flask("school"), storage_uri="memory://", secret=b"x" * 32)
        seen = [lanes.lane_of(from_school(number)) for number in range(2402)]
        assert seen == ["normal"] * 400 + ["slow"] * 2000 + ["bulk"] * 2
        clock.shift(599)
        assert lanes.lane_of(from_school(2402)) == "bulk"
        clock.shift(1)
        assert lanes.lane_of(from_school(2403)) == "normal"


def test_twenty_may_be_quick_from_one_address_and_sixty_in_all() -> None:
    lanes = Lanes(Flask("quick"), storage_uri="memory://", secret=b"x" * 32)
    places = [f"192.0.2.{house}" for house in range(4)]
    seen = [
        [
            lanes.lane_of(Press(address=place, nonce=f"{place} {n}", answers=f"{place} {n}", quick=True))
            for n in range(21)
        ]
        for place in places
    ]
    assert seen == [["normal"] * 20 + ["review"]] * 3 + [["review"] * 21]


def test_the_sixth_of_the_same_answers_is_looked_at_last() -> None:
    lanes = Lanes(Flask("alike"), storage_uri="memory://", secret=b"x" * 32)
    seen = [lanes.lane_of(Press(address=f"192.0.2.{n}", nonce=str(n), answers="the same")) for n in range(7)]
    assert seen == ["normal"] * 5 + ["review"] * 2


def test_whoever_takes_five_seconds_is_a_person() -> None:
    started = datetime(2026, 7, 1, tzinfo=UTC)
    assert [is_too_fast(started, started + timedelta(seconds=so_many)) for so_many in (0, 4.999, 5)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"), ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"), ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        (None, "unknown"), ("", "unknown"), ("<script>", "unknown"), ("192.0.2.7, 10.0.0.1", "unknown"),
        (":", "unknown"), (":80", "unknown"), ("[]", "unknown"), ("[]:80", "unknown"), ("192.0.2.7:port", "unknown"),
        ("[192.0.2.7", "unknown"), ("localhost:80", "unknown"), ("192.0.2.7:80:80", "unknown"),
        ("\ud800", "unknown"), ("1" * 5000, "unknown"),
    ],
)  # fmt: skip
def test_a_household_shares_its_part_of_an_address(address: str | None, shared: str) -> None:
    assert neighbourhood(address) == shared
