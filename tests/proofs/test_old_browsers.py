"""Browsers of long ago send a report whole: HTTP/1.0, forms in parts, no cookies, other charsets, lynx and w3m."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.parts.child import LEAST, Child
from tests.parts.command import Command
from tests.parts.old_browsers import OldBrowser, Press, in_terminal, presses
from tests.parts.places import Place, on_sqlite
from tests.parts.running import Running, Starter

pytestmark = [on_sqlite, pytest.mark.proof]

TOLD = {
    **LEAST,
    "kinds": ["asked_images", "meet"],
    "story": "He asked where I live.",
    "their_names": "DarkWolf99",
    "meeting": "no",
    "town": "Llanfair",
    "email": "sam@example.com",
}
ANSWERS: dict[str, list[str]] = {name: [said] if isinstance(said, str) else said for name, said in TOLD.items()}
KEPT = {name: said for name, said in TOLD.items() if name != "age"} | {"age": 13}


@pytest.fixture
def receiver(start: Starter, place: Place) -> Running:
    return start.receiver(place.environ)


def arrived(command: Command) -> Mapping[str, object]:
    """The answers of the one report there is."""
    [listed] = command.well("reports", "list", "--json").json
    shown = command.well("reports", "show", listed["reference"], "--reason", "proof", "--json").json
    answers: Mapping[str, object] = shown["answers"]
    return answers


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("parts", [False, True], ids=["in one piece", "in parts"])
@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_http_1_0_goes_the_whole_way(
    receiver: Running, command: Command, *, cookies: bool, parts: bool, charset: str
) -> None:
    browser = OldBrowser(receiver.base_url, cookies=cookies, parts=parts, charset=charset)
    told = {**TOLD, "story": "Il m'a dit où est mon café."}
    Child(browser).press().tell(**told).send()
    assert arrived(command) == KEPT | {"story": told["story"]}


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_lynx_goes_the_whole_way(receiver: Running, command: Command, tmp_path: Path, *, cookies: bool) -> None:
    script = tmp_path / "keys"
    keys = [key for page in _way(receiver, cookies=cookies) for key in _lynx(page)]
    script.write_text("\n".join([*keys, "key Q", ""]), "ascii")
    kept = ["-accept_all_cookies"] if cookies else ["-cookies"]  # it is a switch: they are on
    drawn = in_terminal(
        ["lynx", "-nopause", *kept, f"-cmd_script={script}", f"{receiver.base_url}/"], HOME=str(tmp_path)
    )
    assert "We have got your report" in drawn
    assert arrived(command) == KEPT


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_w3m_goes_the_whole_way(receiver: Running, command: Command, tmp_path: Path, *, cookies: bool) -> None:
    way = _way(receiver, cookies=cookies)
    areas = [press.said for page in way for press in page if press.is_area]
    (tmp_path / "texts").write_text("\n".join([*areas, ""]), "utf-8")
    editor = tmp_path / "editor"  # gives one line after the other to whichever box it is opened for
    editor.write_text(_EDITOR.format(folder=tmp_path), "ascii")
    editor.chmod(0o700)
    command_line = ["w3m", "-cookie" if cookies else "-no-cookie", f"{receiver.base_url}/"]
    keys = "".join(_w3m(page) for page in way)
    drawn = in_terminal(command_line, f"{keys}Q", HOME=str(tmp_path), EDITOR=str(editor))
    assert "We have got your report" in drawn
    told = {name: said.strip() if isinstance(said, str) else said for name, said in arrived(command).items()}
    assert told == KEPT


_EDITOR = """#!/bin/sh
cd {folder} && for file; do :; done
head -n 1 texts >"$file" && sed -i 1d texts
"""


def _way(receiver: Running, *, cookies: bool) -> list[list[Press]]:
    """What is pressed and typed on each page, from the first to Send, found by a visitor who goes ahead."""
    child = Child(OldBrowser(receiver.base_url, cookies=cookies))
    child.open("/")
    way = []
    while True:
        way.append(presses(child.page, ANSWERS))
        if child.page.way_on.action == "/report/check":
            return way
        child.go_on(**{name: said for name, said in ANSWERS.items() if name in child.page.way_on.names})


def _lynx(page: Sequence[Press]) -> list[str]:
    """It begins on the first thing of a page."""
    keys, here = list[str](), 0
    for press in page:
        typed = [f"key {_NAMED.get(letter, letter)}" for letter in press.said or "\n"]
        keys, here = [*keys, *["key <tab>"] * (press.at - here), *typed], press.at
    return keys


_NAMED = {" ": "<space>", "\n": "^J"}


def _w3m(page: Sequence[Press]) -> str:
    """It begins on the first thing, too; a line is asked for at the foot of the screen, more by an editor."""
    keys, here = "", 0
    for press in page:
        typed = "\r" if press.is_area or not press.said else f"\r{press.said}\r"
        keys, here = f"{keys}{chr(9) * (press.at - here)}{typed}", press.at
    return keys
