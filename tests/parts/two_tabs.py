"""Two tabs of one browser, used in any order: back, resent, stopped, closed, and on with a new report.

What is typed is a word of its own each time, so that it can be looked for wherever it may have gone.
"""

import random
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import select

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.child import LEAST, Child
from tests.parts.forms import Form, Page

PAGES = ("safe", "who", "what", "them", "you", "contact", "check")
#: Where words are typed, by page; each holds more than it will be given here.
BOXES = {"what": "story", "them": "their_names", "you": "school", "contact": "safe_way"}
Post = tuple[str, list[tuple[str, str]]]


@dataclass
class Tab:
    """One tab: what it shows, what it showed before, and the form that it posted last."""

    child: Child
    shown: list[Page] = field(default_factory=list)
    posted: Post | None = None

    @property
    def page(self) -> Page:
        """What it shows."""
        return self.shown[-1]

    def open(self, path: str) -> None:
        """Go to an address."""
        self.shown.append(self.child.open(path))

    def post(self, path: str, fields: list[tuple[str, str]]) -> None:
        """Post a form and show what comes."""
        self.posted = (path, fields)
        self.shown.append(self.child.post(path, fields))


@dataclass
class TwoTabs:
    """A browser with two tabs; `typed` is each word with the nonce of the form that it was typed into."""

    centre: Centre
    client: FlaskClient
    seed: int
    typed: dict[str, str] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    #: Words that stood on the page whose Send was answered with a number, by that number.
    told: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Press Start in both."""
        self.dice = random.Random(self.seed)
        self.tabs = [Tab(Child(self.client)), Tab(Child(self.client))]
        for tab in self.tabs:
            tab.open("/")
            tab.post("/start", tab.page.way_on.as_sent())

    def step(self) -> None:
        """Do one thing in one of them. What must be answered first is answered first."""
        tab = self.dice.choice(self.tabs)
        if self._is_carrying(tab.page):
            self._go_on(tab, tab.page.way_on)
            return
        ways = (self._go_on_typing,) * 4 + (self._open, self._left, self._resend, self._back, self._stop, self._anew)
        self.dice.choice(ways)(tab)

    def finish(self) -> None:
        """Answer what still waits for an answer in either tab."""
        for tab in self.tabs:
            for _ in range(len(PAGES)):
                if self._is_carrying(tab.page):
                    self._go_on(tab, tab.page.way_on)

    def _is_carrying(self, page: Page) -> bool:
        """Whether the page holds words that are nowhere else."""
        said = ("We had to start again", "Your report was sent before", "You wrote here in two places")
        return any(one in page.words for one in said)

    def _form(self, tab: Tab) -> Form | None:
        return next((one for one in tab.page.forms if one.in_main and one.action.startswith("/report/")), None)

    def _open(self, tab: Tab) -> None:
        tab.open(f"/report/{self.dice.choice(PAGES)}")

    def _go_on_typing(self, tab: Tab) -> None:
        form = self._form(tab)
        if form is None or form.action.endswith("/done"):
            tab.open(f"/report/{self.dice.choice(PAGES)}")
        else:
            self._go_on(tab, form)

    def _go_on(self, tab: Tab, form: Form) -> None:
        if form.action == "/back":
            tab.post(form.action, form.as_sent())
            return
        if form.action == "/report/check":
            self._send(tab, form)
            return
        tab.post(form.action, form.filled(self._answers(form)))

    def _answers(self, form: Form) -> dict[str, list[str]]:
        """What must be answered, and one word more behind what stands in the box."""
        said = dict(form.as_sent())
        self.nonces.add(said.get("nonce", ""))
        least = {name: [one] if isinstance(one, str) else one for name, one in LEAST.items() if name in form.names}
        answers = {name: one for name, one in least.items() if not said.get(name)}
        box = BOXES.get(form.action.removeprefix("/report/"))
        if box and box in form.names:
            word = f"word{self.seed}x{len(self.typed)}w"
            self.typed[word] = said.get("nonce", "")
            answers[box] = [f"{said.get(box) or ''} {word}".strip()]
        return answers

    def _send(self, tab: Tab, form: Form) -> None:
        shown = {word for word in self.typed if word in tab.page.words}
        tab.post(form.action, form.as_sent())
        if "Your number is" in tab.page.words:
            self.told.setdefault(tab.child.reference, set()).update(shown)

    def _left(self, tab: Tab) -> None:
        """Type, and leave the page by Back, another app, or by closing it; then it is opened again."""
        form = self._form(tab)
        if form and form.id == "answers":
            self.client.post(f"{form.action}/left", data=_as_form(form.filled(self._answers(form))))
            tab.open(form.action)

    def _resend(self, tab: Tab) -> None:
        if tab.posted:
            tab.post(*tab.posted)

    def _back(self, tab: Tab) -> None:
        """To the page before, as it was, or as it is now."""
        if len(tab.shown) > 1:
            tab.shown.pop()
            if self.dice.random() < 0.5:
                tab.open(tab.shown.pop().path)

    def _stop(self, tab: Tab) -> None:
        """Press, stop before the answer is there, and so see the same page still."""
        form = self._form(tab)
        if form:
            before = [*tab.shown]
            self._go_on(tab, form)
            tab.shown[:] = [*before, tab.page] if self._is_carrying(tab.page) else before

    def _anew(self, tab: Tab) -> None:
        """Write another report."""
        if self.dice.random() < 0.3:
            tab.open("/")
            tab.post("/start", tab.page.way_on.as_sent())

    # What became of it all

    def reports(self) -> dict[str, tuple[str, str]]:
        """Each report of this browser by its nonce: its number, and all words of it and of what was added to it."""
        report, mine = TABLES["report"].c, {*self.typed.values(), *self.nonces}
        with self.centre.database.reading() as conn:
            rows = conn.execute(select(report.nonce, report.reference).where(report.nonce.in_(mine))).all()
        return {nonce: (reference, self._words_of(reference)) for nonce, reference in rows}

    def _words_of(self, reference: str) -> str:
        shown = triage.show_report(self.centre, reference, reason="to count words", by=host("pat"))
        return f"{shown.answers} {[getattr(one, 'more', '') for one in shown.additions]}"

    def held(self) -> str:
        """All that the draft of this browser holds, what its tabs show, and what the way back shows again."""
        cookie = self.client.get_cookie("ra")
        draft = drafts.find(self.centre, cookie.value[:43]) if cookie else None
        pages = [*(tab.page for tab in self.tabs), Child(self.client).open("/back")]
        kept = f"{draft.answers if draft else ''} {draft.receipt and draft.receipt.since if draft else ''}"
        return kept + "".join(page.html for page in pages)


def _as_form(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    return form
