"""Placements are registered: each provider has the kinds of pages, and what was pressed elsewhere is counted as other.

A placement that partners made up, such as one for each child, may name somebody. Only those on the list stay apart.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from report_abuse_receiver.store.types import Moment

revision = "0011"
down_revision = "0009"

#: The kinds of pages of the scheme that was shipped with this change.
KINDS = (
    "app", "chat", "comments", "game", "group", "help", "home", "live-stream", "messages", "poster", "profile", "video",
)  # fmt: skip
OTHER = "other"
KEY_SPACE = 2**32

counter = sa.table("counter", *map(sa.column, ("provider", "placement", "month", "event", "count", "key_sum")))


def upgrade() -> None:
    """Make the table, register the kinds for each provider, and fold what is not among them into `other` for good."""
    placement = op.create_table(
        "placement",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("placement", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("retired_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_placement_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", "placement", name=op.f("pk_placement")),
    )
    conn, moment = op.get_bind(), datetime.now(UTC)
    for provider in conn.scalars(sa.text("SELECT id FROM provider")).all():
        rows = [{"provider_id": provider, "placement": kind, "created_at": moment} for kind in KINDS]
        op.bulk_insert(placement, rows)
    _fold(conn)


def downgrade() -> None:
    """Take the table back; what was folded stays folded."""
    op.drop_table("placement")


def _fold(conn: sa.Connection) -> None:
    apart = counter.c.placement.in_(KINDS)
    columns = (counter.c.provider, counter.c.month, counter.c.event)
    sums = (sa.func.sum(counter.c["count"]), sa.func.sum(counter.c.key_sum))
    folded = conn.execute(sa.select(*columns, *sums).where(~apart).group_by(*columns)).all()
    conn.execute(sa.delete(counter).where(~apart))
    for provider, month, event, count, keys in folded:
        said = {"provider": provider, "placement": OTHER, "month": month, "event": event}
        conn.execute(sa.insert(counter).values(**said, count=int(count), key_sum=int(keys) % KEY_SPACE))
