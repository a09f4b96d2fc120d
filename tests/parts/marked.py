"""One word of no language in everything that a child, a partner or a browser says, and the search for it afterwards."""

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Answers that take words: one line, and boxes of several.
LINES = ("their_age", "town", "school", "job", "child_name", "child_town", "child_school", "phone")
BOXES = ("story", "their_names", "where", "meeting_plan", "safe_way", "not_tell")
#: The answers that take none, and the least of those that do.
_PAGES = {
    "safe": {"safe": "yes"},
    "who": {"who": "work"},
    "what": {"kinds": "pretend", "story": "", "started": "week"},
    "them": {"their_names": "", "where": "", "their_age": "", "known": "no", "meeting": "later", "meeting_plan": ""},
    "you": {"name": "", "age": "41", "town": "", "school": "", "job": ""},
    "child": {"child_name": "", "child_age": "12", "child_town": "", "child_school": ""},
    "contact": {"phone": "", "email": "", "private": "safe", "safe_way": "", "not_tell": ""},
}


def new_mark() -> str:
    """New for each run."""
    return f"zq{secrets.token_hex(6)}"


def pages(mark: str) -> Mapping[str, Mapping[str, str]]:
    """The form of each page, with the mark wherever words can go."""
    return {page: {name: said or _said(mark, name) for name, said in asked.items()} for page, asked in _PAGES.items()}


def _said(mark: str, name: str) -> str:
    return f"{mark}@{mark}.example" if name == "email" else f"{mark} {name}"


def headers(mark: str) -> dict[str, str]:
    """What a browser with extensions, behind a proxy, could send along."""
    return {
        "User-Agent": mark, "Referer": f"https://{mark}.example/{mark}", "X-Forwarded-For": mark,
        "Accept-Language": f"en, {mark}", "X-Mark": mark,
    }  # fmt: skip


def forms_of(mark: str) -> Sequence[bytes]:
    """The mark as it could stand in a file: plain, in capitals, in two bytes a letter, in hex, in base64."""
    raw = mark.encode()
    # Base64 takes three letters together: what no neighbour has a part in, for each of the ways the mark can lie.
    inner = [base64.b64encode(raw[start : start + 12]) for start in range(3)]
    return (raw, raw.upper(), mark.encode("utf-16-le"), raw.hex().encode(), *inner)


def marked_files(mark: str, *folders: Path) -> list[Path]:
    """Every file below these folders in which the mark stands in some form."""
    seeking = re.compile(b"|".join(map(re.escape, forms_of(mark))))
    files = [path for folder in folders for path in [folder, *folder.rglob("*")] if path.is_file()]
    return [path for path in files if seeking.search(_bytes_of(path))]


def _bytes_of(path: Path) -> bytes:
    """A server may take one of its files away while we look."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
