"""Receivers and workers as processes of their own, each started, watched and ended by its own number."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.parts.real import free_port

#: The command as it was installed beside this Python.
RECEIVER = Path(sys.executable).with_name("report-abuse-receiver")
#: Seconds for what is sure to come, on a machine that does much else.
PATIENCE = 120


@dataclass(frozen=True, kw_only=True)
class Running:
    """A process of the receiver, and what it wrote."""

    process: "subprocess.Popen[bytes]"
    log: Path
    base_url: str = ""

    @property
    def output(self) -> str:
        """All that it wrote to its output and its error output."""
        return self.log.read_text("utf-8", "replace")

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"did not end within {PATIENCE} s:\n{self.output}", pytrace=False)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def wait_until_ready(self) -> "Running":
        """Wait until /readyz answers 200."""
        with requests.Session() as session:
            session.trust_env = False
            until_true(lambda: self._is_ready(session), what=self)
        return self

    def _is_ready(self, session: requests.Session) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"ended at start with {self.process.returncode}:\n{self.output}", pytrace=False)
        try:
            with session.get(f"{self.base_url}/readyz", timeout=5) as answer:
                return answer.status_code == 200
        except requests.RequestException:
            return False


def until_true(condition: Callable[[], bool], *, what: object = "it", seconds: float = PATIENCE) -> None:
    """Wait for something that is sure to come; the limit is only there so that a broken build ends."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            wrote = what.output if isinstance(what, Running) else what
            pytest.fail(f"waited {seconds} s for nothing: {wrote}", pytrace=False)
        time.sleep(0.02)


class Starter:
    """Starts processes with just these settings, and ends those that are left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._number = 0

    def receiver(self, environ: Mapping[str, str], *options: str, port: int | None = None) -> Running:
        """`report-abuse-receiver run`, waited for until it is ready."""
        port = port or free_port()
        process, log = self.start([RECEIVER, "run", "--port", str(port), *options], environ)
        return Running(process=process, log=log, base_url=f"http://127.0.0.1:{port}").wait_until_ready()

    def worker(self, environ: Mapping[str, str], *options: str) -> Running:
        """`report-abuse-receiver worker`, waited for until it says that it is at work or has ended."""
        process, log = self.start([RECEIVER, "worker", *options], environ)
        running = Running(process=process, log=log)
        until_true(lambda: "at work" in running.output or process.poll() is not None, what=running)
        return running

    def start(self, command: list[str | Path], environ: Mapping[str, str]) -> tuple["subprocess.Popen[bytes]", Path]:
        """Any command, with a clean environment and its output in a file."""
        self._number += 1
        path = self._folder / f"process-{self._number}.log"
        log = self._stack.enter_context(path.open("wb"))
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environ(environ), cwd=self._folder
        )
        self._stack.callback(_end, process)
        return process, path

    def close(self) -> None:
        """End what still runs."""
        self._stack.close()


def clean_environ(more: Mapping[str, str]) -> dict[str, str]:
    """Our environment without any setting of the receiver, and with `more`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_ABUSE_")}
    return own | {"PYTHONUNBUFFERED": "1"} | dict(more)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts receivers and workers for one test: `start.receiver(place.environ)`."""
    folder = tmp_path / "processes"
    folder.mkdir()
    starter = Starter(folder)
    yield starter
    starter.close()
