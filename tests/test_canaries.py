"""Canaries: what children wrote is found in no file, log, dump or figure, unless one opens the seal."""

import base64
import os
from pathlib import Path

import pytest

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from tests.parts.acting import host
from tests.parts.canaries import Crowd, data_folder, dumped, everything_on_the_disk, what_the_commands_print
from tests.parts.command import Command
from tests.parts.marked import BOXES, LINES, marked_files, new_mark
from tests.parts.places import Place
from tests.parts.running import Starter

#: On each engine; what is sealed before it reaches either is the same. Ten thousand words of them: `make proof`.
REPORTS = {"sqlite": 60, "postgresql": 20}
MARK = new_mark()


def test_no_word_of_any_report_is_found_in_clear(
    centre: Centre, place: Place, start: Starter, command: Command, tmp_path: Path
) -> None:
    times, temporary = REPORTS[centre.database.engine.dialect.name], tmp_path / "temporary"
    temporary.mkdir()
    receiver = start.receiver(place.environ | {"TMPDIR": str(temporary)})
    crowd = Crowd.at(receiver.base_url, centre=centre, mark=MARK)
    crowd.send(times)
    crowd.others_come_too()
    crowd.are_decided()
    everything_on_the_disk(centre)
    places = (data_folder(centre), centre.settings.home, temporary, receiver.log, dumped(centre, tmp_path))
    assert marked_files(MARK, *places) == []
    assert receiver.stop() == 0
    assert marked_files(MARK, *places) == []
    assert [said for said in what_the_commands_print(command) if MARK in said] == []

    rows = triage.list_reports(centre)
    assert len(rows) == times + 1
    shown = triage.show_report(centre, rows[0].reference, reason="duty", by=host("pat"))
    for name in (*LINES, *BOXES):
        assert shown.answers[name] == f"{MARK} {name}"
    assert shown.partner_reference == MARK


@pytest.mark.parametrize("around", range(3))
def test_the_search_finds_what_it_looks_for(tmp_path: Path, around: int) -> None:
    """Else its silence would say nothing."""
    for number, form in enumerate(
        (MARK, MARK.upper(), base64.b64encode(b"x" * around + MARK.encode() + b"yy").decode())
    ):
        (tmp_path / f"{number}").write_bytes(os.urandom(5000) + form.encode() + os.urandom(50))
    assert len(marked_files(MARK, tmp_path)) == 3
