"""Wrapped keys: for whom reports and additions are wrapped, and new wrapped keys in the place of old ones."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Select,
    Table,
    case,
    delete,
    func,
    insert,
    null,
    select,
)

from report_abuse_receiver.ground.keys.vault import Envelope, WrappedKey
from report_abuse_receiver.store.casework.additions import addition, addition_key
from report_abuse_receiver.store.casework.reports import report, report_key


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A table of envelopes with the table of their wrapped keys; its key names what it belongs to."""

    keys: Table
    owner: Column[int]
    bodies: Select[int, str, int | None, bytes]
    id: Column[int]


SHELVES: Mapping[str, Shelf] = {
    "report": Shelf(
        keys=report_key,
        owner=report_key.c.report_id,
        bodies=select(report.c.id, report.c.reference, null().label("number"), report.c.body),
        id=report.c.id,
    ),
    "addition": Shelf(
        keys=addition_key,
        owner=addition_key.c.addition_id,
        bodies=select(addition.c.id, report.c.reference, addition.c.number, addition.c.body).join(
            report, report.c.id == addition.c.report_id
        ),
        id=addition.c.id,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """An envelope and what it is bound to: a report's reference, and the number where it is an addition."""

    id: int
    reference: str
    number: int | None
    envelope: Envelope


def lacking(conn: Connection, shelf: str, kids: Collection[str], *, after: int, most: int) -> list[Sealed]:
    """The next envelopes after this id that are not wrapped for all of these keys; deleted ones are left out."""
    of = SHELVES[shelf]
    ids = conn.scalars(_lacking(of, kids).where(of.owner > after).order_by(of.owner).limit(most)).all()
    rows = conn.execute(of.bodies.where(of.id.in_(ids)).order_by(of.id)).all()
    return [
        Sealed(id=id_, reference=reference, number=number, envelope=Envelope(body, _keys_of(conn, of, id_)))
        for id_, reference, number, body in rows
    ]


def count_lacking(conn: Connection, kids: Collection[str]) -> int:
    """How many reports and additions are not wrapped for all of these keys."""
    counts = (select(func.count()).select_from(_lacking(of, kids).subquery()) for of in SHELVES.values())
    return sum(conn.scalar(query) or 0 for query in counts)


def replace(conn: Connection, shelf: str, owner: int, keys: Sequence[WrappedKey]) -> bool:
    """Put these in the place of what is there; False, and nothing is put, where all were deleted meanwhile."""
    of = SHELVES[shelf]
    if conn.execute(delete(of.keys).where(of.owner == owner)).rowcount == 0:
        return False
    conn.execute(insert(of.keys), [{of.owner.name: owner, **vars(key)} for key in keys])
    return True


def counted(conn: Connection) -> Mapping[str, int]:
    """Key id → how many reports and additions are wrapped for it."""
    found = Counter[str]()
    for of in SHELVES.values():
        for kid, number in conn.execute(select(of.keys.c.kid, func.count()).group_by(of.keys.c.kid)):
            found[kid] += number
    return found


def _lacking(of: Shelf, kids: Collection[str]) -> Select[int]:
    wanted = func.sum(case((of.keys.c.kid.in_(kids), 1), else_=0))
    return select(of.owner).group_by(of.owner).having(wanted != len(kids))


def _keys_of(conn: Connection, of: Shelf, owner: int) -> tuple[WrappedKey, ...]:
    columns = [of.keys.c[name] for name in ("kid", "suite", "wrapped")]
    return tuple(WrappedKey(**row._mapping) for row in conn.execute(select(*columns).where(of.owner == owner)))
