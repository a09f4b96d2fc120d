"""The leak scan: is anything that reports hold found in any file of the releases? It must open the reports to know."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback.bundle import bundle
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.audit.kinds import Action
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.keys.sealing import open_report
from report_abuse_receiver.rules.audit.marks import Files, marks_of
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.casework import reports
from report_abuse_receiver.store.casework.reports import ReportRow
from report_abuse_receiver.store.engine import BATCH
from report_abuse_receiver.store.feedback import releases
from report_abuse_receiver.store.partners import services

#: What partners call their placements and children the place where they were: words that name nobody.
ORDINARY = (
    "account app block call channel chat chats comments community direct feed footer forum friend friends game games "
    "group groups header help home inbox live lobby main menu message messages mobile page player post posts private "
    "profile report room server settings sidebar site stream support team user users video videos voice web welcome"
)


@dataclass(frozen=True, kw_only=True, order=True)
class Leak:
    """A file that holds what a field of a report holds. What it is stands in neither: this is printed."""

    file: str
    reference: str
    field: str


@dataclass(frozen=True, kw_only=True)
class Leaks:
    """How many reports were opened, in how many files was looked, and what was found."""

    opened: int
    files: int
    found: tuple[Leak, ...]


def scan(centre: Centre, quarter: Quarter, *, by: Actor, on_progress: OnProgress = lambda done, of: None) -> Leaks:
    """Open what arrived or was decided in the quarter, each opening audited, and look for it in the releases.

    Raises Refused without a vault key, and SealBroken.
    """
    if not centre.keys.vault_private:
        raise Refused("this process holds no vault key; look for leaks on the desk's host, or leave it with --no-scan")
    sent = _files(centre, quarter)
    with centre.database.reading() as conn:
        total = reports.count_touched(conn, start=quarter.start, end=quarter.end)
    opened, after, found = 0, 0, set[Leak]()
    while batch := _open(centre, quarter, after=after, by=by):
        for row, held in batch:
            found.update(_found(sent, row.reference, held))
        opened, after = opened + len(batch), batch[-1][0].id
        on_progress(opened, total)
    return Leaks(opened=opened, files=len(sent), found=tuple(sorted(found)))


def _found(sent: Files, reference: str, held: Mapping[str, object]) -> Iterator[Leak]:
    for field, mark in marks_of(held):
        yield from (Leak(file=file, reference=reference, field=field) for file in sent.holding(mark))


def _files(centre: Centre, quarter: Quarter) -> Files:
    """Every file of every release of the quarter."""
    vocabularies = (code for codes in centre.scheme.vocabularies.values() for code in codes)
    found = Files([*_own_texts(), *vocabularies, *centre.scheme.placements.kinds, ORDINARY, centre.scheme.name])
    with centre.database.reading() as conn:
        names = {service.id: service.name for service in services.every(conn)}
        for row in releases.of_period(conn, str(quarter)):
            own = (row.provider, names.get(row.provider, ""))
            _add(found, bundle(centre, conn, row), provider=row.provider, own=own)
    return found


def _add(found: Files, sent: Mapping[str, bytes], *, provider: str, own: Sequence[str]) -> None:
    for name, content in sent.items():
        found.add(f"{provider}/{name}", content.decode(), own=own)


def _own_texts() -> list[str]:
    """What the files are drawn from: the pages' text and the rules that name tables and columns."""
    package = files("report_abuse_receiver")
    written = [one.read_text("utf-8") for folder in ("reporting", "rules") for one in _texts(package / folder)]
    return [*written, *calendar.month_name, *calendar.month_abbr]


def _texts(folder: Traversable) -> list[Traversable]:
    inside = list(folder.iterdir())
    found = [one for one in inside if one.is_file() and one.name.endswith((".py", ".html", ".css"))]
    return found + [text for one in inside if one.is_dir() for text in _texts(one)]


def _open(centre: Centre, quarter: Quarter, *, after: int, by: Actor) -> list[tuple[ReportRow, dict[str, object]]]:
    """The next reports, opened and audited in one transaction."""
    reason = f"feedback audit {quarter}"
    with centre.database.writing() as conn:
        log.lock(conn)  # nobody deletes one of them meanwhile
        rows = reports.touched(conn, after, start=quarter.start, end=quarter.end, most=BATCH)
        for row in rows:
            log.append(conn, by=by, action=Action.SCAN, subject=row.reference, reason=reason, now=now())
        return [(row, _held(centre, conn, row)) for row in rows]


def _held(centre: Centre, conn: Connection, row: ReportRow) -> dict[str, object]:
    """All that a report says in words, its own number and its partner's included."""
    words = open_report(centre, conn, row)
    return {**words["answers"], "partner_reference": words["partner_reference"], "reference": row.reference}
