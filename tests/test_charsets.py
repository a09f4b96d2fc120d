"""A form in another charset keeps its letters, in one piece or in parts; one that lies about it is read as well."""

from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient

from tests.parts.child import Child
from tests.parts.hostile import URLENCODED
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

STORY = {
    "iso-8859-1": ("latin-1", "Il m’a dit où est mon café".replace("’", "'")),
    "ISO-8859-1": ("latin-1", "José"),
    "latin1": ("latin-1", "garçon"),
    "us-ascii": ("cp1252", "“café” – 5 €"),
    "windows-1252": ("cp1252", "“café” – 5 €"),
    "iso-8859-15": ("iso-8859-15", "5 € œuf"),
    "iso-8859-2": ("iso-8859-2", "Łódź"),
    "windows-1251": ("cp1251", "он написал"),
    "koi8-r": ("koi8-r", "он написал"),
    "iso-8859-7": ("iso-8859-7", "μου έγραψε"),
    "windows-1256": ("cp1256", "كتب لي"),
    "iso-8859-8": ("iso-8859-8", "הוא כתב"),
    "shift_jis": ("shift_jis", "彼は書いた"),
    "euc-jp": ("euc-jp", "彼は書いた"),
    "gbk": ("gbk", "他写信给我"),
    "big5": ("big5", "他寫信給我"),
    "euc-kr": ("euc-kr", "그가 썼어"),
    "utf-8": ("utf-8", "café 🙂"),
    "": ("utf-8", "café 🙂"),
}

each = pytest.mark.parametrize("said", STORY)


def kept(client: FlaskClient, body: bytes, kind: str) -> str:
    """What is in the box for the story after this body was posted."""
    client.post("/start")
    assert client.post("/report/what", data=body, content_type=kind).status_code == 303
    return dict(Child(client).open("/report/what").way_on.as_sent())["story"]


@each
def test_letters_are_kept_whether_the_body_escapes_them_or_not(client: FlaskClient, said: str) -> None:
    charset, story = STORY[said]
    raw = story.encode(charset)
    kind = f"{URLENCODED}; charset={said}" if said else URLENCODED
    for written in (quote_from_bytes(raw).encode(), raw.replace(b"&", b"%26")):
        assert kept(client, b"kinds=other&story=" + written, kind) == story


@each
def test_letters_in_parts_are_kept_whether_the_whole_says_it_or_each(client: FlaskClient, said: str) -> None:
    charset, story = STORY[said]
    for whole, each_one in ((said, ""), ("", said)):
        part = f"\r\nContent-Type: text/plain; charset={each_one}" if each_one else ""
        head = f'--x\r\nContent-Disposition: form-data; name="story"{part}\r\n\r\n'.encode()
        other = b'\r\n--x\r\nContent-Disposition: form-data; name="kinds"\r\n\r\nother\r\n--x--\r\n'
        kind = "multipart/form-data; boundary=x" + (f"; charset={whole}" if whole else "")
        assert kept(client, head + story.encode(charset) + other, kind) == story


@pytest.mark.parametrize(
    "said", ["utf-16", "utf-7", "rot13", "hex", "zip", "idna", "unicode_escape", "nonsense", '"', "iso-8859-12"]
)
def test_a_charset_that_no_form_is_written_in_is_taken_for_utf_8(client: FlaskClient, said: str) -> None:
    assert (
        kept(client, "kinds=other&story=café+%2BADw-b%C3%A9".encode(), f"{URLENCODED}; charset={said}")
        == "café +ADw-bé"
    )


def test_bytes_that_mean_nothing_lose_nothing_around_them(client: FlaskClient) -> None:
    assert kept(client, b"kinds=other&story=caf%E9+here", URLENCODED) == "caf\ufffd here"
    assert kept(client, b"kinds=other&story=caf%81+here", f"{URLENCODED}; charset=iso-8859-1") == "caf\ufffd here"
