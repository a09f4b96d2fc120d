"""Two tabs of a real Chromium in any order: what is typed is in a report, in the draft, or on a page."""

import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from sqlalchemy import select

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.places import Place, on_sqlite
from tests.parts.running import Starter, until_true
from tests.parts.thorough import LONG
from tests.parts.two_tabs import BOXES, PAGES
from tests.parts.walking import LEAST, answer, go_on

pytestmark = [on_sqlite, pytest.mark.proof, pytest.mark.timeout(LONG)]

RUNS, STEPS = 20, 25
CARRYING = ("We had to start again", "Your report was sent before", "You wrote here in two places")


class Tabs:
    """A browser with two tabs, and each word that was typed with the nonce of its form."""

    def __init__(self, context: BrowserContext, url: str, seed: int) -> None:
        self.context, self.url, self.seed, self.dice = context, url, seed, random.Random(seed)
        self.typed: dict[str, str] = {}
        self.tabs = [context.new_page(), context.new_page()]
        for tab in self.tabs:
            tab.goto(url)
            go_on(tab)

    def step(self) -> None:
        """Do one thing in one of them."""
        tab = self.dice.choice(self.tabs)
        if any(one in tab.inner_text("main") for one in CARRYING):
            go_on(tab)
            return
        way = self.dice.choice(("open", "type", "type", "type", "type and back", "type and away", "type and close",
                                "back", "forward", "reload", "send"))  # fmt: skip
        if way.startswith("type"):
            self._type(tab)
        ways = {"open": self._away, "type": self._on, "type and back": self._back, "type and away": self._away,
                "type and close": self._close, "back": self._back, "forward": self._forward, "reload": self._reload,
                "send": self._send}  # fmt: skip
        ways[way](tab)

    def _type(self, tab: Page) -> None:
        box = next((one for one in BOXES.values() if tab.locator(f"main #answers [name={one}]").count()), None)
        if box is None:
            return
        word = f"word{self.seed}x{len(self.typed)}w"
        self.typed[word] = tab.input_value("main form [name=nonce]")
        tab.fill(f"[name={box}]", f"{tab.input_value(f'[name={box}]')} {word}")

    def _on(self, tab: Page) -> None:
        if tab.locator("main #answers").count():
            answer(tab, {name: said for name, said in LEAST.items() if name not in BOXES.values()})
            go_on(tab)

    def _away(self, tab: Page) -> None:
        tab.goto(f"{self.url}/report/{self.dice.choice(PAGES)}")

    def _back(self, tab: Page) -> None:
        tab.go_back()
        self._stay(tab)

    def _forward(self, tab: Page) -> None:
        tab.go_forward()
        self._stay(tab)

    def _reload(self, tab: Page) -> None:
        tab.reload()

    def _close(self, tab: Page) -> None:
        tab.close(run_before_unload=True)
        fresh = self.context.new_page()
        self.tabs[self.tabs.index(tab)] = fresh
        self._away(fresh)

    def _send(self, tab: Page) -> None:
        if self.dice.random() < 0.4:
            tab.goto(f"{self.url}/report/check")
            if tab.locator("main form[action='/report/check']").count():
                go_on(tab)

    def _stay(self, tab: Page) -> None:
        if not tab.url.startswith(self.url):
            self._away(tab)

    def shown(self) -> str:
        """All that its tabs show."""
        values = "boxes => boxes.map(box => box.value).join(' ')"
        return " ".join(tab.content() + tab.locator("input, textarea").evaluate_all(values) for tab in self.tabs)


def kept(centre: Centre, context: BrowserContext) -> str:
    """What the draft of this browser holds."""
    secret = next((one["value"] for one in context.cookies() if one["name"] == "ra"), "")
    draft = drafts.find(centre, secret[:43])
    return f"{draft.answers} {draft.receipt and draft.receipt.since}" if draft else ""


def is_there(word: str, centre: Centre, tabs: Tabs) -> bool:
    """Whether the draft or a page holds it; what a page sent as it went may still be on its way."""
    return word in kept(centre, tabs.context) + tabs.shown()


def reports(centre: Centre) -> dict[str, str]:
    """The words of each report, and of what was added to it, by its nonce."""
    with centre.database.reading() as conn:
        rows = conn.execute(select(TABLES["report"].c.nonce, TABLES["report"].c.reference)).all()
    opened = {one: triage.show_report(centre, ref, reason="to count words", by=host("pat")) for one, ref in rows}
    added = {nonce: [getattr(more, "more", "") for more in one.additions] for nonce, one in opened.items()}
    return {nonce: f"{one.answers} {added[nonce]}" for nonce, one in opened.items()}


def test_no_word_of_twenty_walks_is_lost_or_in_another_report(
    browser: Browser, place: Place, centre: Centre, start: Starter, tmp_path: Path
) -> None:
    url, typed = start.receiver(place.environ).base_url, 0
    for seed in range(RUNS):
        with browser.new_context() as context:
            tabs = Tabs(context, url, seed)
            for _ in range(STEPS):
                try:
                    tabs.step()
                except Error as error:
                    if "ERR_" not in str(error):  # nothing to go back to
                        raise
            in_reports = reports(centre)
            for word, nonce in tabs.typed.items():
                places = {one for one, words in in_reports.items() if word in words}
                assert places <= {nonce}, f"{word} is in another report"
                if not places:
                    until_true(lambda word=word, tabs=tabs: is_there(word, centre, tabs), what=word, seconds=10)
            typed += len(tabs.typed)
    assert typed > RUNS * STEPS / 5
    assert len(reports(centre)) > RUNS / 4
