"""A receiver in this process with a defence taken away, to show that what a test checks would otherwise go wrong.

@with_and_without(Rewritten(r"location\\.replace", by="location.assign"))
def test_…(page: Page, site: Site) -> None:
    …
    site.verdict(safe=…)
"""

import pkgutil
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug import Request, Response
from werkzeug.serving import make_server

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from tests.parts.places import Place, open_at
from tests.parts.real import free_port
from tests.parts.tongues import right_to_left

#: What Leave fast leads to in the shipped scheme; here it is a page of this process, under another host name.
EXIT = "https://www.bbc.co.uk/weather"
POLICY = "Content-Security-Policy"


@dataclass(frozen=True)
class Rewritten:
    """A page, stylesheet, script or policy is served with another text wherever the pattern `of` fits."""

    of: str
    by: str


@dataclass(frozen=True)
class Replaced:
    """A piece of the receiver, by its dotted name, does something else."""

    name: str
    by: object

    def __post_init__(self) -> None:
        """A name that is no longer there is told at once, and not when the test comes to it."""
        pkgutil.resolve_name(self.name)


Change = Rewritten | Replaced


@dataclass(kw_only=True)
class Site:
    """A receiver on `localhost`, in English and from right to left; `out` is where Leave fast leads."""

    url: str
    out: str
    app: Flask
    changes: tuple[Change, ...]
    made: set[Change] = field(default_factory=set)

    @property
    def centre(self) -> Centre:
        """The centre behind it."""
        found: Centre = self.app.extensions["centre"]
        return found

    def verdict(self, *, safe: bool) -> None:
        """Safe as it is built, and not safe without the defence."""
        unmade = [one for one in self.changes if isinstance(one, Rewritten) and one not in self.made]
        assert unmade == [], "nothing like this is served any more"
        assert safe is not bool(self.changes)

    def rewrite(self, text: str) -> str:
        """A served text with the changes made."""
        for one in self.changes:
            if isinstance(one, Rewritten) and re.search(one.of, text):
                self.made.add(one)
                text = re.sub(one.of, one.by, text)
        return text


def with_and_without(*defence: Change) -> Callable[[Any], Any]:
    """Run the test on the receiver as it is built, and on one without this defence."""
    ways = [pytest.param((), id="as built"), pytest.param(defence, id="without its defence")]
    return pytest.mark.parametrize("changes", ways)


@pytest.fixture
def site(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: tuple[Change, ...]) -> Iterator[Site]:
    """The receiver with these changes, served until the test ends."""
    port = free_port()
    out = f"http://127.0.0.1:{port}/weather"
    scheme = right_to_left(tmp_path)
    scheme.write_text(scheme.read_text("utf-8").replace(EXIT, out), "utf-8")
    url = f"http://localhost:{port}"
    centre = open_at(place, BASE_URL=url, SCHEME=str(scheme))
    for one in changes:
        if isinstance(one, Replaced):
            monkeypatch.setattr(one.name, one.by)
    here = Site(url=url, out=out, app=create_app(centre), changes=changes)
    server = make_server("127.0.0.1", port, _served(here), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()
    centre.database.close()


def _served(site: Site) -> Callable[..., Any]:
    @Request.application
    def answer(request: Request) -> Response:
        if request.path == "/weather":
            return Response("<!doctype html><title>Weather</title><p>Sunny.", mimetype="text/html")
        response = Response.from_app(site.app, request.environ)
        if (response.mimetype or "").startswith("text/"):
            response.set_data(site.rewrite(response.get_data(as_text=True)))
        if POLICY in response.headers:
            response.headers[POLICY] = site.rewrite(response.headers[POLICY])
        return response

    return answer
