"""The doctor: what has to be right before a receiver can take reports, and what an operator should know."""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from report_abuse_receiver import public_host
from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.declarations import Finding, declared
from report_abuse_receiver.ground.config import Settings, load_settings
from report_abuse_receiver.ground.errors import CannotStart, ReceiverError, StoreTrouble
from report_abuse_receiver.ground.keys.keyring import has_keys, keys_folder
from report_abuse_receiver.operations import findings
from report_abuse_receiver.store import health
from report_abuse_receiver.store.engine import Database, open_database

_MIB = 1024 * 1024
_NOT_STARTED = "nothing was started here yet: the first `run` makes keys and tables"
#: A public host makes no tables.
_DESK_FIRST = Finding(check="database", ok=False, says="no tables are there yet; start the desk first")


def is_ready(centre: Centre) -> bool:
    """Whether a child could begin a report now: the database takes a write, and the disk has room."""
    try:
        with centre.database.writing(patience=1):
            left = health.room(centre.database)
            return left is None or not left.is_over
    except StoreTrouble:
        return False


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything, and change nothing; what cannot be looked at because of something broken is left out."""
    try:
        settings = load_settings(environ)
    except CannotStart as error:
        return [Finding(check="settings", ok=False, says=str(error))]
    return [Finding(check="settings", says="all are known and well formed"), *_examined(settings)]


def _examined(settings: Settings) -> Iterator[Finding]:
    yield from findings.host(settings)
    yield from chain.from_iterable(look(settings) for look in declared("SETTINGS_LOOKED_AT"))
    try:
        yield from _data(settings)
    except ReceiverError as error:
        yield Finding(check="database", ok=False, says=str(error))


def _data(settings: Settings) -> Iterator[Finding]:
    if _has_no_file(settings):
        if not settings.has_desk:
            yield _DESK_FIRST
            return
        lost = has_keys(settings.home)
        says = "there are keys but no database; put the database back" if lost else _NOT_STARTED
        yield Finding(check="database", ok=not lost, says=says)
        return
    database = open_database(settings.database_url)
    try:
        looked_at = list(_database(settings, database))
        current = not health.is_empty(database) and health.is_migrated(database)
    finally:
        database.close()
    yield from looked_at
    if current:
        yield from _contents(settings)


def _has_no_file(settings: Settings) -> bool:
    """Looking for a SQLite file would make it."""
    path = settings.database_url.removeprefix("sqlite:///")
    return path != settings.database_url and not Path(path).exists()


def _database(settings: Settings, database: Database) -> Iterator[Finding]:
    if health.is_empty(database):
        yield _DESK_FIRST if not settings.has_desk else Finding(check="database", says=_NOT_STARTED)
    elif health.is_migrated(database):
        yield Finding(check="database", says="answers, takes writes, and has the tables of this release")
    else:
        says = "its tables are those of another release; install that one, or start this one to bring them up"
        yield Finding(check="database", ok=False, says=says)
    durable, how = health.durability(database)
    kept = "keeps what it acknowledged" if durable else "may lose acknowledged reports in a power cut"
    yield Finding(check="durability", ok=durable, says=f"{how}: {kept}")
    left = health.room(database)
    if left is not None:
        yield _room(left)


def _room(left: health.Room) -> Finding:
    says = f"{left.free // _MIB:,} MiB free"
    if left.is_over:
        says += f", less than the {left.reserve // _MIB:,} kept for children who have begun: nobody new can; make room"
    elif left.is_short:
        says += f"; below {left.reserve // _MIB:,} nobody new can begin a report: make room"
    return Finding(check="room", ok=not left.is_over, says=says)


def _contents(settings: Settings) -> Iterator[Finding]:
    """What only the keys of this data can tell."""
    try:
        centre = open_centre(settings)
    except CannotStart as error:
        yield Finding(check="keys", ok=False, says=str(error))
        return
    try:
        yield _keys(centre)
        yield from (Finding(check="given-up", says=one) for one in public_host.given_up_in(settings, centre.database))
        if settings.has_desk:
            yield from chain.from_iterable(look(centre) for look in declared("CENTRE_LOOKED_AT"))
    finally:
        centre.database.close()


def _keys(centre: Centre) -> Finding:
    newer = [] if centre.settings.has_desk else public_host.outdated(centre.keys, centre.database)
    if newer:
        folder = keys_folder(centre.settings.home)
        says = (
            f"not the newest: {', '.join(newer)} is not here yet; on the desk's host run: report-abuse-receiver keys "
            f"publish FOLDER, and put its files into {folder} before an old key is deleted there"
        )
        return Finding(check="keys", ok=False, says=says)
    return Finding(check="keys", says="those that this data was made with")
