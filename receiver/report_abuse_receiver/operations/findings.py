"""What the doctor finds about the host, its settings, its backups and its owed work."""

from collections.abc import Iterator
from pathlib import Path

from report_abuse_receiver import public_host
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.declarations import Finding
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.config import FACES, Settings
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.kinds import WorkState
from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.ground.scheme.signposts import is_stale
from report_abuse_receiver.operations import backup
from report_abuse_receiver.store import outbox

#: The bits of a file's mode that let other users in.
_OTHERS = 0o077


def host(settings: Settings) -> Iterator[Finding]:
    """Address, faces, scheme and data folder."""
    yield _address(settings)
    yield from _faces(settings)
    yield _scheme(settings.scheme)
    yield _home(settings.home)


def backups(centre: Centre) -> Iterator[Finding]:
    """Whoever never made one may have a way of their own; whoever did relies on the next."""
    made = backup.last_made(centre)
    if made is None:
        yield Finding(check="backup", says="never; each night: report-abuse-receiver backup DIR --prune")
        return
    says = f"the last was made at {to_text(made)}"
    late = now() - made >= backup.OVERDUE
    says += ", and one is due each night; see what keeps them from it" if late else ""
    yield Finding(check="backup", ok=not late, says=says)


def owed_work(centre: Centre) -> Iterator[Finding]:
    """Whether anything was given up after many tries."""
    with centre.database.reading() as conn:
        dead = [str(row.id) for row in outbox.listed(conn, done=False) if row.state == WorkState.DEAD]
    if not dead:
        yield Finding(check="outbox", says="nothing was given up")
        return
    says = f"given up after many tries: {', '.join(dead)}; once mended: report-abuse-receiver outbox retry {dead[0]}"
    yield Finding(check="outbox", ok=False, says=says)


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


def _home(home: Path) -> Finding:
    if not home.exists():
        return Finding(check="home", says=f"{home} is not there yet; the first `run` makes it")
    if not home.is_dir():
        return Finding(check="home", ok=False, says=f"{home} is not a folder; point REPORT_ABUSE_HOME at one")
    if home.stat().st_mode & _OTHERS:
        says = f"{home} can be entered by other users of this machine; better: chmod 700 {home}"
        return Finding(check="home", says=says)
    return Finding(check="home", says=str(home))
