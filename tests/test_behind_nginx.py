"""Behind a real nginx: the journey goes through, and nobody chooses the address that their reports are counted by."""

from collections.abc import Callable
from pathlib import Path

import requests

from tests.parts.child import Child
from tests.parts.redis import Redis
from tests.parts.running import Starter


def counted(redis: Redis) -> int:
    """How many neighbourhoods have sent something."""
    return len([name for name in redis.held() if b"normal" in name])


def settings(tmp_path: Path, redis: Redis, *, proxies: int) -> dict[str, str]:
    """A receiver that counts in Redis and trusts so many proxies."""
    return {
        "REPORT_ABUSE_HOME": str(tmp_path / "home"),
        "REPORT_ABUSE_RATELIMIT_STORAGE_URI": redis.url,
        "REPORT_ABUSE_TRUSTED_PROXIES": str(proxies),
    }


def send(base_url: str, *, forwarded_for: str) -> str:
    """A journey by somebody who says that they come from elsewhere."""
    return Child(base_url, headers={"X-Forwarded-For": forwarded_for}).press().tell().send()


def test_a_journey_goes_through_nginx_and_is_counted_by_the_address_that_nginx_saw(
    tmp_path: Path, redis: Redis, start: Starter, in_front_of: Callable[[str], str]
) -> None:
    receiver = start.receiver(settings(tmp_path, redis, proxies=1))
    front = in_front_of(receiver.base_url)
    references = {send(front, forwarded_for=address) for address in ("198.51.100.1", "203.0.113.9", "<script>")}
    assert len(references) == 3
    assert counted(redis) == 1


def test_without_a_trusted_proxy_a_forwarded_address_is_nobodys_word(
    tmp_path: Path, redis: Redis, start: Starter
) -> None:
    receiver = start.receiver(settings(tmp_path, redis, proxies=0))
    references = {send(receiver.base_url, forwarded_for=address) for address in ("198.51.100.1", "203.0.113.9")}
    assert len(references) == 2
    assert counted(redis) == 1


def test_a_page_that_is_far_too_long_passes_nginx_without_touching_its_disk(
    tmp_path: Path, redis: Redis, start: Starter, in_front_of: Callable[[str], str]
) -> None:
    receiver = start.receiver(settings(tmp_path, redis, proxies=1))
    front = in_front_of(receiver.base_url)
    with requests.post(f"{front}/report/what", data={"story": "he wrote " * 1_000_000}, timeout=60) as answer:
        assert answer.status_code == 413
        assert answer.text.count("he wrote ") == 1_000_000
    assert list((tmp_path / "nginx" / "body").rglob("*")) == []
