"""Bad texts typed and pasted in a real Chromium: what stood in the boxes is what the report holds."""

import json

from playwright.sync_api import Locator, Page

from report_abuse_receiver.ground.forms.fields import TOO_LONG
from report_abuse_receiver.ground.forms.pages import PAGES, questions
from tests.parts.command import Command
from tests.parts.hostile import SEEN
from tests.parts.places import Place, on_sqlite
from tests.parts.running import Starter
from tests.parts.walking import go_on

pytestmark = on_sqlite

CHOSEN = {"safe": "yes", "who": "work", "kinds": "other", "private": "maybe"}
#: As JSON, because half a character is lost on its way between the browser and us.
READ, PASTE = "box => JSON.stringify(box.value)", "(box, text) => { box.value = JSON.parse(text) }"


def value(box: Locator) -> str:
    """What stands in a box, as a browser sends it: with U+FFFD for half characters."""
    return str(json.loads(box.evaluate(READ))).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_what_is_pasted_into_every_box_is_in_the_report(
    place: Place, start: Starter, page: Page, command: Command
) -> None:
    base_url, texts, typed = start.receiver(place.environ).base_url, iter(SEEN.values()), {}
    page.goto(base_url)
    go_on(page)
    for step in PAGES:
        page.goto(f"{base_url}/report/{step}")
        for name, question in questions(step).items():
            box = page.locator(f"[name={name}]").first
            if question.codes:
                if name in CHOSEN:
                    page.locator(f"[name={name}][value={CHOSEN[name]}]").check()
            elif question.kind == "age":
                box.fill("40")
            elif question.kind != "email":
                box.evaluate(PASTE, json.dumps("\n".join(SEEN.values()) if name == "story" else next(texts)))
                typed[name] = value(box)
        go_on(page)
    page.goto(f"{base_url}/report/check")
    go_on(page)
    reference = page.locator(".number strong").first.inner_text()
    report = command.well("reports", "show", reference, "--reason", "triage", "--json").json
    assert {name: report["answers"][name] for name in typed} == typed


def test_what_is_typed_key_by_key_is_still_there_after_going_on(place: Place, start: Starter, page: Page) -> None:
    base_url = start.receiver(place.environ).base_url
    page.goto(base_url)
    go_on(page)
    page.goto(f"{base_url}/report/what")
    page.locator("[name=kinds]").last.check()
    box = page.locator("[name=story]")
    for name in ("right to left", "emoji", "formula", "script", "end of the box", "entities", "new lines around it"):
        box.press_sequentially(SEEN[name])
    typed = value(box)
    assert SEEN["end of the box"] in typed
    go_on(page)
    assert page.url == f"{base_url}/report/them"
    page.goto(f"{base_url}/report/what")
    assert value(page.locator("[name=story]")) == typed


def test_what_no_box_has_room_for_is_still_in_it(place: Place, start: Starter, page: Page) -> None:
    base_url, text = start.receiver(place.environ).base_url, "🙈" * 20_000
    page.goto(base_url)
    go_on(page)
    page.goto(f"{base_url}/report/what")
    page.locator("[name=kinds]").last.check()
    page.locator("[name=story]").evaluate(PASTE, json.dumps(text))
    go_on(page)
    assert page.locator(".error").all_inner_texts() == [
        TOO_LONG,
        "There is room for 5,000 letters here. Please take out 15,000.",
    ]
    assert value(page.locator("[name=story]")) == text
