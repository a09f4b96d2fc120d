"""Every state of every page, shown in the real Chromium with its real style and script, and with nothing else there is.

for name, tab in shown.each(): …
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Route
from playwright.sync_api import Page as Tab

from report_abuse_receiver.app import create_app
from report_abuse_receiver.web.headers import HEADERS
from tests.parts.forms import Page
from tests.parts.places import Place, open_at
from tests.parts.states import every_state
from tests.parts.tongues import right_to_left

#: No such host: what the browser asks of it is answered here, in this process.
HERE = "http://pages.test"
SMALL, LARGE = 320, 1280
HEIGHT = 720


class Shown:
    """The states behind one browser; `strays` are the addresses that it asked for and that were none of ours."""

    def __init__(
        self,
        context: BrowserContext,
        client: FlaskClient,
        states: dict[str, Page],
        *,
        headers_of: Callable[[Page], Mapping[str, str]] = lambda page: HEADERS,
    ) -> None:
        self.states = states
        self.strays: list[str] = []
        self._client = client
        self._headers_of = headers_of
        context.route("**/*", self._answer)
        self.tab = context.new_page()

    def open(self, name: str) -> Tab:
        """Show one state."""
        self.tab.goto(f"{HERE}/{[*self.states].index(name)}")
        return self.tab

    def each(self) -> Iterator[tuple[str, Tab]]:
        """Show one after the other."""
        for name in self.states:
            yield name, self.open(name)

    def _answer(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        if f"{asked.scheme}://{asked.netloc}" != HERE:
            self.strays.append(route.request.url)
            route.abort()
        elif asked.path.startswith("/assets/"):
            with self._client.get(asked.path) as answer:
                route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)
        else:
            page = [*self.states.values()][int(asked.path[1:])]
            kind = {"Content-Type": "text/html; charset=utf-8"}
            route.fulfill(status=page.status, headers={**self._headers_of(page), **kind}, body=page.html)


def unfold(tab: Tab) -> None:
    """Open what the page keeps folded until it is pressed."""
    tab.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")


@contextmanager
def showing(browser: Browser, folder: Path, *, leftwards: bool = False) -> Iterator[Shown]:
    """Draw all states, in English or in a language that runs from right to left, with a centre of their own."""
    more = {"SCHEME": str(right_to_left(folder))} if leftwards else {}
    centre = open_at(Place(home=folder / "home"), **more)
    with (
        closing(centre.database),
        closing(browser.new_context(viewport={"width": SMALL, "height": HEIGHT})) as context,
    ):
        states = every_state(centre, accept="ar" if leftwards else "en-GB")
        yield Shown(context, create_app(centre).test_client(), states)


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """All states in English."""
    with showing(browser, tmp_path_factory.mktemp("shown")) as states:
        yield states


@pytest.fixture(scope="module")
def shown_leftwards(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """All states from right to left."""
    with showing(browser, tmp_path_factory.mktemp("leftwards"), leftwards=True) as states:
        yield states
