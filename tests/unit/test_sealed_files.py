"""Sealed files: they open for their key and their purpose, whole and in order, or not at all."""

import io
from collections.abc import Sequence

import pytest

from report_abuse_receiver.ground.errors import SealBroken
from report_abuse_receiver.ground.keys.sealed_files import read_sealed, write_sealed
from report_abuse_receiver.ground.keys.vault import CLASSIC, PrivateKey, new_private_key

KEY = PrivateKey(CLASSIC, bytes(range(32)))
PIECES = [b"one", b"", b"three " * 100]


def sealed(pieces: Sequence[bytes] = PIECES, *, about: str = "data", key: PrivateKey = KEY) -> bytes:
    file = io.BytesIO()
    write_sealed(file, pieces, about=about, recipients=[key.public_key()])
    return file.getvalue()


def opened(raw: bytes, *, about: str = "data", key: PrivateKey = KEY) -> list[bytes]:
    return list(read_sealed(io.BytesIO(raw), about=about, keys=[key]))


@pytest.mark.parametrize("pieces", [[], [b""], PIECES], ids=["none", "an empty one", "some"])
def test_what_was_sealed_comes_back_in_its_order(pieces: list[bytes]) -> None:
    assert opened(sealed(pieces)) == pieces


def test_it_opens_in_every_suite_of_this_library() -> None:
    key = new_private_key()
    assert opened(sealed(key=key), key=key) == PIECES


def test_nothing_of_it_stands_in_the_file() -> None:
    assert b"three" not in sealed()


def test_it_is_never_the_same_twice() -> None:
    assert sealed() != sealed()


def test_another_key_and_another_purpose_open_nothing() -> None:
    with pytest.raises(SealBroken, match="was not sealed as data for the key"):
        opened(sealed(), key=new_private_key())
    with pytest.raises(SealBroken, match="was not sealed as keys"):
        opened(sealed(), about="keys")


def test_any_changed_byte_is_noticed() -> None:
    raw = sealed()
    for at in range(len(raw)):
        with pytest.raises(SealBroken):
            opened(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])


def test_a_file_cut_off_anywhere_is_noticed() -> None:
    raw = sealed()
    for length in range(len(raw)):
        with pytest.raises(SealBroken):
            opened(raw[:length])


def test_what_is_added_moved_or_taken_out_is_noticed() -> None:
    raw = sealed([b"a" * 50, b"b" * 50, b"c" * 50])
    head = len(raw) - 3 * (4 + 66) - (4 + 16)
    first, second, third, end = raw[head : head + 70], raw[head + 70 : head + 140], raw[head + 140 : -20], raw[-20:]
    assert opened(raw[:head] + first + second + third + end) == opened(raw)
    for forged in (second + first + third + end, first + third + end, first + second + third + third + end, end):
        with pytest.raises(SealBroken):
            opened(raw[:head] + forged)
    with pytest.raises(SealBroken, match="goes on after its end"):
        opened(raw + b"\0")
