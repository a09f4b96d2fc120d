"""Red team: code inside a public process tries ten routes to the words of past reports, and reads none (S7).

The desk's keys are on another host: while the intruder is at work they lie on no disk of this one. The same routes do
find words where the desk stands beside the pages, so that their silence says something.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.keys.keyring import VAULT, write_key
from report_abuse_receiver.ground.keys.vault import new_private_key
from report_abuse_receiver.intake import receiving
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.store.audit import log
from tests.parts.acting import host
from tests.parts.apart import make_users, public_host
from tests.parts.command import Command
from tests.parts.drafted import STRAIGHT_HERE, ready_draft
from tests.parts.intruder import CANARY
from tests.parts.letters import ANSWERS, SENDER
from tests.parts.mail import Sink, serving
from tests.parts.places import ENGINES, Place, open_at
from tests.parts.postgres import Postgres
from tests.parts.routes import ROUTES
from tests.parts.running import clean_environ
from tests.parts.source import ROOT
from tests.parts.thorough import in_proof

#: Past reports: enough for every day, and for the long proofs.
REPORTS, MORE = 200, 1000
NAMES = [route.__name__ for route in ROUTES]
WORDS = "six words drawn by honest dice"
PASSPHRASE = {"REPORT_ABUSE_VAULT_PASSPHRASE": WORDS}

#: Which reports each route read, by its name.
Read = Mapping[str, list[int]]


@dataclass(frozen=True, kw_only=True)
class Fallen:
    """What was read, by where the intruder stood, and the letters that the desk sent because of what was planted."""

    on_public_host: Read
    as_mighty_user: Read
    beside_the_desk: Read
    letters: list[bytes]


def fill(centre: Centre, numbers: range) -> None:
    """Past reports, each with a word of its own; of every twentieth a letter may go out."""
    for first in range(numbers.start, numbers.stop, 100):
        with centre.database.writing() as conn:
            for number in range(first, first + 100):
                receiving.keep(conn, receiving.seal_report(centre, _submission(number)))


def _submission(number: int) -> Submission:
    more = {} if number % 20 == 0 else {"private": "maybe"}
    return Submission(
        answers={**ANSWERS, **more, "story": CANARY.format(number)},
        channel="direct",
        attribution=STRAIGHT_HERE,
        services=(),
        is_new=False,
    )


@contextmanager
def elsewhere(folder: Path) -> Iterator[None]:
    """As if these files were on another host."""
    held = {file: file.read_bytes() for file in folder.iterdir()}
    for file in held:
        file.unlink()
    yield
    for file, content in held.items():
        file.write_bytes(content)
        file.chmod(0o600)


def intruded(place: Place, own: Path, what: str, **environ: str) -> Read:
    """What an intruder in a process at `place` has read."""
    own.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.parts.intruder", str(own), what]
    settings = clean_environ({**place.environ, "TMPDIR": str(own), **environ})
    done = subprocess.run(command, env=settings, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(done.stderr, pytrace=False)
    read: Read = json.loads(done.stdout)
    return read


def desk_works(place: Place) -> list[bytes]:
    """All that is owed is done by the desk; gives back the letters that went out."""
    sink = Sink()
    server = serving(sink)
    mail = {"REPORT_ABUSE_SMTP_URL": f"smtp://127.0.0.1:{server.port}", "REPORT_ABUSE_MAIL_FROM": SENDER}
    Command(place.environ | PASSPHRASE | mail).well("worker", "--once")
    server.stop()
    return sink.raw


def weakened(place: Place) -> dict[str, str]:
    """Take away what stops those routes that are no matter of keys; gives back what the environment is to say."""
    write_key(place.home, f"{VAULT}-2", new_private_key().to_bytes(), passphrase=WORDS)
    centre = open_at(place, VAULT_PASSPHRASE=WORDS)
    fill(centre, range(MORE + 1, MORE + 101))
    (place.home / "debug.log").write_text(CANARY.format(1) + "\n")
    with centre.database.writing() as conn:
        log.append(conn, by=host("ann"), action="open", subject="x", reason=CANARY.format(2), now=now())
    secret = ready_draft(centre, story=CANARY.format(3)).secret
    centre.database.close()
    return {"CAUGHT_COOKIE": secret, **PASSPHRASE}


def two_hosts(place: Place, home: Path, postgres: Postgres | None, reports: int) -> Place:
    """A desk with so many past reports; gives back its public host."""
    centre = open_at(place)
    fill(centre, range(1, reports + 1))
    centre.database.close()
    if postgres:
        make_users(postgres)
    return public_host(place, home)


def taken(host: Place, desk: Place, own: Path) -> tuple[Read, list[bytes]]:
    """What an intruder on this public host reads, before and after the desk has worked; and the letters it sent."""
    with elsewhere(desk.home / "keys"):
        read = intruded(host, own, "take")
    (host.home / "keys" / "recovery.pub").unlink()
    letters = desk_works(desk)
    with elsewhere(desk.home / "keys"):
        return {**read, **intruded(host, own, "reap")}, letters


AT = [
    *(pytest.param((engine, REPORTS), id=engine) for engine in ENGINES),
    *(pytest.param((engine, MORE), id=f"{engine}-all", marks=in_proof) for engine in ENGINES),
]


@pytest.fixture(scope="module", params=AT)
def fallen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fallen:
    """A public host that is taken, the same with a user of the database who may do all, and the same on one host."""
    folder = tmp_path_factory.mktemp("red-team")
    engine, reports = request.param
    postgres: Postgres | None = request.getfixturevalue("postgres") if engine == "postgres" else None
    desk = Place(home=folder / "desk", database_url=postgres.url(postgres.create()) if postgres else None)
    host = two_hosts(desk, folder / "public", postgres, reports)
    on_public_host, letters = taken(host, desk, folder / "first")
    mighty = replace(host, database_url=desk.database_url or host.database_url)
    as_mighty_user, _ = taken(mighty, desk, folder / "second")
    environ = weakened(desk)
    beside = intruded(desk, folder / "third", "take", **environ)
    desk_works(desk)
    return Fallen(
        on_public_host=on_public_host,
        as_mighty_user=as_mighty_user,
        beside_the_desk={**beside, **intruded(desk, folder / "third", "reap", **environ)},
        letters=letters,
    )


def test_none_of_ten_routes_reads_one_of_the_past_reports(fallen: Fallen) -> None:
    assert fallen.on_public_host == {name: [] for name in NAMES}
    assert len(NAMES) == 10


def test_nor_does_one_whose_user_of_the_database_may_do_everything(fallen: Fallen) -> None:
    assert fallen.as_mighty_user == {name: [] for name in NAMES}


def test_what_was_planted_made_the_desk_send_its_own_letter_to_the_children_and_no_word(fallen: Fallen) -> None:
    assert len(fallen.letters) == 2
    assert [letter for letter in fallen.letters if b"canary" in letter] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_route_reads_words_where_what_stops_it_is_not_there(fallen: Fallen, name: str) -> None:
    assert fallen.beside_the_desk[name] != []
