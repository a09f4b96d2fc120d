"""Every table, as it is today; migrations/ tells how it came to be so.

Closed vocabularies, times and the button stand in clear, because the queue and the feedback need them. What a child
wrote is in `report.body`, sealed. `provider_key` holds no secret.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC with its timezone, on SQLite too, which forgets the timezone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment and store the rest in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its timezone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: SQLite counts rows only in an INTEGER column; PostgreSQL wants the room.
RowId = BigInteger().with_variant(Integer, "sqlite")


def _texts(*names: str) -> list[Column[str]]:
    """Columns of text that are always filled."""
    return [Column(name, Text, nullable=False) for name in names]


keyring = Table(
    "keyring",
    metadata,
    Column("name", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
)

provider = Table(
    "provider",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("contact", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

provider_key = Table(
    "provider_key",
    metadata,
    Column("provider_id", ForeignKey("provider.id"), nullable=False),
    *_texts("kid", "scope", "state"),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("provider_id", "kid"),
    CheckConstraint("scope IN ('button', 'api')", name="scope"),
    CheckConstraint("state IN ('active', 'retired', 'revoked')", name="state"),
)

service = Table(
    "service",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("provider_id", ForeignKey("provider.id")),
    Column("created_at", Moment, nullable=False),
    # What it is to its users, a code of the scheme's service_type: figures are pooled by it.
    Column("kind", Text, nullable=False, server_default="other"),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

report = Table(
    "report",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("nonce", Text, nullable=False, unique=True),
    Column("received_at", Moment, nullable=False),
    *_texts("channel", "attribution", "origin"),
    Column("provider", Text),
    Column("kid", Text),
    Column("placement", Text),
    Column("services", JSON, nullable=False),
    Column("kinds", JSON, nullable=False),
    *_texts("age_band", "reporter", "time_to_report", "category", "urgency"),
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
)

report_key = Table(
    "report_key",
    metadata,
    Column("report_id", ForeignKey("report.id"), nullable=False),
    Column("kid", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("report_id", "kid"),
)

event = Table(
    "event",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("report_id", ForeignKey("report.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff", Text),
    Column("details", JSON, nullable=False),
    # What may happen only once, however often it is tried, carries a key.
    Column("once", Text, unique=True),
)

decision = Table(
    "decision",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("report_id", ForeignKey("report.id"), nullable=False, index=True),
    Column("decided_at", Moment, nullable=False),
    Column("staff", Text),
    *_texts("category", "outcome", "age_band", "contact", "moved_to"),
    Column("services", JSON, nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("month", Text, nullable=False),
    # None where no service is known: it counts in national figures only.
    Column("service", Text),
    Column("incident", Text, nullable=False),
    Column("record_key", BigInteger, nullable=False),
    # Known while the month is open, so that a decision can be corrected; forgotten when the month closes.
    Column("report_id", ForeignKey("report.id"), index=True),
    *_texts("category", "age_band", "contact", "moved_to", "outcome", "reporter", "time_to_report"),
    Index("ix_fact_service_month", "service", "month"),
    Index("ix_fact_month", "month"),
    CheckConstraint("record_key BETWEEN 0 AND 4294967295", name="record_key"),
)

counter = Table(
    "counter",
    metadata,
    *_texts("provider", "placement", "month", "event"),
    Column("count", BigInteger, nullable=False),
    Column("key_sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("provider", "month", "placement", "event"),
)

rollup = Table(
    "rollup",
    metadata,
    # A service's id, or the pool that an incident counts in once: `type:game`, `all`.
    Column("service", Text, nullable=False),
    Column("month", Text, nullable=False),
    # What the facts are counted by: nothing, `category`, …, `category+age_band`; `value` is the code, or both.
    Column("split", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("key_sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("service", "month", "split", "value"),
    Index("ix_rollup_month", "month", "split"),
)

fold = Table(
    "fold",
    metadata,
    *_texts("provider", "period", "category", "asked_by", "approved_by"),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("provider", "period", "category"),
    CheckConstraint("asked_by <> approved_by", name="two_people"),
)

release = Table(
    "release",
    metadata,
    Column("period", Text, nullable=False),
    # The id of a provider, or of a service without a button.
    *_texts("provider", "tier", "policy_version"),
    Column("lattice_version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("frozen_at", Moment, nullable=False),
    PrimaryKeyConstraint("period", "provider"),
    CheckConstraint("tier IN ('A', 'B', 'C', 'D')", name="tier"),
)

freeze = Table(
    "freeze",
    metadata,
    Column("period", Text, primary_key=True),
    Column("policy_version", Text, nullable=False),
    Column("lattice_version", Integer, nullable=False),
    Column("releases", Integer, nullable=False),
    Column("frozen_at", Moment, nullable=False),
    Column("approval_id", ForeignKey("approval.id")),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease", Text),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    # One periodic job per period: whoever inserts first wins, and nobody needs a leader.
    Column("once", Text, unique=True),
    Index("ix_outbox_due", "state", "due_at"),
    CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    *_texts("staff", "action", "subject", "reason", "previous", "hash"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

import_line = Table(
    "import_line",
    metadata,
    Column("file_hash", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reference", Text, nullable=False),
    PrimaryKeyConstraint("file_hash", "line"),
)
