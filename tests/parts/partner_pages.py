"""The pages of partners that the button has to hold out on: frames, resets, toggles, narrow cells, paper."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as Tab

from report_abuse import ReportAbuse, assets
from report_abuse.snippets import VARIANTS
from tests.parts.source import ROOT

KEY = "ra_live_button_acme_k1_p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
SITE = ReportAbuse("https://report.example", key=KEY)
PARTNER = "http://partner.test"
SOLID, OUTLINE, BADGE = (SITE.button("chat", variant=one) for one in VARIANTS)
FORM = SITE.form("help")
ALL = f"<p>{SOLID}</p><p>{OUTLINE}</p><p>{BADGE}</p>{FORM}"
HTMX = ROOT / "build/node/node_modules/htmx.org/dist/htmx.min.js"
BOOTSTRAP = ROOT / "build/node/node_modules/bootstrap/dist/css/bootstrap.min.css"
ARRIVED = "<!doctype html><title>Arrived</title><p>This is the centre."
#: What stands in a frame of another page.
FRAMED = f'<!doctype html><html lang="en"><title>Chat</title><link rel="stylesheet" href="/ra.css">{SOLID}{FORM}'

_ROOM = "body { margin: 16px; }"
_TOGGLED = f"{_ROOM} .dark {{ background: #111827; color: #f9fafb; }}"
_RESET = """*, ::before, ::after { box-sizing: border-box; border: 0 solid; margin: 0; padding: 0; }
svg { display: block; vertical-align: middle; } a { color: inherit; text-decoration: inherit; }
button { font: inherit; background: none; }"""
_BOOTSTRAPPED = '<link rel="stylesheet" href="/bootstrap.css">'
_CELLS = ".cells { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; max-width: 280px; }"


@dataclass(frozen=True, kw_only=True)
class PartnerPage:
    """A kind of page, what stands in it, and how it is looked at; without `styled` it has no stylesheet of ours."""

    name: str
    body: str = ALL
    css: str = _ROOM
    html: str = ""
    device: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"
    styled: bool = True
    head: str = ""

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/{self._plain}"

    @property
    def picture(self) -> str:
        """Where docs/partners.md has its picture."""
        return f"pictures/on-{self._plain}.png"

    @property
    def _plain(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def document(self) -> str:
        """The whole page."""
        ours = "<link rel=stylesheet href=/ra.css>" if self.styled else ""
        return (
            f"<!doctype html><html lang=en {self.html}><head><meta charset=utf-8><title>{self.name}</title>"
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{self.head}'
            f"<link rel=stylesheet href={self.path}.css>{ours}</head><body><main><h1>Rock Pool</h1>{self.body}</main>"
            "</body></html>"
        )


def _without_mark(html: str) -> str:
    """A snippet as sanitizers leave it that know no svg."""
    before, _, rest = str(html).partition("<svg")
    return before + rest.partition("</svg>")[2]


def _without_form(html: str) -> str:
    """A snippet as WordPress leaves it in a post: neither form nor input, but a button that belongs to nothing."""
    return re.sub(r"</?(?:form|input)\b[^>]*>", "", _without_mark(html))


PAGES = (
    PartnerPage(name="A white page", css=f"{_ROOM} body {{ background: #fff; }}"),
    PartnerPage(name="No stylesheet of ours", styled=False),
    PartnerPage(name="A frame", body='<iframe title="Chat" src="/frame" width="260" height="140"></iframe>'),
    PartnerPage(
        name="htmx, boosted", body=f'<div hx-boost="true">{ALL}</div>', head='<script src="/htmx.js"></script>'
    ),
    PartnerPage(name="A sanitizer that strips svg", body=f"<p>{_without_mark(SOLID)}</p>{_without_mark(FORM)}"),
    PartnerPage(name="A CMS that cuts forms", body=f"<p>{_without_mark(SOLID)}</p>{_without_form(FORM)}"),
    PartnerPage(name="A root of 62.5 %", css=f"html {{ font-size: 62.5%; }} {_ROOM} body {{ font-size: 1.6rem; }}"),
    PartnerPage(name="No focus rings", css=f"{_ROOM} *:focus {{ outline: none !important; }}"),
    PartnerPage(name="A white site, a dark device", device="dark"),
    PartnerPage(
        name="A site that follows the device", css=f"{_ROOM} html {{ color-scheme: light dark; }}", device="dark"
    ),
    PartnerPage(name="Bootstrap in dark", html="data-bs-theme=dark", head=_BOOTSTRAPPED),
    PartnerPage(
        name="Bootstrap, light in dark",
        html="data-bs-theme=dark",
        body=f'<div data-bs-theme="light" style="background:#fff;padding:8px">{SOLID} {OUTLINE}</div>',
        head=_BOOTSTRAPPED,
    ),
    PartnerPage(name="A dark toggle", html="class=dark", css=_TOGGLED),
    PartnerPage(name="A dark toggle and a reset", html="class=dark", css=_RESET + _TOGGLED),
    PartnerPage(
        name="A light toggle, a dark device",
        html="class=light",
        css=f"{_ROOM} html {{ color-scheme: light dark; }} .light {{ background: #fff; color: #000; }}",
        device="dark",
    ),
    PartnerPage(name="Paper", media="print"),
    PartnerPage(
        name="Paper from a dark site",
        html="class=dark",
        media="print",
        css=f"{_TOGGLED} @media print {{ .dark {{ background: none; color: #000; }} }}",
    ),
    PartnerPage(name="Right to left", html="dir=rtl", body=f"<p>{SOLID}</p><p>{OUTLINE}</p>{FORM}"),
    PartnerPage(
        name="Narrow cells",
        css=_ROOM + _CELLS,
        body=f'<div class="cells"><div>{SOLID}</div>{OUTLINE}<div>{BADGE}</div></div>',
    ),
    PartnerPage(
        name="The largest mark",
        body="".join(f"<p>{SITE.button('chat', variant=one, size=120)}</p>" for one in VARIANTS),
    ),
    PartnerPage(name="Icons of one size", css=f"{_ROOM} svg {{ width: 1em; height: 1em; fill: none; }}"),
    PartnerPage(
        name="Links in a colour",
        css=f"{_ROOM} a:link, a:visited {{ color: #c00; text-decoration: none; }} a:hover {{ color: #900; }}",
    ),
    PartnerPage(
        name="Buttons in a shape",
        css=f"{_ROOM} button {{ width: 100%; height: 20px; background: #eee; color: #333; font: 11px serif; }}",
    ),
)


@contextmanager
def shown_page(browser: Browser, page: PartnerPage, *, width: int) -> Iterator[Tab]:
    """The page in a browser of that width; everything it asks for is answered here."""
    context = browser.new_context(viewport={"width": width, "height": 640}, color_scheme=page.device)
    context.route("**/*", lambda route: _answer(route, page))
    tab = context.new_page()
    tab.emulate_media(media=page.media, color_scheme=page.device)
    tab.goto(PARTNER + page.path)
    yield tab
    context.close()


def _answer(route: Route, page: PartnerPage) -> None:
    path = urlsplit(route.request.url).path
    styles = {"/ra.css": assets.css(), f"{page.path}.css": page.css}
    if path in styles:
        route.fulfill(content_type="text/css", body=styles[path])
    elif path == "/htmx.js":
        route.fulfill(content_type="text/javascript", path=HTMX)
    elif path == "/bootstrap.css":
        route.fulfill(content_type="text/css", path=BOOTSTRAP)
    else:
        html = {"/frame": FRAMED, page.path: page.document}.get(path, ARRIVED)
        route.fulfill(content_type="text/html; charset=utf-8", body=html)
