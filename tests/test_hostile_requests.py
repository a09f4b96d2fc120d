"""Requests that no browser makes: each gets a page, none takes anything away, and the next visitor notices nothing."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.web.public import MAX_CONTENT_LENGTH
from tests.parts.child import Child
from tests.parts.hostile import BODIES, SAID_TO_BE, URLENCODED
from tests.parts.places import Place, on_sqlite
from tests.parts.running import PATIENCE, Starter

pytestmark = on_sqlite

#: Everything that takes a form, in an order that leaves Send to the last.
DOORS = (
    *(f"/report/{page}" for page in PAGES), "/danger", "/report/not-ours", "/back", "/r", "/r/", "/r/acme", "/start",
    "/report/done", "/report/check",
)  # fmt: skip
#: What some other program may write to the socket before it hangs up.
ODD = {
    "a body shorter than it says": b"POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\ntoken=acme",
    "a body longer than it says": b"POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\ntoken=acme&story=x",
    "two lengths": b"POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 10\r\n\r\ntoken=acme",
    "a negative length": b"POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\ntoken=acme",
    "length and chunks": b"POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nx=y\r\n0\r\n\r\n",
    "chunks without an end": b"POST /start HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntoken",
    "a huge chunk": b"POST /start HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx",
    "no form at all": b"POST /start HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw bytes in the path": b"GET /r/\xff\xfe\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "new lines in a header": b"GET / HTTP/1.1\r\nHost: x\r\nCookie: ra=\r\n stolen\r\n\r\n",
    "bytes in headers": b"GET / HTTP/1.1\r\nHost: \xff\r\nCookie: \xff\r\nAccept-Language: \xed\xa0\x80\r\n\r\n",
}


@pytest.mark.parametrize("door", DOORS)
def test_no_body_breaks_a_page(app: Flask, door: str) -> None:
    client = app.test_client()
    for body in BODIES.values():
        Child(client).press().tell()
        for kind in SAID_TO_BE:
            answer = client.post(door, data=body, content_type=kind)
            assert answer.status_code in ((200, 303, 429) if door == "/back" else (200, 303)), (body[:60], kind)
            assert "stolen" not in str(answer.headers)


@pytest.mark.parametrize("page", PAGES)
def test_a_file_is_no_answer_and_no_trouble(client: FlaskClient, page: str) -> None:
    client.post("/start")
    for name in questions(page):
        with Path(__file__).open("rb") as picture:
            answer = client.post(f"/report/{page}", data={name: (picture, "me.jpg")})
        assert answer.status_code in (200, 303)
        assert "Requests that no browser makes" not in client.get(f"/report/{page}").text


def test_forms_of_many_parts_are_no_trouble_and_lose_no_word(client: FlaskClient) -> None:
    client.post("/start")
    many = {f"x{number}": "y" for number in range(2000)} | {"kinds": "threat", "story": "my words"}
    assert client.post("/report/what", data=many, content_type="multipart/form-data").location == "/report/them"
    with (Path(__file__)).open("rb") as picture:
        data = {"their_names": "foxy", "picture": (picture, "me.jpg")}
        assert client.post("/report/them", data=data, content_type="multipart/form-data").location == "/report/you"
    assert ("story", "my words") in Child(client).open("/report/what").way_on.as_sent()
    assert ("their_names", "foxy") in Child(client).open("/report/them").way_on.as_sent()


def test_a_body_beyond_all_measure_gets_a_face_that_says_so(client: FlaskClient) -> None:
    client.post("/start")
    for door in DOORS[:7]:
        answer = client.post(door, data=b"story=" + b"x" * MAX_CONTENT_LENGTH, content_type=URLENCODED)
        assert answer.status_code == 413
        assert "This is too long. Please make it a bit shorter." in answer.text
        assert "Childline" in answer.text


def test_a_body_in_chunks_is_a_form_like_any_other(start: Starter, place: Place) -> None:
    base_url = start.receiver(place.environ).base_url
    with requests.Session() as browser:
        browser.trust_env = False
        browser.headers["Content-Type"] = URLENCODED
        browser.post(f"{base_url}/start")
        empty = browser.post(f"{base_url}/report/what", data=iter([b""]))
        assert "Tick at least one box." in empty.text
        whole = browser.post(
            f"{base_url}/report/what", data=iter([b"kinds=thr", b"eat&story=my+%F0%9F", b"%99%88+words"])
        )
        assert whole.url == f"{base_url}/report/them"
        assert "my 🙈 words" in browser.get(f"{base_url}/report/what").text


def test_whatever_is_written_to_the_socket_the_next_visitor_is_served(start: Starter, place: Place) -> None:
    base_url = start.receiver(place.environ).base_url
    url = urlsplit(base_url)
    for what, raw in ODD.items():
        with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            said = connection.recv(65536)
        assert not said or said.startswith((b"HTTP/1.0 4", b"HTTP/1.1 4", b"HTTP/1.1 2", b"HTTP/1.1 303")), what
        with requests.get(base_url, timeout=PATIENCE) as answer:
            assert answer.status_code == 200, what
