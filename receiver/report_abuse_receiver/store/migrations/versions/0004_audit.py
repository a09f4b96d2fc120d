"""The audit takes a row after the newest one only, and its head only goes forward.

SQLite's REPLACE deletes a row without asking the triggers on deleting; on inserting it asks.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

#: Each trigger of SQLite: its name, when it fires, and what it says.
ON_SQLITE = (
    (
        "audit_follows_head",
        "INSERT ON audit WHEN NOT EXISTS (SELECT 1 FROM audit_head WHERE seq + 1 = NEW.seq AND hash = NEW.previous)",
        "the audit is append-only",
    ),
    (
        "audit_head_no_leap",
        "UPDATE ON audit_head WHEN NEW.seq <> OLD.seq + 1 OR NOT EXISTS "
        "(SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash)",
        "the head of the audit only goes forward",
    ),
    ("audit_head_no_delete", "DELETE ON audit_head", "the head of the audit only goes forward"),
    ("audit_head_no_insert", "INSERT ON audit_head", "the head of the audit only goes forward"),
)
ON_POSTGRES = (
    "CREATE FUNCTION audit_follows_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF EXISTS (SELECT 1 FROM audit_head WHERE seq + 1 = NEW.seq AND hash = NEW.previous) THEN RETURN NEW; END IF; "
    "RAISE EXCEPTION 'the audit is append-only'; END $$",
    "CREATE TRIGGER audit_follows_head BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_follows_head()",
    "CREATE FUNCTION audit_head_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' THEN "
    "IF NEW.seq = OLD.seq + 1 AND EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash) "
    "THEN RETURN NEW; END IF; END IF; "
    "RAISE EXCEPTION 'the head of the audit only goes forward'; END $$",
    "CREATE TRIGGER audit_head_goes_forward BEFORE INSERT OR UPDATE OR DELETE ON audit_head "
    "FOR EACH ROW EXECUTE FUNCTION audit_head_goes_forward()",
    "CREATE TRIGGER audit_head_stays BEFORE TRUNCATE ON audit_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_head_goes_forward()",
)


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name != "sqlite":
        for statement in ON_POSTGRES:
            op.execute(statement)
        return
    for name, when, says in ON_SQLITE:
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")


def downgrade() -> None:
    """Take them away again."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_follows_head CASCADE")
        op.execute("DROP FUNCTION audit_head_goes_forward CASCADE")
        return
    for name, _, _ in ON_SQLITE:
        op.execute(f"DROP TRIGGER {name}")
