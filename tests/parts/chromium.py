"""The system's Chromium, headless, that speaks to nobody but this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.parts.real import missing

CHROMIUM = Path("/usr/bin/chromium")
#: The same engine without the windows around it; it takes less than half of the processor's time.
SHELL = Path("/usr/bin/chromium-headless-shell")
ALONE = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def launched(path: Path = CHROMIUM) -> Iterator[Browser]:
    """Chromium, until the block ends."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*ALONE])
        yield chromium
        chromium.close()


@contextmanager
def refusing_cookies(browser: Browser, folder: Path, *, script: bool = True) -> Iterator[BrowserContext]:
    """The browser of somebody who has set it to take no cookie from anybody."""
    settings = folder / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}), "utf-8")
    opened = browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=[*ALONE], locale="en-GB", java_script_enabled=script
    )
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; what lies outside of pages, such as settings, needs a `CHROMIUM` of its own."""
    if not CHROMIUM.exists():
        missing("Chromium", package="chromium")
    with launched(SHELL if SHELL.exists() else CHROMIUM) as chromium:
        yield chromium


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser with nothing in it, British English."""
    opened = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of it."""
    return context.new_page()
