"""A child in a real browser, who answers what a page asks and presses on, with nothing but what can be seen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Locator
from playwright.sync_api import Page as Tab

Answers = Mapping[str, str | Sequence[str]]

LEAST: Answers = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": "13", "safe_way": "at school",
    "private": "safe",
}  # fmt: skip
EVERYTHING: Answers = {
    "safe": "unsure", "who": "friend", "kinds": ["meet", "pretend"], "started": "week",
    "story": "He said \"I am 14\" & <b>sent</b> =HYPERLINK(1)\nThen he wanted to meet. Привет 🙂",
    "their_names": "dark_fox_99\nfoxy@fox.example\n07700 900 999", "where": "Acme, and at the skate park",
    "their_age": "about 14?", "known": "no", "knows_where": "unsure", "meeting": "later",
    "meeting_plan": "Saturday, 3 o'clock, at the station", "others": "no",
    "name": "Zoë", "age": "14", "town": "Llanfair", "school": "Ysgol 'Test'",
    "child_name": "Sam O'Neil", "child_age": "11", "child_town": "Llanfair", "child_school": "Mill Road",
    "child_knows": "yes", "phone": "07700 900123", "message_ok": "no", "email": "zoe@example.com", "private": "maybe",
    "safe_way": "after 4, or ask Miss Reed", "not_tell": "my step-dad",
}  # fmt: skip
PAGES_AT_MOST = 15
NAMES = "all => all.map(one => one.name)"


def answer(tab: Tab, answers: Answers) -> None:
    """Answer what this page asks."""
    here = set(tab.locator("main form [name]").evaluate_all(NAMES))
    for name, said in answers.items():
        if name not in here:
            continue
        asked = tab.locator(f"main form [name={name}]")
        if asked.first.get_attribute("type") not in ("radio", "checkbox"):
            asked.fill(str(said))
            continue
        for code in [said] if isinstance(said, str) else said:
            tab.locator(f"main form [name={name}][value={code}]").check()


def where(tab: Tab) -> str:
    """The page of the journey that is shown: what its form is for, because its address may be the one before."""
    forms = tab.locator("main form[method=post]")
    action = forms.first.get_attribute("action") if forms.count() else None
    return urlsplit(action or tab.url).path


def push(tab: Tab, button: Locator) -> None:
    """Press what leads to another page, and have that page whole: a click alone ends while it is still being read."""
    with tab.expect_navigation(wait_until="domcontentloaded"):
        button.click()


def at_one_moment(tab: Tab) -> None:
    """Stop the page's clock, so that what is pressed one after the other is pressed fast on the slowest machine too."""
    tab.clock.install()
    tab.clock.pause_at(datetime.now(UTC) + timedelta(days=1))


def go_on(tab: Tab) -> str:
    """Press the way on; returns the page it led to."""
    push(tab, tab.locator("main form[method=post] button").first)
    return where(tab)


def steps(tab: Tab, answers: Answers) -> Iterator[str]:
    """Answer every page from the start page to the check page; the path of each, while it is shown and still empty."""
    path = go_on(tab)
    for _ in range(PAGES_AT_MOST):
        yield path
        if path == "/report/check":
            return
        answer(tab, answers)
        path = go_on(tab)
    raise LookupError(f"lost on {path}")


def walk(tab: Tab, answers: Answers) -> list[str]:
    """Go from the start page to the check page; returns the paths on the way."""
    return [*steps(tab, answers)]


def number(tab: Tab) -> str:
    """The number of the report, on the last page."""
    return tab.locator("p.number strong").inner_text()
