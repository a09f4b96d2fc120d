"""Every state of every page that a child can meet, drawn in-process; for whoever has to look at all of them.

every_state(centre)["what with gaps"] is the page on which somebody ticked no box.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy.exc import OperationalError

from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.forms.back import back_questions
from report_abuse_receiver.ground.forms.fields import Line, Question
from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.ground.intake.kinds import Entry
from report_abuse_receiver.partners.directory import add_provider
from report_abuse_receiver.rules.intake.coming_back import MOST_AT_A_REPORT
from report_abuse_receiver.store.casework import reports, timeline
from report_abuse_receiver.web.public import MAX_CONTENT_LENGTH
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.faults import Fault
from tests.parts.forms import Page

SITE = "Pebble Chat"
#: What strains a layout: a word without end, letters that are tall, lines that run the other way, and many of them.
LONG_WORD = "waaaah" * 10
TALL = "བསྒྲུབས་ཧཱུྃ ที่นี่ปิ่น Ǻ̂Ế̂ نستعلیق ﷺ ஜ்ஜௌ"
LEFTWARDS = "הוא שאל איפה אני גר (7b). ثم أراد أن نلتقي 19:00!"
STORY = "\n".join(f"{number}. he wrote again" for number in range(1, 41))
TYPED = (LONG_WORD, TALL, LEFTWARDS, STORY)

#: Our last page before somebody else's, shown for no time where nothing goes wrong.
LEAVING = "without cookies, leaving"

Visitor = Callable[[], Child]
States = Iterator[tuple[str, Page]]


def every_state(centre: Centre, *, accept: str = "en-GB") -> dict[str, Page]:
    """Draw them all, in the language that the browser asks for. The centre is this walk's own from then on."""
    add_provider(centre, "pebble", name=SITE, origins=(), contact="safety@pebble.example")
    app = create_app(centre)

    def visitor(*, cookies: bool = True) -> Child:
        browser = app.test_client(use_cookies=cookies)
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = accept
        return Child(browser)

    def drawn() -> States:
        yield from _beside_the_way(visitor)
        yield from _questions(visitor)
        yield from _asides(visitor)
        yield from _checks(visitor)
        yield from _sent(visitor)
        yield from _in_two_places(visitor)
        yield from _back(visitor)
        yield from _standings(visitor, centre)
        yield from _errors(visitor)
        yield from _troubles(visitor, centre)
        yield from _without_cookies(lambda: visitor(cookies=False))

    return dict(drawn())


def _beside_the_way(visitor: Visitor) -> States:
    yield "start from a site", visitor().open("/r/pebble")
    yield "start from nowhere", visitor().open("/")
    yield "help", visitor().open("/help?token=pebble")


def _questions(visitor: Visitor) -> States:
    for page in PAGES:
        child, path = visitor().press("pebble"), f"/report/{page}"
        yield page, child.open(path)
        if any(one.required for one in questions(page).values()):
            yield f"{page} with gaps", child.post(path, [])
        yield f"{page} all wrong", child.post(path, _wrong(questions(page).values()))
        if page == "you":
            child.post("/report/who", [("who", "work")])
            yield "you for a grown-up", child.open(path)
        child.post(path, _filled(page))
        yield f"{page} filled in", child.open(path)
    for part, address in (("before", "sam..@example.com"), ("behind", "sam@example..com")):
        yield f"contact, wrong {part} the @", visitor().press().post("/report/contact", [("email", address)])
    yield "late", visitor().post("/report/you", [("name", TALL)])


def _wrong(asked: Any) -> list[tuple[str, str]]:
    """An answer to each question that it does not take."""
    return [(str(one.name), _too_much(one)) for one in asked]


def _too_much(question: Question[Any]) -> str:
    if question.kind == "email":
        return "sam@"
    return (f"{LONG_WORD} " * 100)[: question.most + 1] if isinstance(question, Line) else "nonsense"


def _filled(page: str) -> list[tuple[str, str]]:
    """Every question of a page answered, all boxes ticked, in words that strain it."""
    asked = questions(page).items()
    return [(name, said) for number, (name, one) in enumerate(asked) for said in _answers(one, TYPED[number % 3])]


def _answers(question: Question[Any], words: str) -> Sequence[str]:
    if question.codes:
        return question.codes if question.kind == "ticks" else question.codes[:1]
    if isinstance(question, Line) and question.most >= len(STORY):
        words = f"{words}\n{STORY}"
    return [{"age": "12", "email": f"{LONG_WORD}@example.com"}.get(question.kind, words)]


def _asides(visitor: Visitor) -> States:
    for answer in ("no", "unsure"):
        yield f"danger {answer}", visitor().press().go_on(safe=answer)
    yield "not ours", visitor().press().post("/report/what", [("kinds", "bullying")])


def _checks(visitor: Visitor) -> States:
    child = visitor().press()
    for page in PAGES:
        child.post(f"/report/{page}", [("who", "work")] if page == "who" else _filled(page))
    yield "check", child.open("/report/check")
    yield "check of the least", visitor().press().tell().page
    yield "check with gaps", visitor().press().post("/report/check", [])


def _sent(visitor: Visitor) -> States:
    child = visitor().press().tell(kinds=["my_image", "seen_image"], known="no")
    yield "done", child.go_on()
    yield "done, seen again", child.open("/report/done")
    yield "done, thanks", child.post("/report/done", [("heard", "school")])
    yield "done for a friend", visitor().press().tell(who="friend", kinds=["bullying"], story=STORY).go_on()
    yield "done for a grown-up", visitor().press().tell(who="work", age="40", known="yes").go_on()


def _in_two_places(visitor: Visitor) -> States:
    """What a child is told who writes in two tabs, or writes on once it is sent."""
    child = visitor().press()
    old = child.open("/report/what").way_on
    child.post(old.action, old.filled({"kinds": ["threat"], "story": [LONG_WORD]}))
    yield "two texts", child.post(old.action, old.filled({"kinds": ["meet"], "story": [f"{TALL}\n{LEFTWARDS}"]}))
    child = visitor().press().tell()
    check = child.page.way_on.as_sent()
    child.post("/report/them", [("their_names", LONG_WORD)])
    yield "check, something new", child.post("/report/check", check)
    child.go_on()
    yield "meanwhile", child.post("/report/them", [("their_names", TALL), ("known", "yes")])
    yield "done, more to add", child.open("/report/done")
    stranger = visitor()
    yield "sent in another browser", stranger.post("/report/check", [pair for pair in check if pair[0] == "nonce"])


def _back(visitor: Visitor) -> States:
    child = visitor()
    yield "back", child.open("/back")
    yield "back with gaps", child.post("/back", [])
    yield "back all wrong", child.post("/back", _wrong(back_questions().values()))
    keys, filled = _keys_of_a_report(visitor), [("more", f"{LONG_WORD}\n{STORY}"), ("reach", f"{TALL}\n{LEFTWARDS}")]
    pages = [child.post("/back", [keys[0], ("words", LONG_WORD), *filled]) for _ in range(MOST_AT_A_REPORT + 1)]
    yield "back with wrong words", pages[0]
    yield "back tried too often", pages[-1]


def _standings(visitor: Visitor, centre: Centre) -> States:
    keys = _keys_of_a_report(visitor)
    child = visitor()
    child.open("/back")
    yield "back, added", child.post("/back", [*keys, ("more", "He wrote again.")])
    yield "back, nothing added", visitor().post("/back", keys)
    with centre.database.writing() as conn:
        row = reports.find(conn, keys[0][1])
        if row:
            timeline.note(conn, row.id, Entry.MAILED, now=now())
    yield "back, written to", visitor().post("/back", keys)
    triage.claim(centre, keys[0][1], by=host("pat"))
    yield "back, being read", visitor().post("/back", keys)
    triage.show_report(centre, keys[0][1], reason="to decide", by=host("pat"))
    triage.decide(centre, keys[0][1], Decision(category="other", outcome="advice"), by=host("pat"))
    yield "back, worked on", visitor().post("/back", keys)
    yield "back, in danger", visitor().post("/back", [*keys, ("safe", "no")])
    yield "back, perhaps in danger", visitor().post("/back", [*keys, ("safe", "unsure")])


def _keys_of_a_report(visitor: Visitor) -> list[tuple[str, str]]:
    """The number and the words of a report just sent, whatever language they are shown in."""
    html = visitor().press().tell().go_on().html
    number, words = re.findall(r'class="number">(?:[^<]*<strong[^>]*>)?([^<]+)</strong>', html)
    return [("reference", number), ("words", words)]


def _errors(visitor: Visitor) -> States:
    yield "404", visitor().open("/nowhere")
    yield "405", visitor().post("/help", [])
    too_much = ("not asked for", "x" * MAX_CONTENT_LENGTH)  # in a box it would take a browser minutes to draw
    yield "413 with the text", visitor().post("/report/what", [*_filled("what"), too_much])
    yield "413 beyond all measure", visitor().post("/report/what", [too_much] * 5)


def _troubles(visitor: Visitor, centre: Centre) -> States:
    """A database that breaks, before anything was read and when Send is about to write."""
    child, lost = visitor().press().tell(story=f"{LONG_WORD}\n{TALL}"), OperationalError("", {}, Exception())
    with Fault(RuntimeError("a mistake of ours"), after=0).on(centre):
        yield "500", child.post("/report/you", _filled("you"))
    with Fault(lost, after=0).on(centre):
        yield "503 after a press", child.post("/report/what", _filled("what"))
    with Fault(lost, after=0).on(centre):
        yield "503 at a look", child.open("/report/what")
    with Fault(lost, at="INSERT INTO report").on(centre):
        yield "503 at Send", child.post("/report/check", [])
    child = visitor().press().tell()
    with Fault(lost, at="INSERT INTO return_words").on(centre):
        yield "done, without words", child.go_on()


def _without_cookies(visitor: Visitor) -> States:
    """What looks otherwise in a browser that refuses them: a word about Back, and buttons instead of links."""
    child = visitor().press()
    yield "without cookies, danger", child.go_on(safe="no")
    child.go_on()
    child.go_on(who="friend")
    yield "without cookies, what with gaps", child.post("/report/what", _key(child.page))
    child.tell(kinds=["bullying"], story=f"{LONG_WORD}\n{STORY}")
    key = _key(child.page)
    yield "without cookies, check", child.page
    yield "without cookies, done", child.go_on()
    yield LEAVING, child.post("/leave", key)
    yield "without cookies, check with gaps", child.post("/report/check", _key(visitor().press().page))


def _key(page: Page) -> list[tuple[str, str]]:
    return [pair for pair in page.way_on.as_sent() if pair[0] == "draft"]
