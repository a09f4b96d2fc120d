"""A day at the desk in a real browser: without scripts, by keyboard alone, and with a passkey on `localhost`."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error
from playwright.sync_api import Page as Tab

from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from tests.parts.clerk import some_time_later
from tests.parts.letters import receive
from tests.parts.people import Colleague, joined
from tests.parts.places import Place, on_sqlite
from tests.parts.real import free_port
from tests.parts.running import Starter

pytestmark = on_sqlite

STORY = "He knows my school and wants pictures."
TABS_AT_MOST = 60
#: A key on a ring of one who is there, as Chromium plays it.
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def url(place: Place, start: Starter) -> str:
    """A running receiver under a name, because a passkey is bound to one."""
    port = free_port()
    named = f"http://localhost:{port}"
    start.receiver(place.environ | {"REPORT_ABUSE_BASE_URL": named}, port=port)
    return named


@pytest.fixture
def ann(centre: Centre) -> Colleague:
    """A supervisor."""
    return joined(centre, "ann", "supervisor")


@contextmanager
def without_scripts(browser: Browser) -> Iterator[Tab]:
    """A tab that runs no script at all."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()


def sign_in(tab: Tab, url: str, who: Colleague, *, code: str | None = None) -> None:
    """Fill in what the first page asks."""
    tab.goto(f"{url}/desk/")
    tab.get_by_label("Name").fill(who.name)
    tab.get_by_label("Password").fill(who.password)
    tab.get_by_label("Code", exact=True).fill(who.code() if code is None else code)
    press(tab, "Sign in")


def press(tab: Tab, words: str) -> None:
    """Press what leads to another page, and have that page whole."""
    with tab.expect_navigation(wait_until="domcontentloaded"):
        tab.get_by_role("button", name=words).click()


def state_of(centre: Centre, reference: str) -> object:
    """What the queue says of it."""
    return triage.look_at(centre, reference).state


def test_an_analysts_day_needs_no_script(url: str, browser: Browser, centre: Centre, ann: Colleague) -> None:
    calm, urgent = receive(centre, kinds=["other"]), receive(centre, safe="no", story=STORY)
    with without_scripts(browser) as tab:
        sign_in(tab, url, ann)
        press(tab, "Take the next one")
        assert tab.url == f"{url}/desk/reports/{urgent}"
        tab.get_by_label("Why do you open it?").fill("triage")
        press(tab, "Open the report")
        assert tab.get_by_text(STORY).is_visible()
        tab.get_by_label("Category").select_option("grooming")
        tab.get_by_label("What is done").select_option("disseminated")
        press(tab, "Decide")
        assert (state_of(centre, urgent), state_of(centre, calm)) == ("decided", "new")
        press(tab, "Take the next one")
        assert tab.url == f"{url}/desk/reports/{calm}"
        press(tab, "Sign out")
        assert tab.url == f"{url}/desk/sign-in"
        for _ in range(6):
            with suppress(Error):  # a page that answered a form is not shown again: the browser says so
                tab.go_back(wait_until="load")
            tab.wait_for_load_state()
            assert tab.get_by_text(STORY).count() == 0
        tab.goto(f"{url}/desk/reports/{urgent}")
        assert tab.title() == "Sign in – Desk"
    done = [row.action for row in trail.latest(centre, most=4)]
    assert done == ["sign-out", "open", "sign-in", "staff-join"]


def test_an_analysts_day_goes_by_keyboard_alone(url: str, page: Tab, centre: Centre, ann: Colleague) -> None:
    reference = receive(centre, story=STORY)
    page.goto(f"{url}/desk/")
    for label, said in (("Name", "ann"), ("Password", ann.password), ("Code", ann.code())):
        reach(page, label)
        page.keyboard.type(said)
    enter(page)
    reach(page, "Take the next one")
    enter(page)
    reach(page, "Why do you open it?")
    page.keyboard.type("triage")
    enter(page)
    assert page.get_by_text(STORY).is_visible()
    reach(page, "What is done")
    page.keyboard.type("adv")
    reach(page, "Decide")
    enter(page)
    assert state_of(centre, reference) == "decided"
    reach(page, "Sign out")
    enter(page)
    assert page.title() == "Sign in – Desk"


NAME = """() => {
  const one = document.activeElement;
  return one.labels?.length ? one.labels[0].textContent : one.getAttribute("aria-label") ?? one.textContent.trim();
}"""


def reach(tab: Tab, name: str) -> None:
    """Press Tab until the focus is there; whatever has it on the way can be seen to have it."""
    for _ in range(TABS_AT_MOST):
        tab.keyboard.press("Tab")
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if tab.evaluate(NAME) == name:
            return
    raise LookupError(f"no key leads to {name!r} on {tab.url}")


def enter(tab: Tab) -> None:
    """Press Enter, and have the page that it leads to whole."""
    with tab.expect_navigation(wait_until="domcontentloaded"):
        tab.keyboard.press("Enter")


def with_a_key(context: BrowserContext, tab: Tab) -> None:
    """Put a new key into this browser; the one before is gone."""
    session = context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def test_a_passkey_takes_the_place_of_the_code(
    url: str, context: BrowserContext, page: Tab, centre: Centre, ann: Colleague
) -> None:
    with_a_key(context, page)
    add_a_passkey(page, url, ann)
    press(page, "Sign out")
    sign_in(page, url, ann, code="")
    assert page.url == f"{url}/desk/passkey"
    half_way = context.cookies()
    page.goto(f"{url}/desk/queue")
    assert page.title() == "Sign in – Desk"
    page.goto(f"{url}/desk/passkey")
    press(page, "Use the passkey")
    assert page.url == f"{url}/desk/queue"
    assert context.cookies()[0]["value"] != half_way[0]["value"]
    some_time_later(centre)
    page.goto(f"{url}/desk/approvals")
    page.get_by_role("link", name="Confirm that it is you").click()
    press(page, "Use a passkey")
    assert page.url == f"{url}/desk/approvals"
    assert page.get_by_role("link", name="Confirm that it is you").count() == 0


def test_another_key_opens_nothing(
    url: str, browser: Browser, page: Tab, context: BrowserContext, ann: Colleague
) -> None:
    with_a_key(context, page)
    add_a_passkey(page, url, ann)
    elsewhere = browser.new_context()
    tab = elsewhere.new_page()
    with_a_key(elsewhere, tab)
    sign_in(tab, url, ann, code="")
    tab.get_by_role("button", name="Use the passkey").click()
    tab.get_by_text("The browser said no").wait_for()
    tab.locator("#passkey [name=answer]").evaluate('one => { one.value = \'{"id": "AAAA"}\'; one.form.submit(); }')
    tab.get_by_text("That did not work").wait_for()
    tab.goto(f"{url}/desk/queue")
    assert tab.title() == "Sign in – Desk"
    elsewhere.close()


def test_a_passkey_that_is_lost_can_be_taken_away(url: str, context: BrowserContext, page: Tab, ann: Colleague) -> None:
    with_a_key(context, page)
    add_a_passkey(page, url, ann)
    press(page, "Remove the passkey my ring")
    assert page.get_by_text("You have none.").is_visible()


def add_a_passkey(tab: Tab, url: str, who: Colleague) -> None:
    """Sign in with a code, and make one."""
    sign_in(tab, url, who)
    tab.goto(f"{url}/desk/account")
    tab.get_by_role("link", name="Add a passkey").click()
    tab.get_by_label("What do you call it?").fill("my ring")
    press(tab, "Make it")
    assert tab.url == f"{url}/desk/account"
    assert tab.get_by_text("my ring").is_visible()
