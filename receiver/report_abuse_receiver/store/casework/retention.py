"""Retention: which reports have had their time, what is held all the same, and what stays of the deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
)

from report_abuse_receiver.store.casework.decisions import decision
from report_abuse_receiver.store.casework.reports import is_settled, report
from report_abuse_receiver.store.types import Moment, is_one_of, metadata, public
from report_abuse_receiver.store.upsert import upsert

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("report_id", ForeignKey("report.id", ondelete="RESTRICT"), primary_key=True),
    Column("held_at", Moment, nullable=False),
    Column("staff", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

deleted_report = Table(
    "deleted_report",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("deleted_at", Moment, nullable=False),
    # The class of the scheme and its words as they were that day: schemes change.
    Column("retention", Text, nullable=False),
    Column("words", Text, nullable=False),
    info=public(select="reference"),
)


@dataclass(frozen=True, kw_only=True)
class Term:
    """A class as it stands at one moment: what it takes, where no earlier class did, and what of that is due."""

    id: str
    outcomes: Sequence[str]
    categories: Sequence[str]
    urgencies: Sequence[str]
    decided_before: datetime


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """A report that has had its time, and by which class."""

    id: int
    reference: str
    retention: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class HoldRow:
    """Why a report must not be deleted, and who said so."""

    held_at: datetime
    staff: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeletionRow:
    """All that is left of a report: its number, and why it is gone."""

    reference: str
    deleted_at: datetime
    retention: str
    words: str


def due(conn: Connection, terms: Sequence[Term]) -> list[DueRow]:
    """The settled reports that nobody holds and whose last decision is older than their class keeps them."""
    return _due(conn, terms, true(), most=None)


def take_due(conn: Connection, terms: Sequence[Term], *, most: int) -> list[DueRow]:
    """The same, up to so many, and theirs alone until the transaction ends.

    Asked again once the rows are locked: whoever added, claimed or held a moment before is seen then.
    """
    ids = [row.id for row in _due(conn, terms, true(), most=most)]
    conn.execute(select(report.c.id).where(report.c.id.in_(ids)).order_by(report.c.id).with_for_update()).all()
    return _due(conn, terms, report.c.id.in_(ids), most=None)


def delete_report(conn: Connection, row: DueRow, left: DeletionRow) -> None:
    """Delete a report; each table says itself what becomes of its rows (ON DELETE). The number stays.

    The database refuses where somebody holds it: IntegrityError.
    """
    conn.execute(delete(report).where(report.c.id == row.id))
    conn.execute(insert(deleted_report).values(**vars(left)))


def deletion(conn: Connection, reference: str) -> DeletionRow | None:
    """What is left of the report that had this number, if it was deleted."""
    columns = [deleted_report.c[name] for name in DeletionRow.__dataclass_fields__]
    row = conn.execute(select(*columns).where(deleted_report.c.reference == reference)).one_or_none()
    return None if row is None else DeletionRow(**row._mapping)


def was_deleted(conn: Connection, reference: str) -> bool:
    """Whether this was the number of a report that is no more."""
    return (
        conn.execute(select(deleted_report.c.reference).where(deleted_report.c.reference == reference)).first()
        is not None
    )


def hold(conn: Connection, report_id: int, row: HoldRow) -> bool:
    """Keep a report whatever its age; False where it is held already."""
    new = upsert(conn, legal_hold).values(report_id=report_id, **vars(row)).on_conflict_do_nothing()
    return conn.scalar(new.returning(legal_hold.c.report_id)) is not None


def end_hold(conn: Connection, report_id: int) -> bool:
    """Let it be deleted when its time comes; False where it was not held."""
    return conn.execute(delete(legal_hold).where(legal_hold.c.report_id == report_id)).rowcount == 1


def holds(conn: Connection, ids: Collection[int]) -> Mapping[int, HoldRow]:
    """Those of these reports that are held."""
    columns = [legal_hold.c[name] for name in HoldRow.__dataclass_fields__]
    rows = conn.execute(select(legal_hold.c.report_id, *columns).where(is_one_of(legal_hold.c.report_id, ids)))
    return {report_id: HoldRow(held_at=at, staff=staff, reason=reason) for report_id, at, staff, reason in rows}


def _due(conn: Connection, terms: Sequence[Term], among: ColumnElement[bool], *, most: int | None) -> list[DueRow]:
    of_it = decision.alias("of_it")
    latest = select(func.max(of_it.c.id)).where(of_it.c.report_id == report.c.id).scalar_subquery()
    retention = case(*((_fits(one), one.id) for one in terms)).label("retention")
    in_time = or_(*(and_(retention == one.id, decision.c.decided_at <= one.decided_before) for one in terms))
    held = exists().where(legal_hold.c.report_id == report.c.id)
    query = (
        select(report.c.id, report.c.reference, retention, decision.c.decided_at)
        .select_from(report)
        .join(decision, decision.c.id == latest)
        .where(is_settled, ~held, in_time, among)
        .order_by(report.c.id)
        .limit(most)
    )
    return [DueRow(**row._mapping) for row in conn.execute(query)]


def _fits(term: Term) -> ColumnElement[bool]:
    asked = {
        decision.c.outcome: term.outcomes,
        decision.c.category: term.categories,
        report.c.urgency: term.urgencies,
    }
    return and_(true(), *(column.in_(codes) for column, codes in asked.items() if codes))
