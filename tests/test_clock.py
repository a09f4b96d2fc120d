"""The clock of the host: set ten years back or on, a little wrong, in summer and in winter, it refuses nobody (S22)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, cycle
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from time_machine import Traveller

from report_abuse import ReportAbuse
from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.operations.housekeeping import clean_up
from report_abuse_receiver.partners import directory
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.child import LEAST, Child
from tests.parts.comers import come_back, words_on
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
DECADE = timedelta(days=3652)
AGAIN = "We had to start again."
STORY = "He asked where I live."
#: Start, seven pages, Send, and the last page.
PRESSES = 10
PRESSES_AT_MOST = 40


@pytest.fixture
def token(centre: Centre) -> str:
    """The link of a chat button, minted now."""
    with time_machine.travel(NOW, tick=False):
        key = directory.add_provider(centre, "acme", name="Acme", origins=[], contact="-").key
    return ReportAbuse("https://report.example", key=key).link("chat").rpartition("/")[2]


def press_on(child: Child) -> bool:
    """Answer what is asked and press what leads on, as a child does who knows no clocks; False with a number."""
    if "Your number is" in child.page.words:
        return False
    missing = re.search(r'class="problems".*?href="(/report/\w+)#', child.page.html, re.DOTALL)
    if child.page.path == "/report/check" and missing:
        child.open(missing[1])
    child.go_on(**LEAST, story=STORY)
    return True


def travel_through(child: Child, token: str, clock: Traveller, jumps: Callable[[int], timedelta]) -> list[str]:
    """A whole journey, with a jump of the clock before each press; the words of all pages."""
    child.open(f"/r/{token}")
    seen = [child.page.words]
    for press in range(PRESSES_AT_MOST):
        clock.shift(timedelta(seconds=20) + jumps(press))
        if not press_on(child):
            break
        seen.append(child.page.words)
    assert set(child.statuses) == {200}
    return seen


def kept(centre: Centre, child: Child) -> tuple[str, str, str]:
    """How the report was labelled and laned, and its story."""
    shown = triage.show_report(centre, child.reference, reason="duty", by=host("pat"))
    row = next(row for row in triage.list_reports(centre) if row.reference == child.reference)
    return row.attribution, row.lane, shown.answers["story"]


@pytest.mark.parametrize("at", range(PRESSES))
@pytest.mark.parametrize("jump", [-DECADE, timedelta(minutes=-10), timedelta(minutes=10)], ids=str)
def test_a_clock_that_goes_back_or_is_a_little_wrong_loses_nothing(
    centre: Centre, client: FlaskClient, token: str, jump: timedelta, at: int
) -> None:
    child = Child(client)
    with time_machine.travel(NOW, tick=False) as clock:
        seen = travel_through(child, token, clock, lambda press: jump * (press == at))
        assert not any(AGAIN in words for words in seen)
        assert kept(centre, child) == ("verified", "normal", STORY)


@pytest.mark.parametrize("at", range(PRESSES))
def test_a_clock_that_goes_on_ten_years_ends_a_draft_and_stops_no_child(
    centre: Centre, client: FlaskClient, token: str, at: int
) -> None:
    child = Child(client)
    with time_machine.travel(NOW, tick=False) as clock:
        travel_through(child, token, clock, lambda press: DECADE * (press == at))
        assert kept(centre, child)[1:] == ("normal", STORY)


def test_a_clock_that_goes_on_and_back_and_back_again_stops_no_child(
    centre: Centre, client: FlaskClient, token: str
) -> None:
    child, jumps = Child(client), chain([DECADE, -DECADE], cycle([timedelta(minutes=59), -DECADE]))
    with time_machine.travel(NOW, tick=False) as clock:
        travel_through(child, token, clock, lambda _: next(jumps))
        assert kept(centre, child)[1:] == ("normal", STORY)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_night_in_which_the_clocks_change_is_a_night_like_any_other(
    centre: Centre, client: FlaskClient, token: str, day: str
) -> None:
    change = datetime.fromisoformat(f"{day}T01:00:00+00:00")
    evening = (change - timedelta(seconds=90)).astimezone(ZoneInfo("Europe/London"))
    child = Child(client)
    with time_machine.travel(evening, tick=False) as clock:
        before = datetime.now().astimezone().utcoffset()
        seen = travel_through(child, token, clock, lambda _: timedelta(0))
        assert datetime.now().astimezone().utcoffset() != before
        assert not any(AGAIN in words for words in seen)
        assert kept(centre, child) == ("verified", "normal", STORY)
    [row] = triage.list_reports(centre)
    assert timedelta(0) < row.received_at - change < timedelta(minutes=5)


# What stands in the database from before


@pytest.mark.parametrize("jump", [-DECADE, DECADE], ids=str)
def test_reports_links_and_words_from_before_hold_under_another_clock(
    centre: Centre, client: FlaskClient, token: str, jump: timedelta
) -> None:
    first, second = Child(client), Child(client)
    with time_machine.travel(NOW, tick=False) as clock:
        travel_through(first, token, clock, lambda _: timedelta(0))
        words = words_on(first.page) or ""
        clock.shift(jump)
        travel_through(second, token, clock, lambda _: timedelta(0))
        assert [row.reference for row in triage.list_reports(centre)] == [first.reference, second.reference]
        assert kept(centre, first) == kept(centre, second) == ("verified", "normal", STORY)
        assert "We have added it" in come_back(client, first.reference, words, more="He wrote again.").words
        assert trail.verify_audit(centre).broken_at is None


def test_what_was_owed_before_the_clock_was_set_back_is_done_all_the_same(
    centre: Centre, client: FlaskClient, token: str
) -> None:
    child = Child(client)
    with time_machine.travel(NOW + DECADE, tick=False) as clock:
        travel_through(child, token, clock, lambda _: timedelta(0))
        clock.move_to(NOW)
        work_once(centre)
        shown = triage.show_report(centre, child.reference, reason="duty", by=host("pat"))
        assert [entry.kind for entry in shown.timeline][:2] == ["received", "acknowledged"]


def test_a_draft_from_before_the_clock_was_set_back_is_there_and_is_not_kept_for_years(
    centre: Centre, client: FlaskClient, token: str
) -> None:
    child = Child(client)
    with time_machine.travel(NOW + DECADE, tick=False) as clock:
        child.press(token).go_on(safe="yes")
        secret = client.get_cookie("ra").value.partition(".")[0]
        clock.move_to(NOW)
        clean_up(centre, {})
        assert drafts.find(centre, secret) is not None
        clock.shift(drafts.LIFE + timedelta(seconds=1))
        assert drafts.find(centre, secret) is None
