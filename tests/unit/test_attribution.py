"""Which button was pressed: every outcome in the order of the contract, and no text at all that raises."""

import base64
import hashlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from itsdangerous import Signer

from report_abuse.links import mint
from report_abuse_receiver.ground.partners.provider_keys import provider_key
from report_abuse_receiver.rules.intake.attribution import (
    Attribution,
    ButtonKey,
    KnownProvider,
    Origin,
    Outcome,
    attribute,
    judge_origin,
    origin_of,
)

MASTER = bytes(range(32))
VECTOR = "r1.acme.k1.eyJwIjoiY2hhdCJ9.sz_A6-n96cLd-4_hoJWjPA8_KVFEpdPyZ_NlQiE674c"
CHAT = "eyJwIjoiY2hhdCJ9"
STATES = {"k1": "active", "k2": "active", "k3": "retired", "k4": "revoked"}
NOBODY = "A" * 43
OURS = "https://report.example"
HOSTILE = [
    "", "/", "//", ".", "....", "r1", "r1.acme", "r1.acme.k1", "r1.acme.k1.", "r1.acme.k1..", "r1.acme.k1.e30",
    "\0", "a", "é", "acme/chat", "acme chat", "acme.chat", "\ud800", "r1.acme.k1.\ud800." + NOBODY,
    "r1.\uff41cme.k1.e30." + NOBODY, "x" * 5000,
    " " + VECTOR, VECTOR + "=", VECTOR + "==", VECTOR + "=.", VECTOR[:-1] + ".", VECTOR + "x",
    "r2" + VECTOR[2:], "٣" * 40, "-acme", "🙂",
]  # fmt: skip


def secret(kid: str, provider: str = "acme") -> str:
    return provider_key(MASTER, scope="button", provider=provider, kid=kid).secret


KNOWN = KnownProvider(
    id="acme",
    name="Acme Chat",
    origins=["https://chat.example"],
    keys={kid: ButtonKey(secret=secret(kid), state=state) for kid, state in STATES.items()},
)


def read(text: str) -> Attribution:
    return attribute(text, lambda provider: KNOWN if provider == "acme" else None)


def segment(value: object) -> str:
    """A payload segment that holds exactly this JSON, or these bytes."""
    raw = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(payload: str = CHAT, *, kid: str = "k1", provider: str = "acme") -> str:
    """Any payload segment at all, under a signature that holds."""
    signer = Signer(
        secret(kid, provider),
        salt="report-abuse.link.r1",
        sep=".",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
    return signer.sign(f"r1.{provider}.{kid}.{payload}").decode()


#: A good link of each key.
EACH = [signed(kid=kid) for kid in STATES]


def test_the_test_vector_is_verified_with_the_secret_derived_from_its_master_key() -> None:
    assert secret("k1") == "p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
    assert mint(provider_key(MASTER, scope="button", provider="acme", kid="k1"), "chat") == VECTOR
    assert read(VECTOR) == Attribution(outcome="verified", provider="acme", kid="k1", placement="chat")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        pytest.param("", "none", id="no token"),
        pytest.param("acme", "unsigned", id="a provider that is known"),
        pytest.param("nobody", "unknown-provider", id="a provider that is not"),
        pytest.param(f"r1.nobody.k1.{CHAT}", "malformed", id="no signature, before an unknown provider"),
        pytest.param(f"r1.nobody.k1.{CHAT}.{NOBODY[:-1]}B", "malformed", id="another spelling, before the provider"),
        pytest.param(f"r1.nobody.k1.eyJwIjoiY2hhdCK.{NOBODY}", "malformed", id="a payload of another spelling"),
        pytest.param(f"r1.acme.k1.{CHAT}=.{NOBODY}", "malformed", id="padding"),
        pytest.param(f"r1.acme.k1.{CHAT}.{NOBODY[:-1]}", "malformed", id="a short signature, before a bad one"),
        pytest.param(
            f"r1.acme.k1.{'A' * 684}.{NOBODY}", "malformed", id="513 bytes of payload, before a bad signature"
        ),
        pytest.param(f"r1.nobody.k9.{CHAT}.{NOBODY}", "unknown-provider", id="unknown provider, before its key"),
        pytest.param(signed(provider="nobody"), "unknown-provider", id="a well signed link of nobody we know"),
        pytest.param(f"r1.acme.k9.{CHAT}.{NOBODY}", "unknown-key", id="an unknown key, before the signature"),
        pytest.param(f"r1.acme.k1.{CHAT}.{NOBODY}", "bad-signature", id="a signature of nobody"),
        pytest.param(f"r1.acme.k1.{segment(b'{')}.{NOBODY}", "bad-signature", id="bad signature, before the payload"),
        pytest.param(f"r1.acme.k4.{CHAT}.{NOBODY}", "bad-signature", id="a bad signature, before a revoked key"),
        pytest.param(signed(segment(b"{")), "malformed", id="signed, and no JSON"),
        pytest.param(signed(segment(b'{"p": "chat"}')), "malformed", id="signed, and not canonical"),
        pytest.param(signed(segment({"p": "Chat"})), "malformed", id="signed, and no placement"),
        pytest.param(signed(segment(b"{"), kid="k4"), "malformed", id="a bad payload, before a revoked key"),
        pytest.param(signed(segment(b"{"), kid="k3"), "malformed", id="a bad payload, before a retired key"),
        pytest.param(signed(kid="k4"), "revoked", id="revoked"),
        pytest.param(signed(kid="k3"), "retired", id="retired"),
        pytest.param(signed(kid="k2"), "verified", id="the key it was rotated to"),
        pytest.param(signed(kid="k1"), "verified", id="a rotated key, until it is retired"),
    ],
)
def test_a_link_is_read_in_the_order_of_the_contract(text: str, outcome: str) -> None:
    assert read(text).outcome == outcome


def test_every_outcome_has_been_seen() -> None:
    texts = ["", "acme", "nobody", ".", f"r1.acme.k9.{CHAT}.{NOBODY}", f"r1.acme.k1.{CHAT}.{NOBODY}"]
    assert {read(text).outcome for text in [*texts, *EACH]} == set(Outcome)


def test_the_claimed_provider_stays_beside_every_outcome_that_has_one() -> None:
    texts = ["acme", f"r1.acme.k9.{CHAT}.{NOBODY}", f"r1.acme.k1.{CHAT}.{NOBODY}", *EACH]
    assert {read(text).provider for text in [*texts, signed(segment(b"{"))]} == {"acme"}
    assert read("nobody").provider == read(signed(provider="nobody")).provider == "nobody"
    assert read("").provider is read(".").provider is None


def test_what_nobody_signed_is_not_repeated() -> None:
    forged = read(f"r1.acme.k1.{segment({'p': 'chat', 'r': 'room-7'})}.{NOBODY}")
    assert (forged.kid, forged.placement, forged.ref, forged.locale) == (None, None, None, None)


def test_a_signed_link_says_placement_language_reference_and_kind() -> None:
    said = {"p": "chat", "l": "cy", "r": "room.7", "k": "contact-point", "x": "of a later release"}
    expected = {"placement": "chat", "locale": "cy", "ref": "room.7", "kind": "contact-point"}
    assert read(signed(segment(said))) == Attribution(outcome="verified", provider="acme", kid="k1", **expected)


def test_the_channel_says_how_the_child_came() -> None:
    assert {text: read(text).channel for text in ("", "acme", VECTOR)} == {
        "": "direct", "acme": "link", VECTOR: "button"
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_is_read_without_a_complaint(text: str) -> None:
    assert read(text).outcome in ("none", "malformed", "unknown-provider")


@given(st.one_of(st.text(), st.text("r1.acmek0Aé\ud800\0-_"), st.binary().map(lambda raw: raw.decode("latin-1"))))
@example("\ud800.")
def test_no_text_raises_and_none_but_a_signed_one_is_verified(text: str) -> None:
    assert read(text).outcome in set(Outcome) - {"verified", "retired", "revoked"}


@pytest.mark.parametrize(
    ("origin", "referer", "verdict"),
    [
        pytest.param("https://chat.example", None, "match", id="its own origin"),
        pytest.param(None, "https://chat.example/room/7?a=b", "match", id="a referrer instead"),
        pytest.param("null", "https://chat.example/", "match", id="null says nothing, the referrer does"),
        pytest.param("", "https://chat.example/", "match", id="nor does an empty header"),
        pytest.param("https://report.example", "https://chat.example/", "match", id="nor do our own pages"),
        pytest.param("HTTPS://Chat.EXAMPLE", None, "match", id="capitals"),
        pytest.param("https://chat.example:443", None, "match", id="the usual port, written out"),
        pytest.param("https://chat.example:8443", None, "mismatch", id="another port"),
        pytest.param("http://chat.example", None, "mismatch", id="another scheme"),
        pytest.param("https://chat.example.evil.example", None, "mismatch", id="another host behind it"),
        pytest.param("https://evil.example/https://chat.example", None, "mismatch", id="its name in a path"),
        pytest.param("https://chat.example@evil.example", None, "mismatch", id="its name as a user"),
        pytest.param("https://evil.example", "https://chat.example/", "mismatch", id="the origin goes first"),
        pytest.param(None, None, "unknown", id="no header"),
        pytest.param("null", None, "unknown", id="null"),
        pytest.param("", "", "unknown", id="empty headers"),
        pytest.param(OURS, f"{OURS}/r/acme", "unknown", id="our own pages"),
        pytest.param("https://Report.Example:443", None, "unknown", id="ours in another spelling"),
        pytest.param("file:///home/child/page.html", None, "unknown", id="a file"),
        pytest.param("android-app://chat.example", None, "unknown", id="an app"),
    ],
)
def test_the_page_that_sent_the_child_is_judged(origin: str | None, referer: str | None, verdict: str) -> None:
    assert judge_origin(origin, referer, own=OURS, known=KNOWN.origins) == verdict


def test_nothing_can_be_said_of_a_provider_without_origins() -> None:
    assert judge_origin("https://chat.example", None, own=OURS, known=[]) == "unknown"


@given(st.none() | st.text(), st.none() | st.text())
@example("http://[::1", "https://chat.example:99999999999")
@example("https://[", "//")
@example("https://chat.example:٣", "\ud800")
def test_no_header_raises_and_junk_is_never_a_match(origin: str | None, referer: str | None) -> None:
    assert judge_origin(origin, referer, own=OURS, known=KNOWN.origins) in set(Origin) - {"match"}


def test_one_origin_has_one_spelling() -> None:
    spellings = [
        "https://chat.example",
        " HTTPS://CHAT.example/ ",
        "https://chat.example:443/a?b#c",
        "https://u@chat.example",
    ]
    assert {origin_of(one) for one in spellings} == {"https://chat.example"}
    assert origin_of("http://127.0.0.1:5001/") == "http://127.0.0.1:5001"


def test_a_host_name_of_other_letters_is_spelt_as_browsers_send_it() -> None:
    assert origin_of("https://Bücher.example") == origin_of("https://xn--bcher-kva.example")
