"""Whatever breaks, and wherever: nothing that a process writes holds a word or an address of anybody (S19)."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from tests.parts.marked import marked_files, new_mark
from tests.parts.places import Place, on_sqlite
from tests.parts.running import Starter
from tests.parts.source import ROOT
from tests.proofs import page

pytestmark = [on_sqlite, pytest.mark.proof]

#: So many breaks at least.
LEAST = 1_000
WHAT = """A mark stands in all that comes in and in each error's own words. Every public route, every duty of the worker
and every command that opens reports is done once for each function of ours that it enters, which then raises; in the
store the database fails, too. All that the process wrote was searched for the mark in plain, in capitals, in two bytes
a letter, in hex and in base64: it stands nowhere.""".splitlines()


def played(start: Starter, place: Place, mark: str, folder: Path, smtp_url: str, *options: str) -> Path:
    """All that a process wrote in which everything broke once."""
    (folder / "exports").mkdir()
    mail = {"REPORT_ABUSE_SMTP_URL": smtp_url, "REPORT_ABUSE_MAIL_FROM": "post@hello.example"}
    heads = {"REPORT_ABUSE_AUDIT_HEADS": f"file:{folder / 'heads'}", "PYTHONPATH": str(ROOT)}
    command: list[str | Path] = [sys.executable, "-m", "tests.parts.unlucky", mark, folder / "exports", *options]
    process, log = start.start(command, place.environ | mail | heads)
    assert process.wait() == 0, log.read_text("utf-8")[-3000:]
    return log


@pytest.mark.timeout(1200)
def test_no_word_is_written_whatever_step_breaks(
    start: Starter, place: Place, centre: Centre, tmp_path: Path, smtp_url: str
) -> None:
    mark = new_mark()
    log = played(start, place, mark, tmp_path, smtp_url)
    assert marked_files(mark, log) == []
    told = [line.partition(" ") for line in log.read_text("utf-8").splitlines() if line[:1].isdigit()]
    broken = Counter[str]()
    for times, _, what in told:
        broken[what] += int(times)
    page.write("Silence", [*WHAT, "", *page.table(("what was done", "breaks"), _rows(broken))])
    assert broken.total() > LEAST
    done = set(broken)
    assert {"the duties", "a command"} < done
    routes = create_app(centre).url_map.bind("localhost")
    asked = [(path, method) for method, _, path in (one.partition(" ") for one in done) if routes.test(path, method)]
    public = {rule.endpoint for rule in routes.map.iter_rules() if not rule.endpoint.startswith("desk.")}
    assert public == {routes.match(*one)[0] for one in asked}


def _rows(broken: Counter[str]) -> Iterator[tuple[str, object]]:
    """The commands and duties by themselves, the routes together."""
    routes = {what: times for what, times in broken.items() if what[:1].isupper()}
    yield from ((what, f"{times:,}") for what, times in broken.items() if what not in routes)
    yield f"{len(routes)} public routes, one by one", f"{sum(routes.values()):,}"
    yield "in all", f"{broken.total():,}"


def test_a_log_that_says_what_an_error_says_would_be_found(
    start: Starter, place: Place, tmp_path: Path, smtp_url: str
) -> None:
    mark = new_mark()
    log = played(start, place, mark, tmp_path, smtp_url, "--careless")
    assert marked_files(mark, log) == [log]
