"""Ten routes to the words of past reports, each taken by code that runs inside a process of the receiver.

It has the process's user, environment, database address and living objects. A route yields all that it laid hands on;
whoever takes it looks for words in that. The same ten find words where what stops them is not there.
"""

import base64
import contextlib
import gc
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import ReceiverError, SealBroken
from report_abuse_receiver.ground.intake import kinds as intake
from report_abuse_receiver.ground.keys import kinds as keys
from report_abuse_receiver.ground.keys.passphrase import is_locked, unlock
from report_abuse_receiver.ground.keys.vault import Envelope, PrivateKey, WrappedKey, new_private_key, open_envelope
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.keys.sealing import open_report
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.casework import reports
from report_abuse_receiver.store.casework.reports import report, report_key
from report_abuse_receiver.store.engine import Database, open_database

#: What a route may run into, and goes on.
SAYS_NO = (ReceiverError, SQLAlchemyError, psycopg.Error, sqlite3.Error, OSError)
SEALED = """SELECT r.reference, r.body, k.kid, k.suite, k.wrapped
FROM report r JOIN report_key k ON k.report_id = r.id ORDER BY r.id"""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Where the intruder stands, and a folder of its own for what it makes itself."""

    centre: Centre
    environ: Mapping[str, str]
    own: Path

    @property
    def home(self) -> Path:
        """The data folder of the process."""
        return self.centre.settings.home


Route = Callable[[Inside], Iterator[bytes]]


def key_files(inside: Inside) -> Iterator[bytes]:
    """Open what is sealed with every file of this user that can be read as a private key."""
    keys = [key for file in _files(inside) if (key := _as_key(file.read_bytes().strip()))]
    yield from _opened(inside.centre.database, keys)


def environment(inside: Inside) -> Iterator[bytes]:
    """Take whatever the environment holds, or the files that it names, for a key or for the passphrase of one."""
    said = [value.encode() for value in inside.environ.values()]
    named = [Path(value) for value in inside.environ.values() if value.startswith("/")]
    said += [path.read_bytes().strip() for path in named if path.is_file()]
    locked = [line for file in _files(inside) if is_locked(line := file.read_bytes().strip())]
    unlocked = [_unlocked(line, words) for line in locked for words in said if 12 <= len(words) < 100]
    yield from _opened(inside.centre.database, [key for key in [*map(_as_key, said), *unlocked] if key])


def memory(inside: Inside) -> Iterator[bytes]:
    """Look through every object that lives in the process for a private key, or bytes that could be one's halves."""
    alive = gc.get_objects()
    loose = {one for holder in alive for one in gc.get_referents(holder) if isinstance(one, bytes)}
    kids = {kid for envelope in _sealed(inside.centre.database).values() for kid in (key.kid for key in envelope.keys)}
    pairs = ((first, second) for first in _long(loose, 32) for second in _long(loose, 64))
    made = [PrivateKey("mlkem768-x25519", first, second) for first, second in pairs]
    made += [PrivateKey("x25519", one) for one in _long(loose, 32)]
    fitting = [key for key in made if key.public_key().kid in kids]
    yield from _opened(inside.centre.database, [*(one for one in alive if isinstance(one, PrivateKey)), *fitting])


def the_product(inside: Inside) -> Iterator[bytes]:
    """Ask the receiver's own code, which is all there, to open each report as it does for staff."""
    with contextlib.suppress(*SAYS_NO), inside.centre.database.reading() as conn:
        for row in reports.following(conn, 0, most=2000):
            yield repr(open_report(inside.centre, conn, row)).encode()


def other_users(inside: Inside) -> Iterator[bytes]:
    """Become anybody else whom the database knows, by SET ROLE or by logging in without a password, and look again."""
    database = inside.centre.database
    if database.is_sqlite:
        file = inside.centre.settings.database_url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
            yield from _opened_with_own(inside, _enveloped(conn.execute(SEALED)))
        return
    for name in _names_of_roles(database):
        with contextlib.suppress(*SAYS_NO), database.reading() as conn:
            conn.exec_driver_sql(f'SET LOCAL ROLE "{name}"')
            yield from _opened_with_own(inside, _envelopes(conn))
        with contextlib.suppress(*SAYS_NO):
            yield from _opened_with_own(inside, _sealed(open_database(_as_user(database, name))))


def a_dump(inside: Inside) -> Iterator[bytes]:
    """Have the database hand over its tables in one piece, and the files that its server can read."""
    database = inside.centre.database
    if database.is_sqlite:
        with contextlib.suppress(*SAYS_NO), database.snapshot() as conn:
            yield from _opened_with_own(inside, _envelopes(conn))
        return
    with contextlib.suppress(*SAYS_NO), database.reading() as conn:
        cursor = conn.connection.cursor()
        with cursor.copy(f"COPY ({SEALED}) TO STDOUT (FORMAT BINARY)") as copy:
            copy.set_types(["text", "bytea", "text", "text", "bytea"])
            yield from _opened_with_own(inside, _enveloped(copy.rows()))
    for file in ("keys/vault.key", "keys/vault-2.key"):
        with contextlib.suppress(*SAYS_NO), database.reading() as conn:
            line = conn.scalar(text("SELECT pg_read_file(:path)"), {"path": str(inside.home / file)})
            key = _as_key(str(line).strip().encode())
            yield from _opened(database, [key] if key else [])


def drafts_of_now(inside: Inside) -> Iterator[bytes]:
    """Open the drafts of children who are writing now, with every text at hand that could be one's secret."""
    texts = {one for holder in gc.get_objects() for one in gc.get_referents(holder) if isinstance(one, str)}
    for secret in sorted({one for one in [*texts, *inside.environ.values()] if len(one) == 43 and one.isascii()}):
        with contextlib.suppress(*SAYS_NO):
            draft = drafts.find(inside.centre, secret)
            yield repr(draft.answers if draft else None).encode()


def every_row(inside: Inside) -> Iterator[bytes]:
    """Read each column of each table in clear: what is owed, audited, noted, decided, counted and released."""
    database = inside.centre.database
    with database.reading() as conn:
        looked_at = inspect(conn)
        tables = looked_at.get_table_names()
        columns = [(table, one["name"]) for table in tables for one in looked_at.get_columns(table)]
    for table, column in columns:
        with contextlib.suppress(*SAYS_NO), database.reading() as conn:
            values = conn.exec_driver_sql(f'SELECT "{column}" FROM "{table}"').scalars()
            yield b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in values)


def every_file(inside: Inside) -> Iterator[bytes]:
    """Read every file under HOME, beside the database and where temporary files go: logs, leftovers, the database."""
    for file in _files(inside):
        yield file.read_bytes()


def planted(inside: Inside) -> Iterator[bytes]:
    """Plant rows and a key of one's own, so that the desk opens reports or wraps them anew for the intruder."""
    database, moment = inside.centre.database, now()
    own = new_private_key()
    (inside.own / "own.key").write_bytes(base64.b64encode(own.to_bytes()))
    with contextlib.suppress(*SAYS_NO):
        (inside.home / "keys" / "recovery.pub").write_bytes(base64.b64encode(own.public_key().to_bytes()))
    with database.reading() as conn:
        known = conn.execute(select(report.c.id, report.c.reference).order_by(report.c.id)).all()
    for row in known[:50]:
        with contextlib.suppress(*SAYS_NO), database.writing() as conn:
            outbox.enqueue(conn, intake.Job.MAIL_ACKNOWLEDGEMENT, {"reference": row.reference}, now=moment)
            key = {"report_id": row.id, "kid": own.public_key().kid, "suite": "mlkem768-x25519", "wrapped": b"mine"}
            conn.execute(insert(report_key), [key])
    with contextlib.suppress(*SAYS_NO), database.writing() as conn:
        outbox.enqueue(conn, keys.Job.REWRAP, {"shelf": "report", "after": 0}, now=moment)
    yield b""


ROUTES: tuple[Route, ...] = (
    key_files, environment, memory, the_product, other_users, a_dump, drafts_of_now, every_row, every_file, planted,
)  # fmt: skip


def reaped(database: Database, own: Path) -> Iterator[bytes]:
    """What the planting brought, once the desk has worked for a while."""
    key = _as_key((own / "own.key").read_bytes())
    yield from _opened(database, [key] if key else [])


def _opened_with_own(inside: Inside, sealed: Mapping[str, Envelope]) -> Iterator[bytes]:
    yield from _tried(sealed, [*inside.centre.keys.vault_private.values()])


def _opened(database: Database, keys: list[PrivateKey]) -> Iterator[bytes]:
    if keys:
        yield from _tried(_sealed(database), keys)


def _tried(sealed: Mapping[str, Envelope], keys: list[PrivateKey]) -> Iterator[bytes]:
    for reference, envelope in sealed.items():
        for key in keys:
            with contextlib.suppress(SealBroken):
                yield open_envelope(envelope, reference=reference, key=key)


def _sealed(database: Database) -> Mapping[str, Envelope]:
    with contextlib.suppress(*SAYS_NO), database.reading() as conn:
        return _envelopes(conn)
    return {}


def _envelopes(conn: Connection) -> Mapping[str, Envelope]:
    return _enveloped(conn.exec_driver_sql(SEALED))


def _enveloped(rows: object) -> Mapping[str, Envelope]:
    found: dict[str, Envelope] = {}
    for reference, body, kid, suite, wrapped in rows:  # type: ignore[attr-defined]  # a cursor of whichever driver
        before = found[reference].keys if reference in found else ()
        found[reference] = Envelope(body, (*before, WrappedKey(kid, suite, wrapped)))
    return found


def _files(inside: Inside) -> Iterator[Path]:
    places = {inside.home, Path(inside.environ.get("TMPDIR", inside.home))}
    if inside.centre.database.is_sqlite:
        places.add(Path(inside.centre.settings.database_url.removeprefix("sqlite:///")).parent)
    yield from sorted({one for place in places for one in place.rglob("*") if one.is_file()})


def _as_key(line: bytes) -> PrivateKey | None:
    with contextlib.suppress(ValueError):
        return PrivateKey.from_bytes(base64.b64decode(line, validate=True))
    return None


def _unlocked(line: bytes, words: bytes) -> PrivateKey | None:
    with contextlib.suppress(ValueError):
        return PrivateKey.from_bytes(unlock(line, words.decode("utf-8", "replace")))
    return None


def _long(loose: set[bytes], length: int) -> list[bytes]:
    return [one for one in loose if len(one) == length]


def _names_of_roles(database: Database) -> list[str]:
    with database.reading() as conn:
        return list(conn.scalars(text("SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'")))


def _as_user(database: Database, name: str) -> str:
    target = database.engine.url.set(drivername="postgresql", username=name)
    return target.render_as_string(hide_password=False)
