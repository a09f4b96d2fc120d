"""The centre: what every feature of the desk has at hand, put together and checked once at start."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from report_abuse_receiver import public_host
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.keys.keyring import Keyring, has_keys, make_keys, missing, path_of, read_keys
from report_abuse_receiver.ground.keys.public_keys import lay_beside
from report_abuse_receiver.ground.lock import lock_home
from report_abuse_receiver.ground.scheme.scheme import Scheme, load_scheme
from report_abuse_receiver.store import health
from report_abuse_receiver.store.engine import Database, migrate, open_database
from report_abuse_receiver.store.keys import fingerprints


@dataclass(frozen=True, kw_only=True)
class Centre:
    """One receiver: its settings, its database, its keys and its scheme."""

    settings: Settings
    database: Database
    keys: Keyring
    scheme: Scheme


def open_centre(settings: Settings) -> Centre:
    """Open a receiver; the desk's first start makes keys and tables. Raises CannotStart, saying what to write or do."""
    scheme = load_scheme(settings.scheme)
    if not settings.has_desk:
        public_host.check_holds_no_private_key(settings)
    with lock_home(settings.home):
        database = open_database(settings.database_url)
        try:
            _check_durable(database)
            keys = (
                _keys_of_the_desk(settings, database)
                if settings.has_desk
                else public_host.read_keys(settings, database)
            )
        except BaseException:
            database.close()
            raise
    return Centre(settings=settings, database=database, keys=keys, scheme=scheme)


@contextmanager
def migrated(settings: Settings) -> Iterator[Database]:
    """The database alone, with the tables of this release, before it is anybody's. Raises CannotStart."""
    with lock_home(settings.home), closing(open_database(settings.database_url)) as database:
        migrate(database)
        yield database


def _check_durable(database: Database) -> None:
    durable, how = health.durability(database)
    if database.is_sqlite and not durable:
        raise CannotStart(
            f"{how}: a power cut may lose acknowledged reports; take out whatever sets synchronous or journal_mode for "
            "this process, so that it is FULL with WAL, or EXTRA"
        )


def _keys_of_the_desk(settings: Settings, database: Database) -> Keyring:
    """The keys under HOME, proved to be those this data was made with; new ones only where there is no data at all.

    A vault or recovery key that the database has not seen is a rotation that was cut short: it is taken in.
    """
    home = settings.home
    migrate(database)
    with database.writing() as conn:
        known = fingerprints.fingerprints(conn)
        if not known and not has_keys(home):
            make_keys(home, passphrase=settings.vault_passphrase)
        keys = read_keys(home, passphrase=settings.vault_passphrase)
        there = keys.fingerprints
        for name in sorted(known):
            _check_key(home, name, known=known[name], there=there.get(name))
        fingerprints.remember(conn, {name: value for name, value in there.items() if name not in known})
    with suppress(CannotStart):  # a folder of keys that nobody may write to is no reason to stop
        for name, key in keys.vault.items():
            lay_beside(home, name, key)
    return keys


def _check_key(home: Path, name: str, *, known: str, there: str | None) -> None:
    if there is None:
        raise missing(path_of(home, name))
    if there != known:
        raise CannotStart(
            f"{path_of(home, name)} is not the key that this data was made with; put the right key back, or point "
            "REPORT_ABUSE_HOME and REPORT_ABUSE_DATABASE_URL at the same receiver"
        )
