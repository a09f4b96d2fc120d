"""What a partner pastes: a link, a button, a form, and what they are made from."""

import gzip
import inspect
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import html5lib
import pytest

from report_abuse import BadArgument, BadKey, Key, ReportAbuse, SettingMissing, assets
from report_abuse.snippets import SCHEMES, VARIANTS

SECRET = "p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
KEY = f"ra_live_button_acme_k1_{SECRET}"
URL = "https://report.example"
VECTOR = "r1.acme.k1.eyJwIjoiY2hhdCJ9.sz_A6-n96cLd-4_hoJWjPA8_KVFEpdPyZ_NlQiE674c"


def site(url: str = URL, key: Key | str = KEY) -> ReportAbuse:
    return ReportAbuse(url, key=key)


def elements(html: str) -> dict[str, Any]:
    """The elements of a snippet by name (the last of each), from a parser that forgives nothing."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)
    return {node.tag.rpartition("}")[2]: node for node in tree.iter() if isinstance(node.tag, str)}


def test_the_link_is_the_centres_address_and_the_token() -> None:
    assert site().link("chat") == f"{URL}/r/{VECTOR}"


def test_a_key_may_be_given_as_a_key_or_as_text() -> None:
    assert site(key=Key.parse(KEY)).link("chat") == site(key=KEY).link("chat")


def test_the_button_links_straight_to_the_centre_and_is_nothing_but_a_link() -> None:
    """P44: directly to the reporting pages; P55: no script between the child and the centre."""
    found = elements(site().button("chat"))
    assert found["a"].get("href") == f"{URL}/r/{VECTOR}"
    assert set(found) - {"DOCUMENT_FRAGMENT"} == {"a", "svg", "path"}


def test_the_button_has_the_same_words_and_mark_everywhere() -> None:
    """P43: one recognised icon and term."""
    seen = {
        re.sub(r"<(?!path)[^>]+>", "", site(url).button(place, variant=look))
        for url in (URL, "http://localhost:8000/abuse")
        for place in ("chat", "help")
        for look in ("solid", "outline", "badge")
    }
    assert seen == {re.search(r"<path[^>]+>", assets.svg())[0] + " Report Abuse"}


def test_the_button_needs_no_line_in_a_content_security_policy() -> None:
    for html in (site().button("chat", variant="badge", scheme="dark"), site().form("chat")):
        assert not re.search(r"<script|<style|\bstyle=|\bon\w+=|\bsrc=|url\(|<img|<link", html)


def test_the_centre_learns_the_site_and_never_the_page() -> None:
    link = elements(site().button("chat"))["a"]
    assert (link.get("rel"), link.get("referrerpolicy")) == ("nofollow noopener", "strict-origin")


def test_every_snippet_leaves_the_frame_it_stands_in() -> None:
    """The centre's pages refuse frames, so that nobody can lay something over them."""
    for html in (site().button("chat"), site().form("chat")):
        assert {one.get("target") for one in elements(html).values() if one.tag in ("a", "form")} == {"_top"}


def test_the_form_posts_the_token_and_nothing_else() -> None:
    """P55: no snippet collects a child's words."""
    html = site().form("chat")
    found = elements(html)
    assert (found["form"].get("method"), found["form"].get("action")) == ("post", f"{URL}/start")
    assert dict(found["input"].attrib) == {"type": "hidden", "name": "token", "value": VECTOR}
    assert found["a"].get("href") == f"{URL}/r/{VECTOR}"
    assert html.count("<input") == html.count('<button type="submit"') == html.count(" name=") == 1
    assert "<textarea" not in html


def test_no_argument_says_anything_about_the_child_who_clicks() -> None:
    allowed = {"self", "placement", "ref", "locale", "variant", "scheme", "size"}
    for method in (ReportAbuse.link, ReportAbuse.button, ReportAbuse.form):
        assert set(inspect.signature(method).parameters) <= allowed


def test_every_visitor_gets_the_same_bytes() -> None:
    assert site().button("chat") == site().button("chat")
    assert site().form("chat") == site().form("chat")


def test_the_key_stays_out_of_every_text() -> None:
    everything = [repr(site()), site().link("chat"), site().button("chat"), site().form("chat")]
    assert [text for text in everything if SECRET in text] == []


def test_variant_scheme_and_size_are_the_partners_choice() -> None:
    html = site().button("chat", variant="outline", scheme="dark", size=64)
    found = elements(html)
    assert found["a"].get("class") == "report-abuse ra-outline ra-dark"
    assert (found["svg"].get("width"), found["svg"].get("height")) == ("64", "64")


@pytest.mark.parametrize(
    ("size", "words"), [(44, ""), (65, ""), (66, " ra-l"), (91, " ra-l"), (92, " ra-xl"), (120, " ra-xl")]
)
def test_the_words_grow_with_the_mark(size: int, words: str) -> None:
    assert elements(site().button("chat", size=size))["a"].get("class") == f"report-abuse{words}"


def test_what_may_be_chosen_is_known_to_a_type_checker() -> None:
    for method in (ReportAbuse.button, ReportAbuse.form):
        said = get_type_hints(method)
        assert (get_args(said["variant"]), get_args(said["scheme"])) == (VARIANTS, SCHEMES)


def test_the_stylesheet_knows_every_class_that_the_button_uses() -> None:
    for name in ("report-abuse", "report-abuse-form", "ra-outline", "ra-badge", "ra-dark", "ra-light", "ra-l", "ra-xl"):
        assert f".{name}" in assets.css()


def test_the_button_and_its_stylesheet_are_tiny() -> None:
    three = (site().button("chat"), site().button("profile", variant="outline"), site().button("help", variant="badge"))
    weighed = {"button": three[0], "form": site().form("chat"), "three": "".join(three), "stylesheet": assets.css()}
    weights = {name: len(gzip.compress(text.encode(), mtime=0)) for name, text in weighed.items()}
    most = {"button": 420, "form": 480, "three": 500, "stylesheet": 560}
    assert {name: weight for name, weight in weights.items() if weight > most[name]} == {}


@pytest.mark.parametrize(
    "cut",
    [r"</?(form|input)\b[^>]*>", r"</?(form|input|button|svg|path)\b[^>]*>", r"<form\b.*</form>"],
    ids=["form and input", "whatever is not text or a link", "the form with all in it"],
)
def test_a_filter_that_cuts_forms_leaves_a_link_that_works(cut: str) -> None:
    left = elements(re.sub(cut, "", str(site().form("chat"))))
    assert left["a"].get("href") == site().link("chat")
    assert "form" not in left


def test_the_mark_is_a_picture_of_its_own_too() -> None:
    assert assets.svg().startswith('<svg xmlns="http://www.w3.org/2000/svg" width="44" height="44"')
    assert "xmlns" not in assets.mark(44)


@pytest.mark.parametrize(
    "said",
    [
        {"variant": "red"}, {"variant": ""}, {"variant": None}, {"variant": ["solid"]}, {"scheme": "Dark"},
        {"scheme": '"><script>'}, {"size": 43}, {"size": 121}, {"size": "44"}, {"size": True}, {"size": 44.0},
    ],
)  # fmt: skip
def test_a_look_that_does_not_exist_is_refused_with_those_that_do(said: dict[str, Any]) -> None:
    for draw in (site().button, site().form):
        with pytest.raises(BadArgument, match="write"):
            draw("chat", **said)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://report.example/", "https://report.example/r/"),
        ("https://report.example:8443", "https://report.example:8443/r/"),
        ("https://example.org/report/abuse/", "https://example.org/report/abuse/r/"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/r/"),
        ("https://r.example/starter", "https://r.example/starter/r/"),
        ("https://back.example/feedback", "https://back.example/feedback/r/"),
        ("http://localhost:8000", "http://localhost:8000/r/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/r/"),
        ("http://127.9.8.7", "http://127.9.8.7/r/"),
        ("http://[::1]:8000", "http://[::1]:8000/r/"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]/r/"),
    ],
)
def test_an_address_that_can_be_is_taken(url: str, link: str) -> None:
    assert site(url).link("chat") == link + VECTOR


BAD_URLS = [
    "", " ", "report.example", "//report.example", "https://", "https:///r", "ftp://report.example",
    "javascript:alert(1)", "data:text/html,x", "http://report.example", "http://127.0.0.1.evil.example",
    "http://localhost.evil.example", "http://128.0.0.1", "http://[::2]", "http://[::ffff:127.0.0.1]", "http://0.0.0.0",
    "https://user:pw@report.example", "http://localhost@evil.example", "https://report.example?x=1",
    "https://report.example/?", "https://report.example#x", "https://report.example/#", "https://report.example//",
    "https://report.example/../x", "https://report.example/a b", 'https://report.example/"><script>',
    "https://report.example\\evil", "https://report.example\n", "https://report\t.example", "https://bücher.example",
    "https://report.example:0", "https://report.example:99999", "https://report.example:x", "https://[::1",
    "https://report.example/r", "https://report.example/r/", "https://report.example/R", "https://report.example/start",
    "https://report.example/start/", "https://report.example/back", "https://report.example/abuse/r",
    "http://localhost:8000/Start", f"https://report.example/r/{VECTOR}", "https://report.example/r/acme/",
    "https://report.example\x00", "https://\ud800", "https://" + "a." * 3_000 + "/?", None, 7, b"https://report.example",
]  # fmt: skip


@pytest.mark.parametrize("page", ["r", "start", "back"])
def test_a_page_of_the_centre_is_not_its_address_and_the_sentence_says_so(page: str) -> None:
    with pytest.raises(BadArgument, match="no /r, /start or /back behind it"):
        site(f"{URL}/{page}")


@pytest.mark.parametrize("url", BAD_URLS, ids=range(len(BAD_URLS)))
def test_an_address_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(BadArgument, match="The URL of the centre"):
        site(url)


def test_an_api_key_makes_no_button_and_says_which_key_does() -> None:
    with pytest.raises(BadKey, match="ra_live_button_acme_"):
        site(key=KEY.replace("button", "api")).button("chat")


def test_a_test_key_makes_nothing_while_there_are_no_test_pages() -> None:
    for made in ("link", "button", "form"):
        with pytest.raises(BadKey, match="test key"):
            getattr(site(key=KEY.replace("live", "test")), made)("chat")


def test_the_environment_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "button.key"
    file.write_text(KEY + "\n")
    by_value = ReportAbuse.from_env({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY": KEY})
    by_file = ReportAbuse.from_env({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY_FILE": str(file)})
    assert by_value.link("chat") == by_file.link("chat") == f"{URL}/r/{VECTOR}"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "REPORT_ABUSE_URL is not set"),
        ({"REPORT_ABUSE_KEY": KEY}, "REPORT_ABUSE_URL is not set"),
        ({"REPORT_ABUSE_URL": URL}, "REPORT_ABUSE_KEY is not set"),
        ({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY": " "}, "REPORT_ABUSE_KEY is not set"),
        ({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY": KEY, "REPORT_ABUSE_KEY_FILE": "x"}, "both set"),
        ({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY_FILE": "/nowhere/button.key"}, "key file cannot be read"),
        ({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY_FILE": "/"}, "key file cannot be read"),
        ({"REPORT_ABUSE_URL": URL, "REPORT_ABUSE_KEY_FILE": "a\x00"}, "key file cannot be read"),
    ],
)
def test_a_missing_setting_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingMissing, match=named):
        ReportAbuse.from_env(environ)
