"""A PostgreSQL of our own: on a free loopback port, in a folder of its own, never run by root, gone at the end."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.parts.memory import DISK, is_on_disk
from tests.parts.real import free_port, missing

INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
SERVER = ("--listen_addresses=127.0.0.1", "--unix_socket_directories=", "--fsync=on", "--max_connections=200")


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """A running cluster that any local process may enter as `postgres`."""

    port: int
    process: "subprocess.Popen[bytes]"
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        """The address of one database, as REPORT_ABUSE_DATABASE_URL wants it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str = "template1", owner: str = "postgres") -> str:
        """Make a database, empty or a copy of `template`, and return its name."""
        name = f"test_{next(self.numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner}"')
        return name

    def drop(self, database: str) -> None:
        """Take a database away, whoever is still in it."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def make_user(self, name: str, *, role: str = "") -> None:
        """A user who may log in and nothing else, but for what `role` may; one that is there already will do."""
        member = f'IN ROLE "{role}"' if role else ""
        self.run(f'DO $$ BEGIN CREATE ROLE "{name}" LOGIN {member}; EXCEPTION WHEN duplicate_object THEN NULL; END $$')

    def run(self, statement: str) -> None:
        """One statement by whoever may do anything."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's cluster, in memory, with every setting as in production."""
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_on_disk() -> Iterator[Postgres]:
    """Another for tests that are about the disk."""
    with cluster(DISK) as running:
        yield running


def cluster_for(request: pytest.FixtureRequest) -> Postgres:
    """The session's cluster that this test is for."""
    found: Postgres = request.getfixturevalue("postgres_on_disk" if is_on_disk(request) else "postgres")
    return found


@pytest.fixture
def another_postgres() -> Iterator[Postgres]:
    """A cluster of this test alone, where nobody has made a role yet."""
    with cluster() as running:
        yield running


@contextmanager
def cluster(where: Path | None = None) -> Iterator[Postgres]:
    """A new one, which is gone at the end; where temporary files are kept, or elsewhere."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="report-abuse-postgres-", dir=where))
    try:
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user, user)
        yield from _running(programs, folder, user)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """The folder of the newest server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        missing("PostgreSQL", package="postgresql")
    return found[-1].parent


def _running(programs: Path, folder: Path, user: str | None) -> Iterator[Postgres]:
    data, port = folder / "data", free_port()
    who: dict[str, Any] = {"user": user, "group": user, "extra_groups": [] if user else None, "cwd": folder}
    initdb = [str(programs / "initdb"), f"--pgdata={data}", "--no-sync", *INITDB]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **who)
    server = [str(programs / "postgres"), "-D", str(data), f"--port={port}", *SERVER]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(server, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **who) as process,
    ):
        try:
            postgres = Postgres(port=port, process=process)
            _wait_until_it_answers(postgres, folder / "log")
            yield postgres
        finally:
            process.send_signal(signal.SIGINT)


def _wait_until_it_answers(postgres: Postgres, log: Path) -> None:
    for _ in range(600):
        try:
            psycopg.connect(postgres.url("postgres")).close()
        except psycopg.OperationalError:
            if postgres.process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}", pytrace=False)
