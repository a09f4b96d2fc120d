"""Every state of every page of the desk, shown in the real Chromium under the policy it has.

for name, tab in desk_shown.each(): …
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from report_abuse_receiver.app import create_app
from report_abuse_receiver.web.desk.stylesheet import Look
from tests.parts.desk_states import every_desk_state
from tests.parts.forms import Page
from tests.parts.places import Place, open_at
from tests.parts.shown import HEIGHT, LARGE, Shown

#: A passkey is bound to a name, so the desk has one.
NAMED = "http://localhost:8000"


@contextmanager
def showing_desk(browser: Browser, folder: Path) -> Iterator[Shown]:
    """Draw all states of the desk, with a centre of their own."""
    centre = open_at(Place(home=folder / "home"), BASE_URL=NAMED)
    look = Look.of(centre.scheme)

    def headers_of(page: Page) -> Mapping[str, str]:
        return {"Content-Security-Policy": look.policy(with_script="<script>" in page.html)}

    with closing(centre.database), closing(browser.new_context(viewport={"width": LARGE, "height": HEIGHT})) as context:
        client = create_app(centre).test_client()
        yield Shown(context, client, every_desk_state(centre), headers_of=headers_of)


@pytest.fixture(scope="module")
def desk_shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """All states of the desk."""
    with showing_desk(browser, tmp_path_factory.mktemp("desk")) as states:
        yield states
