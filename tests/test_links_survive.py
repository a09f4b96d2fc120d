"""Links survive their journey: what mail, chat and people put behind one, or do to its letters, opens the same page."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from report_abuse import ReportAbuse
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.intake.attribution import Attribution, ButtonKey, KnownProvider, attribute
from tests.parts.child import Child
from tests.parts.places import on_sqlite

SECRET = "p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
TOKEN = ReportAbuse("https://report.example", key=f"ra_live_button_acme_k1_{SECRET}").link("chat").rpartition("/")[2]
KNOWN = KnownProvider(id="acme", name="Acme", origins=[], keys={"k1": ButtonKey(secret=SECRET, state="active")})

#: What stood behind links in mails, chats, documents and on posters.
MARKS = [
    ".", "..", ",", ";", ":", "!", "?", "…", ")", "]", "}", ">", '"', "'", "”", "’", "»", "）", "。", "、", "】", " ",
    "\n", "\r\n", "\t", "\u00a0", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202c", "\u00ad", "\0", "&", "/", "//",
    "*", "**", "~~", "|", "\\", ").", '".', "*)", "🙂", "）。", "%", "+", "@",
]  # fmt: skip
QUERIES = ["&utm_source=x", "&fbclid=IwAR0", "&amp;utm_source=x", ";jsessionid=1", "#chat", "?utm_source=x"]
#: A signature never ends with these two; a name may.
OF_MARKDOWN = ["_", "__", "-", "--", "_)", "-."]
WORDS = ["> und mehr", ", says Ann", "\n\nSent from my phone", "/?utm_source=x", "%20", "é", ") or call"]

Opened = Callable[[str], Attribution]


def read(text: str) -> Attribution:
    """As the rule reads it, at a centre that knows acme."""
    return attribute(text, lambda provider: KNOWN if provider == "acme" else None)


@pytest.fixture
def opened(centre: Centre, client: FlaskClient) -> Opened:
    """What the report of a child says who opens a path, as it is written in a browser, and presses Start."""
    made = directory.add_provider(centre, "acme", name="Acme", origins=[], contact="-")
    token = ReportAbuse("https://report.example", key=made.key).link("chat").rpartition("/")[2]

    def open_it(path: str) -> Attribution:
        child = Child(client)
        child.open(quote(path.replace("TOKEN", token)))
        assert child.page.status == 200
        assert child.go_on().path == "/report/safe"
        draft = drafts.find(centre, client.get_cookie("ra").value[:43])
        return draft.attribution

    return open_it


@on_sqlite
@pytest.mark.parametrize("tail", ["", *MARKS, *QUERIES, *OF_MARKDOWN, *WORDS], ids=ascii)
def test_a_button_is_known_whatever_stands_behind_its_link(opened: Opened, tail: str) -> None:
    said = opened(f"/r/TOKEN{tail}")
    assert (said.outcome, said.provider, said.kid, said.placement) == ("verified", "acme", "k1", "chat")


@on_sqlite
@pytest.mark.parametrize("tail", ["", *MARKS, *QUERIES], ids=ascii)
def test_so_is_the_site_of_a_plain_link(opened: Opened, tail: str) -> None:
    assert opened(f"/r/acme{tail}") == Attribution(outcome="unsigned", provider="acme")


@on_sqlite
@pytest.mark.parametrize("name", ["acme", "Acme", "ACME", "aCMe", "Acme.", "ACME)"])
@pytest.mark.parametrize("prefix", ["/r/", "/R/"])
def test_nobody_has_to_mind_capitals_in_it(opened: Opened, prefix: str, name: str) -> None:
    assert opened(prefix + name) == Attribution(outcome="unsigned", provider="acme")


@on_sqlite
@pytest.mark.parametrize("path", ["/R/TOKEN", "/R/TOKEN.", "/R/TOKEN)"])
def test_nor_in_the_r_before_a_token(opened: Opened, path: str) -> None:
    assert opened(path).outcome == "verified"


@on_sqlite
@pytest.mark.parametrize("path", ["/help/", "/back/", "/report/safe/", "/leave/", "/.well-known/report-abuse/", "/R/"])
def test_a_slash_at_the_end_changes_nothing(client: FlaskClient, path: str) -> None:
    plain = client.get(path.rstrip("/").lower() or "/")
    there = client.get(path)
    assert (there.status_code, there.location, there.mimetype) == (plain.status_code, plain.location, plain.mimetype)


@on_sqlite
@pytest.mark.parametrize(
    "tail", ["", ".", ")", "”", " ", "\u200b", "/.", "//", "&utm_source=x", ";x=1", "»,"], ids=ascii
)
@pytest.mark.parametrize("path", ["/help", "/HELP", "/back", "/Back", "/r", "/R"])
def test_pages_whose_addresses_are_sent_are_found_too(client: FlaskClient, path: str, tail: str) -> None:
    there = client.get(quote(path + tail), follow_redirects=True)
    plain = client.get(path.lower())
    assert there.status_code == 200
    assert re.findall("<h1>.*</h1>", there.text) == re.findall("<h1>.*</h1>", plain.text) != []


@on_sqlite
@pytest.mark.parametrize("tail", [".", ")", "”", " ", "&utm_source=x"], ids=ascii)
def test_and_so_is_the_front_door(client: FlaskClient, tail: str) -> None:
    assert client.get("/" + quote(tail)).location == "/"


@on_sqlite
@pytest.mark.parametrize("path", ["/helper", "/help.php", "/.env", "/.git/config", "/backup", "/r.txt", "/help/me"])
def test_and_no_other_is_taken_for_one_of_them(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@on_sqlite
def test_what_is_posted_to_an_address_with_marks_is_not_lost_by_a_redirect(client: FlaskClient) -> None:
    assert client.post("/help).").status_code == 404


@given(st.text(min_size=1), st.sampled_from(["", ".", ")", "/"]))
def test_nothing_behind_a_token_makes_another_of_it(tail: str, mark: str) -> None:
    said = read(TOKEN + mark + tail)
    assert said in (read(TOKEN), Attribution(outcome="malformed"))


@given(st.text("ABCDEFabcdef0123456789-_=.", min_size=1))
def test_letters_behind_a_token_are_not_taken_off(tail: str) -> None:
    is_marks = not tail.strip("._-")
    assert (read(TOKEN + tail).outcome == "verified") == is_marks


@given(st.integers(0, len(TOKEN) - 1), st.characters(exclude_characters=TOKEN), st.sampled_from(MARKS))
def test_marks_make_nothing_believed_that_nobody_signed(place: int, letter: str, mark: str) -> None:
    for other in (TOKEN[:place] + letter + TOKEN[place + 1 :], TOKEN[:place] + mark + TOKEN[place:]):
        assert read(other + mark).outcome != "verified"


@pytest.mark.parametrize("text", ["acme/chat", "acme chat", "acme.chat", ".acme", " acme", "acme=x", "acme-.-x", "."])
def test_what_is_more_than_a_name_is_no_name(text: str) -> None:
    assert read(text) == Attribution(outcome="malformed")
