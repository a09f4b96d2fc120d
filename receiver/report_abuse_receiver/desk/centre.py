"""The centre: what every feature of the desk has at hand, put together and checked once at start."""

from dataclasses import dataclass

from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.keyring import (
    Keyring,
    has_keys,
    keys_folder,
    make_keys,
    only_one_at_a_time,
    read_keys,
)
from report_abuse_receiver.ground.scheme import Scheme, load_scheme
from report_abuse_receiver.store import keyring
from report_abuse_receiver.store.engine import Database, migrate, open_database


@dataclass(frozen=True, kw_only=True)
class Centre:
    """One receiver: its settings, its database, its keys and its scheme."""

    settings: Settings
    database: Database
    keys: Keyring
    scheme: Scheme


def open_centre(settings: Settings) -> Centre:
    """Open a receiver; the first start makes keys and tables. Raises CannotStart, saying what to write or put back."""
    scheme = load_scheme(settings.scheme)
    with only_one_at_a_time(settings.home):
        database = open_database(settings.database_url)
        try:
            migrate(database)
            keys = _keys_of_this_data(settings, database)
        except BaseException:
            database.close()
            raise
    return Centre(settings=settings, database=database, keys=keys, scheme=scheme)


def _keys_of_this_data(settings: Settings, database: Database) -> Keyring:
    """The keys under HOME, proved to be those this data was made with; new ones only where there is no data at all."""
    with database.writing() as conn:
        known = keyring.fingerprints(conn)
        if not known and not has_keys(settings.home):
            make_keys(settings.home)
        keys = read_keys(settings.home)
        if not known:
            keyring.remember(conn, keys.fingerprints)
            return keys
    foreign = sorted(name for name, value in keys.fingerprints.items() if known.get(name) != value)
    if foreign:
        raise CannotStart(
            f"{keys_folder(settings.home) / foreign[0]}.key is not the key that this data was made with; put the right "
            "key back, or point REPORT_ABUSE_HOME and REPORT_ABUSE_DATABASE_URL at the same receiver"
        )
    return keys
