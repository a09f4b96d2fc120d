"""Browsers of long ago: HTTP/1.0 over a bare socket, and those that draw a page as text in a terminal."""

import fcntl
import os
import pty
import re
import select
import shutil
import socket
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from tests.parts.forms import Page
from tests.parts.hostile import URLENCODED
from tests.parts.real import missing
from tests.parts.running import PATIENCE

_BOUNDARY = "----7d33a816d302b6"


@dataclass
class OldBrowser:
    """HTTP/1.0, one connection a page, not even a Host. `parts` posts forms in parts; `charset` is said and kept to."""

    base_url: str
    cookies: bool = True
    parts: bool = False
    charset: str = "utf-8"
    _jar: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: dict[str, str]) -> Page:
        """The page at this address, or where it leads."""
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        """The page that a form leads to."""
        if self.parts:
            kind, body = f"multipart/form-data; boundary={_BOUNDARY}", self._in_parts(fields)
        else:
            kind, body = f"{URLENCODED}; charset={self.charset}", urlencode(fields, encoding=self.charset).encode()
        return self._ask("POST", path, body, {"Content-Type": kind, "Content-Length": str(len(body))})

    def _in_parts(self, fields: list[tuple[str, str]]) -> bytes:
        head = f"--{_BOUNDARY}\r\nContent-Type: text/plain; charset={self.charset}\r\n"
        named = [(f'Content-Disposition: form-data; name="{name}"\r\n\r\n', value) for name, value in fields]
        each = [f"{head}{name}{value}\r\n".encode(self.charset) for name, value in named]
        return b"".join((*each, f"--{_BOUNDARY}--\r\n".encode()))

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Page:
        jar = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._jar.items())} if self._jar else {}
        lines = [f"{method} {path} HTTP/1.0", *(f"{name}: {said}" for name, said in {**headers, **jar}.items())]
        status, answered, html = self._over_a_socket("\r\n".join((*lines, "", "")).encode() + body)
        for said in answered.get("set-cookie", []) if self.cookies else []:
            self._jar |= {one.key: one.value for one in SimpleCookie(said).values()}
        if status in (302, 303):
            return self._ask("GET", urlsplit(urljoin(path, answered["location"][0])).path, b"", {})
        return Page(status, path, html)

    def _over_a_socket(self, request: bytes) -> tuple[int, dict[str, list[str]], str]:
        to = urlsplit(self.base_url)
        with socket.create_connection((str(to.hostname), to.port or 80), timeout=PATIENCE) as line:
            line.sendall(request)
            answer = b"".join(iter(lambda: line.recv(65536), b""))  # it ends with the connection
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers: dict[str, list[str]] = {}
        for name, _, said in (one.partition(":") for one in rest):
            headers.setdefault(name.lower(), []).append(said.strip())
        return int(first.split()[1]), headers, body.decode("utf-8")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing in a page that a key leads to: a link, or what stands in a form."""

    tag: str
    kind: str
    name: str
    value: str
    in_main: bool


class _Items(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Item] = []
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count what a key leads to."""
        self._in_main |= tag == "main"
        said = {name: value or "" for name, value in attrs}
        kind = said.get("type", "text" if tag == "input" else "")
        if (tag == "a" and "href" in said) or tag in ("textarea", "button") or (tag == "input" and kind != "hidden"):
            self.found.append(
                Item(tag=tag, kind=kind, name=said.get("name", ""), value=said.get("value", ""), in_main=self._in_main)
            )


def items_on(page: Page) -> list[Item]:
    """All of them, in their order."""
    reader = _Items()
    reader.feed(page.html)
    return reader.found


@dataclass(frozen=True, kw_only=True)
class Press:
    """A thing to be dealt with: how far on it stands, and what is typed there; where nothing is, it is pressed."""

    at: int
    said: str = ""
    is_area: bool = False


def presses(page: Page, answers: Mapping[str, Sequence[str]]) -> list[Press]:
    """What is to be done on a page so that it holds these answers, and to go on from there."""
    items, found = items_on(page), list[Press]()
    main = next(at for at, one in enumerate(items) if one.tag == "button" and not one.name and one.in_main)
    for at, one in enumerate(items[:main]):
        said = answers.get(one.name, ())
        if one.kind in ("radio", "checkbox"):
            found += [Press(at=at)] if one.value in said else []
        elif said:
            found.append(Press(at=at, said=said[0], is_area=one.tag == "textarea"))
    return [*found, Press(at=main)]


def in_terminal(command: Sequence[str | Path], keys: str = "", **environ: str) -> str:
    """Run a program in a terminal of its own, high enough for every page, until it ends; returns what it drew."""
    program = shutil.which(str(command[0])) or missing(str(command[0]), package=str(command[0]))
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 400, 200, 0, 0))
    terminal = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], **environ}
    process = subprocess.Popen(
        [program, *command[1:]], stdin=its, stdout=its, stderr=its, env=terminal, start_new_session=True
    )
    os.close(its)
    os.write(ours, keys.encode())
    drawn, end = b"", time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        drawn += _read(ours)
    process.kill()
    process.wait()
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()].", " ", drawn.decode("utf-8", "replace"))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536) if select.select([terminal], [], [], 0.1)[0] else b""
    except OSError:  # it has ended
        return b""
