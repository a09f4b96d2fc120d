"""A receiver in which each step of everything breaks once; what it writes meanwhile is the test's to search.

python -m tests.parts.unlucky MARK FOLDER [--careless]

The mark stands in all that comes in and in each error's own words. Every public route, every duty of the worker and
every command that opens reports is done once for each function of ours that it enters, which then raises. It prints
how often that was. With --careless the log is Python's own and only a little is done, to show that it would be found.
"""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, islice, product
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.cli import main
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.operations.jobs import JOBS
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store import outbox
from report_abuse_receiver.worker import work_once
from tests.parts import letters, marked
from tests.parts.comers import given
from tests.parts.faults import breaking_at, steps_of

#: Opening a centre is the same for every command, and is no step of any report.
OPENING = (
    "centre.py",
    "store/engine.py",
    "ground/config.py",
    "ground/keys/keyring.py",
    "ground/scheme/",
    "ground/forms/",
)
#: What these do has no word of a report in hand.
FIGURES = ("/rules/", "/reporting/", "audit/attack.py", "feedback/bundle.py")


#: What no person asks for.
OF_MACHINES = (
    "/readyz", "/healthz", "/favicon.ico", "/.well-known/report-abuse", "/assets/journey.js", "/assets/journey.css",
)  # fmt: skip


class Mishap(Exception):
    """What no code of ours expects; what it says was somebody's."""


@dataclass(frozen=True)
class Unlucky:
    """Everything that is done here, in one place, with one mark."""

    centre: Centre
    app: Flask
    mark: str
    token: str
    folder: Path

    def visitor(self) -> FlaskClient:
        """A browser that says the mark wherever it can."""
        browser = self.app.test_client()
        browser.environ_base |= {f"HTTP_{name.upper().replace('-', '_')}": said for name, said in self.headers}
        browser.set_cookie("other", self.mark)
        return browser

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Its headers."""
        return [*marked.headers(self.mark).items()]

    def told(self) -> FlaskClient:
        """Somebody who has filled in every page."""
        browser = self.visitor()
        browser.post("/start", data={"token": self.token})
        for page, asked in marked.pages(self.mark).items():
            browser.post(f"/report/{page}", data=asked)
        browser.get("/report/check")
        return browser

    def sent(self) -> FlaskClient:
        """Somebody who has sent it."""
        browser = self.told()
        browser.post("/report/check")
        return browser

    def requests(self) -> Iterator[tuple[Callable[[], FlaskClient], str, str, dict[str, str]]]:
        """Who asks, how, for what, with which form: every route of ours, in a state in which it does something."""
        query = f"?{self.mark}={self.mark}"
        for path in ("/", f"/r/{self.token}", "/r", f"/r/{self.mark}", "/help", f"/nowhere/{self.mark}"):
            yield self.visitor, "GET", path + query, {}
        yield self.visitor, "GET", f"/start?token={self.token}&{self.mark}", {}
        for path in OF_MACHINES:
            yield self.visitor, "GET", path + query, {}
        yield self.visitor, "POST", f"/r/{self.token}", {}
        yield self.visitor, "POST", "/start", {"token": self.token}
        pages = marked.pages(self.mark)
        yield self.visitor, "POST", "/report/what", dict(pages["what"])  # in a draft that is over
        known = self.told()
        yield lambda: known, "GET", f"/report/what{query}", {}  # the same functions draw and keep every page
        yield lambda: known, "POST", f"/report/contact{query}", dict(pages["contact"])
        yield lambda: known, "POST", "/report/what/left", dict(pages["what"])
        for method, path in product(("GET", "POST"), ("/danger", "/report/not-ours")):
            yield lambda: known, method, path + query, {}
        yield lambda: known, "POST", "/report/go", {"to": self.mark}
        yield lambda: known, "GET", "/report/check", {}
        yield self.told, "POST", "/report/check", {self.mark: self.mark}
        yield self.sent, "GET", "/report/done", {}
        arrived = self.sent()
        yield lambda: arrived, "POST", "/report/done", {"heard": "school", self.mark: self.mark}
        yield lambda: known, "GET", "/leave", {}
        yield lambda: known, "POST", "/leave", {}
        yield self.visitor, "GET", "/back", {}
        yield self.visitor, "POST", "/back", {"reference": self.mark, "words": self.mark, "more": self.mark}

    def comes_back(self) -> Callable[[], object]:
        """Somebody who adds to a report, from an address of their own, because words may be tried so often."""
        reference = letters.receive(self.centre, **self.answers)
        said = {"more": self.mark, "reach": self.mark, "words": given(self.centre, reference)}
        address = f"2001:db8:{next(_ADDRESSES):x}::1"
        post = partial(self.visitor().post, "/back", data={"reference": reference, **said})
        return lambda: post(environ_overrides={"REMOTE_ADDR": address})

    @property
    def answers(self) -> dict[str, str]:
        """Words for a report that comes in by itself."""
        said = {name: f"{self.mark} {name}" for name in (*marked.LINES, *marked.BOXES)}
        return {**said, "email": f"{self.mark}@{self.mark}.example"}

    def does_its_duties(self) -> Callable[[], object]:
        """A worker with a report to acknowledge and everything else that can be owed."""
        letters.receive(self.centre, **self.answers)
        with self.centre.database.writing() as conn:
            for kind in {job.kind for job in JOBS.values()} - {"acknowledge", "mail-acknowledgement", "same-names"}:
                outbox.enqueue(conn, kind, {}, now=now())
        for row in jobs.list_owed(self.centre):
            jobs.retry(self.centre, row.id)
        return partial(_as_a_process, partial(work_once, self.centre))

    def commands(self) -> Iterator[Callable[[], Callable[[], object]]]:
        """Those that open reports."""
        reference = letters.receive(self.centre, **self.answers)
        why = ("--reason", "drill", "--staff", "ann")
        yield lambda: partial(_command, ("reports", "show", reference, *why))
        yield lambda: partial(_command, ("reports", "export", str(self.folder / f"{next(_ADDRESSES)}.jsonl"), *why))
        main(["feedback", "freeze", _past_quarter()], standalone_mode=False)
        yield lambda: partial(_command, ("feedback", "audit", _past_quarter()))
        yield self._rewraps

    def _rewraps(self) -> Callable[[], object]:
        with contextlib.redirect_stdout(io.StringIO()):
            main(["keys", "rotate"], standalone_mode=False)
        return partial(_command, ("keys", "rewrap"))


_ADDRESSES = count(1)


def _command(words: tuple[str, ...]) -> None:
    """What it prints on purpose is not what is searched here."""
    with contextlib.redirect_stdout(io.StringIO()):
        _as_a_process(partial(main, list(words)))


def _as_a_process(act: Callable[[], object]) -> None:
    """Do it, and let the interpreter tell of what nobody caught, as where the process ends with it."""
    try:
        act()
    except SystemExit:
        return
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)


def _past_quarter() -> str:
    moment = now()
    return f"{moment.year}-Q{(moment.month - 1) // 3}" if moment.month > 3 else f"{moment.year - 1}-Q4"


def break_everywhere(prepare: Callable[[], Callable[[], object]], mark: str, *, leaving: tuple[str, ...] = ()) -> int:
    """Do it once whole, then once for each function that it enters; in those of the store the database fails, too."""
    done = 0
    for step in steps_of(prepare()):
        if any(one in step.co_filename for one in leaving):
            continue
        errors = [Mishap(mark), OperationalError(mark, {mark: mark}, Mishap(mark))]
        for error in errors if "/store/" in step.co_filename else errors[:1]:
            breaking_at(step, error, prepare())
            done += 1
    return done


def _play(unlucky: Unlucky) -> Iterator[tuple[str, int]]:
    yield "POST /back", break_everywhere(unlucky.comes_back, unlucky.mark)
    yield "the duties", break_everywhere(unlucky.does_its_duties, unlucky.mark)
    for prepare in unlucky.commands():
        yield "a command", break_everywhere(prepare, unlucky.mark, leaving=(*OPENING, *FIGURES))
    for who, method, path, form in unlucky.requests():
        ask = partial(_asking, who, path, method=method, data=form or None)
        yield f"{method} {path}", break_everywhere(ask, unlucky.mark)


def _asking(who: Callable[[], FlaskClient], path: str, **options: Any) -> Callable[[], object]:
    return partial(who().open, path, **options)


def play(mark: str, folder: Path, *, shortly: bool = False) -> None:
    """Everything, or only the first of it; prints what was done, and how often something broke there."""
    centre = open_centre(load_settings(os.environ))
    made = directory.add_provider(centre, "acme", name="Acme", origins=["https://a.example"], contact="a@b.example")
    token = ReportAbuse(made.url, key=made.key).link("chat", ref=mark).rpartition("/")[2]
    for what, times in islice(_play(Unlucky(centre, create_app(centre), mark, token, folder)), 1 if shortly else None):
        print(times, what.partition("?")[0].replace(mark, "MARK").replace(token, "TOKEN"))


if __name__ == "__main__":
    logs.configure()
    careless = "--careless" in sys.argv
    if careless:
        logging.getLogger().handlers[0].setFormatter(logging.Formatter())
    play(sys.argv[1], Path(sys.argv[2]), shortly=careless)
