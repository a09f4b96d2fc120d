"""Other people's browsers, driven as a person would: Firefox by WebDriver BiDi, WebKitGTK by WebDriver.

Both are Debian's (`firefox-esr`, `webkit2gtk-driver`), on a screen that nobody sees (`xvfb`).
"""

import json
import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Error, Page

from tests.parts.real import free_port, missing
from tests.parts.running import PATIENCE, until_true

MINIBROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
#: Seconds for a page that may be none.
SHORT = 5
#: All that a page shows: what is written, and what stands in its boxes.
SHOWN = """document.documentElement.innerText + "\\n" +
  [...document.querySelectorAll("input, textarea")].map(box => box.value).join("\\n")"""


#: What tells the version of each; WebKit's programs do not say theirs.
TELL = {
    "chromium": ("chromium", "--version"),
    "firefox": ("firefox-esr", "--version"),
    "webkit": ("dpkg-query", "--show", "--showformat", "WebKitGTK ${Version}", "libwebkit2gtk-4.1-0"),
}


def version_of(browser: str) -> str:
    """Which one it is."""
    said = subprocess.run(TELL[browser], capture_output=True, text=True, timeout=PATIENCE, check=False)
    return said.stdout.strip().partition(" built on")[0]


class Walker(ABC):
    """A person with one tab of a browser."""

    @abstractmethod
    def go(self, url: str) -> None:
        """Open an address."""

    @abstractmethod
    def run(self, script: str) -> Any:
        """The value of an expression in the page."""

    @abstractmethod
    def traverse(self, steps: int) -> None:
        """Back (-1), Forward (1), or reload (0); yes to every question of the browser."""

    def shown(self) -> str:
        """All that the page shows; nothing where it is one of the browser's own."""
        end = time.monotonic() + SHORT
        while time.monotonic() < end:
            try:
                return str(self.run(SHOWN))
            except LookupError:  # it goes on to another by itself
                time.sleep(0.1)
        return ""

    def path(self) -> str:
        """Where the page is."""
        return str(self.run("location.pathname"))

    def fill(self, name: str, text: str) -> None:
        """Type into a box, as typing is told to a page."""
        self.run(f"""(() => {{ const box = document.querySelector('main [name="{name}"]');
            box.value = {json.dumps(text)}; box.dispatchEvent(new InputEvent("input", {{bubbles: true}})); }})()""")

    def tick(self, name: str, code: str) -> None:
        """Choose an answer."""
        self.run(f"""document.querySelector('main [name="{name}"][value="{code}"]').click()""")

    def press(self, selector: str = "main form[method=post] button") -> None:
        """Press a button or a link and wait for the page that it leads to."""
        self.run("window.stays = true")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.settle()

    def settle(self) -> None:
        """Wait until another page is there, whole."""
        until_true(self._is_new, what="another page")

    def rest(self) -> None:
        """Wait for a page that is shown again; it tells nobody when it is there, and may be the browser's own."""
        time.sleep(0.5)
        end = time.monotonic() + SHORT
        while time.monotonic() < end and not self._is("document.readyState === 'complete'"):
            time.sleep(0.05)

    def _is_new(self) -> bool:
        return self._is("!window.stays && document.readyState === 'complete'")

    def _is(self, condition: str) -> bool:
        try:
            return self.run(condition) is True
        except (requests.RequestException, LookupError):
            return False


class WebKit(Walker):
    """WebKitGTK's MiniBrowser."""

    def __init__(self, port: int) -> None:
        """Open it by the driver at this port."""
        self._driver = f"http://127.0.0.1:{port}"
        browser = {"binary": MINIBROWSER, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": browser, "unhandledPromptBehavior": "accept",
                                  "acceptInsecureCerts": True}}  # fmt: skip
        until_true(self._is_there, what="the driver of WebKit")
        self._session = f"/session/{self._ask('POST', '/session', capabilities=wanted)['sessionId']}"

    def _is_there(self) -> bool:
        try:
            return requests.get(f"{self._driver}/status", timeout=5).ok
        except requests.RequestException:
            return False

    def _ask(self, method: str, path: str, **said: Any) -> Any:
        answer = requests.request(method, f"{self._driver}{path}", json=said or {}, timeout=PATIENCE)
        if not answer.ok:
            raise LookupError(answer.text)
        return answer.json()["value"]

    def go(self, url: str) -> None:
        self._ask("POST", f"{self._session}/url", url=url)

    def run(self, script: str) -> Any:
        return self._ask("POST", f"{self._session}/execute/sync", script=f"return {script}", args=[])

    def traverse(self, steps: int) -> None:
        way = {-1: "back", 1: "forward", 0: "refresh"}[steps]
        self._ask("POST", f"{self._session}/{way}", _=0)
        self.rest()

    def close(self) -> None:
        self._ask("DELETE", self._session)


class Firefox(Walker):
    """Firefox, by the protocol that it speaks itself."""

    def __init__(self, port: int) -> None:
        """Take the tab of the Firefox that listens at this port."""
        self._websocket = pytest.importorskip("websocket", reason="make proof installs websocket-client")
        until_true(lambda: self._connects(port), what="Firefox", seconds=PATIENCE)
        self._number = 0
        self._ask("session.new", capabilities={"alwaysMatch": {
            "acceptInsecureCerts": True, "unhandledPromptBehavior": {"default": "accept"}}})  # fmt: skip
        self._tab = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _connects(self, port: int) -> bool:
        address = f"ws://127.0.0.1:{port}/session"
        try:
            self._socket = self._websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        except OSError:
            return False
        return True

    def _ask(self, method: str, **said: Any) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": said}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                if answer["type"] == "error":
                    raise LookupError(answer["message"])
                return answer["result"]

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def run(self, script: str) -> Any:
        result = self._ask("script.evaluate", expression=script, target={"context": self._tab}, awaitPromise=True)
        return result["result"].get("value") if result["type"] == "success" else None

    def traverse(self, steps: int) -> None:
        if steps:
            self._ask("browsingContext.traverseHistory", context=self._tab, delta=steps)
        else:
            self._ask("browsingContext.reload", context=self._tab, wait="none")
        self.rest()

    def close(self) -> None:
        self._socket.close()


class Chromium(Walker):
    """Chromium, by Playwright."""

    def __init__(self, page: Page) -> None:
        """Take this tab."""
        self._page = page

    def go(self, url: str) -> None:
        self._page.goto(url)

    def run(self, script: str) -> Any:
        try:
            return self._page.evaluate(script)
        except Error as error:
            raise LookupError(str(error)) from error

    def traverse(self, steps: int) -> None:
        ways = {-1: self._page.go_back, 1: self._page.go_forward, 0: self._page.reload}
        with suppress(Error):  # a page of the browser's own, which asks whether to send the form again
            ways[steps]()


@contextmanager
def firefox(folder: Path) -> Iterator[Walker]:
    """A Firefox with an empty profile in this folder."""
    program = shutil.which("firefox-esr") or missing("Firefox", package="firefox-esr")
    (folder / "user.js").write_text('user_pref("dom.confirm_repost.testing.always_accept", true);\n')
    port = free_port()
    command = [program, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", str(port)]
    with _running(command, folder) as stack:
        browser = Firefox(port)
        stack.callback(browser.close)
        yield browser


@contextmanager
def webkit(folder: Path) -> Iterator[Walker]:
    """A WebKitGTK that has been nowhere yet."""
    driver = shutil.which("WebKitWebDriver") or missing("WebKitGTK", package="webkit2gtk-driver")
    xvfb = shutil.which("Xvfb") or missing("a screen that nobody sees", package="xvfb")
    port, number = free_port(), folder / "display"
    with number.open("wb") as told, _running([xvfb, "-displayfd", "1", "-nolisten", "tcp"], folder, to=told) as stack:
        until_true(lambda: number.read_text().endswith("\n"), what="a screen")
        display = f":{number.read_text().strip()}"
        stack.enter_context(_running([driver, f"--port={port}"], folder, DISPLAY=display))
        browser = WebKit(port)
        stack.callback(browser.close)
        yield browser


@contextmanager
def _running(command: list[str], folder: Path, *, to: Any = subprocess.DEVNULL, **more: str) -> Iterator[ExitStack]:
    """A program with a home in this folder, ended with all that it started."""
    home = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", **more}
    process = subprocess.Popen(command, env=home, stdout=to, stderr=subprocess.DEVNULL, start_new_session=True)
    with ExitStack() as stack:
        stack.callback(process.wait)
        stack.callback(os.killpg, process.pid, signal.SIGTERM)
        yield stack
