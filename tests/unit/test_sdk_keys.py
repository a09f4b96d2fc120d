"""Keys: read strictly, shown to nobody by accident."""

from pathlib import Path

import pytest
from markupsafe import escape

from report_abuse import BadKey, Key, ReportAbuseError, SettingMissing
from report_abuse.snippets import key_in

SECRET = "p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
TEXT = f"ra_live_button_acme-games_k1_{SECRET}"


def test_a_key_is_read_as_the_centre_sent_it() -> None:
    assert Key.parse(f" {TEXT}\n") == Key("live", "button", "acme-games", "k1", SECRET)
    assert Key.parse(TEXT).reveal() == TEXT


def test_a_key_is_masked_wherever_it_is_written_out() -> None:
    key = Key.parse(TEXT)
    shown = [repr(key), str(key), f"{key}", f"{key!r:>90}", f"{key:>90}", "%s" % key, repr([key]), repr({"key": key})]  # noqa: UP031 old code writes so
    assert [text for text in shown if SECRET in text] == []
    assert all("acme-games" in text for text in shown)


def test_a_key_that_would_reach_a_page_raises() -> None:
    with pytest.raises(BadKey, match="never reach a page"):
        escape(Key.parse(TEXT))


BAD = [
    "", "ra", "_____", TEXT[:-1], TEXT + "a", TEXT + "_", TEXT.upper(), TEXT.replace("ra_", "rb_"),
    TEXT.replace("live", "prod"), TEXT.replace("button", "admin"), TEXT.replace("acme-games", "a"),
    TEXT.replace("acme-games", "-acme"), TEXT.replace("acme-games", "a" * 41), TEXT.replace("acme-games", "Acme"),
    TEXT.replace("k1", "k"), TEXT.replace("k1", "k12345"), TEXT.replace("k1", "k١"), TEXT.replace("4", "1"),
    TEXT.replace("k1", "k1\n"), TEXT + "\x00", TEXT + "é", TEXT + "\ud800", "x" * 5_000, TEXT * 100,
    None, 7, TEXT.encode(),
]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_damaged_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadKey) as caught:
        Key.parse(text)
    assert SECRET[:20] not in str(caught.value)


@pytest.mark.parametrize(
    ("around", "said"),
    [
        ('"{}"', "quotes"), ("'{}'", "quotes"), ("`{}`", "quotes"), ('"{}', "quotes"), ("\u201c{}\u201d", "quotes"),
        ("\u00ab{}\u00bb", "quotes"), ("\u2018{}\u2019", "quotes"), ("\ufeff{}", "byte order mark"),
        ("\ufeff{}\n", "byte order mark"), ("{}\ufeff", "byte order mark"), ("REPORT_ABUSE_KEY={}", "NAME="),
        ("export REPORT_ABUSE_KEY={}", "NAME="), ("KEY = {}", "NAME="), ("report_abuse_key: {}", "NAME="),
        ("REPORT_ABUSE_KEY='{}'", "quotes"), ("\ufeffREPORT_ABUSE_KEY={}", "byte order mark"),
    ],
)  # fmt: skip
def test_what_stands_around_a_key_is_named_and_the_key_is_not(around: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "button.key"
    file.write_text(around.format(TEXT), "utf-8")
    for read in (lambda: Key.parse(around.format(TEXT)), lambda: key_in(str(file))):
        with pytest.raises(BadKey, match=said) as caught:
            read()
        assert SECRET[:20] not in str(caught.value)


def test_a_file_of_another_encoding_is_named_too(tmp_path: Path) -> None:
    file = tmp_path / "button.key"
    file.write_text(TEXT, "utf-16")
    with pytest.raises(SettingMissing, match="UTF-8"):
        key_in(str(file))


def test_a_key_cannot_be_built_badly_either() -> None:
    with pytest.raises(BadKey, match="secret"):
        Key("live", "button", "acme", "k1", "short")


def test_one_except_is_enough() -> None:
    assert issubclass(BadKey, ReportAbuseError)
