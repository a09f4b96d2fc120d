"""Same names: work that waits under the name that its kind had before keeps being owed under the one it has."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Name it as it is named now; a row that was given up can then be tried again, too."""
    op.execute("UPDATE outbox SET kind = 'same-names' WHERE kind = 'suspects'")


def downgrade() -> None:
    """Name it as before."""
    op.execute("UPDATE outbox SET kind = 'suspects' WHERE kind = 'same-names'")
