"""Keys: read strictly, shown to nobody by accident."""

import pytest
from markupsafe import escape

from report_abuse import BadKey, Key, ReportAbuseError

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


def test_a_key_cannot_be_built_badly_either() -> None:
    with pytest.raises(BadKey, match="secret"):
        Key("live", "button", "acme", "k1", "short")


def test_one_except_is_enough() -> None:
    assert issubclass(BadKey, ReportAbuseError)
