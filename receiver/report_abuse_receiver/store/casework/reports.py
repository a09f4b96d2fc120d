"""Reports: codes in clear for the queue, words sealed, and the timeline of what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    Select,
    Table,
    Text,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from report_abuse_receiver.ground.casework.kinds import Entry, State
from report_abuse_receiver.ground.intake import kinds as intake
from report_abuse_receiver.ground.keys.vault import Envelope, WrappedKey
from report_abuse_receiver.store.casework.decisions import decision
from report_abuse_receiver.store.casework.timeline import event
from report_abuse_receiver.store.types import Moment, RowId, metadata, public, texts
from report_abuse_receiver.store.upsert import upsert

report = Table(
    "report",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("nonce", Text, nullable=False, unique=True),
    Column("received_at", Moment, nullable=False),
    *texts("channel", "attribution", "origin"),
    Column("provider", Text),
    Column("kid", Text),
    Column("placement", Text),
    Column("services", JSON, nullable=False),
    Column("kinds", JSON, nullable=False),
    *texts("age_band", "reporter", "time_to_report", "category", "urgency"),
    # The gravest reason for the urgency.
    Column("why", Text, nullable=False, server_default="none"),
    Column("urgency_rank", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("lane_rank", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", Moment),
    Column("body", LargeBinary, nullable=False),
    Index("ix_report_queue", "state", "urgency_rank", "lane_rank", "id"),
    # Of a report that has come, its number, and whether it is the one that was sent a moment ago.
    info=public(
        select="id reference nonce",
        insert="reference nonce received_at channel attribution origin provider kid placement "
        "services kinds age_band reporter time_to_report category urgency why urgency_rank "
        "lane lane_rank language state body",
        numbered=True,
    ),
)

report_key = Table(
    "report_key",
    metadata,
    Column("report_id", ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
    Column("kid", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("report_id", "kid"),
    info=public(insert="report_id kid suite wrapped"),
)


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """A report as the queue knows it: never a word of what was written."""

    id: int
    reference: str
    received_at: datetime
    channel: str
    attribution: str
    origin: str
    provider: str | None
    placement: str | None
    services: Sequence[str]
    kinds: Sequence[str]
    age_band: str
    reporter: str
    time_to_report: str
    category: str
    urgency: str
    why: str
    lane: str
    language: str
    state: str
    claimed_by: str | None
    claimed_until: datetime | None


_added, _decided = event.alias("added"), event.alias("decided")
_decided_since = exists().where(
    _decided.c.report_id == _added.c.report_id, _decided.c.kind == Entry.DECIDED, _decided.c.id > _added.c.id
)
_added_since = exists().where(_added.c.report_id == report.c.id, _added.c.kind == intake.Entry.ADDED, ~_decided_since)
#: A decided report that somebody added to is new again. Its row does not change, so that whoever adds changes nothing.
_state = case((and_(report.c.state == State.DECIDED, _added_since), State.NEW), else_=report.c.state).label("state")
#: A decided report to which nothing was added since: nobody has anything more to do with it.
is_settled = and_(report.c.state == State.DECIDED, ~_added_since)
_QUEUE = [_state if name == "state" else report.c[name] for name in ReportRow.__dataclass_fields__]


def insert_new(conn: Connection, values: Mapping[str, Any], envelope: Envelope) -> int | None:
    """Insert a report with its wrapped keys; None where its nonce or reference is taken."""
    row = upsert(conn, report).values(**values, body=envelope.body).on_conflict_do_nothing()
    report_id = conn.scalar(row.returning(report.c.id))
    if report_id is None:
        return None
    keys = [{"report_id": report_id, **vars(key)} for key in envelope.keys]
    conn.execute(insert(report_key), keys)
    return int(report_id)


def reference_of(conn: Connection, nonce: str) -> str | None:
    """The reference that this submission nonce already got, if it was received."""
    return conn.scalar(select(report.c.reference).where(report.c.nonce == nonce))


def find(conn: Connection, reference: str, *, for_update: bool = False) -> ReportRow | None:
    """One report by its reference, or None; `for_update` holds its row until the transaction ends."""
    query = select(*_QUEUE).where(report.c.reference == reference)
    row = conn.execute(query.with_for_update() if for_update else query).one_or_none()
    return None if row is None else _typed(row)


def id_of(conn: Connection, reference: str) -> int | None:
    """The id of a report, and nothing else of it: all that the public pages may look up."""
    return conn.scalar(select(report.c.id).where(report.c.reference == reference))


def still_there(conn: Connection, report_id: int) -> bool:
    """Whether it was not deleted up to now."""
    return conn.execute(select(report.c.id).where(report.c.id == report_id)).first() is not None


def queue(
    conn: Connection,
    *,
    state: str | None = None,
    provider: str | None = None,
    now: datetime,
    most: int | None = None,
    after: int = 0,
) -> list[ReportRow]:
    """Reports in the order in which they are worked: urgent first, then by lane, then oldest.

    At most so many, and none of the first `after`.
    """
    query = select(*_QUEUE).order_by(report.c.urgency_rank, report.c.lane_rank, report.c.id).limit(most).offset(after)
    if provider is not None:
        query = query.where(report.c.provider == provider)
    return [_typed(row) for row in conn.execute(_in_state(query, state, now))]


def following(conn: Connection, report_id: int, *, most: int, up_to: int | None = None) -> list[ReportRow]:
    """The next reports after this id, in the order in which they came; none that came after `up_to`."""
    query = select(*_QUEUE).where(report.c.id > report_id).order_by(report.c.id).limit(most)
    if up_to is not None:
        query = query.where(report.c.id <= up_to)
    return [_typed(row) for row in conn.execute(query)]


def count_by_state(conn: Connection, *, now: datetime) -> dict[str, int]:
    """How many reports are in each state."""
    effective = case((_lapsed(now), State.NEW), else_=_state.element).label("effective")
    counted = conn.execute(select(effective, func.count().label("n")).group_by(effective))
    return {row.effective: row.n for row in counted}


def count_by_placement(conn: Connection, *, provider: str | None, attribution: str) -> dict[tuple[str, str], int]:
    """How many reports of this attribution came through each placement of a provider, or of any."""
    columns = (report.c.provider, report.c.placement)
    query = select(*columns, func.count()).where(report.c.attribution == attribution).group_by(*columns)
    rows = conn.execute(query if provider is None else query.where(report.c.provider == provider))
    return {(name, placement): count for name, placement, count in rows}


def last_id(conn: Connection) -> int:
    """The id of the report that came last; 0 where there is none."""
    return conn.scalar(select(func.max(report.c.id))) or 0


def touched(conn: Connection, report_id: int, *, start: datetime, end: datetime, most: int) -> list[ReportRow]:
    """The next reports after this id that arrived or were decided from `start` to before `end`."""
    query = select(*_QUEUE).where(report.c.id > report_id, _in_time(start, end)).order_by(report.c.id).limit(most)
    return [_typed(row) for row in conn.execute(query)]


def count_touched(conn: Connection, *, start: datetime, end: datetime) -> int:
    """How many reports arrived or were decided from `start` to before `end`."""
    return conn.scalar(select(func.count()).select_from(report).where(_in_time(start, end))) or 0


def envelope_of(conn: Connection, report_id: int) -> Envelope:
    """The sealed words and their wrapped keys."""
    body = conn.scalar(select(report.c.body).where(report.c.id == report_id))
    columns = [report_key.c.kid, report_key.c.suite, report_key.c.wrapped]
    keys = conn.execute(select(*columns).where(report_key.c.report_id == report_id))
    return Envelope(body or b"", tuple(WrappedKey(**row._mapping) for row in keys))


def claim(conn: Connection, report_id: int, *, staff: str, until: datetime, now: datetime, renew: bool) -> bool:
    """Give a report to one person for a while; False where somebody holds it or it is decided.

    Only `renew` gives it again to who holds it: two terminals of one person are two people to the queue.
    """
    free = or_(_state == State.NEW, _lapsed(now))
    if renew:
        free = or_(free, and_(report.c.state == State.CLAIMED, report.c.claimed_by == staff))
    done = conn.execute(
        update(report)
        .where(report.c.id == report_id, free)
        .values(state=State.CLAIMED, claimed_by=staff, claimed_until=until)
    )
    return done.rowcount == 1


def set_urgency(conn: Connection, report_id: int, urgency: str, *, why: str, rank: int) -> None:
    """Move a report in the queue to where reports of this urgency stand."""
    conn.execute(update(report).where(report.c.id == report_id).values(urgency=urgency, why=why, urgency_rank=rank))


def set_state(conn: Connection, report_id: int, state: State) -> None:
    """Move a report on and give it back."""
    conn.execute(
        update(report).where(report.c.id == report_id).values(state=state, claimed_by=None, claimed_until=None)
    )


def _in_time(start: datetime, end: datetime) -> ColumnElement[bool]:
    of = decision.c
    decided = exists().where(of.report_id == report.c.id, of.decided_at >= start, of.decided_at < end)
    return or_(and_(report.c.received_at >= start, report.c.received_at < end), decided)


def _in_state(query: Select[Any], state: str | None, now: datetime) -> Select[Any]:
    if state == State.NEW:
        return query.where(or_(_state == State.NEW, _lapsed(now)))
    if state == State.CLAIMED:
        return query.where(report.c.state == State.CLAIMED, report.c.claimed_until > now)
    return query if state is None else query.where(_state == state)


def _lapsed(now: datetime) -> ColumnElement[bool]:
    """A claim whose lease ran out is new again, although its row still says claimed."""
    return and_(report.c.state == State.CLAIMED, report.c.claimed_until <= now)


def _typed(row: Row[Any]) -> ReportRow:
    return ReportRow(**row._mapping)
