"""What is printed is for whoever reads it: a program, a pipe, or a person whose terminal nobody may play with."""

import json

import pytest

from report_abuse_receiver.cli.printing import print_record, print_rows, print_table, visible

NASTY = "\x1b[2J\r\x07\x7f\x9b\u202e\u2028\ud800\ufeff"
ROWS = [{"id": 1, "who": None, "names": ["a", "b"], "keys": [{"kid": "k1", "state": "active"}]}]


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert visible(NASTY) == r"\x1b[2J\r\x07\x7f\x9b\u202e\u2028\ud800\ufeff"
    assert visible(NASTY).isascii()
    assert visible("Zoë 👩\u200d👧 يوم") == "Zoë 👩\u200d👧 يوم"


def test_a_program_gets_ascii_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"story": NASTY}], as_json=True, columns=())
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == [{"story": NASTY}]
    print_rows([], as_json=True, columns=())
    assert json.loads(capsys.readouterr().out) == []


def test_a_pipe_gets_a_line_each_with_tabs_between(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([*ROWS, {"id": "a\tb\nc"}], as_json=False, columns=("id",))
    assert capsys.readouterr().out == "1\t-\ta, b\tk1 active\na\\tb\\nc\n"


def test_a_person_gets_a_table_of_the_columns_that_matter(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([{"id": 1, "story": f"[red]{NASTY}", "rest": "unseen"}], columns=("id", "story"), title="Reports")
    out = capsys.readouterr().out
    assert "[red]" in out
    assert "unseen" not in out
    assert not set(NASTY.replace("[2J", "")) & set(out)
    print_table([], columns=("id",))
    assert capsys.readouterr().out == "None.\n"


def test_a_record_is_a_line_for_each_part_and_a_story_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_record(
        {
            "reference": "4HK",
            "answers": {"story": "one\ntwo\x1b", "age": 13, "name": None},
            "timeline": [{"kind": "received"}],
        },
        as_json=False,
    )
    assert capsys.readouterr().out.splitlines() == [
        "reference: 4HK", "answers:", "  story:", "    one", r"    two\x1b", "  age: 13", "  name: -",
        "timeline:", "  received",
    ]  # fmt: skip
