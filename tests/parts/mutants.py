"""Links that nobody minted: good ones with something changed, as many and as different as one likes."""

import base64
import hashlib
import random
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from flask.testing import FlaskClient
from itsdangerous import Signer

from report_abuse.keys import Key
from report_abuse_receiver.app import create_app
from tests.parts.places import Place, open_at

BASE64URL = string.ascii_letters + string.digits + "-_"
#: Characters that some decoder somewhere leaves out, folds or takes for another.
ODD = (
    "\0",
    "\n",
    "\r",
    " ",
    "\t",
    "%",
    "/",
    "//",
    "?",
    "#",
    "+",
    "=",
    "==",
    ".",
    "é",
    "ａ",
    "٣",
    "\u200b",
    "\ud800",
    "🙂",
)


def respelt(token: str) -> Iterator[str]:
    """The same bytes under another spelling of their base64, for payload and signature."""
    *prefix, payload, signature = token.split(".")
    head = ".".join(prefix)
    for other in _spellings(payload):
        yield f"{head}.{other}.{signature}"
    for other in _spellings(signature):
        yield f"{head}.{payload}.{other}"


def _spellings(segment: str) -> Iterator[str]:
    raw = base64.urlsafe_b64decode(segment + "==")
    yield from (segment + "=", segment + "==", segment + "\n", " " + segment, segment[:5] + "\n" + segment[5:])
    yield base64.b32encode(raw).decode().rstrip("=")
    yield raw.hex()
    if (plain := base64.b64encode(raw).decode().rstrip("=")) != segment:
        yield plain
    for last in BASE64URL:  # the bits of the last letter that no byte uses
        other = segment[:-1] + last
        if other != segment and base64.urlsafe_b64decode(other + "==") == raw:
            yield other


def wrongly_signed(key: Key, stranger: Key, prefix: str) -> Iterator[str]:
    """What other keys, salts, digests and ways to derive a key would have signed."""
    usual = {"salt": "report-abuse.link.r1", "key_derivation": "hmac", "digest_method": hashlib.sha256}
    ways: Sequence[tuple[str, dict[str, object]]] = (
        (stranger.secret, {}),
        (key.secret.upper(), {}),
        (key.reveal(), {}),
        ("", {}),
        (key.secret, {"salt": "itsdangerous.Signer"}),
        (key.secret, {"salt": "report-abuse.link.r2"}),
        (key.secret, {"key_derivation": "django-concat"}),
        (key.secret, {"key_derivation": "none"}),
        (key.secret, {"digest_method": hashlib.sha1}),
        (key.secret, {"digest_method": hashlib.sha512}),
    )
    for secret, other in ways:
        signer = Signer(secret, sep=".", **(usual | other))  # type: ignore[arg-type]  # the usual ones, some changed
        yield signer.sign(prefix).decode()


def bits_flipped(token: str) -> Iterator[str]:
    """Each bit of each letter changed in turn."""
    for place, letter in enumerate(token):
        for bit in range(8):
            yield token[:place] + chr(ord(letter) ^ 1 << bit) + token[place + 1 :]


def cut_short(token: str) -> Iterator[str]:
    """Every beginning, every end, and every text with one letter left out or said twice."""
    for place in range(len(token)):
        yield token[:place]
        yield token[place + 1 :]
        yield token[:place] + token[place + 1 :]
        yield token[: place + 1] + token[place:]


def swapped(token: str, other: str) -> Iterator[str]:
    """Segments of one in the place of the other's, and in another order."""
    mine, theirs = token.split("."), other.split(".")
    for place in range(len(mine)):
        yield ".".join([*mine[:place], theirs[place], *mine[place + 1 :]])
        yield ".".join([*mine[:place], *theirs[place:]])
        yield ".".join(mine[place:] + mine[:place])
    yield ".".join(reversed(mine))
    yield f"{token}.{other}"


def changed_anywhere(token: str, dice: random.Random) -> str:
    """One or a few letters put in, taken out or changed, whatever they may be."""
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(token))
        instead = ("", token[place] + dice.choice(ODD), dice.choice(BASE64URL), token[place].swapcase())
        token = token[:place] + dice.choice(instead) + token[place + 1 :]
    return token


def pages_answered(place: Place, texts: Sequence[str]) -> Counter[int]:
    """Open each as a link, in this process, and count the statuses: runs in a process of its own on each core."""
    centre = open_at(place)
    client = create_app(centre).test_client()
    statuses = Counter(_status(client, text) for text in texts)
    centre.database.close()
    return statuses


def _status(client: FlaskClient, text: str) -> int:
    with client.get("/r/" + quote(text.encode("utf-8", "surrogatepass"), safe="")) as answer:
        return answer.status_code
