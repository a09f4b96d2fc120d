"""What counts as opened: that a person came to see the page, once a visit, and nothing that was fetched for nobody."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback.periods import month_of
from report_abuse_receiver.store.feedback import presses
from tests.parts.child import Child
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.real import free_port
from tests.parts.running import until_true

pytestmark = on_sqlite

PERSON = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
NOBODY = [
    {"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Sec-Purpose": "prefetch;anonymous-client-ip"},
    {"Purpose": "prefetch"}, {"Purpose": "preview"}, {"X-Purpose": "preview"}, {"X-Moz": "prefetch"},
    {"Sec-Fetch-Dest": "image"}, {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Dest": "frame"},
    {"Sec-Fetch-Dest": "script"}, {"Sec-Fetch-Dest": "embed"}, {"Sec-Fetch-Dest": "object"}, {"Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "no-cors"}, {"Range": "bytes=0-99"},
]  # fmt: skip
PREVIEWS = [
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23",
    "WhatsApp/2.23.20.0 A", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Mozilla/5.0 BingPreview/1.0b",
    "Viber/19.0", "Mastodon/4.2.1 (http.rb/5.1.1; +https://mastodon.example/)", "Iframely/1.3.1", "GPTBot/1.0",
    "Mozilla/5.0 (compatible; YandexBot/3.0)", "Applebot/0.1", "redditbot/1.0", "Embedly/0.2", "Baiduspider",
]  # fmt: skip
PEOPLE = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Snapchat/12.70",
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Instagram 312.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/440.0]",
    "Lynx/2.9.0dev.10", "w3m/0.5.3", "",
]  # fmt: skip


@dataclass
class Counted:
    """What the provider's figures say, and the token of its button in the chat."""

    centre: Centre
    token: str

    def __call__(self) -> dict[str, int]:
        """Presses by event."""
        with self.centre.database.reading() as conn:
            cells = presses.cells(conn, provider="acme", months=[month_of(now())], by=("event",))
        return {cell.dimensions["event"]: cell.count for cell in cells}


def counting(centre: Centre) -> Counted:
    made = directory.add_provider(centre, "acme", name="Acme", origins=["https://acme.example"], contact="-")
    return Counted(centre, ReportAbuse("https://report.example", key=made.key).link("chat").rpartition("/")[2])


@pytest.fixture
def counted(centre: Centre) -> Counted:
    """A centre that knows acme."""
    return counting(centre)


@pytest.mark.parametrize("headers", NOBODY, ids=str)
def test_what_is_fetched_for_nobody_gets_the_page_and_counts_nothing(
    counted: Counted, client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.get(f"/r/{counted.token}", headers=headers)
    assert (answer.status_code, "Tell us what happened" in answer.text, counted()) == (200, True, {})


@pytest.mark.parametrize("agent", PREVIEWS)
def test_a_program_that_looks_at_a_link_for_a_chat_is_nobody(counted: Counted, client: FlaskClient, agent: str) -> None:
    assert client.get(f"/r/{counted.token}", headers={"User-Agent": agent}).status_code == 200
    assert counted() == {}


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_persons_browser_is_somebody(counted: Counted, client: FlaskClient, agent: str) -> None:
    client.get(f"/r/{counted.token}", headers={**PERSON, "User-Agent": agent})
    assert counted() == {"opened": 1}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST"])
def test_nor_is_any_other_way_to_ask(counted: Counted, client: FlaskClient, method: str) -> None:
    client.open(f"/r/{counted.token}", method=method)
    assert counted() == {}


def test_a_visit_is_counted_once_whatever_is_looked_at(counted: Counted, client: FlaskClient) -> None:
    child = Child(client)
    for path in (f"/r/{counted.token}", f"/r/{counted.token}", f"/help?token={counted.token}", f"/r/{counted.token}."):
        child.open(path)
    child.go_on()
    child.open(f"/r/{counted.token}")
    child.go_on()
    assert counted() == {"opened": 1, "started": 1}


def test_another_visit_and_another_button_count_again(
    counted: Counted, new_visitor: Callable[[], FlaskClient], centre: Centre
) -> None:
    key = directory.rotate_key(centre, "acme").key
    help_page = ReportAbuse("https://report.example", key=key).link("help").rpartition("/")[2]
    for visitor in (new_visitor(), new_visitor()):
        for token in (counted.token, help_page, counted.token, help_page):
            visitor.get(f"/r/{token}")
    assert counted() == {"opened": 4}


def test_a_browser_without_cookies_may_be_anybody_and_counts_each_time(counted: Counted, app: Flask) -> None:
    visitor = app.test_client(use_cookies=False)
    for _ in range(3):
        visitor.get(f"/r/{counted.token}")
    assert counted() == {"opened": 3}


def test_the_press_of_a_form_is_an_opening_and_a_start_and_shows_the_start_page(
    counted: Counted, client: FlaskClient
) -> None:
    child = Child(client)
    page = child.post("/start", [("token", counted.token)])
    assert "They cannot read what you write." in page.words
    assert counted() == {"opened": 1, "started": 1}
    assert child.go_on().path == "/report/safe"
    assert counted() == {"opened": 1, "started": 1}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_so_it_is_for_whoever_was_here_before(counted: Counted, client: FlaskClient, site: str) -> None:
    client.get(f"/r/{counted.token}", headers=PERSON)
    headers = {"Sec-Fetch-Site": site, "Origin": "https://acme.example"}
    page = client.post("/start", data={"token": counted.token}, headers=headers, follow_redirects=True)
    assert "Tell us what happened" in page.text
    assert counted() == {"opened": 1, "started": 1}


def test_without_cookies_a_form_counts_once_too(counted: Counted, app: Flask) -> None:
    child = Child(app.test_client(use_cookies=False))
    child.post("/start", [("token", counted.token)])
    child.go_on()
    assert child.page.path.startswith("/start")
    assert "safe" in child.page.words
    assert counted() == {"opened": 1, "started": 1}


def test_a_page_that_was_fetched_ahead_counts_once_somebody_presses_start(
    counted: Counted, client: FlaskClient
) -> None:
    child = Child(client)
    child.open(f"/r/{counted.token}", Sec_Purpose="prefetch")
    assert counted() == {}
    child.go_on()
    assert counted() == {"opened": 1, "started": 1}


def test_a_second_report_of_the_same_browser_is_a_second_visit(counted: Counted, client: FlaskClient) -> None:
    child = Child(client).press(counted.token).tell().send()
    assert child
    Child(client).press(counted.token)
    assert counted() == {"opened": 2, "started": 2, "submitted": 1}


def test_programs_that_ask_first_are_asked_to_follow_no_link(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_nobody_can_tell_from_the_cookie_which_site_was_left(counted: Counted, client: FlaskClient) -> None:
    client.get(f"/r/{counted.token}")
    kept = client.get_cookie("ra").value
    assert "acme" not in kept
    assert counted.token not in kept


@dataclass
class Asked:
    """The requests that came, by what the browser says they are for."""

    by_purpose: Counter[str] = field(default_factory=Counter)

    def __call__(self, environ: dict[str, str]) -> None:
        """Remember one."""
        if environ["PATH_INFO"].startswith("/r/"):
            ahead = environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE") or ""
            self.by_purpose[ahead or environ.get("HTTP_SEC_FETCH_DEST", "")] += 1


@dataclass(frozen=True)
class Served:
    """A receiver that a browser can reach, what was asked of it, what it counted, and a partner's pages beside it."""

    url: str
    asked: Asked
    counted: Counted
    pages: dict[str, str]


@pytest.fixture
def served(place: Place) -> Iterator[Served]:
    """On a free port, in a thread, under the name that its pages say."""
    port = free_port()
    url = f"http://localhost:{port}"
    pages: dict[str, str] = {}
    centre = open_at(place, BASE_URL=url)
    app, asked = create_app(centre), Asked()
    inner = app.wsgi_app

    def watched(environ: dict[str, str], start_response: Callable[..., object]) -> object:
        if environ["PATH_INFO"] in pages:
            start_response("200 OK", [("Content-Type", "text/html")])
            return [pages[environ["PATH_INFO"]].encode()]
        asked(environ)
        return inner(environ, start_response)

    app.wsgi_app = watched
    server = make_server("localhost", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(url, asked, counting(centre), pages)
    server.shutdown()
    thread.join()
    server.server_close()
    centre.database.close()


RULES = '<script type="speculationrules">{"%s": [{"urls": ["LINK"], "eagerness": "immediate"}]}</script>'
AHEAD = {
    "an image": '<img src="LINK" alt="">',
    "a prefetch": '<link rel="prefetch" href="LINK">',
    "a frame": '<iframe title="x" src="LINK"></iframe>',
    "a prefetch by rules": RULES % "prefetch",
    "a prerender by rules": RULES % "prerender",
    "a script": '<script src="LINK"></script>',
}


def at_partner(context: BrowserContext, served: Served, html: str) -> Page:
    """A page of another site, in a tab: to a browser, another name is another site."""
    link = f"{served.url}/r/{served.counted.token}"
    served.pages["/chat"] = f"<!doctype html><title>Acme</title>{html.replace('LINK', link)}"
    tab = context.new_page()
    tab.goto(served.url.replace("localhost", "127.0.0.1") + "/chat")
    return tab


@pytest.mark.parametrize("html", AHEAD.values(), ids=AHEAD.keys())
def test_chromium_fetching_ahead_counts_nothing(context: BrowserContext, served: Served, html: str) -> None:
    at_partner(context, served, html)
    until_true(lambda: served.asked.by_purpose.total() > 0, what=html, seconds=20)
    assert served.counted() == {}


def test_one_visit_in_chromium_counts_once(context: BrowserContext, served: Served) -> None:
    tab = at_partner(context, served, '<a href="LINK">Report Abuse</a>')
    tab.get_by_role("link", name="Report Abuse").click()
    tab.reload()
    tab.get_by_role("link", name="I want to talk to someone first").click()
    tab.wait_for_url("**/help?*")
    tab.go_back()
    tab.get_by_role("heading", name="Tell us what happened").wait_for()
    assert served.asked.by_purpose["document"] >= 2
    assert served.counted() == {"opened": 1}


def test_the_form_in_chromium_shows_the_start_page_and_counts_once(context: BrowserContext, served: Served) -> None:
    site = ReportAbuse(served.url, key=directory.rotate_key(served.counted.centre, "acme").key)
    tab = at_partner(context, served, str(site.form("chat")))
    tab.get_by_role("button", name="Report Abuse").click()
    tab.get_by_role("heading", name="Tell us what happened").wait_for()
    assert served.counted() == {"opened": 1, "started": 1}
    tab.get_by_role("button", name="Start").click()
    tab.wait_for_url("**/report/safe")
    assert served.counted() == {"opened": 1, "started": 1}
