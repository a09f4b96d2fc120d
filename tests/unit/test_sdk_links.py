"""Signed links: what is minted is read, and nothing else is."""

import base64
import json
import random
import string
from dataclasses import FrozenInstanceError
from enum import StrEnum

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from report_abuse import BadArgument, BadKey, Key, Malformed
from report_abuse.links import Payload, mint, read_payload, split

VECTOR = "r1.acme.k1.eyJwIjoiY2hhdCJ9.sz_A6-n96cLd-4_hoJWjPA8_KVFEpdPyZ_NlQiE674c"
ALPHABET = string.ascii_letters + string.digits + "-_"


def secret_of(provider: str = "acme", *, scope: str = "button", kid: str = "k1") -> str:
    """The secret as the contract derives it from the master key of the test vector."""
    info = f"report-abuse/key/1|live|{scope}|{provider}|{kid}".encode()
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(bytes(range(32)))
    return base64.b32encode(raw).decode().rstrip("=").lower()


def key(provider: str = "acme", *, scope: str = "button", kid: str = "k1") -> Key:
    return Key("live", scope, provider, kid, secret_of(provider, scope=scope, kid=kid))


def segment(value: object) -> str:
    """A payload segment that holds exactly this JSON (or these bytes)."""
    raw = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Liar(str):
    """A `str` that is not what it seems."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError

    __hash__ = str.__hash__


class Room(StrEnum):
    CHAT = "chat"


def test_the_test_vector_holds() -> None:
    assert secret_of() == "p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
    assert mint(key(), "chat") == VECTOR


def test_what_was_minted_is_read_back() -> None:
    parts = split(mint(key(), "profile", ref="room.7~a", locale="cy", kind="contact-point"))
    assert (parts.provider, parts.kid) == ("acme", "k1")
    assert parts.signed_by(secret_of())
    assert read_payload(parts.payload) == Payload("profile", "cy", "room.7~a", "contact-point")


@pytest.mark.parametrize("length", range(1, 65))
def test_what_was_minted_is_read_back_whatever_its_length(length: int) -> None:
    parts = split(mint(key(), "chat", ref="x" * length))
    assert parts.signed_by(secret_of())
    assert read_payload(parts.payload).ref == "x" * length


def test_what_was_read_cannot_be_changed() -> None:
    parts = split(VECTOR)
    for value, name in ((parts, "provider"), (read_payload(parts.payload), "placement")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "other")


def test_what_else_a_link_says_is_said_by_name() -> None:
    with pytest.raises(TypeError):
        mint(key(), "chat", "a-reference")  # type: ignore[misc]  # what a careless caller might write


def test_a_link_says_no_more_than_it_was_told() -> None:
    assert read_payload(split(VECTOR).payload) == Payload("chat", None, None, "report")


def test_the_same_arguments_give_the_same_link() -> None:
    """So every visitor gets the same bytes, and pages can be cached."""
    assert mint(key(), "chat", ref="a", locale="en") == mint(key(), "chat", locale="en", ref="a")


def test_an_ordinary_report_has_one_spelling() -> None:
    assert mint(key(), "chat", kind="report") == VECTOR


def test_a_locale_as_babel_writes_it_is_understood() -> None:
    assert mint(key(), "chat", locale="en_GB") == mint(key(), "chat", locale="en-GB")


def test_a_placement_may_be_an_enumeration() -> None:
    assert mint(key(), Room.CHAT) == VECTOR


def test_no_secret_signs_for_another() -> None:
    parts = split(VECTOR)
    others = [secret_of("acme-2"), secret_of(kid="k2"), secret_of(scope="api"), "", "é", "\ud800", "a" * 52]
    assert [other for other in others if parts.signed_by(other)] == []
    assert not parts.signed_by(None)  # type: ignore[arg-type]  # what a careless reader might pass


def test_only_a_button_key_makes_links() -> None:
    with pytest.raises(BadKey, match="ra_live_button_acme_") as caught:
        mint(key(scope="api"), "chat")
    assert secret_of(scope="api") not in str(caught.value)


@pytest.mark.parametrize(
    "placement", ["", "Chat", "chat room", "chat\n", "x" * 41, "é", "\ud800", "a_b", None, 7, b"chat"]
)
def test_a_bad_placement_is_refused_with_what_to_write_instead(placement: str) -> None:
    with pytest.raises(BadArgument, match="write 1 to 40 of"):
        mint(key(), placement)


@pytest.mark.parametrize(
    "said",
    [
        {"ref": ""}, {"ref": "a b"}, {"ref": "x" * 65}, {"ref": "é"}, {"ref": "a\x00"}, {"ref": 7},
        {"locale": ""}, {"locale": "english"}, {"locale": "en-"}, {"locale": "en\n"}, {"locale": True},
        {"kind": ""}, {"kind": "A"}, {"kind": "x" * 41},
    ],
)  # fmt: skip
def test_what_a_link_cannot_say_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(BadArgument, match="write"):
        mint(key(), "chat", **said)


def test_a_refusal_never_repeats_the_value() -> None:
    """Somebody, one day, passes the key as the placement."""
    with pytest.raises(BadArgument) as caught:
        mint(key(), key().reveal())
    assert secret_of() not in str(caught.value)


def test_no_change_of_one_character_is_accepted() -> None:
    chance = random.Random(7)
    accepted = [
        mutant
        for place in range(len(VECTOR))
        for letter in chance.sample(ALPHABET + ".=~\n\x00é", 12)
        if (mutant := VECTOR[:place] + letter + VECTOR[place + 1 :]) != VECTOR and believed(mutant)
    ]
    assert accepted == []


def test_no_cut_doubled_or_swapped_text_is_accepted() -> None:
    cuts = [VECTOR[:place] for place in range(len(VECTOR))] + [VECTOR[place:] for place in range(1, len(VECTOR))]
    doubled = [VECTOR[:place] + VECTOR[place - 1 :] for place in range(1, len(VECTOR) + 1)]
    other = mint(key(), "help")
    swapped = [
        f"{VECTOR.rpartition('.')[0]}.{other.rpartition('.')[2]}",
        VECTOR.replace("acme", "acne"),
        VECTOR.upper(),
    ]
    assert [text for text in cuts + doubled + swapped if believed(text)] == []


def believed(text: str) -> bool:
    try:
        return split(text).signed_by(secret_of())
    except Malformed:
        return False


def test_a_signature_has_one_spelling_only() -> None:
    """The last character carries two bits that decoders ignore; itsdangerous alone accepts all four spellings."""
    respelled = [VECTOR[:-1] + letter for letter in "def"]
    for text in respelled:
        with pytest.raises(Malformed):
            split(text)


TRAPS = [
    "", ".", "....", "r1", "r1.acme", "r1....", "r1.acme.k1..", "r1.acme.k1.e30.", VECTOR + "=", VECTOR + ".",
    "r2" + VECTOR[2:], "R1" + VECTOR[2:], VECTOR + "\n", "\n" + VECTOR, " " + VECTOR, VECTOR + "\x00", "\x00", "\r\n",
    VECTOR.replace("9.", "9=="), VECTOR.replace("9.", "9==."), VECTOR.replace("_", "/"), VECTOR.replace("-", "+"),
    VECTOR.replace("k1", "k"), VECTOR.replace("k1", "k12345"), VECTOR.replace("k1", "k١"), VECTOR.replace("acme", "a"),
    VECTOR.replace("acme", "-acme"), VECTOR.replace("acme", "a" * 41), VECTOR.replace("acme", "acmé"),
    VECTOR.replace("eyJwIjoiY2hhdCJ9", "eyJwIjoiY2hhdCJ9A"), VECTOR.replace("eyJwIjoiY2hhdCJ9", "e"),
    VECTOR.replace("eyJwIjoiY2hhdCJ9", segment(b"x" * 513)), VECTOR[:-1], VECTOR + "A", "\ud800", VECTOR + "\udfff",
    "é" * 40, "r1." * 400, "x" * 5_000, VECTOR * 80, "🦊", "../../etc/passwd", "%00", "r1.acme.k1.\u202e.sig",
    Liar(VECTOR), None, 7, b"r1", VECTOR.encode(), ["r1"],
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS, ids=range(len(TRAPS)))
def test_what_is_not_a_link_is_malformed_and_nothing_else(text: str) -> None:
    with pytest.raises(Malformed):
        split(text)


PAYLOADS = [
    "", "A", "e", "e30=", "é", "\ud800", "\x00", "e30\n", "x" * 5_000, Liar("e30"), None, 7, b"e30",
    segment({}), segment([]), segment("chat"), segment(None), segment(["p", "chat"]), segment({"l": "en"}),
    segment({"p": ""}), segment({"p": 7}), segment({"p": None}), segment({"p": ["chat"]}), segment({"p": "Chat"}),
    segment({"p": "x" * 41}), segment({"p": "chat\n"}), segment({"p": "chat", "l": "e"}),
    segment({"p": "chat", "r": ""}),
    segment({"p": "chat", "r": "a b"}), segment({"p": "chat", "k": "é"}), segment({"p": "chat", "x": 1}),
    segment({"p": "\ud800"}), segment(b'{"p": "chat"}'), segment(b'{"p":"chat"} '), segment(b'{"p":"chat","l":"en"}'),
    segment(b'{"p":"chat","p":"chat"}'), segment(b'{"p":"ch\\u0061t"}'), segment(b'{"p":NaN}'), segment(b"\xff\xfe"),
    segment(b"\xef\xbb\xbf{}"), segment('{"p":"chat"}'.encode("utf-16")), segment('{"p":"chat","x":"é"}'.encode()),
    segment(b"[" * 512), segment(b'{"p":' * 100), segment(b"9" * 512), segment(b"x" * 600),
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_payload_that_says_nothing_clear_is_malformed_and_nothing_else(payload: str) -> None:
    with pytest.raises(Malformed):
        read_payload(payload)


@pytest.mark.parametrize(("size", "fits"), [(511, True), (512, True), (513, False), (600, False)])
def test_a_payload_has_512_bytes_at_most(size: int, fits: bool) -> None:
    raw = json.dumps({"p": "chat", "zz": ""}, separators=(",", ":")).replace('""', f'"{"x" * (size - 20)}"').encode()
    assert len(raw) == size
    token = f"r1.acme.k1.{segment(raw)}.{VECTOR.rpartition('.')[2]}"
    if fits:
        assert read_payload(split(token).payload) == Payload("chat")
        return
    for read in (lambda: split(token), lambda: read_payload(segment(raw))):
        with pytest.raises(Malformed):
            read()


def test_what_a_later_version_adds_to_a_payload_is_ignored() -> None:
    assert read_payload(segment({"p": "chat", "zz": "é\ud800"})) == Payload("chat")
