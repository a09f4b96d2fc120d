"""A flood: children behind one address keep their lane while programs post, whatever becomes of Redis (S5, S6)."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from statistics import median, quantiles
from typing import Self
from urllib.parse import urlencode, urlsplit

import pytest

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.rules.intake.lanes import LEAST_TIME
from tests.parts.child import Child
from tests.parts.crowd import SCHOOL, Fields, addresses_of_bots, post_as_a_program
from tests.parts.forms import Page
from tests.parts.places import Place, on_sqlite
from tests.parts.redis import Redis
from tests.parts.running import Starter
from tests.proofs import page

pytestmark = [pytest.mark.proof, pytest.mark.timeout(3600), on_sqlite]

CHILDREN, POSTS = 300, 10_000
#: How many of each are at the door at once: the ten minutes are pressed into as few as the receiver needs.
CHILDREN_AT_ONCE, BOTS_AT_ONCE = 12, 16
#: Seconds: what is promised of a press, and of the one press that finds Redis gone.
PATIENCE, EXTRA = 2.0, 0.5
TROUBLES: dict[str, Callable[[Redis], object]] = {
    "alive": lambda redis: None,
    "dead": Redis.kill,
    "hung": Redis.hang,
    "out of memory": Redis.fill_up,
}
FLOODED = ("alive", "dead", "hung")
#: How many presses are the usual, and how many come after.
SENDS = 9

COLUMNS = (
    "Redis is", "children in `normal`", "median press", "p95", "longest", "posts meanwhile", "programs' reports",
    "in all",
)  # fmt: skip
BEFORE_AND_AFTER = ("Redis is", "Send before", "that finds it gone", "after")
FLOOD = """300 children behind one address walk all pages and send while programs post: a third from the same address,
a third from beside it in the network, a third from elsewhere. A third of them fill every box, a third send what others
sent, and a third are told by their haste alone: one that a busy receiver keeps waiting for five seconds is a person to
it. A press lasts from a child's click until the next page is there, with the redirect in between and the
work of whoever measures it. The ten minutes are pressed into as few as the receiver needs: 12 children and 16 programs
are at the door at any moment, and each goes on as soon as it is answered. One process of eight threads, on SQLite. No
page was an error, for children or programs.""".splitlines()
GONE = """One child at a time: the median of nine presses on Send while Redis is well, the one press after it went, and
the median of nine more. For half a minute after a fault Redis is not asked again.""".splitlines()


class TimedChild(Child):
    """A child whose every press is timed, until the next page is there."""

    def __init__(self, base_url: str, *, address: str = SCHOOL) -> None:
        super().__init__(base_url, headers={"X-Forwarded-For": address})
        self.seconds: list[float] = []

    def open(self, path: str, **headers: str) -> Page:
        """Go to an address of the receiver."""
        with self._timed():
            return super().open(path, **headers)

    def post(self, path: str, fields: Fields) -> Page:
        """Post just these fields."""
        with self._timed():
            return super().post(path, fields)

    def send_timed(self) -> float:
        """Press Send; the seconds until the number is there."""
        self.send()
        return self.seconds[-1]

    @contextmanager
    def _timed(self) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - begun)


@dataclass
class Flood:
    """Programs that post until they are told to end, and what they were answered."""

    base_url: str
    statuses: Counter[int] = field(default_factory=Counter)
    _enough: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def posts(self) -> int:
        """How many were answered."""
        return self.statuses.total()

    @contextmanager
    def raging(self) -> Iterator[Self]:
        """So many at once, until the block is left, and until there were POSTS."""
        addresses, numbers = addresses_of_bots(), count()
        with ThreadPoolExecutor(BOTS_AT_ONCE) as pool:
            running = [pool.submit(self._post_on, addresses, numbers) for _ in range(BOTS_AT_ONCE)]
            try:
                yield self
            finally:
                self._enough.set()
            for one in running:
                one.result()

    def _post_on(self, addresses: Iterator[str], numbers: Iterator[int]) -> None:
        while self.posts < POSTS or not self._enough.is_set():
            with self._lock:
                address, number = next(addresses), next(numbers)
            self._be_a_program(address, number)

    def _be_a_program(self, address: str, number: int) -> None:
        known = {"X-Forwarded-For": address, "Cookie": f"ra={secrets.token_urlsafe(32)}"}
        headers = known | {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection(urlsplit(self.base_url).netloc, timeout=PATIENCE)) as connection:

            def post(path: str, fields: Fields) -> int:
                connection.request("POST", path, urlencode(fields), headers)
                with connection.getresponse() as answer:
                    answer.read()
                with self._lock:
                    self.statuses[answer.status] += 1
                return answer.status

            post_as_a_program(post, number=number)


def walk_all(base_url: str, numbers: range) -> list[TimedChild]:
    """One child after the other presses Start, and then goes on and sends; nobody is faster than a person."""
    children = [TimedChild(base_url) for _ in numbers]
    for child in children:
        child.press()
    time.sleep(LEAST_TIME.total_seconds())
    for number, child in zip(numbers, children, strict=True):
        child.tell(name=f"Sam {number}", story=f"He wrote {number} times.").send()
    return children


def receiver_counting_in(redis: Redis, place: Place, start: Starter) -> str:
    """A receiver behind a proxy; its base URL."""
    more = {"REPORT_ABUSE_RATELIMIT_STORAGE_URI": redis.url, "REPORT_ABUSE_TRUSTED_PROXIES": "1"}
    return start.receiver(place.environ | more).base_url


#: The rows of the page, one for each run.
FLOODS: list[tuple[object, ...]] = []
PRESSES: list[tuple[object, ...]] = []


@pytest.mark.parametrize("redis_is", FLOODED)
def test_three_hundred_children_behind_one_address_keep_their_lane_in_a_flood(
    place: Place, centre: Centre, redis: Redis, start: Starter, redis_is: str
) -> None:
    base_url = receiver_counting_in(redis, place, start)
    TROUBLES[redis_is](redis)
    share = CHILDREN // CHILDREN_AT_ONCE
    begun = time.perf_counter()
    with Flood(base_url).raging() as flood, ThreadPoolExecutor(CHILDREN_AT_ONCE) as pool:
        walks = [pool.submit(walk_all, base_url, range(at, at + share)) for at in range(0, CHILDREN, share)]
        children = [child for walk in walks for child in walk.result()]
        meanwhile = flood.posts
    took = time.perf_counter() - begun
    lanes = {row.reference: row.lane for row in triage.list_reports(centre)}
    first = [lanes.pop(child.reference, None) for child in children].count("normal")
    presses = [seconds for child in children for seconds in child.seconds]
    programs = ", ".join(f"{many:,} {lane}" for lane, many in Counter(lanes.values()).most_common())
    p95 = quantiles(presses, n=20)[-1]
    FLOODS.append(
        (redis_is, f"{first} of {CHILDREN}", f"{median(presses):.2f} s", f"{p95:.2f} s", f"{max(presses):.2f} s",
         f"{meanwhile:,} of {flood.posts:,}", programs,
         f"{took:.0f} s")
    )  # fmt: skip
    page.write("Children in a flood", [*FLOOD, "", *page.table(COLUMNS, FLOODS)])
    assert {status for child in children for status in child.statuses} == {200}
    assert set(flood.statuses) <= {200, 303}
    assert first == CHILDREN
    assert p95 < PATIENCE


@pytest.mark.parametrize("trouble", [name for name in TROUBLES if name != "alive"])
def test_the_press_that_finds_redis_gone_takes_half_a_second_longer_at_most(
    place: Place, redis: Redis, start: Starter, trouble: str
) -> None:
    base_url = receiver_counting_in(redis, place, start)
    children = [TimedChild(base_url).press().tell(name=f"Sam {number}") for number in range(2 * SENDS + 1)]
    usual = median(child.send_timed() for child in children[:SENDS])
    TROUBLES[trouble](redis)
    found, after = children[SENDS].send_timed(), median(child.send_timed() for child in children[SENDS + 1 :])
    PRESSES.append((trouble, *(f"{1000 * seconds:,.0f} ms" for seconds in (usual, found, after))))
    page.write("When Redis is gone", [*GONE, "", *page.table(BEFORE_AND_AFTER, PRESSES)])
    assert found - usual <= EXTRA
    assert after - usual <= EXTRA
