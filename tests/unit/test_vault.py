"""The vault: what was sealed opens for the right key and reference, and nothing else opens at all."""

import base64
import json
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.ground.errors import SealBroken
from report_abuse_receiver.ground.keys.vault import (
    CLASSIC,
    HYBRID,
    STEPS,
    Envelope,
    PrivateKey,
    PublicKey,
    WrappedKey,
    key_for,
    new_private_key,
    open_envelope,
    seal,
    wrap_again,
)
from tests.parts.thorough import tried

GOLDEN = Path(__file__).parents[1] / "golden"
SUITES = (HYBRID, CLASSIC)
ONE, OTHER = "4HK-2MP-9TC", "4HK-2MP-9TD"
WORDS = "He asked where I live. Рассказ 🙂".encode()
#: One bit in so many: another of each byte, and of each ninth byte none.
BIT_OF_EACH_BYTE = 9
#: What ChaCha20-Poly1305 adds: a nonce before and a tag behind.
AROUND = 12 + 16


def new_key(suite: str) -> PrivateKey:
    fresh = new_private_key()
    return fresh if suite == HYBRID else PrivateKey(CLASSIC, fresh.x25519)


def sealed(key: PrivateKey, words: bytes = WORDS, *, reference: str = ONE) -> Envelope:
    return seal(words, reference=reference, recipients=[key.public_key()])


def opens(envelope: Envelope, key: PrivateKey, *, reference: str = ONE) -> bool:
    """Whether it opens; any error but SealBroken fails the test."""
    try:
        open_envelope(envelope, reference=reference, key=key)
    except SealBroken:
        return False
    return True


def flipped(raw: bytes, every: int = 1) -> Iterator[bytes]:
    """`raw` with each of its bits changed in turn; or with one in so many, of another byte each."""
    for place in range(0, len(raw) * 8, every):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        yield bytes(changed)


def with_wrapped(envelope: Envelope, wrapped: bytes) -> Envelope:
    return replace(envelope, keys=(replace(envelope.keys[0], wrapped=wrapped),))


@pytest.fixture(params=SUITES)
def key(request: pytest.FixtureRequest) -> PrivateKey:
    """A vault key of each suite."""
    return new_key(request.param)


def test_what_was_sealed_opens(key: PrivateKey) -> None:
    assert open_envelope(sealed(key), reference=ONE, key=key) == WORDS


@given(words=st.binary(max_size=2000))
def test_any_bytes_come_back_as_they_were(words: bytes) -> None:
    key = new_key(CLASSIC)
    assert open_envelope(sealed(key, words), reference=ONE, key=key) == words


def test_this_build_seals_with_the_hybrid_suite() -> None:
    assert new_private_key().suite == HYBRID


@tried(some=BIT_OF_EACH_BYTE, all=1)
def test_a_changed_bit_of_the_wrapped_key_opens_nothing(key: PrivateKey, much: int) -> None:
    envelope = sealed(key)
    changed = [with_wrapped(envelope, wrapped) for wrapped in flipped(envelope.keys[0].wrapped, much)]
    assert len(changed) in (-(-1168 * 8 // much), -(-80 * 8 // much))
    assert [one for one in changed if opens(one, key)] == []


@tried(some=BIT_OF_EACH_BYTE, all=1)
def test_a_changed_bit_of_the_body_opens_nothing(much: int) -> None:
    """The body is sealed alike in both suites; the quicker one tells."""
    key = new_key(CLASSIC)
    envelope = sealed(key)
    changed = [replace(envelope, body=body) for body in flipped(envelope.body, much)]
    assert len(changed) == -(-(STEPS[0] + AROUND) * 8 // much)
    assert [one for one in changed if opens(one, key)] == []


def test_a_data_key_is_wrapped_again_for_others_and_the_body_stays(key: PrivateKey) -> None:
    envelope, others = sealed(key), [new_key(suite) for suite in SUITES]
    recipients = [one.public_key() for one in others]
    again = replace(envelope, keys=wrap_again(envelope, reference=ONE, key=key, recipients=recipients))
    assert [open_envelope(again, reference=ONE, key=one) for one in others] == [WORDS, WORDS]
    assert not opens(again, key)


@tried(some=BIT_OF_EACH_BYTE, all=1)
def test_a_changed_bit_is_never_wrapped_again(key: PrivateKey, much: int) -> None:
    envelope = sealed(key)
    changed = [with_wrapped(envelope, wrapped) for wrapped in flipped(envelope.keys[0].wrapped, much)]
    changed += [replace(envelope, body=body) for body in flipped(envelope.body[:40], much)]
    changed.append(replace(envelope, keys=sealed(key).keys))
    for one in changed:
        with pytest.raises(SealBroken):
            wrap_again(one, reference=ONE, key=key, recipients=[key.public_key()])


def test_of_several_keys_the_one_that_fits_is_taken(key: PrivateKey) -> None:
    strangers = [new_key(suite) for suite in SUITES]
    assert key_for(sealed(key), [strangers[0], key, strangers[1]]) == key
    assert key_for(sealed(key), strangers) == strangers[1]
    assert key_for(sealed(key), [*strangers, new_key(CLASSIC), strangers[0]]) == strangers[0]


def test_a_shortened_or_lengthened_envelope_opens_nothing(key: PrivateKey) -> None:
    envelope = sealed(key)
    body, wrapped = envelope.body, envelope.keys[0].wrapped
    cuts = (0, 1, 11, 12, 13, 27, 28, 79, 1119, -17, -16, -1)
    changed = [replace(envelope, body=one) for one in (*(body[:cut] for cut in cuts), body + b"\0", body[1:])]
    changed += [with_wrapped(envelope, one) for one in (*(wrapped[:cut] for cut in cuts), wrapped + b"\0", wrapped[1:])]
    assert [one for one in changed if one != envelope and opens(one, key)] == []


def test_swapped_rows_open_nothing(key: PrivateKey) -> None:
    first, second = sealed(key), sealed(key, reference=OTHER)
    again = sealed(key)
    assert not opens(first, key, reference=OTHER)
    assert not opens(second, key)
    assert not opens(replace(first, keys=second.keys), key)
    assert not opens(replace(first, body=second.body), key)
    # Even between two envelopes of one reference, a key opens only the body it was made for.
    assert not opens(replace(first, keys=again.keys), key)


def test_a_foreign_key_opens_nothing_and_the_refusal_says_which_key_was_tried(key: PrivateKey) -> None:
    stranger = new_key(key.suite)
    with pytest.raises(SealBroken, match=stranger.public_key().kid):
        open_envelope(sealed(key), reference=ONE, key=stranger)
    renamed = replace(sealed(key).keys[0], kid=stranger.public_key().kid)
    assert not opens(replace(sealed(key), keys=(renamed,)), stranger)


def test_the_suites_do_not_open_for_each_other() -> None:
    hybrid = new_key(HYBRID)
    classic = PrivateKey(CLASSIC, hybrid.x25519)
    for mine, theirs in ((hybrid, classic), (classic, hybrid)):
        envelope = sealed(mine)
        renamed = WrappedKey(theirs.public_key().kid, theirs.suite, envelope.keys[0].wrapped)
        assert not opens(replace(envelope, keys=(renamed,)), theirs)


def test_every_recipient_can_open_and_each_holds_a_key_of_its_own() -> None:
    keys = [new_key(suite) for suite in SUITES]
    envelope = seal(WORDS, reference=ONE, recipients=[one.public_key() for one in keys])
    assert [open_envelope(envelope, reference=ONE, key=one) for one in keys] == [WORDS, WORDS]
    assert len({one.kid for one in envelope.keys}) == 2


def test_without_its_wrapped_keys_a_report_is_gone(key: PrivateKey) -> None:
    assert not opens(replace(sealed(key), keys=()), key)


def test_the_same_words_are_never_sealed_alike(key: PrivateKey) -> None:
    one, two = sealed(key), sealed(key)
    assert one.body != two.body
    assert one.keys[0].wrapped != two.keys[0].wrapped


@pytest.mark.parametrize(
    ("words", "padded"),
    [(0, 1024), (1020, 1024), (1021, 4096), (4092, 4096), (4093, 16384), (16380, 16384), (16381, 65536),
     (65532, 65536), (65533, 131072), (131069, 196608)],
)  # fmt: skip
def test_lengths_are_padded_to_a_few_steps(words: int, padded: int) -> None:
    key = new_key(CLASSIC)
    envelope = sealed(key, b"x" * words)
    assert len(envelope.body) == padded + AROUND
    assert open_envelope(envelope, reference=ONE, key=key) == b"x" * words


def test_no_part_of_the_words_stands_in_the_envelope(key: PrivateKey) -> None:
    envelope = sealed(key, b"canary" * 50)
    assert b"canary" not in envelope.body + envelope.keys[0].wrapped


def test_a_key_is_written_and_read_back_and_never_shown(key: PrivateKey) -> None:
    assert PrivateKey.from_bytes(key.to_bytes()) == key
    assert str(key.x25519) not in repr(key)
    assert str(key.mlkem_seed) not in repr(key).replace("b''", "")


@pytest.mark.parametrize("raw", [b"", b"\0", b"x25519", b"x25519\0" + b"a" * 31, b"rsa\0" + b"a" * 32, b"\xff\0" * 40])
def test_what_is_no_key_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not a vault key"):
        PrivateKey.from_bytes(raw)


def test_a_public_key_is_written_and_read_back_and_no_other_is(key: PrivateKey) -> None:
    public = key.public_key()
    assert PublicKey.from_bytes(public.to_bytes()) == public
    for raw in (b"", key.to_bytes() + b"x", public.to_bytes()[:-1], b"rsa" + public.to_bytes()):
        with pytest.raises(ValueError, match="not a vault key"):
            PublicKey.from_bytes(raw)


def test_a_key_and_an_envelope_cannot_be_changed(key: PrivateKey) -> None:
    envelope = sealed(key)
    for value, name in ((key, "suite"), (key.public_key(), "suite"), (envelope, "body"), (envelope.keys[0], "kid")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "other")


def test_a_public_key_names_itself_by_suite_and_key() -> None:
    hybrid = new_key(HYBRID).public_key()
    assert PublicKey(CLASSIC, hybrid.x25519).kid != hybrid.kid
    assert hybrid.kid == PublicKey(HYBRID, hybrid.x25519, hybrid.mlkem).kid


@pytest.mark.parametrize("suite", SUITES)
def test_an_envelope_of_long_ago_still_opens(suite: str) -> None:
    kept: dict[str, Any] = json.loads((GOLDEN / f"envelope-{suite}.json").read_text("utf-8"))
    raw = {name: base64.b64decode(kept[name]) for name in ("private_key", "wrapped", "body")}
    key = PrivateKey.from_bytes(raw["private_key"])
    envelope = Envelope(raw["body"], (WrappedKey(kept["kid"], suite, raw["wrapped"]),))
    assert key.public_key().kid == kept["kid"]
    assert open_envelope(envelope, reference=kept["reference"], key=key).decode() == kept["words"]
