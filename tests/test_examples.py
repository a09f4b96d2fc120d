"""The two example sites show what docs/partners.md promises, drawn and in a browser."""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from report_abuse import ReportAbuse, assets
from tests.parts.source import ROOT

KEY = "ra_live_button_acme_k1_p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
STRICT = "default-src 'none'; style-src 'self'; form-action {}; base-uri 'none'; frame-ancestors 'none'"
PAGES = ("/", "/profile/RiverFox", "/help")


def pebble() -> Flask:
    """Pebble Chat as `python app.py` makes it."""
    return pebble_module().create_app(ReportAbuse("http://localhost:8000", key=KEY))


def pebble_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pebble_chat", ROOT / "examples/flask_partner/app.py")
    if spec is None or spec.loader is None:
        pytest.fail("examples/flask_partner/app.py is gone")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Flask finds the templates beside a module that it can look up
    spec.loader.exec_module(module)
    return module


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """The site on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_pebble_chat_carries_the_button_in_three_placements() -> None:
    visitor, site = pebble().test_client(), ReportAbuse("http://localhost:8000", key=KEY)
    assert site.button("chat", ref="rock-pool") in visitor.get("/").text
    assert site.button("profile", variant="outline") in visitor.get("/profile/RiverFox").text
    assert site.form("help", variant="badge", size=56) in visitor.get("/help").text


def test_only_the_form_needed_a_word_in_the_policy() -> None:
    visitor = pebble().test_client()
    policies = [visitor.get(page).headers["Content-Security-Policy"] for page in PAGES]
    assert policies == [STRICT.format(one) for one in ("'self'", "'self'", "'self' http://localhost:8000/start")]


def test_pebble_chat_chats() -> None:
    visitor = pebble().test_client()
    assert visitor.post("/say", data={"words": "<b>hello</b>"}).status_code == 303
    assert "&lt;b&gt;hello&lt;/b&gt;" in visitor.get("/").text
    assert visitor.get("/profile/Nobody").status_code == 404


def test_the_static_site_carries_the_current_button_and_stylesheet() -> None:
    folder = ROOT / "examples/static_partner"
    assert ReportAbuse("http://localhost:8000", key=KEY).button("chat", scheme="light") in (
        folder / "index.html"
    ).read_text("utf-8")
    assert (folder / "report-abuse.css").read_text("utf-8").strip() == assets.css()


@pytest.mark.parametrize("path", PAGES)
def test_the_button_asks_for_nothing_and_breaks_no_policy_and_no_accessibility_rule(page: Page, path: str) -> None:
    asked, complained = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complained.append(message.text))
    with running(pebble()) as url:
        page.goto(url + path)
        assert Axe().run(page).response["violations"] == []
        assert [one for one in asked if not one.startswith(url)] == []
        assert complained == []


@pytest.mark.parametrize("css", ["", assets.css()], ids=["unstyled", "styled"])
def test_the_button_is_large_enough_for_a_thumb(page: Page, css: str) -> None:
    site = ReportAbuse("http://localhost:8000", key=KEY)
    page.set_content(f"<style>{css}</style>" + "".join(site.button("chat", variant=v) for v in ("solid", "badge")))
    for mark in page.locator("a svg").all():
        box = mark.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    if css:
        assert all((one.bounding_box() or {})["height"] >= 44 for one in page.locator("a").all())
