"""The `report-abuse` command: one line out, one sentence on refusal, and no key in sight."""

from pathlib import Path

import pytest

from report_abuse import ReportAbuse, assets
from report_abuse.__main__ import main

SECRET = "p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
KEY = f"ra_live_button_acme_k1_{SECRET}"
URL = "https://report.example"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner's shell, with the two settings that the centre gave."""
    monkeypatch.setenv("REPORT_ABUSE_URL", URL)
    monkeypatch.setenv("REPORT_ABUSE_KEY", KEY)
    monkeypatch.delenv("REPORT_ABUSE_KEY_FILE", raising=False)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    try:
        code = main(words)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    return code, *capsys.readouterr()


def test_each_command_prints_what_the_library_makes_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    site = ReportAbuse(URL, key=KEY)
    looks = ("--variant", "badge", "--scheme", "dark", "--size", "60")
    expected = {
        ("link", "chat", "--ref", "room-7", "--locale", "cy"): site.link("chat", ref="room-7", locale="cy"),
        ("button", "chat", *looks): site.button("chat", variant="badge", scheme="dark", size=60),
        ("form", "chat", *looks): site.form("chat", variant="badge", scheme="dark", size=60),
    }
    assert {words: run(capsys, *words) for words in expected} == {
        words: (0, f"{made}\n", "") for words, made in expected.items()
    }


def test_the_stylesheet_is_printed_without_key_or_placement(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORT_ABUSE_KEY")
    assert run(capsys, "button", "--css") == (0, f"{assets.css()}\n", "")


def test_the_key_may_come_from_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("REPORT_ABUSE_KEY")
    file = tmp_path / "button.key"
    file.write_text(KEY)
    code, out, _ = run(capsys, "link", "chat", "--key-file", str(file), "--url", "http://localhost:8000")
    assert (code, out.startswith("http://localhost:8000/r/r1.acme.k1.")) == (0, True)


REFUSED = [
    ("link", "Chat"), ("link", "chat", "--ref", "a b"), ("link", "chat", "--locale", "english"),
    ("link", "chat", "--url", "http://report.example"), ("link", "chat", "--url", ""),
    ("button", "chat", "--size", "9"),
    ("link", "chat", "--key-file", "/nowhere"), ("form", KEY),
]  # fmt: skip
WRONG = [
    (), ("link",), ("button",), ("nonsense",), ("link", "chat", "help"), ("button", "chat", "--variant", "red"),
    ("button", "chat", "--size", "big"), ("link", "chat", "--key", KEY), ("link", "chat", f"--key={KEY}"),
    (KEY,), ("link", "chat", "--variant", "solid"), ("link", "chat", "--ur", URL),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), [*((one, 1) for one in REFUSED), *((one, 2) for one in WRONG)])
def test_what_cannot_be_done_is_said_in_one_line_without_the_key(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: int
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (expected, "")
    assert err.startswith("report-abuse: ")
    assert err.count("\n") == 1
    assert SECRET not in err


def test_a_shell_without_settings_is_told_which_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORT_ABUSE_URL")
    assert run(capsys, "link", "chat")[2].startswith("report-abuse: REPORT_ABUSE_URL is not set")
