"""Coming to the children's pages and leaving them: any link, one cookie, one draft."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.partners import directory
from tests.parts.child import Child
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

SECRET = "s" * 43
ASKING = ["safe", "who", "what", "them", "you", "child", "contact"]


def cookie_of(client: FlaskClient, name: str = "ra") -> str | None:
    """What the browser holds."""
    cookie = client.get_cookie(name)
    return cookie.value if cookie else None


def draft_of(centre: Centre, client: FlaskClient) -> drafts.Draft | None:
    """The draft that the browser's cookie opens."""
    return drafts.find(centre, (cookie_of(client) or "")[:43])


@pytest.mark.parametrize(
    "path",
    ["", "/", "//", "///x//y/", "/" + "a" * 5000, "/%00", "/a%0A", "/%0Aa%0D%0A/%0a", "/%FF%FE", "/%ED%A0%80", "/é/🙈",
     "/..%2f..%2f", "/a/", "/r1.acme.k1.e30.AAAA", "/r1.acme.k1", "/acme",
     "/%2e%2e", "/;a=b", "/a?b=c", "/ ", "/<script>"],
)  # fmt: skip
def test_anything_under_r_draws_the_start_page(client: FlaskClient, path: str) -> None:
    plain = re.sub(
        r"token=[^\"]*|value=\"[^\"]*\"", "", client.get("/").text.replace("/help?", "/help"), flags=re.DOTALL
    )
    for method in ("GET", "POST", "HEAD"):
        answer = client.open(f"/r{path}", method=method)
        assert answer.status_code == 200
        same = re.sub(r"\?token=[^\"]*|value=\"[^\"]*\"", "", answer.text, flags=re.DOTALL)
        assert method == "HEAD" or same == plain
    start = Child(client)
    start.open(f"/r{path}")
    assert start.go_on().path == "/report/safe"


def test_the_site_a_child_came_from_is_named_and_nothing_else_differs(centre: Centre, client: FlaskClient) -> None:
    directory.add_provider(centre, "acme", name="Acme <Chat>", origins=["https://acme.example"], contact="-")
    drawn = client.get("/r/acme").text
    assert "<p>You came from Acme &lt;Chat&gt;. They cannot read what you write." in drawn
    without = re.sub(r"<p>You came from .*</p>\n", "", drawn)
    assert without.replace('"acme"', '""').replace("/help?token=acme", "/help") == client.get("/").text


def test_two_visitors_get_the_same_bytes(new_visitor: Callable[[], FlaskClient]) -> None:
    first, second = (new_visitor().get("/r/acme") for _ in range(2))
    assert first.data == second.data
    assert first.headers["Set-Cookie"] != second.headers["Set-Cookie"]


def test_looking_at_the_start_page_writes_no_draft(centre: Centre, client: FlaskClient) -> None:
    client.get("/r/acme")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\.unknown", cookie_of(client))
    assert draft_of(centre, client) is None
    client.post("/start")
    assert draft_of(centre, client).attribution.outcome == "none"


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"Referer": "https://acme.example/chat"}, "match"),
        ({"Origin": "https://acme.example"}, "match"),
        ({"Referer": "https://elsewhere.example/"}, "mismatch"),
        ({"Origin": "null"}, "unknown"),
        ({"Referer": "http://127.0.0.1:8000/help"}, "unknown"),
        ({}, "unknown"),
        ({"Origin": "\x7f://[", "Referer": "https://[::1"}, "unknown"),
    ],
)
def test_where_a_child_came_from_is_judged_at_arrival_and_kept_through_start(
    centre: Centre, client: FlaskClient, headers: dict[str, str], origin: str
) -> None:
    directory.add_provider(centre, "acme", name="Acme", origins=["https://acme.example"], contact="-")
    client.get("/r/acme", headers=headers)
    assert cookie_of(client).endswith(f".{origin}")
    client.post("/start", data={"token": "acme"}, headers={"Origin": "null"})
    assert draft_of(centre, client).origin == origin
    assert len(cookie_of(client)) == 43


def test_a_partners_form_is_an_arrival_of_its_own(centre: Centre, client: FlaskClient) -> None:
    directory.add_provider(centre, "acme", name="Acme", origins=["https://acme.example"], contact="-")
    answer = client.post("/start", data={"token": "acme"}, headers={"Origin": "https://acme.example"})
    assert (answer.status_code, answer.location) == (303, "/start?token=acme")
    child = Child(client)
    child.open(answer.location, Referer="https://acme.example/")
    assert "Tell us what happened" in child.page.words
    assert draft_of(centre, client).origin == "match"
    assert child.go_on().path == "/report/safe"
    assert draft_of(centre, client).origin == "match"
    assert draft_of(centre, client).attribution.provider == "acme"


def test_a_browser_that_kept_the_cookie_back_is_asked_once_more(centre: Centre, client: FlaskClient) -> None:
    directory.add_provider(centre, "acme", name="Acme", origins=["https://acme.example"], contact="-")
    answer = client.post("/start", data={"token": "acme"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.location) == (303, "/start?token=acme")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    again = client.get(answer.location, headers={"Referer": "https://acme.example/"})
    assert (again.status_code, "You came from Acme." in again.text) == (200, True)
    assert draft_of(centre, client).origin == "match"
    assert client.get("/start").location == "/"


def test_a_second_arrival_never_wipes_answers(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press("acme")
    child.post("/report/what", [("kinds", "threat"), ("story", "my words")])
    before = draft_of(centre, client)
    child.press("other")
    child.post("/start", [("token", "third")])
    after = draft_of(centre, client)
    assert (after.nonce, after.answers, after.attribution) == (before.nonce, before.answers, before.attribution)
    assert ("story", "my words") in child.open("/report/what").way_on.as_sent()


def test_a_second_arrival_before_any_answer_is_the_one_that_counts(centre: Centre, client: FlaskClient) -> None:
    Child(client).press("acme").press("other")
    assert draft_of(centre, client).attribution.provider == "other"


@pytest.mark.parametrize(
    "value", ["", "x", SECRET + ".", SECRET + ".match.match", SECRET + ".elsewhere", "é", "\x00", '"' * 50]
)
def test_a_cookie_that_is_not_ours_is_no_cookie(client: FlaskClient, value: str) -> None:
    headers = {"Cookie": f"ra={value}"}
    assert client.get("/r/acme", headers=headers).status_code == 200
    assert client.get("/report/safe", headers=headers).location == "/"
    assert client.get("/leave", headers=headers).status_code == 303


@pytest.mark.parametrize("page", [*ASKING, "not-ours", "check", "done"])
def test_pages_of_the_journey_without_a_draft_lead_to_the_start(client: FlaskClient, page: str) -> None:
    for method in ("GET", "POST"):
        answer = client.open(f"/report/{page}", method=method)
        assert (answer.status_code, answer.location) == (303, "/")


def test_leave_fast_forgets_everything_and_goes_where_nobody_wonders(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    child.post("/report/what", [("kinds", "threat"), ("story", "my words")])
    held = cookie_of(client)
    answer = client.get("/leave")
    assert (answer.status_code, answer.location) == (303, centre.scheme.exit_url)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert cookie_of(client) is None
    assert drafts.find(centre, held) is None
    assert client.get("/report/what").location == "/"


def test_leaving_works_for_strangers_too(client: FlaskClient) -> None:
    assert client.get("/leave").status_code == 303


def test_help_keeps_the_link_a_child_came_by(client: FlaskClient) -> None:
    child = Child(client)
    assert 'href="/help?token=a/b"' in child.open("/r/a/b").html.replace("%2F", "/")
    assert 'href="/r/a/b">Go back' in child.open("/help?token=a/b").html
    assert 'href="/">Go back' in child.open("/help").html
    assert "Missing People" in child.page.words


def test_machines_may_ask_who_we_are(client: FlaskClient) -> None:
    told = client.get("/.well-known/report-abuse").json
    assert told["link"] == "http://127.0.0.1:8000/r/{token}"
    assert told["emergency"] == "999"
