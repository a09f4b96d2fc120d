"""Behind a real nginx: the journey goes through, and nobody chooses the address that their reports are counted by."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.parts.child import Child
from tests.parts.redis import Redis
from tests.parts.running import PATIENCE, Starter

#: What spoofers say of where they come from: elsewhere, nothing, junk, one of our own, hundreds of places.
SAID = (
    "198.51.100.1", "203.0.113.9", "2001:db8::7", "[2001:db8:9::7]:4711", "192.0.2.7:80", "127.0.0.1", "<script>", "",
    ",", ", ,", "unknown", "' OR 1=1", "1" * 4000, ", ".join(["198.51.100.2"] * 300), "for=198.51.100.3",
)  # fmt: skip


def counted(redis: Redis) -> int:
    """How many neighbourhoods have tried the words of a report."""
    return len([name for name in redis.held() if b"tries-from" in name])


def try_words(base_url: str, forwarded_for: str) -> None:
    """Try the words of a report, which is counted by the address, and say that one comes from elsewhere."""
    back, header = {"reference": "4HK", "words": "x"}, {"X-Forwarded-For": forwarded_for}
    with requests.post(f"{base_url}/back", back, headers=header, timeout=PATIENCE) as answer:
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def settings(tmp_path: Path, redis: Redis, *, proxies: int) -> dict[str, str]:
    """A receiver that counts in Redis and trusts so many proxies."""
    return {
        "REPORT_ABUSE_HOME": str(tmp_path / "home"),
        "REPORT_ABUSE_RATELIMIT_STORAGE_URI": redis.url,
        "REPORT_ABUSE_TRUSTED_PROXIES": str(proxies),
    }


def test_a_journey_goes_through_nginx_whatever_a_visitor_says_of_themselves(
    tmp_path: Path, redis: Redis, start: Starter, in_front_of: Callable[[str], str]
) -> None:
    front = in_front_of(start.receiver(settings(tmp_path, redis, proxies=1)).base_url)
    child = Child(front, headers={"X-Forwarded-For": "<script>"}).press().tell()
    assert child.send()
    assert set(child.statuses) == {200}


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_nobody_chooses_the_address_that_they_are_counted_by(
    tmp_path: Path, redis: Redis, start: Starter, in_front_of: Callable[[str], str], proxies: int
) -> None:
    front = start.receiver(settings(tmp_path, redis, proxies=proxies)).base_url
    for _ in range(proxies):
        front = in_front_of(front)
    for said in SAID:
        try_words(front, said)
    assert counted(redis) == 1


def test_where_a_proxy_is_trusted_that_is_not_there_visitors_choose_and_are_not_refused(
    tmp_path: Path, redis: Redis, start: Starter
) -> None:
    front = start.receiver(settings(tmp_path, redis, proxies=1)).base_url
    for said in ("198.51.100.1", "203.0.113.9", "<script>", "' OR 1=1", ""):
        try_words(front, said)
    assert counted(redis) == 4, "two addresses, one bucket for junk, and our own where nothing is said"


def test_a_page_that_is_far_too_long_passes_nginx_without_touching_its_disk(
    tmp_path: Path, redis: Redis, start: Starter, in_front_of: Callable[[str], str]
) -> None:
    receiver = start.receiver(settings(tmp_path, redis, proxies=1))
    front = in_front_of(receiver.base_url)
    with requests.post(f"{front}/report/what", data={"story": "he wrote " * 1_000_000}, timeout=PATIENCE) as answer:
        assert answer.status_code == 413
        assert answer.text.count("he wrote ") == 1_000_000
    assert list((tmp_path / "nginx").glob("*/body/**/*")) == []
