"""Figures are made for quarters and months of UTC, and for nothing in between."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.feedback.periods import Quarter, month_of

THIRD = Quarter(2026, 3)


def test_the_third_quarter_is_july_to_september() -> None:
    assert Quarter.parse("2026-Q3") == THIRD
    assert THIRD.months == ("2026-07", "2026-08", "2026-09")
    assert THIRD.start == datetime(2026, 7, 1, tzinfo=UTC)
    assert THIRD.end == datetime(2026, 10, 1, tzinfo=UTC)


def test_the_last_quarter_ends_with_the_year() -> None:
    assert Quarter.parse("2026-Q4").months == ("2026-10", "2026-11", "2026-12")
    assert Quarter.parse("2026-Q4").end == datetime(2027, 1, 1, tzinfo=UTC)


@given(st.integers(1000, 2999), st.integers(1, 4))
def test_a_quarter_is_written_as_it_is_read(year: int, number: int) -> None:
    assert Quarter.parse(str(Quarter(year, number))) == Quarter(year, number)


def test_earlier_quarters_are_counted_across_years() -> None:
    assert [str(Quarter(2026, 2).earlier(back)) for back in range(5)] == [
        "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2",
    ]  # fmt: skip
    assert Quarter(2026, 4).earlier(-1) == Quarter(2027, 1)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-Q0", "2026-Q5", "2026-q3", "2026Q3", "2026-3", "26-Q3", " 2026-Q3", "2026-Q3\n", "2026-Q33",
        "0000-Q1", "9999-Q4", "２０２６-Q3", "2026-Q³", "-2026-Q3", "2026-07", "\0", "\ud800", "x" * 5000,
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_short_sentence(text: str) -> None:
    with pytest.raises(Refused, match=r"is not a period; write the year and the quarter, like 2026-Q3\.$") as refused:
        Quarter.parse(text)
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


def test_a_quarter_is_over_at_the_first_moment_after_it() -> None:
    assert not THIRD.is_over(THIRD.end - timedelta(microseconds=1))
    assert THIRD.is_over(THIRD.end)


def test_a_quarter_is_not_over_where_only_the_local_clock_says_so() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert not THIRD.is_over(datetime(2026, 10, 1, 8, 59, tzinfo=tokyo))
    assert THIRD.is_over(datetime(2026, 10, 1, 9, 0, tzinfo=tokyo))


FIRST, LAST = datetime.fromisoformat("1000-01-02"), datetime.fromisoformat("2999-12-30")


@given(st.datetimes(FIRST, LAST, timezones=st.timezones()))
def test_every_moment_lies_in_one_month_of_its_quarter(moment: datetime) -> None:
    utc = moment.astimezone(UTC)
    quarter = Quarter(utc.year, (utc.month + 2) // 3)
    assert month_of(moment) in quarter.months
    assert quarter.start <= moment < quarter.end


def test_a_moment_counts_in_the_month_of_utc_wherever_the_computer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert month_of(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "2026-06"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_moment_counts_in_the_month_of_utc_wherever_the_child_is() -> None:
    assert month_of(datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "2026-06"


def test_a_moment_without_a_timezone_is_refused() -> None:
    with pytest.raises(Refused, match="no timezone"):
        month_of(datetime.fromisoformat("2026-07-01"))


def test_quarters_come_in_order() -> None:
    assert sorted([Quarter(2027, 1), Quarter(2026, 4), Quarter(2026, 1)]) == [
        Quarter(2026, 1), Quarter(2026, 4), Quarter(2027, 1),
    ]  # fmt: skip
