"""A town: a receiver on `localhost` and a partner's site on 127.0.0.1, which to a browser are two sites."""

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from report_abuse_receiver.ground.scheme.scheme import SHIPPED
from tests.parts.command import Command
from tests.parts.places import Place
from tests.parts.real import free_port
from tests.parts.running import Starter, until_true
from tests.parts.source import ROOT

PARTNER = ROOT / "examples" / "flask_partner" / "app.py"


@dataclass(frozen=True, kw_only=True)
class Town:
    """A receiver on `localhost` and a partner's site on 127.0.0.1: two sites to a browser, one machine to us."""

    receiver: str
    partner: str


@pytest.fixture
def town(place: Place, start: Starter, command: Command, tmp_path: Path) -> Town:
    """Both, with Leave fast leading to a page of the partner's, because nothing here goes out to the weather."""
    here = Town(receiver=f"http://localhost:{free_port()}", partner=f"http://127.0.0.1:{free_port()}")
    scheme = tmp_path / "scheme.toml"
    scheme.write_text(SHIPPED.read_text("utf-8").replace("https://www.bbc.co.uk/weather", f"{here.partner}/help"))
    settings = place.environ | {"REPORT_ABUSE_BASE_URL": here.receiver, "REPORT_ABUSE_SCHEME": str(scheme)}
    start.receiver(settings, port=urlsplit(here.receiver).port)
    added = command.well("provider", "add", "acme", "--name", "Acme", "--origin", here.partner, "--json").json
    site = {"REPORT_ABUSE_URL": here.receiver, "REPORT_ABUSE_KEY": added["key"]}
    start.start([sys.executable, PARTNER, "--port", str(urlsplit(here.partner).port)], site)
    until_true(lambda: _is_up(here.partner), what=here.partner)
    return here


def _is_up(url: str) -> bool:
    try:
        return requests.get(url, timeout=5, proxies={"http": ""}).ok
    except requests.ConnectionError:
        return False
