"""Canaries: what two hundred children wrote is found in no file, log, dump or figure, unless one opens the seal."""

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text

from report_abuse import ReportAbuse
from report_abuse_receiver.desk import directory, triage
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.deciding import Decision
from report_abuse_receiver.ground.clock import now
from tests.parts.command import Command
from tests.parts.marked import BOXES, LINES, headers, marked_files, new_mark, pages
from tests.parts.places import Place
from tests.parts.running import Running, Starter

#: On each engine; what is sealed before it reaches either is the same.
REPORTS = {"sqlite": 200, "postgresql": 50}
CHILDREN = 4
MARK = new_mark()
PAGES = pages(MARK)


class Visitor:
    """A browser that posts what every page asks, with the mark in every place that takes words."""

    def __init__(self, receiver: Running, token: str) -> None:
        self._where = urlsplit(receiver.base_url)
        self._token, self._cookie = token, ""

    def tell(self) -> "Visitor":
        """From the button to the check page."""
        self.ask("GET", f"/r/{self._token}?{MARK}={MARK}")
        self.ask("POST", "/start", token=self._token)
        for page, asked in PAGES.items():
            self.ask("POST", f"/report/{page}", **asked)
        return self

    def send(self) -> int:
        """Press Send; returns the status."""
        return self.ask("POST", "/report/check")

    def ask(self, method: str, path: str, **form: str) -> int:
        """One request that a browser with extensions, behind a proxy, could make."""
        own = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form | {MARK: MARK}) if method == "POST" else None
        with closing(HTTPConnection(self._where.hostname or "", self._where.port, timeout=30)) as browser:
            browser.request(method, path, body, headers(MARK) | own)
            answer = browser.getresponse()
            self._cookie = (answer.getheader("Set-Cookie") or self._cookie).partition(";")[0]
            answer.read()
            return answer.status


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the receiver puts its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def receiver(place: Place, start: Starter, temporary: Path) -> Running:
    """A receiver with its worker, in a process of its own."""
    return start.receiver(place.environ | {"TMPDIR": str(temporary)})


def token_of(centre: Centre) -> str:
    """A link whose partner's reference is marked too."""
    made = directory.add_provider(centre, "acme", name="Acme", origins=["https://acme.example"], contact="a@b.example")
    return ReportAbuse(made.url, key=made.key).link("chat", ref=MARK).rpartition("/")[2]


def everybody_sends(receiver: Running, token: str, *, times: int) -> None:
    with ThreadPoolExecutor(CHILDREN) as pool:
        assert set(pool.map(lambda _: Visitor(receiver, token).tell().send(), range(times))) == {303}


def others_come_too(receiver: Running, token: str, centre: Centre) -> None:
    """One who leaves, one who never ends, one whose link is broken, and one whose Send breaks in the middle."""
    assert Visitor(receiver, token).tell().ask("GET", "/leave") == 303
    Visitor(receiver, f"{MARK}%0a{MARK}").tell()
    Visitor(receiver, "acme").ask("GET", f"/nowhere/{MARK}")
    unlucky = Visitor(receiver, token).tell()
    _rename(centre, "report", "gone")
    assert unlucky.send() >= 500
    _rename(centre, "gone", "report")
    assert unlucky.send() == 303


def _rename(centre: Centre, old: str, new: str) -> None:
    with centre.database.writing() as conn:
        conn.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def everything_is_decided(centre: Centre) -> None:
    decision = Decision(category="grooming", outcome="advice", contact="group", services=("acme",))
    for row in triage.list_reports(centre):
        triage.decide(centre, row["reference"], decision, staff="pat")


def what_the_commands_print(command: Command) -> Iterator[str]:
    quarter = f"{now().year}-Q{(now().month + 2) // 3}"
    for words in ("reports list", "outbox list", "provider list", "service list", f"feedback preview acme {quarter}"):
        yield command.well(*words.split(), "--json").stdout
        yield command.well(*words.split()).stdout


def data_folder(centre: Centre) -> Path:
    """Where the database keeps its files, PostgreSQL its log too."""
    if centre.database.is_sqlite:
        return centre.settings.home
    with centre.database.reading() as conn:
        return Path(conn.scalar(text("SHOW data_directory"))).parent


def everything_on_the_disk(centre: Centre) -> None:
    """Have the server write all it holds into its files."""
    if not centre.database.is_sqlite:
        with centre.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("CHECKPOINT"))


def dumped(centre: Centre, folder: Path) -> Path:
    """A backup as an operator would make it."""
    path = folder / "backup"
    if centre.database.is_sqlite:
        shutil.copy(centre.settings.home / "receiver.sqlite3", path)
        return path
    subprocess.run(["pg_dump", f"--dbname={centre.settings.database_url}", f"--file={path}"], check=True)
    return path


def test_no_word_of_two_hundred_reports_is_found_in_clear(
    centre: Centre, receiver: Running, temporary: Path, command: Command, tmp_path: Path
) -> None:
    token, times = token_of(centre), REPORTS[centre.database.engine.dialect.name]
    everybody_sends(receiver, token, times=times)
    others_come_too(receiver, token, centre)
    everything_is_decided(centre)
    everything_on_the_disk(centre)
    places = (data_folder(centre), centre.settings.home, temporary, receiver.log, dumped(centre, tmp_path))
    assert marked_files(MARK, *places) == []
    assert receiver.stop() == 0
    assert marked_files(MARK, *places) == []
    assert [said for said in what_the_commands_print(command) if MARK in said] == []

    rows = triage.list_reports(centre)
    assert len(rows) == times + 1
    shown = triage.show_report(centre, rows[0]["reference"], reason="duty", staff="pat")
    for name in (*LINES, *BOXES):
        assert shown["answers"][name] == f"{MARK} {name}"
    assert shown["partner_reference"] == MARK


@pytest.mark.parametrize("around", range(3))
def test_the_search_finds_what_it_looks_for(tmp_path: Path, around: int) -> None:
    """Else its silence would say nothing."""
    for number, form in enumerate(
        (MARK, MARK.upper(), base64.b64encode(b"x" * around + MARK.encode() + b"yy").decode())
    ):
        (tmp_path / f"{number}").write_bytes(os.urandom(5000) + form.encode() + os.urandom(50))
    assert len(marked_files(MARK, tmp_path)) == 3
