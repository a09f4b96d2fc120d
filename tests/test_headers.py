"""The headers of every public answer, written out in full: no more, no fewer, and no word of what serves it."""

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.rules.intake.coming_back import MOST_AT_A_REPORT
from report_abuse_receiver.rules.intake.references import new_reference
from report_abuse_receiver.web.public import MAX_CONTENT_LENGTH
from tests.parts.child import LEAST
from tests.parts.faults import Fault
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.running import PATIENCE, Starter

pytestmark = on_sqlite

Answer = tuple[int, list[tuple[str, str]]]

HTTP, HTTPS = "http://127.0.0.1:8000", "https://report.example"
EVERY = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
#: The cookie as a browser gets it, with its value left out.
COOKIE = {
    HTTP: "ra=…; HttpOnly; Path=/; SameSite=Lax",
    HTTPS: "__Host-ra=…; Secure; HttpOnly; Path=/; SameSite=Lax",
}
FORGOTTEN = {
    HTTP: "ra=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/; SameSite=Lax",
    HTTPS: "__Host-ra=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax",
}
HSTS = {HTTP: {}, HTTPS: {"Strict-Transport-Security": "max-age=63072000"}}
#: Of these only the server knows the value.
MEASURED = {"Content-Length", "Date", "ETag", "Last-Modified"}
SECRET = re.compile(r"(?<=ra=)[A-Za-z0-9_-]{43}(\.unknown)?(?=;)")
SOFTWARE = re.compile(rb"waitress|werkzeug|flask|python|nginx", re.IGNORECASE)

#: Requests that no page of ours answers, because they come no further than the server.
NOT_HTTP = (
    b"nonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"POST /start HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    b"POST /start HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"POST /start HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /start HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
)


@dataclass(frozen=True)
class Asked:
    """One request of a visitor, and what its answer has that not every answer has."""

    method: str
    path: str
    status: int = 200
    more: Mapping[str, str] = field(default_factory=dict)
    cookie: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def onwards(path: str) -> dict[str, str]:
    return {"Location": path}


#: A visitor who answers as in LEAST, looks at everything, sends the report and leaves.
WALK = (
    Asked("GET", "/", cookie=COOKIE),
    Asked("HEAD", "/", cookie=COOKIE),
    Asked("OPTIONS", "/", more={"Allow": "GET, HEAD, OPTIONS"}),
    Asked("GET", "/r", cookie=COOKIE),
    Asked("POST", "/r", cookie=COOKIE),
    Asked("GET", "/r/", cookie=COOKIE),
    Asked("POST", "/r/", cookie=COOKIE),
    Asked("GET", "/r/acme", cookie=COOKIE),
    Asked("POST", "/r/acme", cookie=COOKIE),
    Asked("GET", "/R/Acme.", cookie=COOKIE),
    Asked("POST", "/R/Acme.", cookie=COOKIE),
    Asked("GET", "/help"),
    Asked("GET", "/back"),
    Asked("POST", "/back", 303, more=onwards("/back")),
    Asked("GET", "/back/report", 303, more=onwards("/back")),
    Asked("GET", "/favicon.ico", 204),
    Asked("GET", "/robots.txt", more={"Content-Type": "text/plain; charset=utf-8"}),
    Asked("GET", "/.well-known/report-abuse", more={"Content-Type": "application/json"}),
    Asked(
        "GET",
        "/assets/journey.css",
        more={"Content-Type": "text/css; charset=utf-8", "Cache-Control": "private, max-age=3600"},
    ),
    Asked(
        "GET",
        "/assets/journey.js",
        more={
            "Content-Type": "text/javascript; charset=utf-8",
            "Cache-Control": "private, max-age=3600",
        },
    ),
    Asked("GET", "/start", 303, more=onwards("/")),
    Asked("GET", "/start?token=acme", cookie=COOKIE),
    Asked("POST", "/start", 303, more=onwards("/report/safe"), cookie=COOKIE),
    Asked("GET", "/report/safe"),
    Asked("POST", "/report/safe", 303, more=onwards("/report/who")),
    Asked("GET", "/danger"),
    Asked("POST", "/danger", 303, more=onwards("/report/who")),
    Asked("GET", "/report/not-ours"),
    Asked("POST", "/report/not-ours", 303, more=onwards("/report/them")),
    Asked("GET", "/report/check"),
    Asked("POST", "/report/check", 303, more=onwards("/report/check")),
    Asked("POST", "/report/who", 303, more=onwards("/report/what")),
    Asked("POST", "/report/what", 303, more=onwards("/report/them")),
    Asked("POST", "/report/you", 303, more=onwards("/report/contact")),
    Asked("POST", "/report/them/left", 204),
    Asked("POST", "/report/go", 303, more=onwards("/report/safe")),
    Asked("POST", "/report/contact", 303, more=onwards("/report/check")),
    Asked("POST", "/report/check", 303, more=onwards("/report/done")),
    Asked("GET", "/report/done"),
    Asked("GET", "/report/meanwhile", 303, more=onwards("/report/done")),
    Asked("POST", "/report/done", 303, more=onwards("/report/done")),
    Asked("GET", "/report/check", 303, more=onwards("/report/done")),
    Asked(
        "GET",
        "/leave",
        303,
        more={"Clear-Site-Data": '"cache", "storage"', **onwards("https://www.bbc.co.uk/weather")},
        cookie=FORGOTTEN,
    ),
    Asked(
        "POST",
        "/leave",
        more={"Clear-Site-Data": '"cache", "storage"', "Refresh": "0; url=https://www.bbc.co.uk/weather"},
        cookie=FORGOTTEN,
    ),
    Asked("GET", "/report/safe", 303, more=onwards("/")),
    Asked("GET", "/nowhere", 404),
    Asked("GET", "/assets/nothing.js", 404),
    Asked("PUT", "/help", 405, more={"Allow": "GET, HEAD, OPTIONS"}),
)


@dataclass(frozen=True)
class Served:
    """An app that is reached at `base_url`."""

    app: Flask
    centre: Centre
    base_url: str

    def expected(self, asked: Asked) -> Answer:
        cookie = {"Set-Cookie": asked.cookie[self.base_url]} if asked.cookie else {}
        return asked.status, sorted({**EVERY, **HSTS[self.base_url], **asked.more, **cookie}.items())


@pytest.fixture(params=[HTTP, HTTPS], ids=["http", "https"])
def served(request: pytest.FixtureRequest, place: Place) -> Iterator[Served]:
    centre = open_at(place, BASE_URL=request.param)
    yield Served(create_app(centre), centre, request.param)
    centre.database.close()


def read(answer: TestResponse) -> Answer:
    """The status, and every header that is not measured."""
    return answer.status_code, sorted(
        (name, SECRET.sub("…", ", ".join(sorted(value.split(", "))) if name == "Allow" else value))
        for name, value in answer.headers
        if name not in MEASURED
    )


def test_every_answer_has_its_headers_and_no_other(served: Served) -> None:
    visitor = served.app.test_client()
    for asked in WALK:
        form = LEAST if asked.method == "POST" else None
        with visitor.open(asked.path, method=asked.method, data=form, base_url=served.base_url) as answer:
            assert read(answer) == served.expected(asked), str(asked)


def test_no_public_route_is_left_out_of_the_walk(served: Served) -> None:
    public = [rule for rule in served.app.url_map.iter_rules() if rule.endpoint.startswith("public.")]
    routes = {(method, rule.rule) for rule in public for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    doors = served.app.url_map.bind("")
    walked = [asked for asked in WALK if asked.status < 400 and asked.method in ("GET", "POST")]
    found = [(one.method, doors.match(urlsplit(one.path).path, one.method, return_rule=True)[0].rule) for one in walked]
    assert set(found) == routes


def test_the_hop_after_a_partners_form_alone_tells_whence_it_comes(served: Served) -> None:
    asked = Asked(
        "POST",
        "/start",
        303,
        more={"Referrer-Policy": "strict-origin-when-cross-origin", **onwards("/start?token=acme")},
    )
    cross_site, form = {"Sec-Fetch-Site": "cross-site"}, {"token": "acme"}
    answer = served.app.test_client().post("/start", data=form, headers=cross_site, base_url=served.base_url)
    assert read(answer) == served.expected(asked)


def test_what_is_too_long_or_tried_too_often_has_them_too(served: Served) -> None:
    visitor = served.app.test_client()
    story = {"story": "x" * MAX_CONTENT_LENGTH}
    answer = visitor.post("/report/what", data=story, base_url=served.base_url)
    assert read(answer) == served.expected(Asked("POST", "/report/what", 413))
    guess = {"reference": new_reference(), "words": "apple river lamp"}
    for _ in range(MOST_AT_A_REPORT + 1):
        answer = visitor.post("/back", data=guess, base_url=served.base_url)
    assert read(answer) == served.expected(Asked("POST", "/back", 429, more={"Retry-After": "3600"}))


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("a mistake of ours"), 500), (OperationalError("", {}, Exception()), 503)]
)
def test_what_breaks_has_them_too(served: Served, error: Exception, status: int) -> None:
    visitor = served.app.test_client()
    visitor.post("/start", base_url=served.base_url)
    with Fault(error, after=0).on(served.centre):
        answer = visitor.post("/report/what", data=LEAST, base_url=served.base_url)
    assert read(answer) == served.expected(Asked("POST", "/report/what", status))


def test_a_running_receiver_does_not_say_what_it_is_made_of(start: Starter, place: Place) -> None:
    base_url = start.receiver(place.environ).base_url
    for path in ("/", "/nowhere", "/assets/journey.js", "/healthz", "/readyz"):
        with requests.get(base_url + path, timeout=PATIENCE) as answer:
            assert {"Server", "Via", "X-Powered-By"}.isdisjoint(answer.headers)
            assert not SOFTWARE.search(answer.content)
    for raw in NOT_HTTP:
        said = told(base_url, raw)
        assert said.startswith(b"HTTP/1."), raw[:80]
        assert not SOFTWARE.search(said), raw[:80]


def told(base_url: str, raw: bytes) -> bytes:
    """What comes back for these bytes before the connection is closed."""
    url, said = urlsplit(base_url), b""
    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as connection:
        connection.sendall(raw)
        while more := connection.recv(65536):
            said += more
    return said
