"""Staff: accounts with two factors, sessions and passkeys, what two people agree to, and why a report is urgent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

#: SQLite counts rows only in an INTEGER column.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables and the two columns."""
    op.add_column("report", sa.Column("why", sa.Text(), nullable=False, server_default="none"))
    _staff()
    _sessions()
    _passkeys()
    _approvals()
    # SQLite takes a reference only with the column itself.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f'ALTER TABLE "freeze" ADD COLUMN approval_id {kind} CONSTRAINT fk_freeze_approval_id REFERENCES approval(id)'
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("invitation", sa.Text(), nullable=True),
        sa.Column("invited_until", MOMENT, nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "role IN ('analyst', 'supervisor', 'feedback_officer', 'administrator', 'auditor')",
            name=op.f("ck_staff_role"),
        ),
        sa.CheckConstraint(
            "organisation IN ('police', 'child_protection', 'other')", name=op.f("ck_staff_organisation")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff")),
        sa.UniqueConstraint("invitation", name=op.f("uq_staff_invitation")),
    )


def _sessions() -> None:
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("form_token", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.name"], name=op.f("fk_staff_session_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_staff"), "staff_session", ["staff"])


def _passkeys() -> None:
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.name"], name=op.f("fk_staff_passkey_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
    )
    op.create_index(op.f("ix_staff_passkey_staff"), "staff_passkey", ["staff"])


def _approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("granted_at", MOMENT, nullable=True),
        sa.Column("refused_by", sa.Text(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("granted_by <> asked_by", name=op.f("ck_approval_two_people")),
        sa.CheckConstraint("(granted_by IS NULL) = (granted_at IS NULL)", name=op.f("ck_approval_granted_whole")),
        sa.CheckConstraint("used_at IS NULL OR granted_at IS NOT NULL", name=op.f("ck_approval_granted_first")),
        sa.CheckConstraint("used_at IS NULL OR used_at <= expires_at", name=op.f("ck_approval_in_time")),
        sa.CheckConstraint("refused_by IS NULL OR used_at IS NULL", name=op.f("ck_approval_not_refused")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_approval_bound")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.name"], name=op.f("fk_approval_asked_by")),
        sa.ForeignKeyConstraint(["granted_by"], ["staff.name"], name=op.f("fk_approval_granted_by")),
        sa.ForeignKeyConstraint(["refused_by"], ["staff.name"], name=op.f("fk_approval_refused_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("freeze") as freeze:
        freeze.drop_column("approval_id")
    for table in ("approval", "staff_passkey", "staff_session", "staff"):
        op.drop_table(table)
    with op.batch_alter_table("report") as report:
        report.drop_column("why")
