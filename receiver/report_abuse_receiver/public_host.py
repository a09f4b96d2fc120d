"""A public host: a process without the desk, which seals what children send and can open nothing of it (promise 4)."""

from collections.abc import Iterator

from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.keys.keyring import (
    LINK_MASTER,
    RECOVERY,
    VAULT,
    Keyring,
    newest,
    path_of,
    public_path_of,
)
from report_abuse_receiver.ground.keys.public_keys import (
    keys_of_the_desk_in_reach,
    not_of_this_data,
    private_keys_in_reach,
    read_public_keys,
)
from report_abuse_receiver.store import grants, health
from report_abuse_receiver.store.engine import Database
from report_abuse_receiver.store.keys import fingerprints


def check_holds_no_private_key(settings: Settings) -> None:
    """Raise CannotStart where a key that opens reports lies readable beside the public pages."""
    for path in private_keys_in_reach(settings.home):
        raise CannotStart(
            f"{path} opens reports, and a process without the desk must not be able to read it: move it to the desk's "
            "host, or add desk to REPORT_ABUSE_FACES"
        )


def read_keys(settings: Settings, database: Database) -> Keyring:
    """The public keys under HOME, those of this data; tables are looked at and never made. Raises CannotStart."""
    if health.is_empty(database) or not health.is_migrated(database):
        raise CannotStart(
            "the tables are not there, or of another release, and a process without the desk does not make them; start "
            "the desk first: the same release, with desk in REPORT_ABUSE_FACES"
        )
    keys = read_public_keys(settings.home)
    with database.reading() as conn:
        known = fingerprints.fingerprints(conn)
    used = {LINK_MASTER, newest(VAULT, keys.names), newest(RECOVERY, keys.names)}
    for name, there in keys.fingerprints.items():
        deleted = name not in known and name not in used  # it seals nothing any more
        if not deleted and known.get(name) != there:
            raise not_of_this_data((path_of if name == LINK_MASTER else public_path_of)(settings.home, name))
    return keys


def outdated(keys: Keyring, database: Database) -> list[str]:
    """The newest keys of this data that were not brought here yet; reports are sealed for older ones meanwhile."""
    with database.reading() as conn:
        known = fingerprints.fingerprints(conn)
    current = (newest(kind, known) for kind in (VAULT, RECOVERY))
    return [name for name in current if name and name not in keys.names]


def given_up(settings: Settings) -> Iterator[str]:
    """What is given up where the public pages stand beside the desk or beside its keys, a sentence each."""
    if settings.has_desk and "public" in settings.faces:
        yield "the vault key lies beside the public pages: whoever breaks in there can read every past report"
        yield "so does the disclosure key: whoever breaks in can undo the noise of figures, and try names at reports"
        yield "one user of the database does everything: whoever breaks in can delete reports and write the audit anew"
    for path in () if settings.has_desk else keys_of_the_desk_in_reach(settings.home):
        yield f"{path} is the desk's alone, and this process can read it: take it away from here"


def given_up_in(settings: Settings, database: Database) -> Iterator[str]:
    """What is given up by the user of the database, a sentence each."""
    if settings.has_desk:
        yield from _without_roles(database)
    elif database.is_sqlite:
        yield (
            "SQLite has no users: whoever breaks in can copy what is sealed with its codes, and delete it; PostgreSQL "
            "keeps a public host from both"
        )
    else:
        with database.reading() as conn:
            too_mighty = grants.too_mighty(conn)
        if too_mighty:
            yield (
                "this user of the database may look at what is sealed and change what came in: let this host come as a "
                f"user of its own IN ROLE {grants.PUBLIC_ROLE}"
            )


def _without_roles(database: Database) -> Iterator[str]:
    if database.is_sqlite:
        return
    with database.reading() as conn:
        lacking = [role for role in (grants.PUBLIC_ROLE, grants.DESK_ROLE) if not grants.exists(conn, role)]
    if lacking:
        made = " ".join(f"CREATE ROLE {role} NOLOGIN;" for role in lacking)
        yield (
            "the user of the database may not make roles, so a public host could only come as one that may do all; "
            f"as a superuser: {made} then start the desk again"
        )
