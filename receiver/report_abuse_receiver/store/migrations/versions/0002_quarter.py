"""The quarter: rollups of the facts, folds, frozen releases that nothing may change, and what kind a service is."""

from collections import defaultdict
from hashlib import blake2b
from itertools import product

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSERT_ONLY = ("fold", "release", "freeze")
SPLITS = (
    "", "category", "reporter", "age_band", "contact", "moved_to", "time_to_report", "outcome", "category+age_band",
)  # fmt: skip
POOLED_SPLITS = ("", "category")


def upgrade() -> None:
    """Make the tables, forbid to change what is published, and roll up the facts that are there."""
    op.add_column("service", sa.Column("kind", sa.Text(), nullable=False, server_default="other"))
    op.create_index("ix_fact_month", "fact", ["month"], unique=False)
    _rollup()
    _fold()
    _release()
    _freeze()
    _insert_only()
    _roll_up()


def _rollup() -> None:
    op.create_table(
        "rollup",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("split", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("key_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service", "month", "split", "value", name=op.f("pk_rollup")),
    )
    op.create_index("ix_rollup_month", "rollup", ["month", "split"], unique=False)


def _fold() -> None:
    op.create_table(
        "fold",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("asked_by <> approved_by", name=op.f("ck_fold_two_people")),
        sa.PrimaryKeyConstraint("provider", "period", "category", name=op.f("pk_fold")),
    )


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("lattice_version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tier IN ('A', 'B', 'C', 'D')", name=op.f("ck_release_tier")),
        sa.PrimaryKeyConstraint("period", "provider", name=op.f("pk_release")),
    )


def _freeze() -> None:
    op.create_table(
        "freeze",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("lattice_version", sa.Integer(), nullable=False),
        sa.Column("releases", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_freeze")),
    )


def _insert_only() -> None:
    """A trigger, so that a slip of ours cannot revise what a provider was told; a correction is a worded erratum."""
    if op.get_bind().dialect.name == "sqlite":
        for table, verb in product(INSERT_ONLY, ("UPDATE", "DELETE")):
            op.execute(
                f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, 'what is published is never revised'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION published_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what is published is never revised'; END $$"
    )
    for table in INSERT_ONLY:
        op.execute(
            f'CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION published_is_insert_only()"
        )


def _roll_up() -> None:
    """Count what was decided before there were rollups; as yet every service is of the kind `other`."""
    tally: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    incidents: set[tuple[str, str]] = set()
    for row in op.get_bind().execute(sa.text("SELECT * FROM fact ORDER BY id")).mappings().all():
        pools = ["all"] if row["service"] is None else ["all", "type:other"]
        fresh = [pool for pool in pools if (pool, row["incident"]) not in incidents]
        incidents.update((pool, row["incident"]) for pool in fresh)
        once = int.from_bytes(blake2b(row["incident"].encode(), digest_size=4).digest(), "big")
        own = [] if row["service"] is None else [(row["service"], split, row["record_key"]) for split in SPLITS]
        for service, split, key in own + [(pool, split, once) for pool in fresh for split in POOLED_SPLITS]:
            value = "+".join(row[name] for name in split.split("+") if name)
            counted = tally[(service, row["month"], split, value)]
            counted[:] = counted[0] + 1, (counted[1] + key) % 2**32
    names = ("service", "month", "split", "value", "count", "key_sum")
    rows = [dict(zip(names, (*where, *counted), strict=True)) for where, counted in sorted(tally.items())]
    op.bulk_insert(sa.table("rollup", *(sa.column(name) for name in names)), rows)
