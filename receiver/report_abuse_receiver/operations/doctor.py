"""Readiness: what has to be right before a receiver can take reports, and what an operator should know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from report_abuse_receiver import public_host
from report_abuse_receiver.accounts import approvals, staff
from report_abuse_receiver.audit import trail
from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.config import FACES, Settings, load_settings
from report_abuse_receiver.ground.errors import CannotStart, ReceiverError, StoreTrouble
from report_abuse_receiver.ground.keys.keyring import has_keys, keys_folder
from report_abuse_receiver.ground.mail import MailServer
from report_abuse_receiver.ground.scheme.letter import telling
from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.ground.scheme.signposts import is_stale
from report_abuse_receiver.keys import rewrapping
from report_abuse_receiver.operations import backup, jobs
from report_abuse_receiver.store import health
from report_abuse_receiver.store.engine import Database, open_database

#: The bits of a file's mode that let other users in.
_OTHERS = 0o077
_MIB = 1024 * 1024
_NOT_STARTED = "nothing was started here yet: the first `run` makes keys and tables"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; what is not `ok` must be mended, `says` may hold advice all the same."""

    check: str
    ok: bool = True
    says: str


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
    yield _address(settings)
    yield from _faces(settings)
    yield _scheme(settings.scheme)
    yield _mail(settings)
    yield _home(settings.home)
    yield from _key_files(settings.home)
    try:
        yield from _data(settings)
    except ReceiverError as error:
        yield Finding(check="database", ok=False, says=str(error))


def _address(settings: Settings) -> Finding:
    if settings.secure:
        return Finding(check="base-url", says=settings.base_url)
    return Finding(
        check="base-url",
        says=f"{settings.base_url} is not https: right for trying it out on this machine and for nothing else; "
        "before children come, set REPORT_ABUSE_BASE_URL to https:// and a host name",
    )


def _faces(settings: Settings) -> Iterator[Finding]:
    """One process for everything needs nothing set up, and that is its price (promise 4)."""
    shown = "all faces" if settings.faces == frozenset(FACES) else ", ".join(sorted(settings.faces))
    says = f"this process shows {shown}"
    given_up = [*public_host.given_up(settings)]
    if settings.has_desk:
        yield Finding(check="faces", says=f"{says}; how to part them: docs/operators.md, Faces" if given_up else says)
    else:
        yield _public_host(settings, says)
    yield from (Finding(check="given-up", says=one) for one in given_up)


def _public_host(settings: Settings, says: str) -> Finding:
    try:
        public_host.check_holds_no_private_key(settings)
    except CannotStart as error:
        return Finding(check="faces", ok=False, says=str(error))
    return Finding(check="faces", says=f"{says}: it opens no report, and does no owed work")


def _scheme(path: Path | None) -> Finding:
    """Telephone numbers grow old without a sound."""
    try:
        scheme = load_scheme(path)
    except CannotStart as error:
        return Finding(check="scheme", ok=False, says=str(error))
    numbers = {"emergency": scheme.emergency} | {one.id: one for one in scheme.signposts}
    stale = [f"{name} ({one.checked_on})" for name, one in numbers.items() if is_stale(one, now().date())]
    silent = [name for name, one in numbers.items() if one.number and not one.called]
    says = [f"{scheme.name}, {scheme.country}, {', '.join(scheme.languages)}"]
    says += [f"not checked for a year: {', '.join(stale)}; look each up again, and put down the day"] if stale else []
    says += [f"written down and never called: {', '.join(silent)}; call each before children do"] if silent else []
    return Finding(check="scheme", says="; ".join(says))


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url is None or settings.mail_from is None:
        return Finding(check="mail", says="no letter is sent: a report is acknowledged on the page and its timeline")
    server = MailServer.from_url(settings.smtp_url)
    says = f"letters go out through {server.host}, port {server.port} ({server.security}), from {settings.mail_from}"
    if telling(settings.mail_from):  # it shows in a list of letters before anything is opened
        says += "; that sender tells whoever looks over a child's shoulder what it is about: better choose a plain one"
    return Finding(check="mail", says=says)


def _home(home: Path) -> Finding:
    if not home.exists():
        return Finding(check="home", says=f"{home} is not there yet; the first `run` makes it")
    if not home.is_dir():
        return Finding(check="home", ok=False, says=f"{home} is not a folder; point REPORT_ABUSE_HOME at one")
    if home.stat().st_mode & _OTHERS:
        says = f"{home} can be entered by other users of this machine; better: chmod 700 {home}"
        return Finding(check="home", says=says)
    return Finding(check="home", says=str(home))


def _key_files(home: Path) -> Iterator[Finding]:
    named = [*keys_folder(home).glob("*.key"), *keys_folder(home).glob("*.pub")]
    files = sorted(path for path in named if path.exists())  # a link may lead nowhere
    loose = [str(path) for path in files if path.stat().st_mode & _OTHERS]
    if loose:
        says = f"other users of this machine can get at them; mend it with: chmod 600 {' '.join(loose)}"
        yield Finding(check="key-files", ok=False, says=says)
    elif files:
        yield Finding(check="key-files", says=f"{len(files)}, for their owner's eyes only; is there a copy elsewhere?")


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
            yield from _desk(centre)
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


def _desk(centre: Centre) -> Iterator[Finding]:
    """What only a process that opens reports can tell."""
    yield _four_eyes(centre)
    yield _recovery(centre)
    yield _audit(centre)
    yield _audit_heads(centre)
    yield _backup(centre)
    yield _outbox(centre)


def _four_eyes(centre: Centre) -> Finding:
    people = staff.how_many(centre)
    with centre.database.reading() as conn:
        eyes = approvals.eyes(conn)
    counted = "nobody has an account" if people == 0 else f"{people} can sign in"
    says = f"{counted}: figures and exports are released {eyes}"
    return Finding(check="four-eyes", says=says if people > 1 else f"{says}; make accounts with: staff add")


def _recovery(centre: Centre) -> Finding:
    """Advice only: a receiver from before there were recovery keys goes on working."""
    if not centre.keys.recovery:
        says = (
            "there is no recovery key: whoever loses HOME/keys loses every report; make one on a medium that is then "
            "taken away: report-abuse-receiver keys init FILE"
        )
        return Finding(check="recovery", says=says)
    with centre.database.reading() as conn:
        left = rewrapping.left_over(centre, conn)
    says = "new reports are sealed for the vault key and the recovery key"
    says += f"; {left} reports and additions wait for a worker to rewrap them, or: keys rewrap" if left else ""
    return Finding(check="recovery", says=says)


def _audit(centre: Centre) -> Finding:
    verdict = trail.verify_audit(centre)
    if verdict.broken_at is None:
        return Finding(check="audit", says=f"{verdict.rows} rows, whole; head {verdict.head}")
    return Finding(check="audit", ok=False, says=f"the chain is broken at row {verdict.broken_at}: {verdict.wrong}")


def _audit_heads(centre: Centre) -> Finding:
    place = centre.settings.audit_heads
    if place is None:
        says = "they go nowhere, so an audit that was cut short looks whole; set REPORT_ABUSE_AUDIT_HEADS"
        return Finding(check="audit-heads", says=says)
    failed = [row for row in jobs.list_owed(centre) if row["kind"] == "audit-head" and row["last_error"]]
    if not failed:
        return Finding(check="audit-heads", says=f"signed, and shipped to {place}")
    dead = any(row["state"] == "dead" for row in failed)
    says = f"{failed[-1]['last_error']} at the last try to ship one to {place}; see that the place takes it"
    return Finding(check="audit-heads", ok=not dead, says=says)


def _backup(centre: Centre) -> Finding:
    """Whoever never made one may have a way of their own; whoever did relies on the next."""
    if (made := backup.last_made(centre)) is None:
        return Finding(check="backup", says="never; each night: report-abuse-receiver backup DIR --prune")
    says = f"the last was made at {to_text(made)}"
    if now() - made < backup.OVERDUE:
        return Finding(check="backup", says=says)
    return Finding(check="backup", ok=False, says=f"{says}, and one is due each night; see what keeps them from it")


def _outbox(centre: Centre) -> Finding:
    dead = [str(row["id"]) for row in jobs.list_owed(centre) if row["state"] == "dead"]
    if not dead:
        return Finding(check="outbox", says="nothing was given up")
    says = f"given up after many tries: {', '.join(dead)}; once mended: report-abuse-receiver outbox retry {dead[0]}"
    return Finding(check="outbox", ok=False, says=says)
