"""What a page weighs and what it leaves behind: the first is here at once on a slow line, and none stores anything."""

import gzip
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Request
from playwright.sync_api import Page as Tab

from report_abuse_receiver.ground.scheme.scheme import SHIPPED
from tests.parts.places import Place, on_sqlite
from tests.parts.real import free_port
from tests.parts.running import Starter
from tests.parts.walking import EVERYTHING, go_on, push, steps

pytestmark = on_sqlite

#: Bytes of the first page with its style and script, as gzip packs them; and of any page's HTML, as it is.
FIRST, HTML = 4096, 10_000
#: Whatever a page could leave in a browser, apart from cookies that no script may read.
STORED = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(), document.cookie,
  ...(await indexedDB.databases()).map(one => one.name),
  ...(await navigator.serviceWorker.getRegistrations()).map(one => one.scope),
].filter(one => one !== "")"""
STORE = """async () => {
  localStorage.a = sessionStorage.b = 1;
  document.cookie = "c=1; path=/";
  await caches.open("d");
  await new Promise(done => { indexedDB.open("e").onsuccess = done; });
}"""


@pytest.fixture
def receiver(place: Place, start: Starter, tmp_path: Path) -> str:
    """A receiver as it runs for children; browsers let a page on `localhost` store what it likes.

    Leave fast leads to the same machine by its other name, which is another site to a browser.
    """
    port, scheme = free_port(), tmp_path / "scheme.toml"
    leads_to = f"http://127.0.0.1:{port}/help"
    scheme.write_text(SHIPPED.read_text("utf-8").replace("https://www.bbc.co.uk/weather", leads_to))
    url = f"http://localhost:{port}"
    start.receiver(place.environ | {"REPORT_ABUSE_BASE_URL": url, "REPORT_ABUSE_SCHEME": str(scheme)}, port=port)
    return url


@pytest.fixture
def asked(context: BrowserContext) -> list[Request]:
    """Every request of the browser, as it makes them."""
    requests: list[Request] = []
    context.on("request", lambda request: requests.append(request))
    return requests


def bodies(requests: list[Request]) -> list[bytes]:
    """What was answered to them."""
    return [answer.body() for request in requests if (answer := request.response())]


def cookies(context: BrowserContext) -> list[Any]:
    """The name of each cookie, and whether scripts are kept from it."""
    return [(cookie["name"], cookie["httpOnly"], cookie["expires"]) for cookie in context.cookies()]


def test_the_first_page_is_light(page: Tab, receiver: str, asked: list[Request]) -> None:
    page.goto(receiver, wait_until="networkidle")
    assert {urlsplit(one.url).path for one in asked} == {"/", "/assets/journey.css", "/assets/journey.js"}
    assert len(asked) == 3
    assert sum(len(gzip.compress(body)) for body in bodies(asked)) <= FIRST


def test_no_page_of_the_whole_way_is_heavy_or_asks_anybody_else_or_stores_anything(
    page: Tab, context: BrowserContext, receiver: str, asked: list[Request]
) -> None:
    assert cookies(context) == []
    page.goto(receiver)
    assert page.evaluate(STORED) == []
    for _ in steps(page, EVERYTHING):
        assert page.evaluate(STORED) == []
        assert cookies(context) == [("ra", True, -1)]
    assert go_on(page) == "/report/done"
    push(page, page.get_by_role("button", name="School"))
    assert page.evaluate(STORED) == []
    assert cookies(context) == [("ra", True, -1)]
    shown = [one for one in asked if one.resource_type == "document"]
    assert len({urlsplit(one.url).path for one in shown}) >= 12
    assert [(one.url, size) for one in shown if (size := one.sizes()["responseBodySize"]) > HTML] == []
    assert [one.url for one in asked if not one.url.startswith(f"{receiver}/")] == []


def test_nothing_is_left_once_a_child_has_left(page: Tab, context: BrowserContext, receiver: str) -> None:
    page.goto(receiver)
    go_on(page)
    page.evaluate(STORE)  # ours never do; what some extension put there goes, too
    page.get_by_role("link", name="Leave fast").click()
    page.wait_for_url("http://127.0.0.1:*/help")
    assert cookies(context) == [("c", False, -1)]
    page.goto(f"{receiver}/.well-known/report-abuse")
    assert page.evaluate(STORED) == ["c=1"]


def test_whatever_is_stored_would_be_noticed(page: Tab, receiver: str) -> None:
    page.goto(receiver)
    page.evaluate(STORE)
    assert sorted(page.evaluate(STORED)) == ["a", "b", "c=1", "d", "e"]
