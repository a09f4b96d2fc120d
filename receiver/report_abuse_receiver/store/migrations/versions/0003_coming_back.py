"""Coming back: the hash of three words for each report, and what was added to it later."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: SQLite counts rows only in an INTEGER column.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    _return_words()
    _addition()
    _addition_key()


def _return_words() -> None:
    op.create_table(
        "return_words",
        sa.Column("report_id", ROW_ID, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_return_words_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_return_words")),
    )


def _addition() -> None:
    op.create_table(
        "addition",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("report_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_addition_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_addition_report_id")),
        sa.UniqueConstraint("report_id", "nonce", name=op.f("uq_addition_nonce")),
    )


def _addition_key() -> None:
    op.create_table(
        "addition_key",
        sa.Column("addition_id", ROW_ID, nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["addition_id"], ["addition.id"], name=op.f("fk_addition_key_addition_id")),
        sa.PrimaryKeyConstraint("addition_id", "kid", name=op.f("pk_addition_key")),
    )
