"""A Redis of our own: on a free loopback port, keeping nothing on the disk, that hangs and dies when a test says so."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis as Client
from redis.exceptions import ConnectionError as NotThere

from tests.parts.real import free_port, missing
from tests.parts.running import until_true

KEEP_NOTHING = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--daemonize", "no")


@dataclass(frozen=True, kw_only=True)
class Redis:
    """A running server, known by its own process."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """As REPORT_ABUSE_RATELIMIT_STORAGE_URI wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def hang(self) -> None:
        """Take connections, and never answer."""
        self.process.send_signal(signal.SIGSTOP)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Hang for a while."""
        self.hang()
        yield
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def fill_up(self) -> None:
        """Have no memory left for anything, and throw nothing away."""
        with Client(port=self.port) as client:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", 1)

    def told(self) -> dict[str, tuple[int, bytes]]:
        """Everything it holds: by its name, for how many seconds yet, and its content as a dump of it shows it."""
        with Client(port=self.port) as client:
            return {
                name.decode(): (int(client.ttl(name)), bytes(client.dump(name) or b"")) for name in client.scan_iter()
            }

    def held(self) -> list[bytes]:
        """The name of everything it holds."""
        with Client(port=self.port) as client:
            return list(client.scan_iter())

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            with Client(port=self.port) as client:
                return bool(client.ping())
        except NotThere:
            return False


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A server for one test."""
    program = shutil.which("redis-server")
    if program is None:
        missing("Redis", package="redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--dir", str(tmp_path), *KEEP_NOTHING]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            server = Redis(port=port, process=process)
            until_true(server.answers, what="Redis to answer")
            yield server
        finally:
            process.kill()
