"""The counter store: whatever becomes of Redis, no child is refused, and it holds nothing about any (S6)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.rules.intake.lanes import MOST_ALIKE, WINDOW_SECONDS
from report_abuse_receiver.web.public.lanes import Press
from tests.parts.child import Child
from tests.parts.comers import come_back, words_on
from tests.parts.crowd import at
from tests.parts.pace import later
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.redis import Redis
from tests.parts.running import Starter

pytestmark = on_sqlite

ADDRESS = "203.0.113.77"
COUNTED = ("once", "alike", "normal", "tries-from", "tries-at")
TROUBLES: dict[str, Callable[[Redis], object]] = {
    "alive": lambda redis: None,
    "hung": Redis.hang,
    "dead": Redis.kill,
    "out of memory": Redis.fill_up,
}


def counting_in(redis: Redis, place: Place) -> Centre:
    """A centre whose lanes are counted there."""
    return open_at(place, RATELIMIT_STORAGE_URI=redis.url)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("begun", ["before it", "after it"])
def test_whatever_becomes_of_redis_every_report_comes_in_and_no_page_is_an_error(
    place: Place, centre: Centre, redis: Redis, start: Starter, trouble: str, begun: str
) -> None:
    environ = place.environ | {"REPORT_ABUSE_RATELIMIT_STORAGE_URI": redis.url}
    happens = TROUBLES[trouble]
    if begun == "after it":
        happens(redis)
    receiver = start.receiver(environ)
    children = [Child(receiver.base_url).press() for _ in range(3)]
    numbers = [children[0].tell().send()]
    if begun == "before it":
        happens(redis)
    numbers += [child.tell().send() for child in children[1:]]
    assert {status for child in children for status in child.statuses} == {200}
    assert sorted(row.reference for row in triage.list_reports(centre)) == sorted(numbers)
    assert ("lanes-counted-in-memory" in receiver.output) is (trouble != "alive")


def test_redis_holds_neither_an_address_nor_an_answer_and_forgets_within_the_hour(place: Place, redis: Redis) -> None:
    centre = counting_in(redis, place)
    child = Child(at(create_app(centre), ADDRESS)).press().tell(name="Zebedee", story="canary")
    with later():
        reference = child.send()
    words = words_on(child.page) or ""
    assert "We have it" in come_back(at(create_app(centre), ADDRESS), reference, words).words
    told = redis.told()
    assert {name.split("/")[0] for name in told} == {f"LIMITS:{one}" for one in COUNTED}
    assert all(re.fullmatch(r"LIMITS:[a-z-]+/[0-9a-f]{32}/[0-9]+/[0-9]+/second", name) for name in told)
    everything = repr(told).lower()
    assert not any(word.lower() in everything for word in (ADDRESS, "Zebedee", "canary", reference, *words.split()))
    assert {0 < seconds <= 3600 for seconds, _ in told.values()} == {True}
    assert {seconds <= WINDOW_SECONDS for name, (seconds, _) in told.items() if "tries" not in name} == {True}
    centre.database.close()


def test_the_same_address_has_another_name_in_redis_on_another_day(place: Place, redis: Redis) -> None:
    centre = counting_in(redis, place)
    lanes = create_app(centre).extensions["lanes"]
    for day in (1, 2):
        with time_machine.travel(datetime(2026, 7, day, tzinfo=UTC), tick=False):
            lanes.lane_of(Press(address=ADDRESS, nonce="1", answers="{}"))
    assert len([name for name in redis.told() if "normal" in name]) == 2
    centre.database.close()


def test_several_processes_count_together(place: Place, redis: Redis) -> None:
    centre = counting_in(redis, place)
    processes = [create_app(centre) for _ in range(2)]
    children = [Child(at(processes[number % 2], ADDRESS)).press().tell() for number in range(MOST_ALIKE + 1)]
    with later():
        for child in children:
            child.send()
    assert [row.lane for row in triage.list_reports(centre)] == ["normal"] * MOST_ALIKE + ["review"]
    centre.database.close()


def test_a_counter_store_that_failed_is_left_alone_for_a_while(place: Place, redis: Redis) -> None:
    centre = counting_in(redis, place)
    lanes = create_app(centre).extensions["lanes"]
    press = Press(address=ADDRESS, nonce="1", answers="{}")
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:  # Redis lets go by a clock of its own
        with redis.hanging():
            lanes.lane_of(press)
        lanes.lane_of(press)
        assert redis.held() == []
        clock.shift(timedelta(minutes=1))
        lanes.lane_of(press)
        assert redis.held()
    centre.database.close()


def test_a_clock_that_is_set_back_does_not_leave_it_alone_for_years(place: Place, redis: Redis) -> None:
    centre = counting_in(redis, place)
    lanes = create_app(centre).extensions["lanes"]
    press = Press(address=ADDRESS, nonce="1", answers="{}")
    with time_machine.travel(datetime(2036, 7, 1, tzinfo=UTC), tick=False) as clock:
        with redis.hanging():
            lanes.lane_of(press)
        clock.move_to(datetime(2026, 7, 1, tzinfo=UTC))
        lanes.lane_of(press)
        assert redis.held()
    centre.database.close()
