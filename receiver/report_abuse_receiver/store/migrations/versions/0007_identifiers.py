"""Identifiers: keyed hashes of the names in reports; those of the reports that are there already are owed."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

#: SQLite counts rows only in an INTEGER column.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and owe the desk's worker a look at what came before."""
    op.create_table(
        "identifier",
        sa.Column("report_id", ROW_ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_identifier_report_id")),
        sa.PrimaryKeyConstraint("report_id", "hash", name=op.f("pk_identifier")),
    )
    op.create_index(op.f("ix_identifier_hash"), "identifier", ["hash"])
    conn = op.get_bind()
    last = conn.scalar(sa.text("SELECT max(id) FROM report"))
    if last is not None:
        moment = sa.DateTime(timezone=True)
        typed = (sa.column("due_at", moment), sa.column("created_at", moment), sa.column("payload", sa.JSON()))
        outbox = sa.table("outbox", sa.column("kind"), sa.column("state"), sa.column("attempts"), *typed)
        owed = {"kind": "suspects", "payload": {"after": 0, "up_to": last}, "state": "waiting", "attempts": 0}
        now = datetime.now(UTC)
        conn.execute(sa.insert(outbox).values(**owed, due_at=now, created_at=now))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("identifier")
    op.execute("DELETE FROM outbox WHERE kind = 'suspects'")
