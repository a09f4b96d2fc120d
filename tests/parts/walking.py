"""Walking the children's pages in a real browser, page after page."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from playwright.sync_api import Page

Answers = Mapping[str, str | Sequence[str]]

#: The least that can be sent.
LEAST: Answers = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": "13", "safe_way": "at school",
    "private": "safe",
}  # fmt: skip


def answer(page: Page, answers: Answers) -> None:
    """Answer what this page asks."""
    for name, said in answers.items():
        asked = page.locator(f"main form [name={name}]")
        if asked.count() == 0:
            continue
        if asked.first.get_attribute("type") not in ("radio", "checkbox"):
            asked.fill(str(said))
            continue
        for code in [said] if isinstance(said, str) else said:
            page.locator(f"main form [name={name}][value={code}]").check()


def where(page: Page) -> str:
    """The page of the journey that is shown: what its form is for, because its address may be the one before."""
    action = page.locator("main form[method=post]").first.get_attribute("action")
    return urlsplit(action or page.url).path


def go_on(page: Page) -> str:
    """Press the way on; returns the page it led to."""
    page.locator("main form[method=post] button").first.click()
    return where(page)


def walk(page: Page, answers: Answers) -> list[str]:
    """Answer every page from the start page to the check page; returns the pages on the way."""
    seen = [go_on(page)]
    while seen[-1] != "/report/check" and len(seen) < 15:
        answer(page, answers)
        seen.append(go_on(page))
    return seen


def number(page: Page) -> str:
    """The number on the last page."""
    return page.locator("p.number strong").inner_text()
