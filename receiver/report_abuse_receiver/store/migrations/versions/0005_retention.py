"""Retention: which reports are held, and the numbers of those that were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

#: SQLite counts rows only in an INTEGER column.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "legal_hold",
        sa.Column("report_id", ROW_ID, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_legal_hold_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "deleted_report",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_deleted_report")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("deleted_report")
    op.drop_table("legal_hold")
