"""Left means left and kept means kept in Chromium, Firefox and WebKitGTK, whatever Back, Forward and reload bring."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from report_abuse_receiver.app import create_app
from tests.parts.chromium import launched
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.real import free_port
from tests.parts.thorough import LONG
from tests.parts.tongues import right_to_left
from tests.parts.weakened import EXIT
from tests.proofs.browsers import Chromium, Walker, firefox, version_of, webkit
from tests.proofs.page import table, write

pytestmark = [on_sqlite, pytest.mark.proof, pytest.mark.timeout(LONG)]

CANARY, MORE = "canary: he knows my school", "canary: and my street"
#: WebKit's driver loses a tab that changes its process, as it does between pages of which only one says this.
SAME = {"Cross-Origin-Opener-Policy": "same-origin"}
#: A page with what leads to it, and the box in which words are typed; each is posted with an answer left out.
PAGES = {"what": "story", "them": "where", "you": "town", "contact": "safe_way"}


@contextmanager
def chromium(folder: Path) -> Iterator[Walker]:
    with launched() as browser, browser.new_context(ignore_https_errors=True) as context:
        yield Chromium(context.new_page())


BROWSERS: dict[str, Callable[[Path], AbstractContextManager[Walker]]] = {
    "chromium": chromium, "firefox": firefox, "webkit": webkit,
}  # fmt: skip


#: By browser, how often a page was looked at and what was seen there.
Looks = dict[str, Counter[str]]
COLUMNS = ("looks after Leave fast", "with a word", "pages come back to without it", "without their words")


@pytest.fixture(scope="module")
def looks() -> Iterator[Looks]:
    """Counted by all tests, and written down after the last."""
    counted: Looks = {name: Counter() for name in BROWSERS}
    yield counted
    rows = [(version_of(name), *(counted[name][column] for column in COLUMNS)) for name in BROWSERS]
    lines = [
        "A page is looked at after each Back, Forward and reload; every question of the browser is answered by yes.",
        "With and without script, cookies and https; pages of questions, pages with errors, and the way back.",
        "",
        *table(("browser", *COLUMNS), rows),
    ]
    write("Left means left, kept means kept, in every browser", lines)


@contextmanager
def served(place: Place, folder: Path, *, script: bool, cookies: bool, https: bool) -> Iterator[str]:
    """The receiver, to a browser without script or one that keeps no cookie, too; gives its address."""
    port, scheme = free_port(), right_to_left(folder)
    url = f"http{'s' * https}://localhost:{port}"
    scheme.write_text(scheme.read_text("utf-8").replace(EXIT, f"{url}/weather"), "utf-8")
    centre = open_at(place, BASE_URL=url, SCHEME=str(scheme))
    app = create_app(centre)

    @Request.application
    def answer(request: Request) -> Response:
        if request.path == "/weather":
            return Response("<!doctype html><title>Weather</title><p>Sunny.", mimetype="text/html", headers=SAME)
        if not cookies:
            request.environ.pop("HTTP_COOKIE", None)
        response = Response.from_app(app, request.environ)
        if not cookies:
            response.headers.remove("Set-Cookie")
        if not script and response.mimetype == "text/html":
            response.set_data(response.get_data().replace(b"journey.js", b"nothing.js"))
        return response

    more: dict[str, Any] = {"ssl_context": "adhoc"} if https else {}
    server = make_server("127.0.0.1", port, answer, threaded=True, **more)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()
    centre.database.close()


def come_to(walker: Walker, url: str, page: str) -> None:
    """Press Start, and go from page to page by Continue."""
    walker.go(f"{url}/")
    walker.press()
    for name, code, box in (("safe", "yes", ""), ("who", "me", ""), ("kinds", "threat", ""), ("", "", "where"),
                            ("", "", "name")):  # fmt: skip
        if walker.run("document.querySelector('main form').getAttribute('action')") == f"/report/{page}":
            return
        if name:
            walker.tick(name, code)
        if box == "name":
            walker.fill("age", "13")
        if box:
            walker.fill(box, "Sam")
        walker.press()


ways = pytest.mark.parametrize(
    ("script", "cookies", "https"),
    [(True, True, False), (True, True, True), (False, True, False), (False, True, True), (True, False, False),
     (False, False, False)],
    ids=["script", "script, https", "no script", "no script, https", "no cookies", "no cookies, no script"],
)  # fmt: skip
each = pytest.mark.parametrize("browser", BROWSERS)


@each
@ways
def test_after_leave_fast_nothing_shows_a_word(
    place: Place, tmp_path: Path, looks: Looks, browser: str, *, script: bool, cookies: bool, https: bool
) -> None:
    if browser == "webkit" and not script and not https:
        pytest.skip("WebKit shows pages of http again as they were, whatever they say; centres are reached by https")
    seen = []
    with (
        served(place, tmp_path, script=script, cookies=cookies, https=https) as url,
        BROWSERS[browser](tmp_path) as walker,
    ):
        for page, box in PAGES.items():
            come_to(walker, url, page)
            walker.fill(box, CANARY)
            walker.press()  # something is missing, but on one page nothing need be said
            if page == "them":
                walker.go(f"{url}/report/them") if cookies else walker.press("main [name=go]")
            assert CANARY in walker.shown()
            walker.fill(box, MORE)
            walker.press(".leave")
            for steps in (-1, 0, -1, -1, 1, 0, 1, -1, -1):
                walker.traverse(steps)
                seen.append("canary" in walker.shown())
        walker.go(f"{url}/back")
        walker.fill("reference", "4HK-2MP-9TC")
        walker.fill("words", "able acid aged")
        walker.fill("more", CANARY)
        walker.press()  # they do not fit
        assert CANARY in walker.shown()
        walker.press(".leave")
        for steps in (-1, 0, -1, 1, 0, -1, -1):
            walker.traverse(steps)
            seen.append("canary" in walker.shown())
    looks[browser].update({COLUMNS[0]: len(seen), COLUMNS[1]: sum(seen)})
    assert not any(seen)


@each
@ways
def test_without_leave_fast_no_word_is_lost(
    place: Place, tmp_path: Path, looks: Looks, browser: str, *, script: bool, cookies: bool, https: bool
) -> None:
    if not cookies:
        pytest.skip("whoever keeps no cookie is told not to go back, and has no page to come back to")
    with (
        served(place, tmp_path, script=script, cookies=cookies, https=https) as url,
        BROWSERS[browser](tmp_path) as walker,
    ):
        for page, box in PAGES.items():
            if page == "them":
                continue
            come_to(walker, url, page)
            walker.press()  # nothing is answered yet, and an error page stands in the history
            walker.fill(box, CANARY)
            walker.press()
            walker.fill(box, f"{CANARY} {MORE}")
            walker.press("main form[method=post] button")
            for steps in (-1, 0, -1, 1, 0, -1, -1, 1, 1):
                walker.traverse(steps)
            walker.go(f"{url}/report/{page}")
            shown = walker.shown()
            looks[browser].update({COLUMNS[2]: 1, COLUMNS[3]: CANARY not in shown or MORE not in shown})
            assert CANARY in shown
            assert MORE in shown
            walker.go(f"{url}/leave")
