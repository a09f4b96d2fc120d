"""Children who write one marked word wherever words can go, and every place where it must not be found afterwards.

told = Told(centre, receiver, mark)
told.by_many(200); told.by_others(); told.decided()
assert marked_files(mark, *where(centre, ...)) == []
"""

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

from sqlalchemy import text

from report_abuse import ReportAbuse
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.partners import directory
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.marked import headers, pages
from tests.parts.running import PATIENCE

#: At the door at any moment.
CHILDREN = 4


class Visitor:
    """A browser that posts what every page asks, with the mark in every place that takes words."""

    def __init__(self, base_url: str, token: str, mark: str) -> None:
        self._where = urlsplit(base_url)
        self._token, self._mark, self._cookie = token, mark, ""

    def tell(self) -> Self:
        """From the button to the check page."""
        self.ask("GET", f"/r/{self._token}?{self._mark}={self._mark}")
        self.ask("POST", "/start", token=self._token)
        for page, asked in pages(self._mark).items():
            self.ask("POST", f"/report/{page}", **asked)
        return self

    def send(self) -> int:
        """Press Send; returns the status."""
        return self.ask("POST", "/report/check")

    def ask(self, method: str, path: str, **form: str) -> int:
        """One request that a browser with extensions, behind a proxy, could make."""
        own = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form | {self._mark: self._mark}) if method == "POST" else None
        with closing(HTTPConnection(self._where.hostname or "", self._where.port, timeout=PATIENCE)) as browser:
            browser.request(method, path, body, headers(self._mark) | own)
            answer = browser.getresponse()
            self._cookie = (answer.getheader("Set-Cookie") or self._cookie).partition(";")[0]
            answer.read()
            return answer.status


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Everybody who comes to one receiver through one button, whose reference is marked too."""

    centre: Centre
    base_url: str
    mark: str
    token: str

    @classmethod
    def at(cls, base_url: str, *, centre: Centre, mark: str) -> Self:
        """The receiver at this address, with a partner of its own."""
        origins = ["https://acme.example"]
        made = directory.add_provider(centre, "acme", name="Acme", origins=origins, contact="a@b.example")
        token = ReportAbuse(made.url, key=made.key).link("chat", ref=mark).rpartition("/")[2]
        return cls(centre=centre, base_url=base_url, mark=mark, token=token)

    def visitor(self, token: str | None = None) -> Visitor:
        """One of them; by another link, if need be."""
        return Visitor(self.base_url, token or self.token, self.mark)

    def send(self, times: int) -> None:
        """So many reports."""
        with ThreadPoolExecutor(CHILDREN) as pool:
            if set(pool.map(lambda _: self.visitor().tell().send(), range(times))) != {303}:
                raise ValueError("a child was not thanked")

    def others_come_too(self) -> None:
        """One who leaves, one who never ends, one whose link is broken, and one whose Send breaks in the middle."""
        self.visitor().tell().ask("GET", "/leave")
        self.visitor(f"{self.mark}%0a{self.mark}").tell()
        self.visitor("acme").ask("GET", f"/nowhere/{self.mark}")
        unlucky = self.visitor().tell()
        self._rename("report", "gone")
        if unlucky.send() < 500:
            raise ValueError("a report was kept without its table")
        self._rename("gone", "report")
        unlucky.send()

    def are_decided(self) -> None:
        """What staff do with every report."""
        decision = Decision(category="grooming", outcome="advice", contact="group", services=("acme",))
        for row in triage.list_reports(self.centre):
            triage.decide(self.centre, row.reference, decision, by=host("pat"))

    def _rename(self, old: str, new: str) -> None:
        with self.centre.database.writing() as conn:
            conn.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def what_the_commands_print(command: Command) -> Iterator[str]:
    """All that staff can ask for without opening a seal."""
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
