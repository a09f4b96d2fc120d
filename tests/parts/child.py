"""A child who walks the real pages over HTTP, with nothing but what the pages offer.

reference = Child(client).press(token).tell(story="He asked where I live.", age="13").send()
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self
from urllib.parse import urljoin, urlsplit

import requests
from flask.testing import FlaskClient

from tests.parts.forms import Page
from tests.parts.running import PATIENCE

#: The least that can be sent, unless a test tells something else.
LEAST: dict[str, str | list[str]] = {
    "safe": "yes",
    "who": "me",
    "kinds": ["pretend"],
    "name": "Sam",
    "age": "13",
    "safe_way": "ask for me at school",
    "private": "safe",
}
PAGES_AT_MOST = 12


class Browser(Protocol):
    """What gets and posts, and follows where it is sent."""

    def get(self, path: str, headers: dict[str, str]) -> Page:
        """The page at this address."""
        ...

    def post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        """The page that these fields lead to."""
        ...


class Child:
    """One visitor with a browser of their own; `door` is a base URL, Flask's test client, or that browser.

    `headers` are added to every request, and need a base URL.
    """

    def __init__(self, door: "str | FlaskClient | Browser", *, headers: Mapping[str, str] | None = None) -> None:
        self._browser: Browser = (
            _Requests(door, headers or {})
            if isinstance(door, str)
            else _InProcess(door)
            if isinstance(door, FlaskClient)
            else door
        )
        self.answers: dict[str, list[str]] = {}
        self.page = Page(0, "", "")
        #: Of every page so far.
        self.statuses: list[int] = []

    def open(self, path: str, **headers: str) -> Page:
        """Go to an address of the receiver."""
        return self._see(self._browser.get(path, {name.replace("_", "-"): value for name, value in headers.items()}))

    def press(self, token: str = "", *, referer: str | None = None) -> Self:
        """Press the button on a partner's page (no token: come to the front page), and then Start."""
        self.open(f"/r/{token}" if token else "/", **({"Referer": referer} if referer else {}))
        self.go_on()
        return self

    def go_on(self, **answers: str | Iterable[str]) -> Page:
        """Answer this one page and press its Continue."""
        form = self.page.way_on
        return self.post(form.action, form.filled(_listed(answers)))

    def push(self, words: str, **answers: str | Iterable[str]) -> Page:
        """Answer this one page and press the first button of these words, wherever it leads."""
        button = next((one for one in self.page.buttons if one.words.strip() == words), None)
        form = next((one for one in self.page.forms if button and one.id == button.form), None)
        if button is None or form is None:
            raise LookupError(f"no button {words!r} on {self.page.path} ({self.page.status}): {self.page.words}")
        pressed = [(button.name, button.value)] if button.name else []
        return self.post(button.action or form.action, [*pressed, *form.filled(_listed(answers))])

    def post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        """Post just these fields, as nobody's browser would."""
        return self._see(self._browser.post(urljoin(self.page.path or "/", path), fields))

    def _see(self, page: Page) -> Page:
        self.page = page
        self.statuses.append(page.status)
        return page

    def tell(self, **answers: str | Iterable[str]) -> Self:
        """Walk the pages up to "check", giving these answers where they are asked for and LEAST elsewhere."""
        self.answers = _listed(LEAST) | self.answers | _listed(answers)
        for _ in range(PAGES_AT_MOST):
            form = self.page.way_on
            if form.action == "/report/check":
                return self
            self.post(form.action, form.filled(self.answers))
            if self.page.way_on.action == form.action:
                raise LookupError(f"stuck on {form.action} ({self.page.status}): {self.page.words}")
        raise LookupError(f"lost on {self.page.path} ({self.page.status}): {self.page.words}")

    def send(self) -> str:
        """Press Send and return the number on the last page."""
        self.go_on()
        return self.reference

    @property
    def reference(self) -> str:
        """The number on the page that says that the report has come."""
        found = re.search(r"Your number is:?\s+([0-9A-Z][0-9A-Z-]+)", self.page.words)
        if found is None:
            raise LookupError(f"no number on {self.page.path} ({self.page.status}): {self.page.words}")
        return found[1]


def _listed(answers: Mapping[str, str | Iterable[str]]) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else list(value) for name, value in answers.items()}


class _Requests:
    """Over a socket, keeping cookies."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        self._base = base_url
        self._headers = headers
        self._cookies = requests.cookies.RequestsCookieJar()

    def get(self, path: str, headers: dict[str, str]) -> Page:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        return self._ask("POST", path, data=fields)

    def _ask(self, method: str, path: str, **options: Any) -> Page:
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update(self._headers)
            session.cookies = self._cookies
            with session.request(method, urljoin(self._base, path), timeout=PATIENCE, **options) as answer:
                return Page(answer.status_code, urlsplit(answer.url).path, answer.text)


class _InProcess:
    """Through Flask's test client, which keeps cookies too."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str, headers: dict[str, str]) -> Page:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        form: dict[str, list[str]] = {}
        for name, value in fields:
            form.setdefault(name, []).append(value)
        return self._ask("POST", path, data=form)

    def _ask(self, method: str, path: str, **options: Any) -> Page:
        answer: Any  # Flask's answer knows the request that a redirect led to; its type does not say so
        with self._client.open(path, method=method, follow_redirects=True, **options) as answer:
            return Page(answer.status_code, answer.request.path, answer.get_data(as_text=True))
