"""Of a report: each table says what becomes of its rows when a report goes, and a timeline entry says whose it is."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

#: Table → the column that refers, to what, and what its rows do when that is deleted.
ON_DELETE: Mapping[str, tuple[str, str, str]] = {
    "addition": ("report_id", "report", "CASCADE"),
    "addition_key": ("addition_id", "addition", "CASCADE"),
    "decision": ("report_id", "report", "CASCADE"),
    "event": ("report_id", "report", "CASCADE"),
    "fact": ("report_id", "report", "SET NULL"),
    "identifier": ("report_id", "report", "CASCADE"),
    "legal_hold": ("report_id", "report", "RESTRICT"),
    "report_key": ("report_id", "report", "CASCADE"),
    "return_words": ("report_id", "report", "CASCADE"),
}
#: SQLite tells nobody of it, and a table that is made anew would lose it.
RECORD_KEY = "record_key BETWEEN 0 AND 4294967295"


def upgrade() -> None:
    """Make the references anew; on SQLite that makes the tables anew, row by row."""
    for table, (column, to, ondelete) in ON_DELETE.items():
        _refer(table, column, to, ondelete)
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("subject", sa.Text(), nullable=False, server_default="report"))
        event.alter_column("report_id", existing_type=_row_id(), nullable=True)
        event.create_check_constraint(op.f("ck_event_report"), "(subject = 'report') = (report_id IS NOT NULL)")


def downgrade() -> None:
    """Take it back; what stands on another timeline than a report's is lost."""
    op.execute("DELETE FROM event WHERE report_id IS NULL")
    with op.batch_alter_table("event") as event:
        event.drop_constraint(op.f("ck_event_report"), type_="check")
        event.alter_column("report_id", existing_type=_row_id(), nullable=False)
        event.drop_column("subject")
    for table, (column, to, _) in ON_DELETE.items():
        _refer(table, column, to, None)


def _refer(table: str, column: str, to: str, ondelete: str | None) -> None:
    name = op.f(f"fk_{table}_{column}")
    checks = (sa.CheckConstraint(RECORD_KEY, name=op.f("ck_fact_record_key")),) if table == "fact" else ()
    with op.batch_alter_table(table, table_args=checks) as changed:
        changed.drop_constraint(name, type_="foreignkey")
        changed.create_foreign_key(name, to, [column], ["id"], ondelete=ondelete)


def _row_id() -> sa.types.TypeEngine[int]:
    """SQLite counts rows only in an INTEGER column."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
