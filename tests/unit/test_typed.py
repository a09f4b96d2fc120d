"""What is typed and pasted is read as it was meant: passwords and codes, and whatever anybody may write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.ground.accounts import passwords
from report_abuse_receiver.ground.forms import ages, typed
from report_abuse_receiver.rules.intake.coming_back import read_words
from report_abuse_receiver.rules.intake.references import new_reference, read_reference

ARABIC, DEVANAGARI = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), str.maketrans("0123456789", "०१२३४५६७८९")


@pytest.mark.parametrize(
    ("chosen", "typed_in"),
    [
        ("correct horse é battery", "correct horse e\u0301 battery"),
        ("ｃｏｒｒｅｃｔ ｈｏｒｓｅ", "correct horse"),
        ("Ångström Ångström", "A\u030angstro\u0308m A\u030angstro\u0308m"),
        ("ﬁve words of mine", "five words of mine"),
        ("한국어 비밀번호 열두자", "한국어 비밀번호 열두자".encode().decode()),
        ("sch\u00f6ne W\u00f6rter", "scho\u0308ne Wo\u0308rter"),
    ],
)
def test_a_password_is_the_same_on_every_keyboard(chosen: str, typed_in: str) -> None:
    assert passwords.fits(passwords.hashed(chosen), typed_in)
    assert passwords.fits(passwords.hashed(typed_in), chosen)
    assert not passwords.fits(passwords.hashed(chosen), typed_in + "x")


def test_a_password_that_was_kept_before_opens_still() -> None:
    old = passwords.HASHER.hash("scho\u0308ne Wo\u0308rter".encode())
    assert passwords.fits(old, "scho\u0308ne Wo\u0308rter")
    assert not passwords.fits(old, "andere Wo\u0308rter")


def test_codes_are_read_however_they_were_copied() -> None:
    assert {typed.code(one) for one in ("_aB-9_", " “_aB-9_” ", "_aB\u200b-9_\n", "＿aB-9＿")} == {"_aB-9_"}
    assert {typed.letters_and_digits(one) for one in ("123 456", "123-456", "١٢٣٤٥٦", "１２３\u200b４５６")} == {
        "123456"
    }
    assert {typed.identifier(one) for one in ("acme", " Acme,", "“ACME”", "ａｃｍｅ", "ac\u200bme")} == {"acme"}


@given(st.text(max_size=80))
def test_what_was_read_reads_the_same_again(text: str) -> None:
    for rule in (typed.plain, typed.folded, typed.short, typed.identifier, typed.code, typed.letters_and_digits):
        assert rule(rule(text)) == rule(text), rule.__name__
    assert typed.phone(typed.phone(text)) == typed.phone(text)
    if typed.is_email(text):
        assert typed.email(typed.email(text).shown) == typed.email(text)


@given(
    st.integers(0, 199),
    st.sampled_from(["", "I am ", "i’m ", "Age: ", "“", "aged "]),
    st.sampled_from(["", ".", " years", "yrs old", "!", "\u200b", "”"]),
    st.sampled_from([{}, ARABIC, DEVANAGARI]),
)
def test_every_age_is_read_in_every_way_of_writing_it(
    years: int, before: str, behind: str, digits: dict[int, int]
) -> None:
    assert ages.years(f"{before}{str(years).translate(digits)}{behind}") == years


@given(st.emails(), st.sampled_from(["{}", "<{}>", "mailto:{}", "“{}”", "{}.", "Sam <{}>", "\u200b{}\ufeff"]))
def test_every_address_is_read_in_every_way_of_copying_it(address: str, way: str) -> None:
    local = address.partition("@")[0]
    if local.startswith("'") or not typed.is_email(address):
        return
    assert typed.email(way.format(address)) == typed.email(address)


@given(st.from_regex(r"[!-~\u00e0-\u00ff]{1,20}@[!-~\u00df-\u00ff]{1,20}", fullmatch=True))
def test_an_address_that_is_taken_can_be_handed_to_a_server(text: str) -> None:
    if not typed.is_email(text):
        return
    found = typed.email(text)
    assert found.domain.isascii()
    assert found.on_the_wire.count("@") == 1
    assert not set(found.on_the_wire) & set(' \r\n<>,;"')


@given(st.sampled_from([new_reference() for _ in range(20)]), st.sampled_from([" ", "-", ".", "\u200b", "–", ""]))
def test_a_reference_is_read_with_anything_between_its_groups(reference: str, between: str) -> None:
    assert read_reference(reference.replace("-", between).lower()) == reference


@given(st.text(max_size=60))
def test_words_to_come_back_with_are_letters_and_blanks(text: str) -> None:
    assert set(read_words(text)) <= set("abcdefghijklmnopqrstuvwxyz ")
